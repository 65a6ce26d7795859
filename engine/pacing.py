"""Work in the background stands still while an answer is being made: both would halve each other's cores."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

from engine.cancel import CancelToken

_POLL_S = 0.05  # how late a cancel may be noticed while waiting


class Pacer:
    """Knows whether an answer runs. One per engine; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._idle = threading.Event()
        self._idle.set()
        self._answers = 0
        self._followers: list[tuple[Callable[[], None], Callable[[], None]]] = []

    @property
    def busy(self) -> bool:
        """Whether an answer is being made."""
        return not self._idle.is_set()

    @contextmanager
    def answering(self) -> Generator[None]:
        """Hold all background work while the block runs; blocks may overlap, the last one lets it go on."""
        with self._lock:
            self._answers += 1
            if self._answers == 1:
                self._idle.clear()
                for stop, _ in self._followers:
                    stop()
        try:
            yield
        finally:
            with self._lock:
                self._answers -= 1
                if not self._answers:
                    for _, go_on in self._followers:
                        go_on()
                    self._idle.set()

    def wait(self, cancel: CancelToken) -> None:
        """Return as soon as no answer runs. Raises Cancelled."""
        while not self._idle.wait(_POLL_S):
            cancel.raise_if_cancelled()

    def follow(self, stop: Callable[[], None], go_on: Callable[[], None]) -> Callable[[], None]:
        """Have `stop` called when an answer begins (at once if one runs) and `go_on` when the last one has ended.

        Both are called on the answer's thread and must return at once. Returns a function that ends this and calls
        `go_on` where `stop` was called last.
        """
        follower = (stop, go_on)
        with self._lock:
            self._followers.append(follower)
            if self._answers:
                stop()

        def unfollow() -> None:
            with self._lock:
                if follower in self._followers:
                    self._followers.remove(follower)
                    if self._answers:
                        go_on()

        return unfollow
