"""Keeps folders and the library in step: what is added, changed or gone there is taken in, replaced or removed here.

The ledger remembers each file's size and time of modification, so that a scan tells what happened, also after days.
Nothing depends on notices from the system (network drives send none). Every step is safe to repeat: a crash between
any two is mended by the next `sync`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.cancel import CancelToken
from engine.errors import DocumentFault, Rejection, RequestRejected
from engine.events import (
    DocumentFailed,
    DocumentIndexed,
    DocumentPartiallyIndexed,
    DocumentRemoved,
    DocumentStarted,
    FolderSynced,
    FolderUnreachable,
)
from engine.ingestion.files import printable
from engine.ingestion.folder_scan import FileState, scan
from engine.ingestion.pipeline import IngestEvent, Ingestor
from engine.knowledge.store import KnowledgeBase
from engine.knowledge.watched import WatchedFile, WatchedFolder

WatchEvent = IngestEvent | DocumentRemoved | FolderSynced | FolderUnreachable

_SETTLED_S = 2.0  # a file that was changed within this time may still be being written


@dataclass(slots=True)
class _Difference:
    """What happened in a folder since the ledger last saw it."""

    fresh: list[tuple[FileState, WatchedFile | None]] = field(
        default_factory=list[tuple[FileState, WatchedFile | None]]
    )
    gone: list[WatchedFile] = field(default_factory=list[WatchedFile])
    waiting: int = 0  # still being written


@dataclass(slots=True)
class _Count:
    added: int = 0
    changed: int = 0
    removed: int = 0
    failed: int = 0


class FolderWatcher:
    """What the engine offers on watched folders. One caller at a time, on the library's lane."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        ingestor: Callable[[], Ingestor],
        forget: Callable[[], None] = lambda: None,
        switched_on: bool = True,
    ) -> None:
        """`ingestor` is made when there is something to take in; `forget` is called when documents have gone.

        Unless `switched_on`, no folder is looked at and none can be added.
        """
        self._knowledge = knowledge
        self._records = knowledge.watched
        self._ingestor = ingestor
        self._forget = forget
        self._switched_on = switched_on

    def folders(self) -> tuple[WatchedFolder, ...]:
        return self._records.folders()

    def add(self, path: Path) -> WatchedFolder:
        """Watch a folder with all that is in it; `sync` takes its documents in.

        A folder within a watched one is watched already: that one is returned. Watched folders within the new one
        become part of it.

        Raises RequestRejected PATH_MISSING, WATCHING_OFF.
        """
        if not self._switched_on:
            raise RequestRejected(Rejection.WATCHING_OFF)
        folder = os.path.abspath(path)  # noqa: PTH100  Path.absolute keeps ".."
        if not Path(folder).is_dir():
            raise RequestRejected(Rejection.PATH_MISSING, path=printable(path))
        for known in self.folders():
            if _is_within(folder, known.path):
                return known
        inner = tuple(known.path for known in self.folders() if _is_within(known.path, folder))
        self._records.add_folder(folder, inner)
        return next(known for known in self.folders() if known.path == folder)

    def remove(self, path: Path, keep_documents: bool) -> Iterator[DocumentRemoved]:
        """Watch a folder no longer, and remove its documents unless they shall stay.

        Raises RequestRejected PATH_MISSING when the folder is not watched.
        """
        folder = os.path.abspath(path)  # noqa: PTH100  as above
        if folder not in {known.path for known in self.folders()}:
            raise RequestRejected(Rejection.PATH_MISSING, path=printable(path))
        if not keep_documents:
            yield from self._remove_documents(list(self._records.files(folder).values()))
        self._records.remove_folder(folder)

    def changed(self) -> bool:
        """Whether `sync` has something to do. Cheap: 10,000 files take well under a second."""
        return self._switched_on and any(
            difference is not None and (difference.fresh or difference.gone)
            for difference in (self._difference(folder.path) for folder in self.folders())
        )

    def sync(self, cancel: CancelToken) -> Iterator[WatchEvent]:
        """Bring the library in step with all watched folders, one file after the other.

        A changed file's old document goes when the new one is stored. A folder that cannot be reached changes
        nothing and is named by FolderUnreachable, every other one ends with FolderSynced. A file that failed is
        tried again when it changes; one that is locked, each time.

        Raises:
            EnvironmentFault: the disk is full …; what was done stays done.
            Cancelled: the token was cancelled.
        """
        for folder in self.folders() if self._switched_on else ():
            cancel.raise_if_cancelled()
            difference = self._difference(folder.path)
            if difference is None:
                yield FolderUnreachable(folder.path)
                continue
            count = _Count()
            for state, before in difference.fresh:
                cancel.raise_if_cancelled()
                yield from self._take_in(folder.path, state, before, count, cancel)
            cancel.raise_if_cancelled()
            for event in self._remove_documents(difference.gone):
                count.removed += 1
                yield event
            self._records.forget([file.path for file in difference.gone])
            waiting = difference.waiting
            yield FolderSynced(folder.path, count.added, count.changed, count.removed, count.failed, waiting)

    def _difference(self, folder: str) -> _Difference | None:
        """None when the folder cannot be reached."""
        state = scan(folder)
        known = self._records.files(folder)
        if state is None or (known and not state.entries):  # the empty mount point of a drive that is not there
            return None
        difference = _Difference()
        now_ns = time.time_ns()
        for path, file in sorted(state.files.items()):
            before = known.get(path)
            if before and (before.size_bytes, before.changed_ns) == (file.size_bytes, file.changed_ns):
                if before.reason == DocumentFault.UNREADABLE and _opens(path):
                    difference.fresh.append((file, before))
            elif 0 <= now_ns - file.touched_ns < _SETTLED_S * 1e9:
                difference.waiting += 1
            else:
                difference.fresh.append((file, before))
        difference.gone = [file for path, file in known.items() if path not in state.files and state.covers(path)]
        return difference

    def _take_in(
        self, folder: str, state: FileState, before: WatchedFile | None, count: _Count, cancel: CancelToken
    ) -> Iterator[WatchEvent]:
        known_id = before.document_id if before else ""
        started: DocumentStarted | None = None
        for event in self._ingestor().ingest([Path(state.path)], cancel):
            if isinstance(event, DocumentStarted):
                started = event  # told when there is something to tell: a file may have been touched only
                continue
            untouched = isinstance(event, DocumentIndexed) and event.already_known and event.document_id == known_id
            if started and not untouched:
                yield started
                started = None
            if not untouched:
                yield event
            if isinstance(event, (DocumentIndexed, DocumentPartiallyIndexed)):
                if before and known_id and known_id != event.document_id:
                    count.changed += 1
                    self._knowledge.collections.follow(known_id, event.document_id)
                    yield from self._remove_documents([before], event.document_id)
                elif not known_id:
                    count.added += 1
                self._record(folder, state, event.document_id)
            elif isinstance(event, DocumentFailed):
                count.failed += 1
                if event.reason != DocumentFault.VANISHED:
                    self._record(folder, state, known_id, event.reason)

    def _record(self, folder: str, state: FileState, document_id: str, reason: str = "") -> None:
        file = WatchedFile(state.path, folder, state.size_bytes, state.changed_ns, document_id, reason)
        self._records.record(file)

    def _remove_documents(self, files: list[WatchedFile], replacement: str = "") -> Iterator[DocumentRemoved]:
        """Remove what the library holds for these files, but for what another watched file holds as well, what a
        knowledge pack brought, what the user took in from elsewhere, and the replacement."""
        paths = {file.path for file in files}
        of_files = {file.document_id for file in files}
        folders = [folder.path for folder in self.folders()]
        removed: list[str] = []
        for document in self._knowledge.documents():
            source = document.source_path
            ours = source in paths or (
                document.document_id in of_files and any(_is_within(source, folder) for folder in folders)
            )
            kept = document.pack or document.document_id == replacement
            if ours and not kept and not self._records.paths_of(document.document_id) - paths:
                removed.append(document.document_id)
        if removed:
            try:
                events = self._knowledge.remove_all(removed)
            finally:
                self._forget()
            yield from events


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _opens(path: str) -> bool:
    try:
        with Path(path).open("rb") as file:
            file.read(1)
    except OSError:
        return False
    return True
