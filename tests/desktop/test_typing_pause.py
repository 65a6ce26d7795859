from __future__ import annotations

import pytest

from desktop import typing_pause
from desktop.typing_pause import PATIENCE_S, PAUSE_S, TypingPause
from engine.api import CancelToken


class Clock:
    """Goes on while somebody sleeps; `keys` are pressed on its way."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.on_tick = lambda: None
        monkeypatch.setattr(typing_pause.time, "sleep", self._sleep)

    def __call__(self) -> float:
        return self.now

    def _sleep(self, seconds: float) -> None:
        self.now += seconds
        self.on_tick()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_nobody_types_and_nothing_waits(clock: Clock) -> None:
    TypingPause(lambda: False, clock).wait(CancelToken())
    assert clock.now == 100.0


def test_it_waits_for_a_pause(clock: Clock) -> None:
    pause = TypingPause(lambda: False, clock)
    pause.note()
    pause.wait(CancelToken())
    assert clock.now == pytest.approx(100.0 + PAUSE_S, abs=0.06)


@pytest.mark.parametrize("why", ["patience", "hurry", "cancelled"])
def test_it_does_not_wait_for_ever(clock: Clock, why: str) -> None:
    token = CancelToken()
    pause = TypingPause(lambda: why == "hurry" and clock.now > 101, clock)

    def type_on() -> None:
        pause.note()
        if why == "cancelled" and clock.now > 101:
            token.cancel()

    clock.on_tick = type_on
    pause.note()
    pause.wait(token)
    assert clock.now == pytest.approx(100.0 + PATIENCE_S if why == "patience" else 101.0, abs=0.11)
