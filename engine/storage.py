"""What of the product lies on the disk, in words of the house: how many bytes each part of a home takes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Storage:
    """Bytes on disk. `library` are documents, conversations and whatever else is kept encrypted in ledger and audit
    log; `index` is made from it and can be made again; `cache` may go at any time."""

    library_bytes: int
    index_bytes: int
    packs_bytes: int
    cache_bytes: int


def storage(settings: Settings) -> Storage:
    """Add up the files; those that cannot be read, or that vanish meanwhile, count nothing."""
    home = settings.home
    library = _size_bytes([*home.glob("ledger.db*"), *home.glob("audit.db*")])
    packs = sum(_size_bytes([folder]) for folder in settings.pack_folders)
    return Storage(library, _size_bytes([home / "index"]), packs, _size_bytes([home / "cache"]))


def _size_bytes(paths: Iterable[Path]) -> int:
    total = 0
    for path in paths:
        try:
            total += _size_bytes(map(Path, _entries(path))) if path.is_dir() else path.lstat().st_size
        except OSError:
            continue  # as said above
    return total


def _entries(folder: Path) -> list[str]:
    """Links are not followed: a folder must not count itself."""
    with os.scandir(folder) as entries:
        return [entry.path for entry in entries if not entry.is_symlink()]
