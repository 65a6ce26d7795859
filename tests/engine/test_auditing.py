"""What of answers reaches the audit log, with a real ledger and scripted events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.auditing import Audit, months_before
from engine.cancel import CancelToken
from engine.errors import Cancelled, EnvironmentFault, Fault, Rejection, RequestRejected
from engine.events import AnswerFinished, AuditMissed, QuestionUnderstood, TextDelta, WebSearched
from engine.knowledge import keys
from engine.knowledge.audit_values import AuditAction, AuditEntry, AuditFilter
from engine.knowledge.store import KnowledgeBase
from engine.proof import Claim, LadderStep, StepOutcome, Verdict
from engine.requests import AskRequest
from engine.values import Citation, Rung, Timings

TIMINGS = Timings(0.1, 10, 0.2, 5, 10.0)
REQUEST = AskRequest("客户张三（13812345678）的存款利率？", conversation_id="talk", web_query="存款利率")
ANSWER = AnswerFinished(
    "利率为1.5%[1]。~~2%~~【未找到依据】",
    True,
    (Citation(1, "d" * 64, "规定.pdf", 3, "利率为1.5%", Rung.BRANCH),),
    TIMINGS,
    claims=(Claim("利率为1.5%", Verdict.SUPPORTED, (1,)), Claim("2%", Verdict.UNSUPPORTED, (), ("2%",))),
    ladder=(LadderStep(Rung.BRANCH, StepOutcome.SUFFICED, 0.9),),
)


@pytest.fixture
def knowledge(home: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KnowledgeBase]:
    monkeypatch.setattr(keys, "_SCRYPT_N", 2**10)
    with KnowledgeBase.open(home, embedder_fingerprint=None, passphrase_file=passphrase_file) as opened:
        yield opened


@pytest.fixture
def audit(knowledge: KnowledgeBase) -> Audit:
    return Audit(knowledge.audit)


def only(audit: Audit) -> AuditEntry:
    (entry,) = audit.entries(AuditFilter(action=AuditAction.ANSWERED))
    return entry


def test_an_answer_is_in_the_log_before_it_is_handed_on(audit: Audit) -> None:
    events = audit.answering(REQUEST, iter([QuestionUnderstood(REQUEST.question, "利率"), TextDelta("利率"), ANSWER]))
    for event in events:
        if event is ANSWER:
            break
    entry = only(audit)
    assert entry.conversation == "talk"
    assert entry.sources == ("d" * 64 + ":3",)
    assert entry.facts == {
        "outcome": "found",
        "sentences_supported": 1,
        "sentences_unsupported": 1,
        "struck": 1,
        "rung_branch": "sufficed",
    }
    assert entry.content == {
        "question": "客户〔姓名〕（〔手机号〕）的存款利率？",
        "searched": "利率",
        "answer": ANSWER.text,
        "sources": "[1] 规定.pdf, 3",
    }
    assert audit.verify().intact


def failing(error: Exception) -> Iterator[object]:
    yield TextDelta("半句")
    raise error


@pytest.mark.parametrize(
    ("error", "facts"),
    [
        (Cancelled(), {"outcome": "cancelled"}),
        (EnvironmentFault(Fault.PACK_MISSING, pack="x"), {"outcome": "failed", "code": "pack_missing"}),
        (ValueError("x"), {"outcome": "failed", "code": "bug"}),
    ],
)
def test_what_did_not_become_an_answer_is_recorded_too(audit: Audit, error: Exception, facts: dict[str, str]) -> None:
    with pytest.raises(type(error)):
        list(audit.answering(REQUEST, failing(error)))
    entry = only(audit)
    assert entry.facts == facts
    assert entry.content is not None
    assert entry.content["answer"] == "半句"


def test_a_reader_that_goes_away_is_a_cancelled_question(audit: Audit) -> None:
    events = audit.answering(REQUEST, iter([TextDelta("半"), ANSWER]))
    next(events)
    events.close()
    assert only(audit).facts == {"outcome": "cancelled"}


def test_a_question_that_is_no_question_is_not_recorded(audit: Audit) -> None:
    with pytest.raises(RequestRejected):
        list(audit.answering(REQUEST, failing(RequestRejected(Rejection.QUESTION_EMPTY))))
    assert audit.entries() == ()


def test_requests_to_the_web_are_recorded(audit: Audit) -> None:
    list(audit.answering(REQUEST, iter([WebSearched("search.example", 5), ANSWER])))
    (entry,) = audit.entries(AuditFilter(action=AuditAction.WEB_REQUESTED))
    assert entry.facts == {"host": "search.example", "results": 5}
    assert entry.content == {"query": "存款利率"}


def test_a_full_disk_loses_no_answer_and_is_told(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise EnvironmentFault(Fault.DISK_FULL, path="", needed_bytes=0, free_bytes=0)

    with monkeypatch.context() as on_full_disk:
        on_full_disk.setattr(audit._log, "_append", full)
        events = list(audit.answering(REQUEST, iter([ANSWER])))
    assert events == [AuditMissed("disk_full"), ANSWER]
    assert audit.record(AuditAction.EXPORTED) == ""
    assert [entry.action for entry in audit.entries()] == ["answered", "exported"]


def test_export_writes_every_entry_and_the_report(audit: Audit, tmp_path: Path) -> None:
    list(audit.answering(REQUEST, iter([ANSWER])))
    file = tmp_path / "log.jsonl"
    assert audit.export(file) == 2
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line.get("action") for line in lines] == ["answered", "log_exported", None]
    assert lines[-1]["report"]["faults"] == []
    with pytest.raises(RequestRejected) as rejected:
        audit.export(file)
    assert rejected.value.code == Rejection.PATH_EXISTS


def test_an_erased_conversation_is_gone(audit: Audit) -> None:
    list(audit.answering(REQUEST, iter([ANSWER])))
    assert audit.erase_conversation("") == 0
    assert audit.erase_conversation("talk") == 1
    assert only(audit).content is None
    assert audit.verify().intact


def test_a_cancelled_token_reaches_the_answer(audit: Audit) -> None:
    token = CancelToken()

    def events() -> Iterator[object]:
        yield TextDelta("一")
        token.raise_if_cancelled()
        yield ANSWER

    running = audit.answering(REQUEST, events())
    next(running)
    token.cancel()
    with pytest.raises(Cancelled):
        next(running)


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [("2026-11-23", 12, "2025-11-23"), ("2026-08-31", 6, "2026-02-28"), ("2026-01-05", 6, "2025-07-05")],
)
def test_months_before(day: str, months: int, before: str) -> None:
    assert months_before(datetime.fromisoformat(day).replace(tzinfo=UTC), months).date().isoformat() == before
