"""Which files a drop of files and folders means, and their bytes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.errors import DocumentFault, DocumentRejected
from engine.values import DocumentFormat

FORMATS = {
    ".pdf": DocumentFormat.PDF,
    ".docx": DocumentFormat.DOCX,
    ".xlsx": DocumentFormat.XLSX,
    ".xlsm": DocumentFormat.XLSX,
    ".pptx": DocumentFormat.PPTX,
    ".html": DocumentFormat.HTML,
    ".htm": DocumentFormat.HTML,
    ".md": DocumentFormat.MARKDOWN,
    ".markdown": DocumentFormat.MARKDOWN,
    ".txt": DocumentFormat.TEXT,
}
_REFUSED = frozenset({".doc", ".docm", ".dps", ".et", ".odp", ".ods", ".odt", ".ppt", ".pptm", ".rtf", ".wps", ".xls"})
_TEMPORARY = ("~$", ".")  # beginnings of names: open in Office, hidden


def format_of(path: Path) -> DocumentFormat:
    """What the file's name says it is; the parser child looks at its content. PDF where the name says nothing."""
    return FORMATS.get(path.suffix.lower(), DocumentFormat.PDF)


def is_document_name(name: str) -> bool:
    """Whether a file of a folder is meant: no hidden or temporary one, and a document by its suffix.

    Formats that are not read are meant too, so that they are named as such and not left out in silence.
    """
    suffix = Path(name).suffix.lower()
    return (suffix in FORMATS or suffix in _REFUSED) and not name.startswith(_TEMPORARY)


def find_documents(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and every document in the folders named, at any depth, sorted by name; each once.

    Linked folders are entered, loops of links not twice. Files named by themselves are given as they are, whether
    they exist or not; folders that cannot be read come as themselves, so that their failure is reported.
    """
    given: set[Path] = set()
    entered: set[tuple[int, int]] = set()
    for path in paths:
        for file in _below(path, entered) if path.is_dir() else (path,):
            if file not in given:
                given.add(file)
                yield file


def _below(folder: Path, entered: set[tuple[int, int]]) -> Iterator[Path]:
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
            yield from _below(entry, entered)
        elif is_document_name(entry.name):
            yield entry


def read_document(path: Path, limit_bytes: int) -> bytes:
    """The bytes of a regular file.

    Raises:
        DocumentRejected: VANISHED, UNSUPPORTED (by its suffix), UNREADABLE (no permission, locked, a folder, a
            device) or TOO_LARGE.
    """
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode) and path.suffix.lower() not in FORMATS:
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
