"""Encrypted SQLite files of a home: how they are opened, and what becomes of their errors."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from pathlib import Path

import apsw

from engine.durable import disk_full
from engine.errors import EnvironmentFault, Fault
from engine.knowledge.home import is_low_on_space
from engine.knowledge.schema import Connection

_BUSY_TIMEOUT_MS = 10_000


def connect(path: Path, key: bytes) -> Connection:
    """Pages sealed with ChaCha20-Poly1305 under `key` (32 bytes); a commit is durable, what is deleted overwritten."""
    connection: Connection = apsw.Connection(str(path))
    connection.pragma("key", f"raw:{key.hex()}")
    connection.set_busy_timeout(_BUSY_TIMEOUT_MS)
    connection.pragma("synchronous", "FULL")
    connection.pragma("secure_delete", 1)
    connection.pragma("foreign_keys", 1)
    connection.pragma("temp_store", "MEMORY")
    return connection


@contextlib.contextmanager
def database_faults(path: Path) -> Generator[None]:
    """Raises EnvironmentFault DISK_FULL, LEDGER_DAMAGED or HOME_UNWRITABLE for SQLite's errors within the block."""
    try:
        yield
    except apsw.FullError as error:
        raise disk_full(path.parent) from error
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise EnvironmentFault(Fault.LEDGER_DAMAGED, path=str(path)) from error
    except (apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError) as error:
        if is_low_on_space(path.parent):
            raise disk_full(path.parent) from error
        raise EnvironmentFault(Fault.HOME_UNWRITABLE, home=str(path.parent), reason=str(error)) from error
