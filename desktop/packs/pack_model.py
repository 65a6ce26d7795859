"""Which model pack answers, and changing it. No widgets: the menu listens to it, tests drive it without a window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.jobs import Job, NewestLane
from engine.api import Engine, JobFailed, PackInfo


class PackModel(QObject):
    """The installed generator packs and the one in use. Changing it waits in the lane of answers, so it harms none."""

    enabled_changed = Signal(bool)
    reported = Signal(object)  # ModelLoading, ModelLoaded or JobFailed of a change

    def __init__(self, lane: NewestLane) -> None:
        super().__init__()
        self._lane = lane
        self._engine: Engine | None = None
        self._answering = False
        self._packs: tuple[PackInfo, ...] | None = None  # as they were read last

    @property
    def enabled(self) -> bool:
        """Whether another pack may be chosen: not before the engine is open, and not while an answer is made."""
        return self._engine is not None and not self._answering

    @property
    def packs(self) -> tuple[PackInfo, ...]:
        """The generator packs that can be chosen, smallest first; the one in use is marked."""
        if self._engine is None:
            return ()
        if self._packs is None:
            readable = [pack for pack in self._engine.packs() if pack.kind == "generator"]
            self._packs = tuple(sorted(readable, key=lambda pack: pack.size_bytes))
        return self._packs

    def look_again(self) -> None:
        """Packs may have been installed or removed since they were read."""
        self._packs = None

    def set_engine(self, engine: Engine) -> None:
        self._engine = engine
        self.look_again()
        self.enabled_changed.emit(self.enabled)

    def set_answering(self, answering: bool) -> None:
        self._answering = answering
        self.enabled_changed.emit(self.enabled)

    def choose(self, name: str) -> None:
        """Answer with this pack from now on. A load in progress is given up; nothing happens for the one in use."""
        engine = self._engine
        if engine is None or self._answering or (name == engine.pack_name and not self._lane.busy):
            return
        self._lane.cancel_all()
        self._lane.submit(Job(lambda token: engine.use_pack(name, token), self._apply, patient=True))

    def _apply(self, event: object) -> None:
        self.look_again()  # another one is in use
        self.reported.emit(event)
        engine = self._engine
        if isinstance(event, JobFailed) and engine is not None:
            # The pack that was in use made room for the one that failed: load it again before the next question.
            self._lane.submit(Job(engine.warm_up, self.reported.emit, patient=True))
