"""The history with a real ledger and audit log: what is deleted is gone everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from engine.auditing import Audit
from engine.errors import Cancelled, RequestRejected
from engine.events import TextDelta
from engine.history import History
from engine.knowledge import keys
from engine.knowledge.audit_values import AuditAction, AuditFilter
from engine.knowledge.conversation_values import StoredTurn, TurnOutcome
from engine.knowledge.feedback_values import Feedback, Thumb
from engine.knowledge.store import KnowledgeBase
from engine.requests import AskRequest

AT = "2026-11-23T04:00:00+00:00"


@pytest.fixture
def knowledge(home: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KnowledgeBase]:
    monkeypatch.setattr(keys, "_SCRYPT_N", 2**10)
    with KnowledgeBase.open(home, embedder_fingerprint=None, passphrase_file=passphrase_file) as opened:
        yield opened


@pytest.fixture
def audit(knowledge: KnowledgeBase) -> Audit:
    return Audit(knowledge.audit)


@pytest.fixture
def forgotten() -> list[str]:
    return []


@pytest.fixture
def history(knowledge: KnowledgeBase, audit: Audit, forgotten: list[str]) -> History:
    def forget(conversation_ids: Sequence[str]) -> None:
        forgotten.extend(conversation_ids)

    return History(knowledge, audit, forget)


def turn(turn_id: str, question: str = "保多少？", text: str = "50 万元", parent: str = "") -> StoredTurn:
    return StoredTurn(turn_id, question, parent, TurnOutcome.DONE, AT, text)


def contents(audit: Audit, conversation: str) -> list[object]:
    wanted = AuditFilter(action=AuditAction.ANSWERED, conversation=conversation)
    return [entry.content for entry in audit.entries(wanted)]


def test_deleting_takes_the_scores_and_the_contents_of_the_log_along(
    history: History, knowledge: KnowledgeBase, audit: Audit, forgotten: list[str]
) -> None:
    for name in ("talk", "other"):
        history.save(name, turn(f"turn-{name}"))
        audit.record(AuditAction.ANSWERED, conversation=name, content={"question": "保多少？"})
        knowledge.feedback.put(Feedback(f"turn-{name}", "保多少？", "50 万元", thumb=Thumb.UP, conversation_id=name))
    assert history.delete(["talk"]) == 1
    assert contents(audit, "talk") == [None] and contents(audit, "other") == [{"question": "保多少？"}]
    assert set(knowledge.feedback.of(["turn-talk", "turn-other"])) == {"turn-other"}
    assert forgotten == ["talk"] and audit.verify().intact
    with pytest.raises(RequestRejected, match="conversation_unknown"):
        history.load("talk")
    assert history.delete_all() == 1 and history.list() == () and history.ids() == ()


def test_an_answer_that_was_under_way_leaves_no_content_either(history: History, audit: Audit) -> None:
    history.save("talk", turn("t1"))

    def answer() -> Iterator[TextDelta]:
        yield TextDelta("最高")
        raise Cancelled

    running = audit.answering(AskRequest("保多少？", conversation_id="talk"), answer())
    next(running)
    history.delete(["talk"])
    with pytest.raises(Cancelled):
        next(running)
    assert contents(audit, "talk") == [None]
    again = audit.answering(AskRequest("保多少？", conversation_id="talk"), answer())
    with pytest.raises(Cancelled):
        list(again)
    assert contents(audit, "talk")[-1] is not None, "what is asked after the erasure is recorded as ever"


def test_only_what_was_answered_is_exported(history: History) -> None:
    history.save("talk", turn("t1", "一", "答一"))
    history.save("talk", StoredTurn("t2", "二", "t1", TurnOutcome.STOPPED, AT, "半"))
    history.save("talk", turn("t3", "三", "答三", parent="t2"))
    assert [(each.question, each.answer) for each in history.exported("talk")] == [("一", "答一"), ("三", "答三")]


def test_old_conversations_go_after_the_months_that_were_chosen(
    history: History, knowledge: KnowledgeBase, audit: Audit
) -> None:
    history.save("talk", turn("t1"))
    audit.record(AuditAction.ANSWERED, conversation="talk", content={"question": "保多少？"})
    with knowledge.conversations._ledger.writing() as db:
        db.execute("UPDATE conversations SET changed_at = '2020-01-01T00:00:00+00:00'")
    assert history.keep_months(0) == 0
    assert history.keep_months(12) == 1
    assert history.list() == ()
    assert contents(audit, "talk") == [{"question": "保多少？"}], "the log keeps to the policy's own time"


def test_a_title_is_never_empty(history: History) -> None:
    history.save("talk", turn("t1"))
    with pytest.raises(RequestRejected, match="option_invalid"):
        history.rename("talk", "  ")
    with pytest.raises(RequestRejected, match="conversation_unknown"):
        history.pin("unknown")
    assert history.rename("talk", "存款保险").title == "存款保险"
    assert history.pin("talk").pinned and not history.pin("talk", False).pinned


def test_nothing_of_it_can_be_read_beside_the_ledger(history: History, home: Path) -> None:
    canary = "青铜灯塔守望着第七座沉默的盐湖仓库"
    history.save("talk", turn("t1", canary, canary))
    history.rename("talk", canary)
    assert history.search("灯塔")
    files = [path for path in home.rglob("*") if path.is_file()]
    assert any(path.name.startswith("ledger.db") for path in files)
    assert not [path.name for path in files if canary[:4].encode() in path.read_bytes()]
