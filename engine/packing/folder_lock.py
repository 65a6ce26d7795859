"""One build at a time in a packs folder: two would write into each other's half-made packs and downloads."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO

from engine.errors import EnvironmentFault, Fault

_LOCK = ".building.lock"  # stays, empty: removing it would let a third build lock another file of the same name


@contextlib.contextmanager
def hold_packs_folder(folder: Path, name: str) -> Generator[None, None, None]:
    """Hold the folder while a pack is built; the system frees it on any exit of the process.

    Raises EnvironmentFault: PACK_BUSY (pack) while another build holds it, HOME_UNWRITABLE (home, reason).
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / _LOCK).open("ab")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise EnvironmentFault(Fault.HOME_UNWRITABLE, home=str(folder), reason=reason) from error
    with file:
        try:
            _lock(file)
        except OSError as error:
            raise EnvironmentFault(Fault.PACK_BUSY, pack=name) from error
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
