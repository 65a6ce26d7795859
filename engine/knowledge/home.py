"""The home folder as a place on a disk: who holds it, whether it can be written, what is kept back for a full disk."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from engine.durable import free_bytes, write_durably, writing_home
from engine.errors import EnvironmentFault, Fault

RESERVE_BYTES = 8 * 1024 * 1024  # enough for the ledger's and the index's own files while one document is removed
_LOW_SPACE_BYTES = 1024 * 1024

T = TypeVar("T")


def is_low_on_space(home: Path) -> bool:
    return free_bytes(home) < _LOW_SPACE_BYTES


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
