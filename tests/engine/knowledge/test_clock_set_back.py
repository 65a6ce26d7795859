"""A branch's clock is set back, or its battery is empty: nothing is lost or stands in the wrong place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from engine.knowledge import audit, conversations, intake, rows
from engine.knowledge.audit_values import AuditAction
from engine.knowledge.conversation_values import StoredTurn
from engine.knowledge.ledger import Ledger
from engine.knowledge.store import KnowledgeBase, NewDocument

OpenKnowledge = Callable[..., KnowledgeBase]
MakeDocument = Callable[..., NewDocument]

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch):
    """set_clock(moment): what every module of the knowledge layer takes for the present."""

    def set_to(moment: datetime) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:
                return moment

        for module in (audit, conversations, intake, rows):
            monkeypatch.setattr(module, "datetime", Clock)

    return set_to


def test_conversations_stay_in_the_order_of_their_use_and_are_not_taken_for_old(tmp_path: Path, set_clock) -> None:
    ledger = Ledger(tmp_path / "ledger.db", b"k" * 32)
    kept = conversations.Conversations(ledger)
    for number, moment in enumerate((NOON - timedelta(days=900), NOON, LONG_AGO, LONG_AGO)):
        set_clock(moment)
        kept.save(f"talk-{number}", StoredTurn(f"turn-{number}", f"第{number}问", asked_at=moment.isoformat()))
    assert [info.conversation_id for info in kept.list(9)] == ["talk-3", "talk-2", "talk-1", "talk-0"]
    assert kept.older_than((NOON - timedelta(days=365)).isoformat()) == ("talk-0",)
    ledger.close()


def test_the_audit_log_stays_intact_and_keeps_what_is_new(open_knowledge: OpenKnowledge, set_clock) -> None:
    with open_knowledge() as knowledge:
        for number, moment in enumerate((NOON - timedelta(days=900), NOON, LONG_AGO)):
            set_clock(moment)
            knowledge.audit.record(AuditAction.ANSWERED, content={"question": f"第{number}问"})
        assert knowledge.audit.verify().intact
        set_clock(NOON)
        assert knowledge.audit.purge((NOON - timedelta(days=365)).isoformat()) == 1
        assert knowledge.audit.verify().intact


def test_documents_stay_in_the_order_in_which_they_came(
    open_knowledge: OpenKnowledge, document: MakeDocument, set_clock
) -> None:
    with open_knowledge() as knowledge:
        for name, moment in (("甲.pdf", NOON), ("乙.pdf", LONG_AGO)):
            set_clock(moment)
            knowledge.add_document(document([f"{name}的内容"], name=name))
        assert [info.name for info in knowledge.documents()] == ["甲.pdf", "乙.pdf"]
        knowledge.intake.queue(["/丙.pdf"])
        set_clock(NOON)
        knowledge.intake.queue(["/丁.pdf"])
        assert [entry.path for entry in knowledge.intake.entries()] == ["/丙.pdf", "/丁.pdf"]
