"""Puts a finished pack in its place, so that a crash or power cut leaves the old pack or the new one, never half."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def publish(building: Path, pack: Path) -> None:
    """fsync everything in `building`, then rename it to `pack`; a pack that stood there is moved away first."""
    for path in (*building.iterdir(), building):
        fsync(path)
    old = pack.with_name(f".{pack.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if pack.exists():
        pack.rename(old)
    building.rename(pack)
    fsync(pack.parent)
    shutil.rmtree(old, ignore_errors=True)


def fsync(path: Path) -> None:
    """Write a file, or on POSIX a folder, through to the disk."""
    if os.name == "nt" and path.is_dir():  # Windows cannot open a folder for this
        return
    # Windows flushes only handles that may write; POSIX opens folders only for reading
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
