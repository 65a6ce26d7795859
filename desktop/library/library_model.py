"""The documents of the library and the work on them. A list model: ten thousand rows scroll as easily as ten.

Rows that are being worked on stand first, in the order they will be done; finished ones follow, newest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import takewhile
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from desktop import errors
from desktop.jobs import Job, QueueLane
from desktop.look import text
from engine.api import (
    CancelToken,
    ChunksEmbedded,
    DocumentFailed,
    DocumentIndexed,
    DocumentInfo,
    DocumentPartiallyIndexed,
    DocumentRemoved,
    DocumentStarted,
    Engine,
    JobCancelled,
    JobFailed,
    PageFailure,
    PageParsed,
)

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
_TOOLTIP_PAGES = 12


class RowState(StrEnum):
    QUEUED = "queued"
    WORKING = "working"
    READY = "ready"
    PARTIAL = "partial"
    FAILED = "failed"
    REMOVING = "removing"


UNFINISHED = (RowState.QUEUED, RowState.WORKING)


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """One line of the library. `path` is the key while it is worked on, `document_id` afterwards."""

    name: str
    state: RowState
    note: str = ""
    path: str = ""
    document_id: str = ""
    done: int = 0
    total: int = 0
    hint: str = ""  # for the tooltip: every failed page with its reason

    @property
    def can_cancel(self) -> bool:
        return self.state in UNFINISHED

    @property
    def can_remove(self) -> bool:
        return self.state in (RowState.READY, RowState.PARTIAL)


@dataclass(frozen=True, slots=True)
class DocumentsListed:
    """What the ledger holds, oldest first."""

    documents: tuple[DocumentInfo, ...]


class LibraryModel(QAbstractListModel):
    """Rows over the engine's documents, and the jobs that change them."""

    failed = Signal(object)  # JobFailed of a whole job: disk full, parser unusable …
    summary_changed = Signal()

    def __init__(self, lane: QueueLane) -> None:
        super().__init__()
        self._lane = lane
        self._engine: Engine | None = None
        self._rows: list[LibraryRow] = []
        self._jobs: dict[str, Job] = {}
        self._waiting: list[str] = []  # dropped before the engine was open
        self._batch_total = 0
        self._summary = QTimer(self)  # many changes in one turn of the event loop make one summary
        self._summary.setSingleShot(True)
        self._summary.timeout.connect(self.summary_changed)

    # ---- for views

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return text.tooltip("\n".join(filter(None, (row.name, row.hint or row.note))))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.name}，{row.note}"
        return None

    @property
    def rows(self) -> tuple[LibraryRow, ...]:
        return tuple(self._rows)

    @property
    def document_count(self) -> int:
        return sum(1 for row in self._rows if row.document_id and row.state is not RowState.FAILED)

    @property
    def progress(self) -> tuple[int, int]:
        """Documents done and to do of what was added since the library was last idle; (0, 0) when idle."""
        left = self._unfinished()
        return (self._batch_total - left, self._batch_total) if left else (0, 0)

    # ---- requests

    def set_engine(self, engine: Engine) -> None:
        """List the documents and take in what was dropped before the engine was open."""
        self._engine = engine
        self._lane.submit(Job(lambda token: _list_documents(engine), self._apply_listing))
        waiting, self._waiting = self._waiting, []
        for path in waiting:
            self._submit(path)

    def add_paths(self, paths: Iterable[Path]) -> None:
        """Queue files and folders, one job each, so that each can be cancelled; what is already queued is skipped."""
        fresh = [str(path) for path in paths if str(path) not in self._jobs and str(path) not in self._waiting]
        if not fresh:
            return
        again = set(fresh)
        for row in [row for row in self._rows if row.state is RowState.FAILED and row.path in again]:
            self.dismiss(row)
        if not self._unfinished():
            self._batch_total = 0
        self._batch_total += len(fresh)
        rows = [LibraryRow(Path(path).name or path, RowState.QUEUED, text.QUEUED, path) for path in fresh]
        self._insert(self._unfinished(), rows)
        for path in fresh:
            self._submit(path)

    def cancel(self, row: LibraryRow) -> None:
        """Stop taking in this document; nothing of it stays."""
        self._cancel_job(self._job_key(row.path))

    def cancel_all(self) -> None:
        """Stop everything that is queued or being taken in, last things first."""
        for key in [*self._waiting, *reversed(self._jobs)]:
            self._cancel_job(key)

    def _cancel_job(self, key: str) -> None:
        if key in self._waiting:
            self._waiting.remove(key)
            self._end(key)
        elif key in self._jobs:
            self._lane.cancel(self._jobs[key])

    def remove(self, row: LibraryRow) -> None:
        """Remove a document for good (the caller has asked)."""
        engine, document_id = self._engine, row.document_id
        at = self._find_document(document_id)
        if engine is None or at is None:
            return
        self._replace(at, replace(row, state=RowState.REMOVING, note=text.REMOVING))
        deliver = partial(self._apply_removal, row)
        self._lane.submit(Job(lambda token: engine.remove([document_id], token), deliver))

    def dismiss(self, row: LibraryRow) -> None:
        """Take a failed document off the list."""
        if row in self._rows:
            self._drop_row(self._rows.index(row))

    # ---- events

    def _submit(self, path: str) -> None:
        engine = self._engine
        if engine is None:
            self._waiting.append(path)
            return
        job = Job(lambda token: _ingest(engine, path, token), partial(self.apply, path))
        self._jobs[path] = job
        self._lane.submit(job)

    def apply(self, job_path: str, event: object) -> None:
        """Fold one ingestion event of the job for `job_path` (a file, or a folder of many) into the rows."""
        match event:
            case DocumentStarted():
                self._start(job_path, event)
            case PageParsed():
                self._progress(event.path, text.pages_progress(event.page_no, event.page_count), *_pages(event))
            case ChunksEmbedded():
                self._progress(event.path, text.vectors_progress(event.done, event.total), *_vectors(event))
            case DocumentIndexed():
                note = text.ALREADY_KNOWN if event.already_known else text.document_summary(event.pages, event.chunks)
                self._finish(event.path, event.document_id, event.name, RowState.READY, note)
            case DocumentPartiallyIndexed():
                note, hint = _failed_pages(event.failures)
                self._finish(event.path, event.document_id, event.name, RowState.PARTIAL, note, hint)
            case DocumentFailed():
                self._fail(event)
            case JobCancelled():
                self._end(job_path)
            case JobFailed():
                self._end(job_path)
                self.failed.emit(event)
            case JobEnded():
                self._report_empty(job_path)
                self._end(job_path)

    def _start(self, job_path: str, event: DocumentStarted) -> None:
        at = self._find_work(event.path)
        row = LibraryRow(event.name, RowState.WORKING, text.STARTING, event.path)
        if at is None:  # one of a folder
            self._drop_row(self._find_work(job_path))
            self._insert(0, [row])
        else:
            self._replace(at, row)

    def _progress(self, path: str, note: str, done: int, total: int) -> None:
        at = self._find_work(path)
        if at is not None:
            self._replace(at, replace(self._rows[at], state=RowState.WORKING, note=note, done=done, total=total))

    def _finish(self, path: str, document_id: str, name: str, state: RowState, note: str, hint: str = "") -> None:
        self._drop_row(self._find_work(path))
        self._drop_row(self._find_document(document_id))
        row = LibraryRow(name, state, note, path, document_id, hint=hint)
        self._insert(self._unfinished(), [row])

    def _fail(self, event: DocumentFailed) -> None:
        sentence = errors.describe_document(event.reason, dict(event.details))
        self._drop_row(self._find_work(event.path))
        row = LibraryRow(event.name, RowState.FAILED, sentence.text, event.path, hint=str(sentence))
        self._insert(self._unfinished(), [row])

    def _report_empty(self, job_path: str) -> None:
        """A folder that held nothing to read leaves a row that says so."""
        at = self._find_work(job_path)
        if at is not None and self._rows[at].state is RowState.QUEUED:
            row = replace(self._rows[at], state=RowState.FAILED, note=text.NOTHING_FOUND, hint=text.NOTHING_FOUND)
            self._drop_row(at)
            self._insert(self._unfinished(), [row])

    def _end(self, job_path: str) -> None:
        """A job is over: whatever it left unfinished leaves the list."""
        self._jobs.pop(job_path, None)
        folder = job_path.rstrip("/\\")
        for at in range(self._unfinished() - 1, -1, -1):
            path = self._rows[at].path
            if path == job_path or path.startswith((folder + "/", folder + "\\")):
                self._drop_row(at)
        self._summary.start()

    def _apply_listing(self, event: object) -> None:
        if isinstance(event, DocumentsListed):
            self.beginResetModel()
            fresh = [row for row in self._rows if row.state in (*UNFINISHED, RowState.FAILED)]
            self._rows = fresh + [_row(document) for document in reversed(event.documents)]
            self.endResetModel()
            self._summary.start()
        elif isinstance(event, JobFailed):
            self.failed.emit(event)

    def _apply_removal(self, row: LibraryRow, event: object) -> None:
        at = self._find_document(row.document_id)
        if isinstance(event, DocumentRemoved):
            self._drop_row(at)
        elif at is not None and isinstance(event, (JobCancelled, JobFailed)):
            self._replace(at, row)
        if isinstance(event, JobFailed):
            self.failed.emit(event)

    # ---- rows

    def _unfinished(self) -> int:
        """How many rows at the top are queued or worked on."""
        return sum(1 for _ in takewhile(lambda row: row.state in UNFINISHED, self._rows))

    def _find_work(self, path: str) -> int | None:
        return next((i for i, row in enumerate(self._rows[: self._unfinished()]) if row.path == path), None)

    def _find_document(self, document_id: str) -> int | None:
        return next((i for i, row in enumerate(self._rows) if row.document_id == document_id), None)

    def _job_key(self, path: str) -> str:
        """The job that works on `path`: its own, or that of the folder it came with."""
        if path in self._jobs or path in self._waiting:
            return path
        return next((str(parent) for parent in Path(path).parents if str(parent) in self._jobs), path)

    def _insert(self, at: int, rows: Sequence[LibraryRow]) -> None:
        self.beginInsertRows(QModelIndex(), at, at + len(rows) - 1)
        self._rows[at:at] = rows
        self.endInsertRows()
        self._summary.start()

    def _replace(self, at: int, row: LibraryRow) -> None:
        self._rows[at] = row
        index = self.index(at)
        self.dataChanged.emit(index, index)

    def _drop_row(self, at: int | None) -> None:
        if at is not None:
            self.beginRemoveRows(QModelIndex(), at, at)
            del self._rows[at]
            self.endRemoveRows()
            self._summary.start()


