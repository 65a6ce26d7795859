"""The library: its documents, and the work that changes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Signal

from desktop import errors
from desktop.jobs import QueueLane
from desktop.library.document_rows import DocumentRows
from desktop.library.intake import Intake
from desktop.library.job_queue import JobQueue, Work
from desktop.library.library_row import LibraryRow, RowState, failed_pages, failed_row, queued_row, refusal
from desktop.library.taking_in import JobEnded
from desktop.look import library_text, text
from engine.api import (
    ChunksEmbedded,
    DocumentFailed,
    DocumentIndexed,
    DocumentPartiallyIndexed,
    DocumentRemoved,
    DocumentStarted,
    Engine,
    EnvironmentFault,
    JobCancelled,
    JobFailed,
    PageParsed,
    PageRecognized,
)

QUIET = "look "  # begins the keys of jobs that change nothing unless their events come to `apply`


@dataclass(slots=True)
class Batch:
    """What became of the documents since the library was last idle."""

    total: int = 0
    added: int = 0
    known: int = 0
    failed: int = 0


class LibraryModel(DocumentRows):
    """Rows over the engine's documents, and the jobs that change them.

    `lane` takes in, one file after the other; `edits` runs what is short and must not wait for that; `background`
    what may take long and is waited for by nobody.
    """

    finished = Signal(object)  # Batch

    def __init__(self, lane: QueueLane, edits: QueueLane | None = None, background: QueueLane | None = None) -> None:
        super().__init__(edits or lane)
        self._touched = False  # documents may have changed since they were listed
        self.batch = Batch()
        self.queue = JobQueue(lane)
        self.queue.paused_changed.connect(self._tell)
        self.intake = Intake(self, edits or lane, background or edits or lane)

    @property
    def progress(self) -> tuple[int, int]:
        """Documents done and to do of what was added since the library was last idle; (0, 0) when idle."""
        left = self._unfinished()
        total = max(left, self.batch.total)
        return (total - left, total) if left else (0, 0)

    @property
    def working(self) -> LibraryRow | None:
        """What is being worked on at this moment."""
        return next((row for row in self._rows[: self._unfinished()] if row.state is RowState.WORKING), None)

    # ---- requests

    def set_engine(self, engine: Engine) -> None:
        """List the documents and begin what was asked for before the engine was open."""
        self._engine = engine
        self.refresh()
        self.intake.set_engine(engine)
        self.queue.set_engine(engine)

    def add_paths(self, paths: Iterable[Path], password: str = "") -> None:
        """Queue files and folders; what is already queued is skipped. `password` opens locked PDFs, it is not kept."""
        self.intake.add([str(path) for path in paths], password)

    def begin_all(self, rows: Sequence[LibraryRow]) -> None:
        """New rows at the end of what is to be done, each for its job; earlier failures of them make way."""
        again = {row.path for row in rows}
        for row in [row for row in self._rows if row.state is RowState.FAILED and row.path in again]:
            self._drop_row(self._rows.index(row))
        if not self._unfinished() and self.queue.idle:
            self.batch = Batch()
        self.batch.total += len(rows)
        self._insert(self._unfinished(), rows)

    def show_failed(self, rows: Sequence[LibraryRow]) -> None:
        """What failed before the program was started."""
        self._insert(self._unfinished(), rows)

    def begin(self, key: str, name: str, icon: str = "document") -> None:
        self.begin_all([queued_row(key, key, icon, name)])

    def divide(self, path: str, rows: Sequence[LibraryRow], *, last: bool) -> bool:
        """Put the rows of a folder's files in the place of its own, which stays until the `last` ones have come.

        False when the folder is no longer waited for.
        """
        at = self._find_work(path)
        if at is None:
            return False
        if rows:
            self.batch.total += len(rows)
            self._insert(at, rows)
        if last:
            self.batch.total -= 1
            self._drop_row(at + len(rows))
        return True

    def run_job(self, key: str, work: Work, deliver: Callable[[object], None]) -> None:
        """Queue a job; its last event must come to `apply` or `end`. Before the engine is open it waits for it."""
        self.queue.run(key, work, deliver)

    def cancel(self, row: LibraryRow) -> None:
        """Stop taking in this document; nothing of it stays."""
        self.intake.forget([row.job])
        self.cancel_job(row.job)

    def cancel_all(self) -> None:
        """Stop everything that is queued or being taken in, last things first."""
        waiting = [row.job for row in self._rows[: self._unfinished()]]
        self.intake.forget(waiting)
        for key in [*self.queue.keys, *(key for key in waiting if key not in self.queue)]:
            self.cancel_job(key)
        self.queue.resume()

    def cancel_job(self, key: str) -> None:
        if key not in self.queue or self.queue.cancel(key):
            self.end(key)

    def dismiss(self, row: LibraryRow) -> None:
        """Take a failed document off the list."""
        if row in self._rows:
            self._drop_row(self._rows.index(row))
            self.intake.forget([row.path])

    # ---- events

    def apply(self, job_path: str, event: object) -> None:
        """Fold one ingestion event of the job for `job_path` (a file, or a folder of many) into the rows."""
        self._touched = True
        match event:
            case DocumentStarted():
                self._start(job_path, event)
            case PageParsed() | PageRecognized() | ChunksEmbedded():
                self.show_progress(event.path, *_progress(event))
            case DocumentIndexed():
                self._finish_indexed(event)
            case DocumentPartiallyIndexed():
                note, hint = failed_pages(event.failures)
                row = LibraryRow(event.name, RowState.PARTIAL, note, event.path, event.document_id, hint=hint)
                self._finish(row)
                self.batch.added += 1
            case DocumentFailed():
                sentence = refusal(event.reason, dict(event.details), event.path)
                self.fail(event.path, event.name, sentence, event.reason)
            case DocumentRemoved():
                self._drop_row(self._find_document(event.document_id))
                if not job_path.startswith(QUIET):
                    self.intake.note_removed(event)
            case JobCancelled():
                self.end(job_path)
            case JobFailed():
                self._fail_job(job_path, event)
            case JobEnded():
                self._report_empty(job_path)
                self.end(job_path)

    def _start(self, job_path: str, event: DocumentStarted) -> None:
        at = self._find_work(event.path)
        if at is None:  # one of a folder
            row = queued_row(event.path, job_path, name=event.name)
            self._drop_row(self._find_work(job_path))
            self._insert(0, [replace(row, state=RowState.WORKING, note=text.STARTING)])
        else:
            self._replace(at, replace(self._rows[at], state=RowState.WORKING, note=text.STARTING, job=job_path))
            self._tell()

    def show_progress(self, path: str, note: str, done: int, total: int) -> None:
        at = self._find_work(path)
        if at is not None:
            self._replace(at, replace(self._rows[at], state=RowState.WORKING, note=note, done=done, total=total))
            self._tell()

    def _finish_indexed(self, event: DocumentIndexed) -> None:
        note = text.pages(event.pages)
        row = LibraryRow(library_text.one_line(event.name), RowState.READY, note, event.path, event.document_id)
        if not event.already_known:
            self.batch.added += 1
            self._finish(row)
            return
        self.batch.known += 1
        at = self._find_document(event.document_id)
        known = row if at is None else self._rows[at]
        remark = text.ALREADY_KNOWN if known.name == row.name else library_text.same_content(row.name)
        self._finish(replace(known, remark=remark))

    def _finish(self, row: LibraryRow) -> None:
        self._hidden.discard(row.document_id)  # it was removed, and has been taken in once more
        self._drop_row(self._find_work(row.path))
        self._drop_row(self._find_document(row.document_id))
        self._insert(self._unfinished(), [row])

    def fail(self, path: str, name: str, sentence: errors.Sentence, reason: str = "", icon: str = "document") -> None:
        """The work on `path` ended badly; its row says why until it is dismissed."""
        at = self._find_work(path)
        replaces = self._rows[at].replaces if at is not None else ""
        self._drop_row(at)
        self.batch.failed += 1
        row = failed_row(path, name, sentence, reason, icon, replaces)
        kept = self._find_document(replaces) if replaces else None
        if kept is not None:
            row = replace(row, hint=f"{row.hint}\n{library_text.not_replaced(self._rows[kept].name)}")
        self._insert(self._unfinished(), [row])

    def _fail_job(self, job_path: str, failure: JobFailed) -> None:
        """What was being taken in says why it was not; what the machine lacks, the rest would lack as well."""
        at = self._find_work(job_path)
        if at is not None:
            self.fail(job_path, self._rows[at].name, errors.describe(failure.error))
        if isinstance(failure.error, EnvironmentFault) and self._unfinished():
            self.queue.pause()
        self.end(job_path)
        self.failed.emit(failure)

    def _report_empty(self, job_path: str) -> None:
        """A folder that held nothing to read leaves a row that says so."""
        at = self._find_work(job_path)
        if at is not None and self._rows[at].state is RowState.QUEUED:
            self.fail(job_path, self._rows[at].name, errors.Sentence(text.NOTHING_FOUND), icon="folder")

    def end(self, key: str) -> None:
        """A job is over: whatever it left unfinished leaves the list, and what it changed elsewhere is read."""
        self.queue.done(key)
        self._touched = self._touched or not key.startswith(QUIET)
        for at in range(self._unfinished() - 1, -1, -1):
            if self._rows[at].job == key:
                self._drop_row(at)
                self.batch.total -= 1
        if self.queue.idle and self._touched:
            self._touched = False
            self.refresh()
        if self.queue.idle and not self._unfinished():
            self.finished.emit(self.batch)
            self.batch = Batch()
        self._tell()


def _progress(event: PageParsed | PageRecognized | ChunksEmbedded) -> tuple[str, int, int]:
    """In words, and in thousandths: reading text and scans is the first half of the work, embedding the second."""
    match event:
        case PageParsed():
            done = 250 * event.page_no // max(1, event.page_count)
            return text.pages_progress(event.page_no, event.page_count), done, 1000
        case PageRecognized():
            done = 250 + 250 * event.page_no // max(1, event.page_count)
            return text.recognition_progress(event.page_no, event.page_count), done, 1000
        case ChunksEmbedded():
            done = 500 + 500 * event.done // max(1, event.total)
            return text.vectors_progress(event.done, event.total), done, 1000
