"""How long reading usually takes on this computer: measured by the answers before, never guessed.

A model reads a prompt at a nearly constant number of tokens a second, and tells how far it is. The median of the last
few readings, by model, is what the next one is likely to take; it outlives the window as a plain figure.
"""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSettings

from engine.api import AnswerWritten, PromptRead, TextDelta

KEPT_READINGS = 5
LEAST_TOKENS = 48  # fewer say more about the computer's mood than about its pace
_KEY = "pace"


@dataclass(slots=True)
class _Reading:
    model: str
    began_s: float
    first_tokens: int
    read_tokens: int = 0
    last_s: float = 0.0


class ReadingPace:
    """Tokens a second by model. `clock` counts seconds and is never set back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._paces: dict[str, deque[float]] = {}
        self._reading: _Reading | None = None

    def pace(self, model: str) -> float:
        """Tokens a second; 0 where nothing was read yet."""
        known = self._paces.get(model)
        return statistics.median(known) if known else 0.0

    def begin(self) -> None:
        """A new question: what was read for the last one, and not to its end, tells nothing."""
        self._reading = None

    def hear(self, model: str, event: object) -> float | None:
        """Learn from an event of the answer; the seconds that this reading usually takes where it has just begun."""
        if isinstance(event, PromptRead):
            now = self._clock()
            if self._reading is None:
                self._reading = _Reading(model, now, event.done_tokens)
                pace = self.pace(model)
                return (event.total_tokens - event.done_tokens) / pace if pace else 0.0
            self._reading.read_tokens = event.done_tokens - self._reading.first_tokens
            self._reading.last_s = now
        elif isinstance(event, TextDelta | AnswerWritten) and self._reading:
            self._finish(self._reading)
            self._reading = None
        return None

    def restore(self, settings: QSettings) -> None:
        """The figures of earlier days; those that are no numbers are left."""
        settings.beginGroup(_KEY)
        for model in settings.childKeys():
            try:
                pace = float(str(settings.value(model)))
            except ValueError:
                continue
            if 0 < pace < float("inf"):
                self.learn(model, pace)
        settings.endGroup()

    def remember(self, settings: QSettings) -> None:
        for model in self._paces:
            settings.setValue(f"{_KEY}/{model}", round(self.pace(model), 2))

    def learn(self, model: str, tokens_per_s: float) -> None:
        self._paces.setdefault(model, deque(maxlen=KEPT_READINGS)).append(tokens_per_s)

    def _finish(self, reading: _Reading) -> None:
        seconds = reading.last_s - reading.began_s
        if reading.read_tokens >= LEAST_TOKENS and seconds > 0:
            self.learn(reading.model, reading.read_tokens / seconds)
