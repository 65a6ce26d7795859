"""What people say of answers, in the ledger: one record per answer, and the figures it had before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from engine.knowledge import codec
from engine.knowledge.feedback_values import Feedback, FeedbackChange, FeedbackReason, FeedbackSource, Thumb
from engine.knowledge.ledger import Ledger

_COLUMNS = (
    "turn_id, conversation_id, question, answer, citations, pack, generated, thumb, score, reasons, comment,"
    " better_answer, asked_at, scored_at, consent"
)
_FIGURES = "scored_at, thumb, score, reasons"
_ASKED = "feedback asked"


class FeedbackRecords:
    """Reads and writes the ledger's tables `feedback` and `feedback_changes`. Any thread."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def put(self, feedback: Feedback) -> None:
        """Store in the place of what stood there; its figures are kept as a change where they were others."""
        row = _row(feedback)
        with self._ledger.writing() as db:
            before = db.execute(f"SELECT {_FIGURES} FROM feedback WHERE turn_id = ?", (feedback.turn_id,)).fetchone()
            if before and before[1:] != (row[7], row[8], row[9]):
                db.execute(
                    f"INSERT INTO feedback_changes(turn_id, {_FIGURES}) VALUES(?, ?, ?, ?, ?)",
                    (feedback.turn_id, *before),
                )
            db.execute(f"INSERT OR REPLACE INTO feedback({_COLUMNS}) VALUES({', '.join('?' * len(row))})", row)

    def of(self, turn_ids: Sequence[str]) -> dict[str, Feedback]:
        """What is stored for these turns, by turn_id."""
        with self._ledger.reading() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM feedback WHERE turn_id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(turn_ids)),),
            ).fetchall()
        return {row[0]: _feedback(row) for row in rows}

    def all(self, limit: int = 0, *, consented: bool = False) -> tuple[Feedback, ...]:
        """The last `limit` ones (0: all), newest first; with `consented` only those that may be exported."""
        with self._ledger.reading() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM feedback WHERE consent >= ? ORDER BY scored_at DESC, turn_id LIMIT ?",
                (int(consented), limit or -1),
            ).fetchall()
        return tuple(map(_feedback, rows))

    def count(self) -> int:
        with self._ledger.reading() as db:
            return int(db.execute("SELECT count(*) FROM feedback").fetchone()[0])

    def changes(self, turn_id: str) -> tuple[FeedbackChange, ...]:
        """What the score of an answer was before, oldest first."""
        with self._ledger.reading() as db:
            rows = db.execute(
                f"SELECT {_FIGURES} FROM feedback_changes WHERE turn_id = ? ORDER BY number", (turn_id,)
            ).fetchall()
        return tuple(FeedbackChange(at, Thumb(thumb), score, _reasons(reasons)) for at, thumb, score, reasons in rows)

    def erase(self, turn_ids: Iterable[str]) -> int:
        """Erase for good; returns how many records that were."""
        wanted = (json.dumps(list(turn_ids)),)
        return self._erase("turn_id IN (SELECT value FROM json_each(?))", wanted)

    def erase_conversation(self, conversation_id: str) -> int:
        """Erase for good what was said of a conversation's answers; returns how many records that were."""
        return self._erase("conversation_id = ?", (conversation_id,)) if conversation_id else 0

    def erase_documents(self, document_ids: Iterable[str]) -> int:
        """Erase for good what was said of answers that cite any of them: they quote it. Returns as above."""
        cited = "EXISTS(SELECT 1 FROM json_each(?) WHERE instr(citations, value))"
        return self._erase(cited, (json.dumps(list(document_ids)),))

    def _erase(self, condition: str, values: tuple[str, ...]) -> int:
        with self._ledger.writing() as db:
            found = db.execute(f"SELECT turn_id FROM feedback WHERE {condition}", values).fetchall()
            for table in ("feedback_changes", "feedback"):
                db.executemany(f"DELETE FROM {table} WHERE turn_id = ?", found)
        if found:
            self._ledger.purge(())  # out of the write-ahead log
        return len(found)

    # ---- consent

    def asked(self) -> bool:
        """Whether the user has been asked about exporting."""
        with self._ledger.reading() as db:
            return db.execute("SELECT 1 FROM meta WHERE key = ?", (_ASKED,)).fetchone() is not None

    def set_asked(self, at: str) -> None:
        with self._ledger.writing() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (_ASKED, at))


def _row(feedback: Feedback) -> tuple[Any, ...]:
    sources = json.dumps([asdict(source) for source in feedback.sources], ensure_ascii=False)
    return (
        feedback.turn_id,
        feedback.conversation_id,
        codec.storable(feedback.question),
        codec.storable(feedback.answer),
        codec.storable(sources),
        feedback.pack,
        int(feedback.generated),
        str(feedback.thumb),
        feedback.score,
        ",".join(feedback.reasons),
        codec.storable(feedback.comment),
        codec.storable(feedback.better_answer),
        feedback.asked_at,
        feedback.scored_at,
        int(feedback.consent),
    )


def _feedback(row: tuple[Any, ...]) -> Feedback:
    turn_id, conversation_id, question, answer, citations, pack, generated, thumb, score, reasons, *rest = row
    comment, better_answer, asked_at, scored_at, consent = rest
    return Feedback(
        turn_id,
        question,
        answer,
        tuple(FeedbackSource(**source) for source in json.loads(citations)),
        Thumb(thumb),
        score,
        _reasons(reasons),
        comment,
        better_answer,
        conversation_id,
        pack,
        bool(generated),
        asked_at,
        scored_at,
        bool(consent),
    )


def _reasons(stored: str) -> tuple[FeedbackReason, ...]:
    return tuple(FeedbackReason(reason) for reason in stored.split(",") if reason)
