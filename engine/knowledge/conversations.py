"""Conversations in the ledger: what was asked and answered, found by any of its words, erased for good.

Needles of three characters and more go through the full-text index, whose tokens are trigrams; a shorter one, as most
Chinese words are, is looked for in the text itself (decision 39 says what that costs).
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from engine.knowledge import typed_json
from engine.knowledge.codec import storable
from engine.knowledge.conversation_values import (
    Conversation,
    ConversationHit,
    ConversationInfo,
    StoredTurn,
    TurnContent,
    TurnOutcome,
)
from engine.knowledge.ledger import Ledger
from engine.knowledge.schema import Connection
from engine.knowledge.snippets import one_line, snippet

TITLE_CHARS = 40
_FORMAT = b"1:"  # of a turn's content
_TRIGRAM = 3
_INFO = "conversation_id, title, pinned, began_at, changed_at, recency"
_NEXT = "(SELECT coalesce(max(recency), 0) + 1 FROM conversations)"


class Conversations:
    """Reads and writes the ledger's tables of conversations. Any thread."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    # ---- reading

    def list(self, limit: int, after: ConversationInfo | None = None) -> tuple[ConversationInfo, ...]:
        """At most `limit` of them behind `after`: pinned ones first, each part newest first."""
        last = (after.pinned, after.recency) if after else (2, 0)
        with self._ledger.reading() as db:
            rows = db.execute(
                f"SELECT {_INFO} FROM conversations WHERE (pinned, recency) < (?, ?)"
                " ORDER BY pinned DESC, recency DESC LIMIT ?",
                (*last, limit),
            ).fetchall()
        return tuple(ConversationInfo(row[0], row[1], bool(row[2]), *row[3:]) for row in rows)

    def info(self, conversation_id: str) -> ConversationInfo | None:
        with self._ledger.reading() as db:
            return _info(db, conversation_id)

    def load(self, conversation_id: str) -> Conversation | None:
        """None where it is not kept."""
        with self._ledger.reading() as db:
            info = _info(db, conversation_id)
            rows = db.execute(
                "SELECT turn_id, question, parent, state, asked_at, answer, content, chosen FROM turns"
                " WHERE conversation_id = ? ORDER BY place, number",
                (conversation_id,),
            ).fetchall()
        return Conversation(info, tuple(_turn(*row) for row in rows)) if info else None

    def search(self, words: str, limit: int) -> tuple[ConversationHit, ...]:
        """The conversations with a turn, or a title, that holds every one of the words; newest first."""
        terms = storable(words).split()
        if not terms:
            return ()
        in_turns, values = _conditions(terms, ("question", "answer"))
        in_title, title_values = _conditions(terms, ("title",))
        with self._ledger.reading() as db:
            found = db.execute(
                f"SELECT {_INFO}, turn_id, question, answer, max(number) FROM turns JOIN conversations"
                f" USING(conversation_id) WHERE {in_turns} GROUP BY conversation_id ORDER BY recency DESC LIMIT ?",
                (*values, limit),
            ).fetchall()
            named = db.execute(
                f"SELECT {_INFO}, '', '', '', 0 FROM conversations WHERE {in_title} ORDER BY recency DESC LIMIT ?",
                (*title_values, limit),
            ).fetchall()
        by_id = {row[0]: row for row in (*named, *found)}
        rows = sorted(by_id.values(), key=lambda row: -row[5])[:limit]
        return tuple(_hit(row, terms) for row in rows)

    # ---- writing

    def save(self, conversation_id: str, turn: StoredTurn, instead_of: str = "") -> ConversationInfo | None:
        """Store a turn as it is now; a new one is the chosen one of its place, and makes its conversation the newest.

        `instead_of` names a turn that gives its place to a new one. A turn whose parent, or whose conversation, was
        deleted meanwhile is not stored: None.
        """
        with self._ledger.writing() as db:
            known = db.execute("SELECT number FROM turns WHERE turn_id = ?", (turn.turn_id,)).fetchone()
            if known:
                _update(db, int(known[0]), turn)
            elif turn.parent and not db.execute("SELECT 1 FROM turns WHERE turn_id = ?", (turn.parent,)).fetchone():
                return None
            else:
                _insert(db, conversation_id, turn, instead_of)
            return _info(db, conversation_id)

    def choose(self, turn_id: str) -> None:
        """Show this turn of those with the same parent."""
        with self._ledger.writing() as db:
            db.execute(
                "UPDATE turns SET chosen = (turn_id = ?1) WHERE (conversation_id, parent) ="
                " (SELECT conversation_id, parent FROM turns WHERE turn_id = ?1)",
                (turn_id,),
            )

    def rename(self, conversation_id: str, title: str) -> ConversationInfo | None:
        with self._ledger.writing() as db:
            db.execute(
                "UPDATE conversations SET title = ? WHERE conversation_id = ?",
                (shortened(title), conversation_id),
            )
            return _info(db, conversation_id)

    def pin(self, conversation_id: str, pinned: bool) -> ConversationInfo | None:
        with self._ledger.writing() as db:
            db.execute("UPDATE conversations SET pinned = ? WHERE conversation_id = ?", (pinned, conversation_id))
            return _info(db, conversation_id)

    def draft(self) -> str:
        """The question that was begun and not asked; empty where there is none."""
        with self._ledger.reading() as db:
            row = db.execute("SELECT value FROM meta WHERE key = 'draft'").fetchone()
        return str(row[0]) if row else ""

    def keep_draft(self, words: str) -> None:
        with self._ledger.writing() as db:
            if words:
                db.execute("INSERT OR REPLACE INTO meta VALUES('draft', ?)", (storable(words),))
            else:
                db.execute("DELETE FROM meta WHERE key = 'draft'")

    # ---- erasing

    def all_ids(self) -> tuple[str, ...]:
        return self._ids("1", ())

    def older_than(self, before: str) -> tuple[str, ...]:
        """Those that are not pinned and in which nothing was asked since `before` (ISO 8601, UTC).

        Where the clock had been set back, the order in which they were used counts, not what it said.
        """
        kept_from = "coalesce((SELECT min(recency) FROM conversations WHERE changed_at >= ?2), 1 << 62)"
        return self._ids(f"NOT pinned AND changed_at < ?1 AND recency < {kept_from}", (before, before))

    def erase(self, conversation_ids: Iterable[str]) -> int:
        """Erase for good; returns how many there were.

        Rows are overwritten with zeros, out of the full-text index and the write-ahead log as well.
        """
        count = 0
        with self._ledger.writing() as db:
            for conversation_id in conversation_ids:
                db.execute("DELETE FROM turns WHERE conversation_id = ?", (conversation_id,))
                db.execute("DELETE FROM conversations WHERE conversation_id = ?", (conversation_id,))
                count += db.changes()
        self._ledger.purge(())
        return count

    def erase_documents(self, document_ids: Sequence[str]) -> None:
        """Erase for good what stems from documents that were removed: their passages, and answers that cite them."""
        gone = frozenset(document_ids)
        with self._ledger.writing() as db:
            rows = db.execute(
                "SELECT DISTINCT number, turn_id, question, parent, state, asked_at, answer, content, chosen FROM turns"
                " JOIN turn_documents USING(number) WHERE document_id IN (SELECT value FROM json_each(?))",
                (json.dumps(sorted(gone)),),
            ).fetchall()
            for number, *row in rows:
                _update(db, number, _without(_turn(*row), gone))
        if rows:
            self._ledger.purge(())

    def _ids(self, condition: str, values: tuple[str, ...]) -> tuple[str, ...]:
        with self._ledger.reading() as db:
            rows = db.execute(f"SELECT conversation_id FROM conversations WHERE {condition}", values).fetchall()
        return tuple(conversation_id for (conversation_id,) in rows)


