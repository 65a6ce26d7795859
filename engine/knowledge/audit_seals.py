"""What is kept apart from the audit log's chain: its sealed head, and the key of each entry's content.

    home/audit.db    encrypted SQLite under a key of its own, so that who can edit the ledger cannot edit this

The head is written after the ledger's commit: an entry that was committed and not sealed is the last one, one at most.
A content whose key is gone can be read by nobody, wherever a copy of the ledger lies; a backup that leaves this file
out is therefore erased as well when a conversation is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterable
from pathlib import Path

import apsw

from engine.errors import EnvironmentFault, Fault
from engine.knowledge.database import connect, database_faults
from engine.knowledge.schema import Connection

FILE = "audit.db"
_TABLES = """
CREATE TABLE IF NOT EXISTS head(one INTEGER PRIMARY KEY CHECK(one = 1), sequence INTEGER NOT NULL, mac TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS content_keys(sequence INTEGER PRIMARY KEY, key BLOB NOT NULL);
"""


class AuditSeals:
    """One thread at a time; the caller sees to it. Opened when first used, so that a home opens without it."""

    def __init__(self, home: Path, key: bytes) -> None:
        self._path = home / FILE
        self._key = key
        self._connection: Connection | None = None

    def head(self) -> tuple[int, str] | None:
        """Number and MAC of the last sealed entry; None without one, also when the file was lost or is unusable.

        Looking makes no file.
        """
        if self._connection is None and not self._path.exists():
            return None
        try:
            with self._open() as db:
                row = db.execute("SELECT sequence, mac FROM head").fetchone()
        except EnvironmentFault as fault:
            if fault.code != Fault.LEDGER_DAMAGED:
                raise
            return None
        return (int(row[0]), str(row[1])) if row else None

    def seal(self, sequence: int, mac: str, content_key: bytes | None) -> None:
        """Make `sequence` the head and keep its content's key. Raises EnvironmentFault DISK_FULL, HOME_UNWRITABLE."""
        try:
            self._seal(sequence, mac, content_key)
        except EnvironmentFault as fault:
            if fault.code != Fault.LEDGER_DAMAGED:
                raise
            self._set_aside()
            self._seal(sequence, mac, content_key)

    def _seal(self, sequence: int, mac: str, content_key: bytes | None) -> None:
        with self._open() as db, db:
            db.execute("INSERT OR REPLACE INTO head VALUES(1, ?, ?)", (sequence, mac))
            if content_key is not None:
                db.execute("INSERT OR REPLACE INTO content_keys VALUES(?, ?)", (sequence, content_key))

    def keys(self, sequences: Iterable[int] | None = None) -> dict[int, bytes]:
        """Keys by the number of their entry, those of `sequences` or all; none where the file is lost or unusable."""
        if self.head() is None:
            return {}
        with self._open() as db:
            if sequences is None:
                return dict(db.execute("SELECT sequence, key FROM content_keys").fetchall())
            found = (
                (s, db.execute("SELECT key FROM content_keys WHERE sequence = ?", (s,)).fetchone()) for s in sequences
            )
            return {sequence: row[0] for sequence, row in found if row}

    def forget(self, sequences: Iterable[int]) -> None:
        """Erase keys: overwritten, and out of the write-ahead log as well."""
        if self.head() is None:
            return
        with self._open() as db:
            with db:
                db.executemany("DELETE FROM content_keys WHERE sequence = ?", ((s,) for s in sequences))
            with contextlib.suppress(apsw.BusyError):  # the next one catches up
                db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)

    def close(self) -> None:
        if self._connection is not None:
            with database_faults(self._path):
                self._connection.close()
            self._connection = None

    @contextlib.contextmanager
    def _open(self) -> Generator[Connection]:
        with database_faults(self._path):
            if self._connection is None:
                connection = connect(self._path, self._key)
                connection.pragma("journal_mode", "wal")
                connection.execute(_TABLES)
                self._connection = connection
            yield self._connection

    def _set_aside(self) -> None:
        """A damaged file is kept for whoever looks into it; the log says by an entry of its own that this happened."""
        self._connection = None
        for suffix in ("", "-wal", "-shm"):
            path = self._path.with_name(self._path.name + suffix)
            if path.exists():
                path.replace(path.with_name(f"{path.name}.damaged"))