@dataclass(frozen=True, slots=True)
class JobEnded:
    """The last event of an ingestion that was neither cancelled nor failed."""


def _ingest(engine: Engine, path: str, token: CancelToken) -> Iterator[object]:
    yield from engine.ingest([Path(path)], token)
    yield JobEnded()


def _list_documents(engine: Engine) -> Iterator[DocumentsListed]:
    yield DocumentsListed(engine.documents())


def _row(document: DocumentInfo) -> LibraryRow:
    note, hint = text.document_summary(document.page_count, document.chunk_count), ""
    state = RowState.READY
    if document.failures:
        state = RowState.PARTIAL
        note, hint = _failed_pages(document.failures)
    return LibraryRow(document.name, state, note, document.source_path, document.document_id, hint=hint)


def _failed_pages(failures: Sequence[PageFailure]) -> tuple[str, str]:
    lines = [
        text.failed_page_reason(failure.page_no, errors.describe_document(failure.reason).text)
        for failure in failures[:_TOOLTIP_PAGES]
    ]
    if len(failures) > _TOOLTIP_PAGES:
        lines.append(text.more_failed_pages(len(failures) - _TOOLTIP_PAGES))
    return text.failed_pages([failure.page_no for failure in failures]), "\n".join(lines)


def _pages(event: PageParsed) -> tuple[int, int]:
    """Progress in thousandths: reading is the first half of the work, embedding the second."""
    return (500 * event.page_no // max(1, event.page_count), 1000)


def _vectors(event: ChunksEmbedded) -> tuple[int, int]:
    return (500 + 500 * event.done // max(1, event.total), 1000)