def shortened(words: str) -> str:
    """One line of at most `TITLE_CHARS` characters: the first sentence, as far as that fits."""
    line = one_line(storable(words))
    first = re.split(r"(?<=[。！？!?；;])", line, maxsplit=1)[0] if len(line) > TITLE_CHARS else line
    return first if len(first) <= TITLE_CHARS else first[: TITLE_CHARS - 1].rstrip() + "…"


def _info(db: Connection, conversation_id: str) -> ConversationInfo | None:
    row = db.execute(f"SELECT {_INFO} FROM conversations WHERE conversation_id = ?", (conversation_id,)).fetchone()
    return ConversationInfo(row[0], row[1], bool(row[2]), *row[3:]) if row else None


def _insert(db: Connection, conversation_id: str, turn: StoredTurn, instead_of: str) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    db.execute(
        f"INSERT INTO conversations({_INFO}) VALUES(?, ?, 0, ?, ?, {_NEXT})"
        f" ON CONFLICT DO UPDATE SET changed_at = excluded.changed_at, recency = {_NEXT}",
        (conversation_id, shortened(turn.question), now, now),
    )
    place = db.execute("SELECT place FROM turns WHERE turn_id = ?", (instead_of,)).fetchone()
    place = place or db.execute("SELECT coalesce(max(place), 0) + 1 FROM turns").fetchone()
    db.execute("DELETE FROM turns WHERE turn_id = ?", (instead_of,))
    db.execute("UPDATE turns SET chosen = 0 WHERE conversation_id = ? AND parent = ?", (conversation_id, turn.parent))
    db.execute(
        "INSERT INTO turns(turn_id, conversation_id, parent, place, chosen, state, asked_at, question, answer, content)"
        " VALUES(?, ?, ?, ?, 1, ?, ?, ?, '', x'')",
        (turn.turn_id, conversation_id, turn.parent, place[0], turn.state, turn.asked_at, storable(turn.question)),
    )
    _update(db, int(db.last_insert_rowid()), turn)


