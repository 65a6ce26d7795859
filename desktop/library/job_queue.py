"""The library's jobs by key: queued before the engine is open, held while paused, cancelled one by one or together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

from PySide6.QtCore import QObject, Signal

from desktop.jobs import Gate, Job, QueueLane
from engine.api import CancelToken, Engine

Work = Callable[[Engine, CancelToken], Iterator[object]]


class JobQueue(QObject):
    """Every job's last event must be followed by `done`."""

    paused_changed = Signal()

    def __init__(self, lane: QueueLane) -> None:
        super().__init__()
        self._lane = lane
        self._engine: Engine | None = None
        self._gate = Gate()
        self._jobs: dict[str, Job] = {}
        self._waiting: dict[str, tuple[Work, Callable[[object], None]]] = {}  # asked for before the engine was open
        self.paused = False

    def __contains__(self, key: str) -> bool:
        return key in self._jobs or key in self._waiting

    @property
    def idle(self) -> bool:
        return not self._jobs

    def set_engine(self, engine: Engine) -> None:
        self._engine = engine
        waiting, self._waiting = self._waiting, {}
        for key, (work, deliver) in waiting.items():
            self.run(key, work, deliver)

    def run(self, key: str, work: Work, deliver: Callable[[object], None]) -> None:
        engine = self._engine
        if engine is None:
            self._waiting[key] = (work, deliver)
            return
        self._jobs[key] = Job(lambda token: self._held(work(engine, token), token), deliver)
        self._lane.submit(self._jobs[key])

    def _held(self, events: Iterator[object], token: CancelToken) -> Iterator[object]:
        """Stand still at the next event while paused."""
        self._gate.pass_through(token)
        with closing(events):  # type: ignore[type-var]  # generators, all of them
            for event in events:
                yield event
                self._gate.pass_through(token)

    def done(self, key: str) -> None:
        self._jobs.pop(key, None)

    def pause(self) -> None:
        self._gate.shut()
        self._set_paused(True)

    def resume(self) -> None:
        self._gate.open()
        self._set_paused(False)

    def _set_paused(self, paused: bool) -> None:
        if paused is not self.paused:
            self.paused = paused
            self.paused_changed.emit()

    def cancel(self, key: str) -> bool:
        """True where the job had not been given to the lane yet: nothing more comes of it."""
        if key in self._waiting:
            del self._waiting[key]
            return True
        if key in self._jobs:
            self._lane.cancel(self._jobs[key])
        return False

    @property
    def keys(self) -> list[str]:
        """Last things first."""
        return [*self._waiting, *reversed(self._jobs)]
