"""What of the audit log is on screen. No widgets; nothing of it is read or checked on the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop import errors
from desktop.errors import Sentence
from desktop.exporter import Exporter
from desktop.jobs import Job, QueueLane
from engine.api import AuditEntry, AuditFilter, AuditReport, CancelToken, Engine, JobFailed

PAGE = 200


@dataclass(frozen=True, slots=True)
class _Page:
    """Entries newest first, as `wanted` asked for them."""

    wanted: AuditFilter
    entries: tuple[AuditEntry, ...]


class AuditModel(QObject):
    """`entries` are newest first and grow page by page. A page that a newer filter has overtaken is thrown away."""

    reset = Signal()  # other entries than before, none yet
    grown = Signal(int)  # entries from this one on are new
    checked = Signal()
    changed = Signal()  # busy, or a problem
    exported = Signal(object)  # Path

    def __init__(self, lane: QueueLane) -> None:
        super().__init__()
        self._lane = lane
        self._engine: Engine | None = None
        self._exporter = Exporter(lane)
        self._exporter.saved.connect(self._tell_exported)
        self._exporter.failed.connect(self._tell_problem)
        self._loading: AuditFilter | None = None
        self.wanted = AuditFilter(limit=PAGE)
        self.entries: list[AuditEntry] = []
        self.more = False  # there may be older ones
        self.verifying = False
        self.report: AuditReport | None = None
        self.problem: Sentence | None = None

    @property
    def loading(self) -> bool:
        return self._loading is not None

    def set_engine(self, engine: Engine) -> None:
        self._engine = engine
        self._exporter.set_engine(engine)

    # ---- entries

    def show_entries(self, wanted: AuditFilter) -> None:
        """Begin anew with the newest entries that fit."""
        self.wanted = replace(wanted, before=0, limit=PAGE)
        self.entries = []
        self.reset.emit()
        self._load(self.wanted)

    def load_more(self) -> None:
        """The page of older entries behind those that are there."""
        if self.more and self.entries and not self.loading:
            self._load(replace(self.wanted, before=self.entries[-1].sequence))

    def _load(self, wanted: AuditFilter) -> None:
        self._loading, self.more, self.problem = wanted, False, None
        self._run(lambda engine: _Page(wanted, engine.audit.entries(wanted)[::-1]))

    # ---- the whole log

    def verify(self, noted_head: str) -> None:
        """Hold it against its chain, its seal, and a check value that was noted earlier."""
        if not self.verifying:
            self.verifying, self.problem, self.report = True, None, None
            self._run(lambda engine: engine.audit.verify(noted_head))

    def export(self, path: Path) -> None:
        def write(engine: Engine, to: Path, token: CancelToken) -> None:
            engine.audit.export(to)

        self.problem = None
        self._exporter.save(path, write)
        self.changed.emit()

    # ---- inside

    def _run(self, act: Callable[[Engine], object]) -> None:
        engine = self._engine
        if engine is None:
            self._loading, self.verifying = None, False
            return

        def work() -> Iterator[object]:
            yield act(engine)

        self._lane.submit(Job(lambda token: work(), self._apply))
        self.changed.emit()

    def _apply(self, event: object) -> None:
        match event:
            case _Page() if event.wanted == self._loading:
                self._take(event)
            case AuditReport():
                self.verifying, self.report = False, event
                self.checked.emit()
            case JobFailed():
                self._loading, self.verifying = None, False
                self.problem = errors.describe(event.error)
            case _:
                return
        self.changed.emit()

    def _take(self, page: _Page) -> None:
        first = len(self.entries)
        self._loading, self.more = None, len(page.entries) == PAGE
        self.entries += page.entries
        self.grown.emit(first)

    def _tell_exported(self, path: Path) -> None:
        self.exported.emit(path)
        self.show_entries(self.wanted)  # the export is an entry itself

    def _tell_problem(self, sentence: Sentence) -> None:
        self.problem = sentence
        self.changed.emit()
