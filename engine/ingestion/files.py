"""Which files a drop of files and folders means, and their bytes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.errors import DocumentFault, DocumentRejected

SUFFIX = ".pdf"


def find_documents(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and every PDF in the folders named, at any depth, sorted by name; each once.

    Linked folders are entered, loops of links not twice. Files named by themselves are given as they are, whether
    they exist or not; folders that cannot be read come as themselves, so that their failure is reported.
    """
    given: set[Path] = set()
    entered: set[tuple[int, int]] = set()
    for path in paths:
        for file in _pdfs_below(path, entered) if path.is_dir() else (path,):
            if file not in given:
                given.add(file)
                yield file


def _pdfs_below(folder: Path, entered: set[tuple[int, int]]) -> Iterator[Path]:
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in entered:
            return
        entered.add((status.st_dev, status.st_ino))
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError:
        yield folder
        return
    for entry in entries:
        if entry.is_dir():
            yield from _pdfs_below(entry, entered)
        elif entry.suffix.lower() == SUFFIX:
            yield entry


def read_document(path: Path, limit_bytes: int) -> bytes:
    """The bytes of a regular file.

    Raises:
        DocumentRejected: VANISHED, UNSUPPORTED (no PDF by name), UNREADABLE (no permission, locked, a folder, a
            device) or TOO_LARGE.
    """
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode) and path.suffix.lower() != SUFFIX:
            raise DocumentRejected(DocumentFault.UNSUPPORTED, suffix=path.suffix)
        if not stat.S_ISREG(status.st_mode):  # a pipe would block for ever
            raise DocumentRejected(DocumentFault.UNREADABLE)
        if status.st_size > limit_bytes:
            raise DocumentRejected(DocumentFault.TOO_LARGE, size_bytes=status.st_size, limit_bytes=limit_bytes)
        with path.open("rb") as file:
            data = file.read(limit_bytes + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DocumentRejected(DocumentFault.VANISHED) from error
    except OSError as error:
        raise DocumentRejected(DocumentFault.UNREADABLE) from error
    if len(data) > limit_bytes:  # it grew since
        raise DocumentRejected(DocumentFault.TOO_LARGE, size_bytes=len(data), limit_bytes=limit_bytes)
    return data


def printable(path: Path | str) -> str:
    """The path as valid text: bytes that are no UTF-8 become replacement characters."""
    return os.fsencode(path).decode("utf-8", "replace")
