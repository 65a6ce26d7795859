"""Small files that are there whole or not at all, and what a disk's refusals mean."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from collections.abc import Generator
from pathlib import Path

from engine.errors import EnvironmentFault, Fault

_DISK_FULL_ERRORS = {errno.ENOSPC, errno.EDQUOT}


def disk_full(home: Path, needed_bytes: int = 0) -> EnvironmentFault:
    return EnvironmentFault(Fault.DISK_FULL, path=str(home), needed_bytes=needed_bytes, free_bytes=free_bytes(home))


def free_bytes(home: Path) -> int:
    return shutil.disk_usage(home).free


def is_disk_full_error(error: OSError) -> bool:
    return error.errno in _DISK_FULL_ERRORS or getattr(error, "winerror", None) == 112  # ERROR_DISK_FULL


@contextlib.contextmanager
def writing_home(home: Path) -> Generator[None]:
    """Turns an OSError of the block into DISK_FULL or HOME_UNWRITABLE."""
    try:
        yield
    except OSError as error:
        if is_disk_full_error(error):
            raise disk_full(home) from error
        raise EnvironmentFault(Fault.HOME_UNWRITABLE, home=str(home), reason=error.strerror or str(error)) from error


def write_durably(path: Path, data: bytes) -> None:
    """Write a small file so that after a power cut it is there whole or not at all."""
    temporary = path.with_name(path.name + ".new")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):  # what refused the file may refuse this too
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; Windows has no such call and needs none (NTFS journals names)."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
