"""The documents of the library and the work on them. A list model: ten thousand rows scroll as easily as ten.

Rows that are being worked on stand first, in the order they will be done; finished ones follow, newest first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import takewhile
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from desktop import errors
from desktop.jobs import Job, QueueLane
from desktop.library.library_row import UNFINISHED, LibraryRow, RowState, document_row, failed_pages
from desktop.look import text
from engine.api import (
    CancelToken,
    ChunksEmbedded,
    DocumentFailed,
    DocumentFault,
    DocumentIndexed,
    DocumentInfo,
    DocumentPartiallyIndexed,
    DocumentRemoved,
    DocumentStarted,
    Engine,
    JobCancelled,
    JobFailed,
    PageParsed,
    PageRecognized,
)

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
QUIET = "look "  # begins the keys of jobs that change nothing unless their events come to `apply`
MakeJob = Callable[[Engine], Job]


@dataclass(frozen=True, slots=True)
class DocumentsListed:
    """What the ledger holds, oldest first, and the titles of the knowledge packs by name."""

    documents: tuple[DocumentInfo, ...]
    pack_titles: Mapping[str, str] = field(default_factory=dict)


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
        self._waiting: dict[str, MakeJob] = {}  # asked for before the engine was open
        self._listing = False
        self._touched = False  # documents may have changed since they were listed
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
            return row.spoken
        return None

    @property
    def rows(self) -> tuple[LibraryRow, ...]:
        return tuple(self._rows)

    def shows(self, row: LibraryRow) -> bool:
        """Whether the document or failure of this row is still on the list."""
        return any((other.document_id, other.path) == (row.document_id, row.path) for other in self._rows)

    @property
    def document_count(self) -> int:
        return sum(1 for row in self._rows if row.document_id and row.state is not RowState.FAILED)

    @property
    def progress(self) -> tuple[int, int]:
        """Documents done and to do of what was added since the library was last idle; (0, 0) when idle."""
        left = self._unfinished()
        total = max(left, self._batch_total)
        return (total - left, total) if left else (0, 0)

    # ---- requests

    def set_engine(self, engine: Engine) -> None:
        """List the documents and begin what was asked for before the engine was open."""
        self._engine = engine
        self.refresh()
        waiting, self._waiting = self._waiting, {}
        for key, make_job in waiting.items():
            self.run_job(key, make_job)

    def refresh(self) -> None:
        """Read the list of documents again, after the work that is queued."""
        engine = self._engine
        if engine is not None and not self._listing:
            self._listing = True
            self._lane.submit(Job(lambda token: _list_documents(engine), self._apply_listing))

    def add_paths(self, paths: Iterable[Path], password: str = "") -> None:
        """Queue files and folders, one job each, so that each can be cancelled; what is already queued is skipped.

        `password` opens locked PDFs; it is kept nowhere.
        """
        fresh = [str(path) for path in paths if str(path) not in self._jobs and str(path) not in self._waiting]
        for path in fresh:
            self.begin(path, Path(path).name or path)
        for path in fresh:
            self.run_job(path, partial(self._ingestion, path, password))

    def begin(self, key: str, name: str, icon: str = "document") -> None:
        """A new row at the end of what is to be done, for the job `key`; an earlier failure of it makes way."""
        for row in [row for row in self._rows if row.state is RowState.FAILED and row.path == key]:
            self.dismiss(row)
        if not self._unfinished():
            self._batch_total = 0
        self._batch_total += 1
        self._insert(self._unfinished(), [LibraryRow(name, RowState.QUEUED, text.QUEUED, key, job=key, icon=icon)])

    def run_job(self, key: str, make_job: MakeJob) -> None:
        """Queue a job; its last event must come to `apply` or `end`. Before the engine is open it waits for it."""
        if self._engine is None:
            self._waiting[key] = make_job
            return
        self._jobs[key] = make_job(self._engine)
        self._lane.submit(self._jobs[key])

    def _ingestion(self, path: str, password: str, engine: Engine) -> Job:
        return Job(lambda token: _ingest(engine, path, password, token), partial(self.apply, path))

    def cancel(self, row: LibraryRow) -> None:
        """Stop taking in this document; nothing of it stays."""
        self.cancel_job(row.job)

    def cancel_all(self) -> None:
        """Stop everything that is queued or being taken in, last things first."""
        for key in [*self._waiting, *reversed(self._jobs)]:
            self.cancel_job(key)

    def cancel_job(self, key: str) -> None:
        if key in self._waiting:
            del self._waiting[key]
            self.end(key)
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

    def apply(self, job_path: str, event: object) -> None:
        """Fold one ingestion event of the job for `job_path` (a file, or a folder of many) into the rows."""
        self._touched = True
        match event:
            case DocumentStarted():
                self._start(job_path, event)
            case PageParsed():
                self.show_progress(event.path, text.pages_progress(event.page_no, event.page_count), *_pages(event))
            case PageRecognized():
                self.show_progress(
                    event.path, text.recognition_progress(event.page_no, event.page_count), *_recognized(event)
                )
            case ChunksEmbedded():
                self.show_progress(event.path, text.vectors_progress(event.done, event.total), *_vectors(event))
            case DocumentIndexed():
                note = text.ALREADY_KNOWN if event.already_known else text.pages(event.pages)
                self._finish(event.path, event.document_id, event.name, RowState.READY, note)
            case DocumentPartiallyIndexed():
                note, hint = failed_pages(event.failures)
                self._finish(event.path, event.document_id, event.name, RowState.PARTIAL, note, hint)
            case DocumentFailed():
                sentence = errors.describe_document(event.reason, dict(event.details))
                self.fail(event.path, event.name, sentence, event.reason)
            case DocumentRemoved():
                self._drop_row(self._find_document(event.document_id))
            case JobCancelled():
                self.end(job_path)
            case JobFailed():
                self.end(job_path)
                self.failed.emit(event)
            case JobEnded():
                self._report_empty(job_path)
                self.end(job_path)

    def _start(self, job_path: str, event: DocumentStarted) -> None:
        at = self._find_work(event.path)
        row = LibraryRow(event.name, RowState.WORKING, text.STARTING, event.path, job=job_path)
        if at is None:  # one of a folder
            self._drop_row(self._find_work(job_path))
            self._insert(0, [row])
        else:
            self._replace(at, row)

    def show_progress(self, path: str, note: str, done: int, total: int) -> None:
        at = self._find_work(path)
        if at is not None:
            self._replace(at, replace(self._rows[at], state=RowState.WORKING, note=note, done=done, total=total))

    def _finish(self, path: str, document_id: str, name: str, state: RowState, note: str, hint: str = "") -> None:
        self._drop_row(self._find_work(path))
        self._drop_row(self._find_document(document_id))
        row = LibraryRow(name, state, note, path, document_id, hint=hint)
        self._insert(self._unfinished(), [row])

    def fail(self, path: str, name: str, sentence: errors.Sentence, reason: str = "", icon: str = "document") -> None:
        """The work on `path` ended badly; its row says why until it is dismissed."""
        self._drop_row(self._find_work(path))
        row = LibraryRow(name, RowState.FAILED, sentence.text, path, hint=str(sentence), reason=reason, icon=icon)
        row = replace(row, detail=sentence.detail)
        if row.can_unlock:  # a link follows
            row = replace(row, note=text.LOCKED if reason == DocumentFault.ENCRYPTED else text.PASSWORD_WRONG_NOTE)
        self._insert(self._unfinished(), [row])

    def _report_empty(self, job_path: str) -> None:
        """A folder that held nothing to read leaves a row that says so."""
        at = self._find_work(job_path)
        if at is not None and self._rows[at].state is RowState.QUEUED:
            row = replace(self._rows[at], state=RowState.FAILED, note=text.NOTHING_FOUND, hint=text.NOTHING_FOUND)
            self._drop_row(at)
            self._insert(self._unfinished(), [row])

    def end(self, key: str) -> None:
        """A job is over: whatever it left unfinished leaves the list, and what it changed elsewhere is read."""
        self._jobs.pop(key, None)
        self._touched = self._touched or not key.startswith(QUIET)
        for at in range(self._unfinished() - 1, -1, -1):
            if self._rows[at].job == key:
                self._drop_row(at)
        if not self._jobs and self._touched:
            self._touched = False
            self.refresh()
        self._summary.start()

    def _apply_listing(self, event: object) -> None:
        self._listing = False
        if isinstance(event, DocumentsListed):
            self._show_listing(_listed_rows(event))
        elif isinstance(event, JobFailed):
            self.failed.emit(event)

    def _show_listing(self, listed: dict[str, LibraryRow]) -> None:
        """Rows that are there keep their places; documents that are new come after the unfinished ones."""
        rows = [_brought_up_to_date(row, listed) for row in self._rows]
        known = {row.document_id for row in self._rows}
        fresh = [row for key, row in listed.items() if key not in known]
        if not fresh and None not in rows:
            for at, row in enumerate(rows):
                if row is not None and row != self._rows[at]:
                    self._replace(at, row)
            return
        at = self._unfinished()
        self.beginResetModel()
        self._rows = [row for row in [*rows[:at], *fresh, *rows[at:]] if row is not None]
        self.endResetModel()
        self._summary.start()

    def _apply_removal(self, row: LibraryRow, event: object) -> None:
        at = self._find_document(row.document_id)
        if isinstance(event, DocumentRemoved):
            self._drop_row(at)
            self.refresh()  # an older version may be the present one again
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


def _ingest(engine: Engine, path: str, password: str, token: CancelToken) -> Iterator[object]:
    yield from engine.ingest([Path(path)], token, {Path(path): password} if password else None)
    yield JobEnded()


def _list_documents(engine: Engine) -> Iterator[DocumentsListed]:
    titles = {pack.pack: pack.title for pack in engine.knowledge_packs.installed()}
    yield DocumentsListed(engine.documents(), titles)


def _listed_rows(listing: DocumentsListed) -> dict[str, LibraryRow]:
    """Rows by document, newest first."""
    names = {document.document_id: document.name for document in listing.documents}
    newest_first = reversed(listing.documents)
    return {document.document_id: document_row(document, names, listing.pack_titles) for document in newest_first}


def _brought_up_to_date(row: LibraryRow, listed: Mapping[str, LibraryRow]) -> LibraryRow | None:
    """The row as the ledger has it; None where its document is gone."""
    if not row.document_id or row.state is RowState.REMOVING:
        return row
    fresh = listed.get(row.document_id)
    if fresh is not None and row.note == text.ALREADY_KNOWN:
        return replace(fresh, note=row.note)
    return fresh


def _pages(event: PageParsed) -> tuple[int, int]:
    """Progress in thousandths: reading text and scans is the first half of the work, embedding the second."""
    return (250 * event.page_no // max(1, event.page_count), 1000)


def _recognized(event: PageRecognized) -> tuple[int, int]:
    return (250 + 250 * event.page_no // max(1, event.page_count), 1000)


def _vectors(event: ChunksEmbedded) -> tuple[int, int]:
    return (500 + 500 * event.done // max(1, event.total), 1000)
