"""Families and versions of documents that were stored before there were any, or under an older rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.knowledge import codec
from engine.knowledge.ledger import Ledger


class FamilyRecords:
    """Any thread."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def bring_up_to(self, rule: str, tell: Callable[[str, str], tuple[str, str]]) -> None:
        """Give every document what `tell(title, name)` says, once for each `rule`."""
        with self._ledger.reading() as db:
            if db.execute("SELECT 1 FROM meta WHERE key = 'family rule' AND value = ?", (rule,)).fetchone():
                return
        with self._ledger.writing() as db:
            found = db.execute("SELECT number, title, name FROM documents").fetchall()
            told = [(number, *tell(title, name)) for number, title, name in found]
            db.executemany(
                "UPDATE documents SET family = ?, version = ? WHERE number = ?",
                ((codec.storable(family), version, number) for number, family, version in told),
            )
            db.execute("INSERT OR REPLACE INTO meta VALUES('family rule', ?)", (rule,))

    def older(self, document_ids: Iterable[str]) -> frozenset[str]:
        """The older versions in the library of those documents."""
        wanted = tuple(document_ids)
        marks = ", ".join("?" * len(wanted))
        with self._ledger.reading() as db:
            found = db.execute(f"SELECT document_id FROM visible WHERE superseded_by IN ({marks})", wanted)
            return frozenset(row[0] for row in found)
