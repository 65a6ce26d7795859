"""Removing with a way back: rows go at once, and what they stand for is erased some seconds later unless undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.jobs import Job, QueueLane
from desktop.library.library_model import LibraryModel
from desktop.library.library_row import LibraryRow
from engine.api import Engine, JobFailed

UNDO_MS = 8_000
Work = Callable[[Engine], object]


@dataclass(frozen=True, slots=True)
class Done:
    """The last event of a job that neither failed nor was cancelled."""


class Removals(QObject):
    """One removal can be undone at a time: the next one makes it final, as does the end of the program."""

    changed = Signal()

    def __init__(self, library: LibraryModel, edits: QueueLane, background: QueueLane) -> None:
        super().__init__()
        self._library = library
        self._edits = edits
        self._background = background
        self._engine: Engine | None = None
        self._pending: tuple[str, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(UNDO_MS)
        self._timer.timeout.connect(self.confirm)

    @property
    def pending(self) -> int:
        """How many documents can be brought back now."""
        return len(self._pending)

    def set_engine(self, engine: Engine) -> None:
        self._engine = engine

    def remove(self, rows: Sequence[LibraryRow]) -> None:
        """Take these off the list and out of every answer at once; those that cannot be removed stay."""
        self.confirm()
        shown = {row.document_id for row in self._library.rows}
        chosen = tuple(row.document_id for row in rows if row.can_remove and row.document_id in shown)
        if self._engine is None or not chosen:
            return
        self._pending = chosen
        self._library.hide(chosen)
        self._submit(self._edits, lambda engine: engine.library.set_aside(chosen), self._library.refresh, chosen)
        self._timer.start()
        self.changed.emit()

    def undo(self) -> None:
        if chosen := self._take_pending():
            shown = partial(self._library.unhide, chosen)
            self._submit(self._edits, lambda engine: engine.library.bring_back(chosen), shown, chosen)

    def confirm(self) -> None:
        """Erase for good what was removed, once it has been set aside."""
        if chosen := self._take_pending():
            erase = partial(self._submit, self._background, lambda engine: engine.library.finish_removals(chosen))
            self._submit(self._edits, lambda engine: None, partial(erase, partial(self._library.unhide, chosen)))

    def _take_pending(self) -> tuple[str, ...]:
        self._timer.stop()
        chosen, self._pending = self._pending, ()
        if chosen:
            self.changed.emit()
        return chosen

    def _submit(self, lane: QueueLane, work: Work, done: Callable[[], object], shown: tuple[str, ...] = ()) -> None:
        """`done` follows; where the work fails, the documents in `shown` are listed again."""
        engine = self._engine
        if engine is None:
            return

        def events() -> Iterator[object]:
            work(engine)
            yield Done()

        lane.submit(Job(lambda token: events(), partial(self._deliver, done, shown)))

    def _deliver(self, done: Callable[[], object], shown: tuple[str, ...], event: object) -> None:
        if isinstance(event, Done):
            done()
        elif isinstance(event, JobFailed):
            if set(shown) & set(self._pending):
                self._take_pending()
            self._library.unhide(shown)
            self._library.failed.emit(event)
