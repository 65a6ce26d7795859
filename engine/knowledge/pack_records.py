"""Knowledge packs in the ledger: switched on, replaced and taken away as a whole, each in one transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.knowledge.ledger import Ledger
from engine.knowledge.schema import HIDDEN, STAGED, VISIBLE, Connection
from engine.values import Rung


@dataclass(frozen=True, slots=True)
class PackRecord:
    """An installed knowledge pack. `signer` is the public key that signed it, 64 hexadecimal digits."""

    pack: str
    title: str
    version: str
    publisher: str
    signer: str
    installed_at: str = ""  # ISO 8601, UTC; filled when it is switched on


class PackRecords:
    """One writer at a time (the caller sees to it)."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def all(self) -> tuple[PackRecord, ...]:
        with self._ledger.reading() as db:
            rows = db.execute(
                "SELECT pack, title, version, publisher, signer, installed_at FROM knowledge_packs ORDER BY pack"
            ).fetchall()
        return tuple(PackRecord(*row) for row in rows)

    def document_ids(self, pack: str, *, staged: bool = False) -> set[str]:
        """Documents of a pack that are shown, or that wait for the rest of it."""
        state = STAGED if staged else VISIBLE
        with self._ledger.reading() as db:
            rows = db.execute("SELECT document_id FROM documents WHERE pack = ? AND state = ?", (pack, state))
            return {document_id for (document_id,) in rows}

    def switch_on(self, record: PackRecord, document_ids: Sequence[str]) -> list[int]:
        """Show the pack with exactly these documents, staged or shown before; what else it had is hidden.

        A document that the branch took in itself becomes the pack's until the pack goes. Returns the numbers of
        documents whose place on the ladder changed so.
        """
        wanted = json.dumps(list(document_ids))
        with self._ledger.writing() as db:
            _let_go(db, record.pack, wanted)
            moved = _numbers(
                db,
                "UPDATE documents SET pack = ?, rung = ?, own = 1 WHERE state = 1 AND pack = ''"
                " AND document_id IN (SELECT value FROM json_each(?)) RETURNING number",
                (record.pack, Rung.BUILTIN, wanted),
            )
            db.execute(  # what the branch, another pack or the pack itself shows already needs no second copy
                "UPDATE documents SET state = ? WHERE pack = ? AND state = ? AND (document_id IN"
                " (SELECT document_id FROM visible) OR document_id NOT IN (SELECT value FROM json_each(?)))",
                (HIDDEN, record.pack, STAGED, wanted),
            )
            db.execute("UPDATE documents SET state = ? WHERE pack = ? AND state = ?", (VISIBLE, record.pack, STAGED))
            installed_at = datetime.now(UTC).isoformat(timespec="seconds")
            values = (record.pack, record.title, record.version, record.publisher, record.signer, installed_at)
            db.execute("INSERT OR REPLACE INTO knowledge_packs VALUES(?, ?, ?, ?, ?, ?)", values)
        return moved

    def switch_off(self, pack: str) -> list[int]:
        """Hide all documents of a pack but those that the branch took in itself, which are the branch's again.

        Returns the numbers of those. False packs change nothing.
        """
        with self._ledger.writing() as db:
            moved = _let_go(db, pack, "[]")
            db.execute("UPDATE documents SET state = ? WHERE pack = ? AND state = ?", (HIDDEN, pack, STAGED))
            db.execute("DELETE FROM knowledge_packs WHERE pack = ?", (pack,))
        return moved

    def claim(self, document_id: str) -> None:
        """Remember that the branch took in a document that a pack shows already."""
        with self._ledger.writing() as db:
            db.execute("UPDATE documents SET own = 1 WHERE document_id = ? AND state = 1", (document_id,))


def _let_go(db: Connection, pack: str, kept: str) -> list[int]:
    """Take the pack's shown documents that are not `kept` (JSON) away; returns the numbers of those that stay."""
    leaving = "state = 1 AND pack = ? AND document_id NOT IN (SELECT value FROM json_each(?))"
    stay = _numbers(
        db,
        f"UPDATE documents SET pack = '', rung = ?, own = 0 WHERE own = 1 AND {leaving} RETURNING number",
        (Rung.BRANCH, pack, kept),
    )
    db.execute(f"UPDATE documents SET state = ? WHERE {leaving}", (HIDDEN, pack, kept))
    return stay


def _numbers(db: Connection, statement: str, values: tuple[object, ...]) -> list[int]:
    return [number for (number,) in db.execute(statement, values).fetchall()]
