"""What holds up every thread for a moment waits until nobody types: a vocabulary takes half a second to load."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.api import CancelToken

PAUSE_S = 0.7  # between two keys of somebody who writes on; longer ones are for thinking
PATIENCE_S = 6.0  # then it is done all the same
_LOOK_S = 0.05


class TypingPause:
    """`hurry` tells that somebody waits for the work itself. `note` and `wait` may be called from different threads."""

    def __init__(self, hurry: Callable[[], bool], clock: Callable[[], float] = time.monotonic) -> None:
        self._hurry = hurry
        self._clock = clock
        self._typed_at = float("-inf")

    def note(self) -> None:
        """A key was pressed."""
        self._typed_at = self._clock()

    def wait(self, token: CancelToken) -> None:
        end = self._clock() + PATIENCE_S
        while self._typing() and self._clock() < end and not self._hurry() and not token.cancelled:
            time.sleep(_LOOK_S)

    def _typing(self) -> bool:
        return self._clock() - self._typed_at < PAUSE_S
