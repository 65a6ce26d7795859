"""Removing with a way back: rows go at once, and what they stand for is erased some seconds later unless undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.jobs import Job, QueueLane
from desktop.library.library_model import LibraryModel
from desktop.library.library_row import LibraryRow
from engine.api import CancelToken, Engine, JobFailed

UNDO_MS = 8_000
Work = Callable[[Engine, CancelToken], Iterable[object]]


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
        chosen = tuple(row.document_id for row in rows if row.can_remove)
        if self._engine is None or not chosen:
            return
        self._pending = chosen
        self._library.hide(chosen)
        self._submit(self._edits, lambda engine, token: engine.library.set_aside(chosen), chosen)
        self._timer.start()
        self.changed.emit()

    def undo(self) -> None:
        chosen = self._take_pending()
        if chosen:
            self._submit(self._edits, lambda engine, token: engine.library.bring_back(chosen), chosen)

    def confirm(self) -> None:
        """Erase for good what was removed."""
        chosen = self._take_pending()
        if chosen:
            self._submit(self._background, lambda engine, token: engine.remove(chosen, token), ())

    def _take_pending(self) -> tuple[str, ...]:
        self._timer.stop()
        chosen, self._pending = self._pending, ()
        if chosen:
            self.changed.emit()
        return chosen

    def _submit(self, lane: QueueLane, work: Work, shown_after: tuple[str, ...]) -> None:
        """`shown_after` are on the list again when the job failed, or when it was to bring them back."""
        engine = self._engine
        if engine is None:
            return

        def events(token: CancelToken) -> Iterator[object]:
            for _ in work(engine, token):
                pass
            yield Done()

        lane.submit(Job(events, lambda event: self._deliver(event, shown_after)))

    def _deliver(self, event: object, shown_after: tuple[str, ...]) -> None:
        if isinstance(event, JobFailed):
            self._library.unhide(shown_after)
            self._library.failed.emit(event)
        elif shown_after and not set(shown_after) & set(self._pending):
            self._library.unhide(shown_after)
        else:
            self._library.refresh()  # an older version may be the present one again
