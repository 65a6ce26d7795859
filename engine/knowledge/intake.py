"""What waits to be taken in, kept in the ledger until it is done, so that closing the window or a crash loses none."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from engine.knowledge.ledger import Ledger

Details = Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class IntakeEntry:
    """A file that was to be taken in, in place of the document `replaces` if that is not empty.

    `reason` is a DocumentFault code when it failed, with its `details`. `began` counts the crashes in the middle of it.
    """

    path: str
    replaces: str = ""
    began: int = 0
    reason: str = ""
    details: Details = field(default_factory=dict[str, str | int | float])


class IntakeRecords:
    """Reads and writes the ledger's table `intake`. Any thread. Paths that are no Unicode are not remembered."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def entries(self) -> tuple[IntakeEntry, ...]:
        """In the order in which they were queued."""
        with self._ledger.reading() as db:
            rows = db.execute("SELECT path, replaces, began, reason, details FROM intake ORDER BY number").fetchall()
        return tuple(
            IntakeEntry(path, replaces, began, reason, json.loads(details))
            for path, replaces, began, reason, details in rows
        )

    def queue(self, paths: Sequence[str], replaces: str = "") -> None:
        """Remember that these are to be taken in; an earlier failure of one is forgotten."""
        queued_at = datetime.now(UTC).isoformat(timespec="seconds")
        with self._ledger.writing() as db:
            db.executemany(
                "INSERT INTO intake(path, queued_at, replaces) VALUES(?, ?, ?) ON CONFLICT(path)"
                " DO UPDATE SET replaces = excluded.replaces, began = 0, reason = '', details = '{}'",
                ((path, queued_at, replaces) for path in paths if _storable(path)),
            )

    def begin(self, path: str) -> None:
        """The work on it begins; `settle`, `fail` or `forget` follow unless the program crashes."""
        self._write("UPDATE intake SET began = began + 1 WHERE path = ?", path)

    def settle(self, path: str) -> None:
        """The work on it was broken off in good order; it waits again."""
        self._write("UPDATE intake SET began = max(0, began - 1) WHERE path = ?", path)

    def fail(self, path: str, reason: str, details: Details) -> None:
        if _storable(path):
            with self._ledger.writing() as db:
                db.execute(
                    "UPDATE intake SET reason = ?, details = ?, began = 0 WHERE path = ?",
                    (reason, json.dumps(dict(details)), path),
                )

    def forget(self, paths: Sequence[str]) -> None:
        """They are done, or no longer wanted."""
        with self._ledger.writing() as db:
            db.executemany("DELETE FROM intake WHERE path = ?", ((path,) for path in paths if _storable(path)))

    def _write(self, statement: str, path: str) -> None:
        if _storable(path):
            with self._ledger.writing() as db:
                db.execute(statement, (path,))


def _storable(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
