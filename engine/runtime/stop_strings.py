"""Ends a stream of text at the first stop string without ever letting a part of one through."""

from __future__ import annotations

from collections.abc import Sequence


class StopFilter:
    """Text goes in by pieces and comes out up to the first stop string; what may be the start of one is held back."""

    def __init__(self, stop_strings: Sequence[str]) -> None:
        self._stop_strings = tuple(text for text in stop_strings if text)
        self._held = ""
        self.stopped = False

    def push(self, text: str) -> str:
        """The text that is certain to stand before any stop string; empty once `stopped`."""
        if self.stopped:
            return ""
        self._held += text
        found = [at for stop in self._stop_strings if (at := self._held.find(stop)) >= 0]
        if found:
            self.stopped = True
            return self._take(min(found))
        return self._take(len(self._held) - self._partial())

    def flush(self) -> str:
        """The text held back, once nothing follows that could complete a stop string."""
        return "" if self.stopped else self._take(len(self._held))

    def _take(self, length: int) -> str:
        text, self._held = self._held[:length], self._held[length:]
        return text

    def _partial(self) -> int:
        """Length of the longest end of the held text that a stop string begins with."""
        lengths = (
            size
            for stop in self._stop_strings
            for size in range(min(len(stop) - 1, len(self._held)), 0, -1)
            if self._held.endswith(stop[:size])
        )
        return max(lengths, default=0)
