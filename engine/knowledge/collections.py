"""Collections: documents that people put together under a name. A document may be in several, or in none."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import apsw

from engine.errors import Rejection, RequestRejected
from engine.knowledge import codec
from engine.knowledge.ledger import Ledger
from engine.knowledge.rows import succeed

NAME_LIMIT_CHARS = 60


@dataclass(frozen=True, slots=True)
class CollectionInfo:
    """`document_ids` are those of its documents that are shown. `created_at` is ISO 8601, UTC."""

    collection_id: str
    name: str
    created_at: str
    document_ids: frozenset[str]


class Collections:
    """`Engine.collections`. Any thread."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def all(self) -> tuple[CollectionInfo, ...]:
        """The collections by name."""
        with self._ledger.reading() as db:
            rows = db.execute("SELECT collection_id, name, created_at FROM collections ORDER BY name").fetchall()
            pairs = db.execute(
                "SELECT collection_id, document_id FROM collection_documents JOIN visible USING(document_id)"
            ).fetchall()
        members: dict[str, set[str]] = {}
        for collection_id, document_id in pairs:
            members.setdefault(collection_id, set()).add(document_id)
        return tuple(CollectionInfo(key, name, at, frozenset(members.get(key, ()))) for key, name, at in rows)

    def create(self, name: str) -> CollectionInfo:
        """Raises RequestRejected COLLECTION_NAME_INVALID, COLLECTION_EXISTS."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        found = CollectionInfo(uuid.uuid4().hex, _checked(name), now, frozenset())
        with _unless_taken(found.name), self._ledger.writing() as db:
            values = (found.collection_id, found.name, found.created_at)
            db.execute("INSERT INTO collections VALUES(?, ?, ?)", values)
        return found

    def rename(self, collection_id: str, name: str) -> None:
        """Raises as `create`, and COLLECTION_UNKNOWN."""
        checked = _checked(name)
        with _unless_taken(checked), self._ledger.writing() as db:
            db.execute("UPDATE collections SET name = ? WHERE collection_id = ?", (checked, collection_id))
            _require(db.changes(), collection_id)

    def delete(self, collection_id: str) -> None:
        """Its documents stay in the library. Raises RequestRejected COLLECTION_UNKNOWN."""
        with self._ledger.writing() as db:
            db.execute("DELETE FROM collections WHERE collection_id = ?", (collection_id,))
            _require(db.changes(), collection_id)

    def add(self, collection_id: str, document_ids: Sequence[str]) -> None:
        """Put documents into a collection; what is in it already stays, what is not in the library is left out.

        Raises RequestRejected COLLECTION_UNKNOWN.
        """
        with self._ledger.writing() as db:
            known = db.execute("SELECT 1 FROM collections WHERE collection_id = ?", (collection_id,)).fetchone()
            _require(known, collection_id)
            db.executemany(
                "INSERT OR IGNORE INTO collection_documents SELECT ?, document_id FROM visible WHERE document_id = ?",
                ((collection_id, document_id) for document_id in document_ids),
            )

    def take_out(self, collection_id: str, document_ids: Sequence[str]) -> None:
        """Take documents out of a collection; they stay in the library."""
        with self._ledger.writing() as db:
            db.executemany(
                "DELETE FROM collection_documents WHERE collection_id = ? AND document_id = ?",
                ((collection_id, document_id) for document_id in document_ids),
            )

    def follow(self, document_id: str, successor: str) -> None:
        """Put `successor` into every collection that holds the document, which is about to go."""
        with self._ledger.writing() as db:
            succeed(db, document_id, successor)

    def members(self, collection_id: str) -> frozenset[str]:
        """The documents of a collection that are shown. Raises RequestRejected COLLECTION_UNKNOWN."""
        with self._ledger.reading() as db:
            known = db.execute("SELECT 1 FROM collections WHERE collection_id = ?", (collection_id,)).fetchone()
            _require(known, collection_id)
            rows = db.execute(
                "SELECT document_id FROM collection_documents JOIN visible USING(document_id) WHERE collection_id = ?",
                (collection_id,),
            ).fetchall()
        return frozenset(document_id for (document_id,) in rows)


@contextlib.contextmanager
def _unless_taken(name: str) -> Generator[None]:
    try:
        yield
    except apsw.ConstraintError as error:
        raise RequestRejected(Rejection.COLLECTION_EXISTS, name=name) from error


def _checked(name: str) -> str:
    """The name on one line, without control characters."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in codec.storable(name)).split())
    if not plain or len(plain) > NAME_LIMIT_CHARS:
        raise RequestRejected(Rejection.COLLECTION_NAME_INVALID, length=len(plain), limit=NAME_LIMIT_CHARS)
    return plain


def _require(found: object, collection_id: str) -> None:
    if not found:
        raise RequestRejected(Rejection.COLLECTION_UNKNOWN, collection_id=collection_id)
