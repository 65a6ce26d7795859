"""The settings as the page shows them: what is chosen, what is locked, what the machine was measured to bear.

No widgets: the page listens to it, tests drive it without a window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop import errors
from desktop.jobs import Job, QueueLane
from engine.api import (
    Advice,
    Engine,
    FeedbackExport,
    JobFailed,
    Lock,
    Settings,
    Storage,
    Value,
    known_advice,
    locked,
    recommend_pack,
    remember_choices,
    storage,
)


@dataclass(frozen=True, slots=True)
class Look:
    """How things stand; `advice` is None where this machine was never measured."""

    locks: Mapping[str, Lock]
    sizes: Storage
    advice: Advice | None


class PreferencesModel(QObject):
    """A choice counts at once on screen and is written behind it; one that cannot be written is taken back."""

    changed = Signal()
    failed = Signal(object)  # Sentence
    consent_changed = Signal()
    feedback_exported = Signal(object)  # FeedbackExport
    choices_lost = Signal()  # they could not be read at the start; the file is kept aside

    def __init__(
        self, settings: Settings, lane: QueueLane, measure: Callable[[Settings], Advice] = recommend_pack
    ) -> None:
        super().__init__()
        self.settings = settings
        self.locks: Mapping[str, Lock] = {}
        self.sizes: Storage | None = None
        self.advice: Advice | None = None
        self.measuring = False
        self._lane = lane
        self._measure = measure
        self._engine: Engine | None = None
        self._kept = settings  # as they were last written
        self._writing = 0
        self._early: dict[str, Value] = {}  # chosen before the engine was open

    def set_engine(self, engine: Engine) -> None:
        self._engine = engine
        early, self._early = self._early, {}
        if early:
            self._submit(lambda: _one(engine.choose(**early)))
        if self._kept.choices_lost:
            self._kept = self.settings = replace(self.settings, choices_lost=False)
            self._submit(lambda: _one(engine.choose()))
            self.choices_lost.emit()

    def refresh(self) -> None:
        """Look again at what may change without this page: policy, the disk, the last measurement, other pages."""
        engine = self._engine
        if engine is not None and not self._writing:
            self._kept = self.settings = engine.settings
        settings = self.settings
        self._submit(lambda: _one(Look(locked(settings), storage(settings), known_advice(settings))))
        self.changed.emit()

    def choose(self, name: str, value: Value) -> None:
        """`name` is one of `OPTIONS`; a value that is chosen already is not written again."""
        if getattr(self.settings, name) == value:
            return
        changes: dict[str, Any] = {name: value}
        self.settings = replace(self.settings, **changes)
        self._writing += 1
        engine, before = self._engine, self._kept
        if engine is None:
            self._early |= changes

        def work() -> Iterator[object]:
            if engine is None:
                yield remember_choices(before, **changes)
            elif name == "feedback_consent":  # which is also remembered as asked for
                given = engine.feedback.set_consent(bool(value)).given
                yield replace(engine.settings, feedback_consent=given)
            else:
                yield engine.choose(**changes)

        self._lane.submit(Job(lambda token: work(), lambda event: self._keep(event, changes), must_finish=True))
        self.changed.emit()

    def measure(self) -> None:
        """Find out what this machine bears; takes a second or two and the whole processor."""
        if self.measuring:
            return
        self.measuring = True
        settings = self.settings
        self._submit(lambda: _one(self._measure(settings)))
        self.changed.emit()

    def export_feedback(self, path: Path) -> None:
        """Write what may leave to a new file."""
        engine = self._engine
        if engine is not None:
            self._submit(lambda: _one(engine.feedback.export(path)))

    def _submit(self, work: Callable[[], Iterator[object]]) -> None:
        self._lane.submit(Job(lambda token: work(), self._apply))

    def _keep(self, event: object, changes: Mapping[str, Value]) -> None:
        """The end of a choice; when none is being written any more, what is kept is what is shown."""
        self._writing -= 1
        if isinstance(event, Settings):
            self._kept = replace(self._kept, **{name: getattr(event, name) for name in changes})
            if "feedback_consent" in changes:
                self.consent_changed.emit()
        elif isinstance(event, JobFailed):
            for name in changes:
                self._early.pop(name, None)
            self.failed.emit(errors.describe(event.error))
        if not self._writing:
            self.settings = self._kept
        self.changed.emit()

    def _apply(self, event: object) -> None:
        match event:
            case Look():
                self.locks, self.sizes, self.advice = event.locks, event.sizes, event.advice
            case Advice():
                self.advice, self.measuring = event, False
            case FeedbackExport():
                self.feedback_exported.emit(event)
            case JobFailed():
                self.measuring = False
                self.failed.emit(errors.describe(event.error))
            case _:
                self.measuring = False
        self.changed.emit()


def _one(value: object) -> Iterator[object]:
    yield value