def _update(db: Connection, number: int, turn: StoredTurn) -> None:
    db.execute("UPDATE turns SET state = ?, content = ? WHERE number = ?", (turn.state, _pack(turn.content), number))
    text = storable(turn.text)
    db.execute("UPDATE turns SET answer = ? WHERE number = ? AND answer <> ?", (text, number, text))
    db.execute("DELETE FROM turn_documents WHERE number = ?", (number,))
    db.executemany("INSERT INTO turn_documents VALUES(?, ?)", ((key, number) for key in turn.content.document_ids))


def _pack(content: TurnContent) -> bytes:
    return _FORMAT + zlib.compress(storable(typed_json.dumps(content)).encode())


def _turn(
    turn_id: str, question: str, parent: str, state: str, asked_at: str, answer: str, packed: bytes, chosen: int
) -> StoredTurn:
    content = TurnContent()
    if packed.startswith(_FORMAT):
        try:
            content = typed_json.loads(TurnContent, zlib.decompress(packed[len(_FORMAT) :]).decode())
        except (ValueError, TypeError, zlib.error):
            content = TurnContent()  # question and answer stay readable without what they rest on
    return StoredTurn(turn_id, question, parent, TurnOutcome(state), asked_at, answer, content, bool(chosen))


def _without(turn: StoredTurn, gone: frozenset[str]) -> StoredTurn:
    """The turn with nothing left of these documents: other passages stay, an answer that quotes one of them goes."""
    content = turn.content
    passages = tuple(passage for passage in content.passages if passage.document_id not in gone)
    kept = replace(
        content, passages=passages, sources_removed=content.sources_removed + len(gone & {*content.document_ids})
    )
    if gone.isdisjoint(kept.document_ids) and turn.state is TurnOutcome.DONE:
        return replace(turn, content=kept)
    emptied = replace(kept, found=False, citations=(), claims=(), conflicts=(), calculation=None, unfinished="")
    return replace(turn, text="", content=emptied)


def _conditions(terms: Sequence[str], columns: Sequence[str]) -> tuple[str, list[str]]:
    """All terms, each in any of the columns; those of a turn that are long enough by the full-text index."""
    long = [term for term in terms if len(term) >= _TRIGRAM] if "answer" in columns else []
    conditions: list[str] = []
    values: list[str] = []
    if long:
        conditions.append("number IN (SELECT rowid FROM turns_text WHERE turns_text MATCH ?)")
        values.append(" AND ".join('"' + term.replace('"', '""') + '"' for term in long))
    for term in terms:
        if term not in long:
            conditions.append("(" + " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns) + ")")
            values += ["%" + re.sub(r"([\\%_])", r"\\\1", term) + "%"] * len(columns)
    return " AND ".join(conditions), values


def _hit(row: Sequence[object], terms: Sequence[str]) -> ConversationHit:
    conversation_id, title, pinned, began_at, changed_at, recency, turn_id, question, answer, _ = row
    info = ConversationInfo(
        str(conversation_id), str(title), bool(pinned), str(began_at), str(changed_at), int(str(recency))
    )
    return ConversationHit(info, str(turn_id), *snippet((str(answer), str(question)), terms))
