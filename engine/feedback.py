"""What people say of answers: kept in the ledger, exported as JSON Lines for evaluation and training.

An export holds only what its user allowed to be exported, by the setting `feedback_consent` and for each record, with
personal data masked and each text labelled as made by AI. A record is one line; its fields and what a training
pipeline makes of them stand in docs/decisions/0040-feedback.md.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.auditing import Audit
from engine.cancel import CancelToken
from engine.durable import write_durably, writing_home
from engine.errors import Rejection, RequestRejected
from engine.knowledge.audit_values import AuditAction
from engine.knowledge.feedback import FeedbackRecords
from engine.knowledge.feedback_values import (
    HIGHEST_SCORE,
    Feedback,
    FeedbackChange,
    FeedbackConsent,
    FeedbackExport,
)
from engine.labels import METADATA_FIELD, VISIBLE_LABEL, implicit_label
from engine.privacy import mask
from engine.settings import Settings, remember_choices

SCHEMA = "jinpan-feedback/1"
_LONG_NUMBER = re.compile(r"\d{11,}[Xx]?|\d{4}(?:[ -]\d{4}){2,}[ -]?\d*")  # as long as a mobile number, or a card's
_NUMBER_PLACEHOLDER = "〔号码〕"
LONGEST_TEXT_CHARS = 100_000  # of any one text; an answer has some hundreds


class FeedbackControl:
    """`Engine.feedback`. Any thread; nothing of it leaves this machine but by `export`."""

    def __init__(
        self,
        records: FeedbackRecords,
        audit: Audit,
        settings: Callable[[], Settings],
        chosen: Callable[[Settings], None],
    ) -> None:
        """`settings` are those in force; `chosen` gets them with another `feedback_consent`."""
        self._records = records
        self._audit = audit
        self._settings = settings
        self._chosen = chosen

    # ---- scoring

    def put(self, feedback: Feedback) -> Feedback | None:
        """Store what is said of an answer, in the place of what was said before; None: it says nothing any more, and
        what was said is erased. Returns it as stored.

        Raises:
            RequestRejected: OPTION_INVALID (option, value) for a score beyond 10 or a text beyond 100,000 characters.
            EnvironmentFault: DISK_FULL, HOME_UNWRITABLE, LEDGER_DAMAGED.
        """
        if not 0 <= feedback.score <= HIGHEST_SCORE:
            raise RequestRejected(Rejection.OPTION_INVALID, option="score", value=feedback.score)
        for name in ("question", "answer", "comment", "better_answer"):
            if (length := len(getattr(feedback, name))) > LONGEST_TEXT_CHARS:
                raise RequestRejected(Rejection.OPTION_INVALID, option=name, value=length)
        if feedback.says_nothing:
            self.remove([feedback.turn_id])
            return None
        if feedback.better_answer.strip() == feedback.answer.strip():
            feedback = replace(feedback, better_answer="")
        stored = replace(feedback, scored_at=datetime.now(UTC).isoformat(timespec="seconds"))
        self._records.put(stored)
        return stored

    def get(self, turn_id: str) -> Feedback | None:
        return self._records.of([turn_id]).get(turn_id)

    def of(self, turn_ids: Sequence[str]) -> dict[str, Feedback]:
        """What is stored for several answers, by turn_id."""
        return self._records.of(turn_ids)

    def list(self, limit: int = 0) -> tuple[Feedback, ...]:
        """The last `limit` ones (0: all), newest first."""
        return self._records.all(limit)

    def changes(self, turn_id: str) -> tuple[FeedbackChange, ...]:
        """What the score of an answer was before, oldest first."""
        return self._records.changes(turn_id)

    def remove(self, turn_ids: Sequence[str]) -> int:
        """Erase for good; returns how many records that were."""
        return self._records.erase(turn_ids)

    # ---- consent

    def consent(self) -> FeedbackConsent:
        settings = self._settings()
        fixed = "feedback_consent" in settings.fixed
        asked = fixed or settings.feedback_consent or self._records.asked()
        return FeedbackConsent(asked, settings.feedback_consent, fixed)

    def set_consent(self, given: bool) -> FeedbackConsent:
        """Remember whether feedback may be exported. Taken back, nothing is exported, whatever its records say.

        Raises EnvironmentFault DISK_FULL, HOME_UNWRITABLE; RequestRejected OPTION_FIXED.
        """
        self._chosen(remember_choices(self._settings(), feedback_consent=given))
        self._records.set_asked(datetime.now(UTC).isoformat(timespec="seconds"))
        return self.consent()

    # ---- export

    def export(self, path: Path, cancel: CancelToken | None = None) -> FeedbackExport:
        """Write what may be exported to a new file, a JSON object a line, oldest first. Where nothing may be, no file
        is written. The audit log is told.

        Raises:
            RequestRejected: PATH_EXISTS (path).
            EnvironmentFault: DISK_FULL, HOME_UNWRITABLE; nothing of the file stays.
            Cancelled: the token was cancelled; nothing was written.
        """
        if path.exists():
            raise RequestRejected(Rejection.PATH_EXISTS, path=str(path))
        allowed = self._records.all(consented=True) if self._settings().feedback_consent else ()
        withheld = self._records.count() - len(allowed)
        lines: list[str] = []
        for feedback in reversed(allowed):
            if cancel:
                cancel.raise_if_cancelled()
            lines.append(json.dumps(exported(feedback), ensure_ascii=False))
        if lines:
            with writing_home(path.parent):
                write_durably(path, ("\n".join(lines) + "\n").encode())
            facts = {"format": path.suffix.lower(), "feedback": len(lines), "withheld": withheld}
            self._audit.record(AuditAction.EXPORTED, facts=facts)
        return FeedbackExport(len(lines), withheld)


def exported(feedback: Feedback) -> dict[str, Any]:
    """One line of an export. `id` is the same in every export and says nothing about the conversation."""
    masker = _Masker()
    answer, better = masker.mask(feedback.answer), masker.mask(feedback.better_answer)
    improved = bool(better) and better != answer
    sources = [
        {
            "marker": source.marker,
            "document": masker.mask(source.name),
            "version": source.version,
            "page": source.page_no,
            "quote": masker.mask(source.quote),
            "url": masker.mask(source.url),
        }
        for source in feedback.sources
    ]
    return {
        "schema": SCHEMA,
        "id": hashlib.sha256(f"{SCHEMA}:{feedback.turn_id}".encode()).hexdigest()[:32],
        "date": feedback.scored_at[:10],
        "question": masker.mask(feedback.question),
        "answer": answer,
        "better_answer": better if improved else None,
        "chosen": better if improved else None,
        "rejected": answer if improved else None,
        "citations": sources,
        "thumb": str(feedback.thumb),
        "score": feedback.score or None,
        "reasons": [str(reason) for reason in feedback.reasons],
        "comment": masker.mask(feedback.comment),
        "pack": feedback.pack,
        "generated": feedback.generated,
        "masked": masker.kinds,
        "label": VISIBLE_LABEL if feedback.generated else None,
        METADATA_FIELD: implicit_label(answer) if feedback.generated else None,
    }


class _Masker:
    """Masks one record's texts; `kinds` are the kinds of personal data that were taken out, each once.

    Stricter than for reading on this machine: a long run of digits goes even where nothing says that it is a person's.
    """

    def __init__(self) -> None:
        self._kinds: dict[str, None] = {}

    def mask(self, text: str) -> str:
        masked, kinds = mask(text)
        masked, numbers = _LONG_NUMBER.subn(_NUMBER_PLACEHOLDER, masked)
        self._kinds |= dict.fromkeys((*kinds, "number") if numbers else kinds)
        return masked

    @property
    def kinds(self) -> list[str]:
        return list(self._kinds)
