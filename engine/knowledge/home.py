"""The home folder as a place on a disk: who holds it, whether it can be written, what is kept back for a full disk."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import BinaryIO, TypeVar

from engine.errors import EnvironmentFault, Fault

RESERVE_BYTES = 8 * 1024 * 1024  # enough for the ledger's and the index's own files while one document is removed
_LOW_SPACE_BYTES = 1024 * 1024
_DISK_FULL_ERRORS = {errno.ENOSPC, errno.EDQUOT}

T = TypeVar("T")


def disk_full(home: Path, needed_bytes: int = 0) -> EnvironmentFault:
    return EnvironmentFault(Fault.DISK_FULL, path=str(home), needed_bytes=needed_bytes, free_bytes=free_bytes(home))


def free_bytes(home: Path) -> int:
    return shutil.disk_usage(home).free


def is_low_on_space(home: Path) -> bool:
    return free_bytes(home) < _LOW_SPACE_BYTES


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
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
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


class HomeLock:
    """Held by the one process (and the one `KnowledgeBase`) that has a home open; the system frees it on any exit."""

    def __init__(self, home: Path) -> None:
        """Raises EnvironmentFault: HOME_IN_USE, HOME_UNWRITABLE, DISK_FULL."""
        with writing_home(home):
            home.mkdir(parents=True, exist_ok=True)
            home.chmod(0o700)
            self._file: BinaryIO = (home / "lock").open("ab")
        try:
            _lock(self._file)
        except OSError as error:
            self._file.close()
            raise EnvironmentFault(Fault.HOME_IN_USE, home=str(home)) from error

    def release(self) -> None:
        self._file.close()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Reserve:
    """A file of random bytes that is given up when the disk is full, so that removing a document still works."""

    def __init__(self, home: Path) -> None:
        self._path = home / "reserve"

    def keep(self) -> None:
        """Make the file if it is not there. A disk too full for it goes without: then there is nothing to hold back."""
        if self._path.exists():
            return
        try:
            write_durably(self._path, os.urandom(RESERVE_BYTES))
        except OSError:
            self._path.with_name("reserve.new").unlink(missing_ok=True)

    def release(self) -> None:
        self._path.unlink(missing_ok=True)

    def spend_on(self, action: Callable[[], T]) -> T:
        """Run `action`; if the disk is full, once more with the reserve given up.

        An OSError becomes EnvironmentFault DISK_FULL or HOME_UNWRITABLE.
        """
        try:
            with writing_home(self._path.parent):
                return action()
        except EnvironmentFault as fault:
            if fault.code != Fault.DISK_FULL:
                raise
        self.release()
        with writing_home(self._path.parent):
            return action()
