"""What lies in a watched folder at this moment, by names, sizes and times alone: no file is opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.ingestion.files import is_document_name

_MAX_DEPTH = 64


@dataclass(frozen=True, slots=True)
class FileState:
    """`changed_ns` is when the content was changed, `touched_ns` when anything was: also a copy of an old file."""

    path: str
    size_bytes: int
    changed_ns: int
    touched_ns: int


@dataclass(slots=True)
class FolderState:
    """`files` by path. Nothing is known of what lies below `unreadable` folders."""

    files: dict[str, FileState] = field(default_factory=dict[str, FileState])
    unreadable: list[str] = field(default_factory=list[str])
    entries: int = 0

    def covers(self, path: str) -> bool:
        """Whether a file that is not in `files` is certainly gone."""
        return not any(path.startswith(folder.rstrip(os.sep) + os.sep) for folder in self.unreadable)


def scan(folder: str) -> FolderState | None:
    """The documents below a folder, at any depth; links are not followed, hidden and temporary files are skipped.

    None when the folder cannot be reached: a drive that is not connected, a share that does not answer.
    """
    state = FolderState()
    for entries in _listings(folder, state):
        for entry in entries:
            state.entries += 1
            file = _document(entry)
            if file is not None:
                state.files[file.path] = file
    return None if folder in state.unreadable else state


def _listings(root: str, state: FolderState) -> Iterator[list[os.DirEntry[str]]]:
    waiting = [(root, 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
            inner = [entry.path for entry in entries if _is_folder(entry)]
        except OSError:
            state.unreadable.append(folder)
            continue
        yield entries
        if depth < _MAX_DEPTH:
            waiting += [(path, depth + 1) for path in inner]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    is_junction = getattr(entry, "is_junction", bool)  # Windows; known to Python from 3.12 on
    return entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".") and not is_junction()


def _document(entry: os.DirEntry[str]) -> FileState | None:
    if not is_document_name(entry.name) or not _is_unicode(entry.path):
        return None
    try:
        if not entry.is_file(follow_symlinks=False):
            return None
        status = entry.stat(follow_symlinks=False)
    except OSError:  # it went in this moment; the next scan tells
        return None
    touched_ns = max(status.st_mtime_ns, status.st_ctime_ns)
    return FileState(entry.path, status.st_size, status.st_mtime_ns, touched_ns)


def _is_unicode(path: str) -> bool:
    """The ledger keeps paths as Unicode; a name that is none could not be found again."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
