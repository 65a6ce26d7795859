"""CRC-32 of the index's files: LanceDB keeps no sums, so a flipped bit would change what is found and say nothing.

Its files never change once written, but for the hint that names the latest version. The sums follow each write; what a
crash left unsummed counts as sound and is held against the ledger's counts as before.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

_PART_BYTES = 1024 * 1024
_HINT = "latest_version_hint.json"


class IndexSums:
    """Beside the index, in a file of its own that may go at any time. One thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sums: dict[str, int] = _read(path)

    def damaged(self, folder: Path) -> list[str]:
        """Names of the files in `folder` that are not as they were written; reads them all, some GB a second."""
        known = {name: path for name, path in _files(folder).items() if name in self._sums}
        return [name for name, path in known.items() if self._sums[name] != _crc(path)]

    def update(self, folder: Path) -> None:
        """Sum what is new in `folder`, forget what is gone."""
        files = _files(folder)
        sums = {name: self._sums[name] if name in self._sums else _crc(path) for name, path in files.items()}
        if sums != self._sums:
            temporary = self._path.with_name(self._path.name + ".new")
            try:
                temporary.write_text(json.dumps(sums), encoding="ascii")
                temporary.replace(self._path)
            except OSError:  # a full disk: it goes without sums, which must not keep anyone from removing
                temporary.unlink(missing_ok=True)
            self._sums = sums

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)
        self._sums = {}


def _read(path: Path) -> dict[str, int]:
    try:
        found: dict[Any, Any] = json.loads(path.read_text(encoding="ascii"))
        return {str(name): int(crc) for name, crc in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _files(folder: Path) -> dict[str, Path]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != _HINT)
    return {path.relative_to(folder.parent).as_posix(): path for path in files}


def _crc(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while part := file.read(_PART_BYTES):
            crc = zlib.crc32(part, crc)
    return crc
