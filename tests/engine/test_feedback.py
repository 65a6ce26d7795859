"""What people say of answers: kept, changed, erased and exported, with a real ledger."""

from __future__ import annotations

import errno
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import durable
from engine.auditing import Audit
from engine.cancel import CancelToken
from engine.errors import Cancelled, EnvironmentFault, Fault, Rejection, RequestRejected
from engine.facade import Engine
from engine.feedback import SCHEMA, FeedbackControl
from engine.knowledge import keys
from engine.knowledge.audit_values import AuditAction, AuditFilter
from engine.knowledge.feedback_values import (
    Feedback,
    FeedbackConsent,
    FeedbackExport,
    FeedbackReason,
    FeedbackSource,
    Thumb,
)
from engine.knowledge.store import KnowledgeBase, NewDocument
from engine.labels import VISIBLE_LABEL
from engine.settings import Settings, load_settings
from engine.values import Chunk, Page, PageKind, Rung, Span

DOCUMENT, OTHER = "d" * 64, "e" * 64
SCORED = Feedback(
    "turn-1",
    "挂失要带什么？",
    "凭身份证办理[1]。",
    (FeedbackSource(1, DOCUMENT, "柜面规程.pdf", 12, "凭本人有效身份证件办理", "2024-03-01"),),
    thumb=Thumb.DOWN,
    score=4,
    reasons=(FeedbackReason.INCOMPLETE, FeedbackReason.STYLE),
    comment="没说代办",
    better_answer="凭身份证办理[1]；不能代办。",
    conversation_id="talk",
    pack="small",
    asked_at="2026-01-31T09:00:00+00:00",
    consent=True,
)


@pytest.fixture
def knowledge(home: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KnowledgeBase]:
    monkeypatch.setattr(keys, "_SCRYPT_N", 2**10)
    with KnowledgeBase.open(home, embedder_fingerprint=None, passphrase_file=passphrase_file) as opened:
        yield opened


class Desk:
    """The control over a ledger, with the settings that an engine would hold."""

    def __init__(self, knowledge: KnowledgeBase, home: Path) -> None:
        self.settings = load_settings(home)
        self.audit = Audit(knowledge.audit)
        self.control = FeedbackControl(knowledge.feedback, self.audit, lambda: self.settings, self._choose)

    def _choose(self, settings: Settings) -> None:
        self.settings = settings


@pytest.fixture
def desk(knowledge: KnowledgeBase, home: Path) -> Desk:
    return Desk(knowledge, home)


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


# ---- keeping


def test_what_is_said_is_kept(desk: Desk) -> None:
    stored = desk.control.put(SCORED)
    assert stored is not None
    assert stored.scored_at > SCORED.asked_at
    assert desk.control.get("turn-1") == stored
    assert replace(stored, scored_at="") == SCORED
    assert desk.control.list() == (stored,)
    assert desk.control.of(["turn-1", "turn-2"]) == {"turn-1": stored}


def test_a_changed_mind_replaces_the_score_and_keeps_its_figures(desk: Desk) -> None:
    first = desk.control.put(SCORED)
    assert first is not None
    desk.control.put(replace(SCORED, comment="同样的分数"))
    assert desk.control.changes("turn-1") == ()
    desk.control.put(replace(SCORED, thumb=Thumb.UP, score=9, reasons=(), comment=""))
    (change,) = desk.control.changes("turn-1")
    assert change.thumb is Thumb.DOWN
    assert (change.score, change.reasons) == (4, SCORED.reasons)
    (now,) = desk.control.list()
    assert (now.thumb, now.score) == (Thumb.UP, 9)


def test_saying_nothing_any_more_erases_the_record(desk: Desk) -> None:
    desk.control.put(SCORED)
    desk.control.put(replace(SCORED, score=5))
    nothing = replace(SCORED, thumb=Thumb.NONE, score=0, reasons=(), comment="", better_answer="")
    assert desk.control.put(nothing) is None
    assert desk.control.list() == ()
    assert desk.control.changes("turn-1") == ()


def test_an_unchanged_answer_is_no_better_answer(desk: Desk) -> None:
    stored = desk.control.put(replace(SCORED, better_answer=f"{SCORED.answer}\n"))
    assert stored is not None
    assert stored.better_answer == ""


@pytest.mark.parametrize("change", [{"score": 11}, {"score": -1}, {"comment": "长" * 100_001}])
def test_what_cannot_be_meant_is_refused(desk: Desk, change: dict[str, Any]) -> None:
    with pytest.raises(RequestRejected) as rejected:
        desk.control.put(replace(SCORED, **change))
    assert rejected.value.code == Rejection.OPTION_INVALID
    assert desk.control.list() == ()


def test_rare_characters_and_half_surrogates_are_stored(desk: Desk) -> None:
    stored = desk.control.put(replace(SCORED, comment="㼆𠮷\ud842"))
    assert stored is not None
    kept = desk.control.get("turn-1")
    assert kept is not None
    assert kept.comment == "㼆𠮷?"


# ---- erasing


def test_a_deleted_conversation_takes_its_feedback_along(desk: Desk, knowledge: KnowledgeBase, home: Path) -> None:
    desk.control.put(SCORED)
    desk.control.put(replace(SCORED, turn_id="turn-2", conversation_id="other"))
    assert knowledge.feedback.erase_conversation("") == 0
    assert knowledge.feedback.erase_conversation("talk") == 1
    assert [kept.turn_id for kept in desk.control.list()] == ["turn-2"]


def test_a_removed_document_takes_along_what_quotes_it(desk: Desk, knowledge: KnowledgeBase) -> None:
    desk.control.put(SCORED)
    other = replace(SCORED.sources[0], document_id=OTHER)
    desk.control.put(replace(SCORED, turn_id="turn-2", sources=(other,)))
    assert knowledge.feedback.erase_documents(["f" * 64]) == 0
    assert knowledge.feedback.erase_documents(["f" * 64, DOCUMENT]) == 1
    assert [kept.turn_id for kept in desk.control.list()] == ["turn-2"]


def small_document() -> NewDocument:
    text = "凭本人有效身份证件办理"
    original = text.encode()
    key = hashlib.sha256(original).hexdigest()
    page = Page(1, PageKind.TEXT, 595.0, 842.0, text, np.zeros((len(text), 4), "<f4").tobytes(), (0,))
    chunk = Chunk(f"{key}:1:0", key, 1, 0, text, (), (Span(1, 0, len(text)),))
    vectors = np.ones((1, 8), np.float32) / np.sqrt(np.float32(8))
    return NewDocument(key, "规程.pdf", "规程", "/规程.pdf", Rung.BRANCH, original, (page,), (chunk,), vectors)


def test_the_engine_erases_with_the_document(
    home: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "_SCRYPT_N", 2**10)
    knowledge = KnowledgeBase.open(home, embedder_fingerprint="embedder-1", passphrase_file=passphrase_file)
    with Engine(load_settings(home), knowledge) as engine:
        document = knowledge.add_document(small_document())
        source = replace(SCORED.sources[0], document_id=document.document_id)
        engine.feedback.put(replace(SCORED, sources=(source,)))
        engine.feedback.set_consent(True)
        assert engine.settings.feedback_consent
        list(engine.remove([document.document_id], CancelToken()))
        assert engine.feedback.list() == ()


def test_nothing_said_lies_readable_on_the_disk(desk: Desk, home: Path) -> None:
    desk.control.put(SCORED)
    for file in home.rglob("*"):
        if file.is_file():
            assert "不能代办".encode() not in file.read_bytes()


# ---- consent and export


def test_consent_is_asked_once_and_kept(desk: Desk, home: Path) -> None:
    assert desk.control.consent() == FeedbackConsent(asked=False, given=False)
    assert desk.control.set_consent(False) == FeedbackConsent(asked=True, given=False)
    assert desk.control.set_consent(True) == FeedbackConsent(asked=True, given=True)
    assert load_settings(home).feedback_consent


def test_a_fixed_setting_is_not_asked_about(desk: Desk) -> None:
    desk.settings = replace(desk.settings, fixed=("feedback_consent",))
    assert desk.control.consent() == FeedbackConsent(asked=True, given=False, fixed=True)
    with pytest.raises(RequestRejected) as rejected:
        desk.control.set_consent(True)
    assert rejected.value.code == Rejection.OPTION_FIXED


def test_an_export_is_a_line_for_each_record(desk: Desk, tmp_path: Path) -> None:
    desk.control.set_consent(True)
    stored = desk.control.put(SCORED)
    assert stored is not None
    file = tmp_path / "out.jsonl"
    assert desk.control.export(file) == FeedbackExport(1, 0)
    (line,) = lines_of(file)
    assert line.pop("id") != SCORED.turn_id
    label = line.pop("AIGC")
    assert (label["Label"], len(label["ProduceID"])) == ("1", 32)
    assert line == {
        "schema": SCHEMA,
        "date": stored.scored_at[:10],
        "question": SCORED.question,
        "answer": SCORED.answer,
        "better_answer": SCORED.better_answer,
        "chosen": SCORED.better_answer,
        "rejected": SCORED.answer,
        "citations": [
            {
                "marker": 1,
                "document": "柜面规程.pdf",
                "version": "2024-03-01",
                "page": 12,
                "quote": "凭本人有效身份证件办理",
                "url": "",
            }
        ],
        "thumb": "down",
        "score": 4,
        "reasons": ["incomplete", "style"],
        "comment": "没说代办",
        "pack": "small",
        "generated": True,
        "masked": [],
        "label": VISIBLE_LABEL,
    }
    (entry,) = desk.audit.entries(AuditFilter(action=AuditAction.EXPORTED))
    assert entry.facts == {"format": ".jsonl", "feedback": 1, "withheld": 0}


def test_without_a_better_answer_there_is_no_pair(desk: Desk, tmp_path: Path) -> None:
    desk.control.set_consent(True)
    desk.control.put(replace(SCORED, better_answer=""))
    desk.control.put(replace(SCORED, turn_id="turn-2", better_answer="", generated=False, score=0))
    desk.control.export(tmp_path / "out.jsonl")
    for line in lines_of(tmp_path / "out.jsonl"):
        assert (line["better_answer"], line["chosen"], line["rejected"]) == (None, None, None)
    unlabelled = [line for line in lines_of(tmp_path / "out.jsonl") if not line["generated"]]
    assert [(line["label"], line["AIGC"], line["score"]) for line in unlabelled] == [(None, None, None)]


def test_only_what_was_consented_to_leaves(desk: Desk, tmp_path: Path) -> None:
    """Once for the setting, and for each record; taken back, nothing leaves."""
    for number in range(6):
        consent = number % 2 == 0
        desk.control.put(replace(SCORED, turn_id=f"turn-{number}", comment=f"第{number}条", consent=consent))
    file = tmp_path / "out.jsonl"
    assert desk.control.export(file) == FeedbackExport(0, 6)
    assert not file.exists()
    assert desk.audit.entries() == ()
    desk.control.set_consent(True)
    assert desk.control.export(file) == FeedbackExport(3, 3)
    assert {line["comment"] for line in lines_of(file)} == {"第0条", "第2条", "第4条"}
    desk.control.set_consent(False)
    assert desk.control.export(tmp_path / "later.jsonl") == FeedbackExport(0, 6)


def id_number(random_: random.Random) -> str:
    """A valid one: GB 11643-1999, check character by ISO 7064 MOD 11-2."""
    born = f"{random_.randint(1950, 2005)}{random_.randint(1, 12):02}{random_.randint(1, 28):02}"
    body = f"{random_.choice(('110101', '330106', '440305'))}{born}{random_.randint(0, 999):03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def planted(random_: random.Random, text: str, secrets: list[str]) -> str:
    """`text` with an ID number or a mobile number somewhere in it, which `secrets` gets."""
    mobile = f"1{random_.choice('3589')}{random_.randint(0, 10**9 - 1):09}"
    secret = random_.choice((id_number(random_), mobile))
    secrets.append(secret)
    at = random_.randint(0, len(text))
    before, after = random_.choice((("", ""), ("，", "。"), ("（", "）"), (" ", " "), ("：", "；")))
    return text[:at] + before + secret + after + text[at:]


def test_no_personal_number_reaches_an_export(desk: Desk, tmp_path: Path) -> None:
    desk.control.set_consent(True)
    random_ = random.Random(6)
    secrets: list[str] = []
    for number in range(120):
        source = SCORED.sources[0]
        source = replace(
            source,
            name=planted(random_, "客户资料.pdf", secrets),
            quote=planted(random_, source.quote, secrets),
            url=f"https://bank.example/?tel={planted(random_, '', secrets)}",
        )
        desk.control.put(
            replace(
                SCORED,
                turn_id=f"turn-{number}",
                question=planted(random_, SCORED.question, secrets),
                answer=planted(random_, "凭有效证件办理。", secrets),
                comment=planted(random_, SCORED.comment, secrets),
                better_answer=planted(random_, "凭有效证件办理；不能代办。", secrets),
                sources=(source,),
            )
        )
    file = tmp_path / "out.jsonl"
    assert desk.control.export(file) == FeedbackExport(120, 0)
    written = file.read_text(encoding="utf-8")
    assert [secret for secret in secrets if secret in written] == []
    assert all(line["masked"] for line in lines_of(file))
    assert all(line["chosen"] != line["rejected"] for line in lines_of(file))


def test_figures_and_dates_stay(desk: Desk, tmp_path: Path) -> None:
    desk.control.set_consent(True)
    said = "自2024-03-01至2026-03-01，限额500000元；银发〔2023〕12号第3条。"
    desk.control.put(replace(SCORED, comment=said))
    desk.control.export(tmp_path / "out.jsonl")
    assert lines_of(tmp_path / "out.jsonl")[0]["comment"] == said


def test_a_file_that_exists_stays(desk: Desk, tmp_path: Path) -> None:
    desk.control.set_consent(True)
    desk.control.put(SCORED)
    file = tmp_path / "out.jsonl"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(RequestRejected) as rejected:
        desk.control.export(file)
    assert rejected.value.code == Rejection.PATH_EXISTS
    assert file.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(("number", "fault"), [(errno.ENOSPC, Fault.DISK_FULL), (errno.EACCES, Fault.HOME_UNWRITABLE)])
def test_a_disk_that_refuses_leaves_no_file_and_no_entry(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, fault: Fault
) -> None:
    desk.control.set_consent(True)
    desk.control.put(SCORED)
    folder = tmp_path / "stick"
    folder.mkdir()

    def refuse(_: int) -> None:
        raise OSError(number, "refused")

    with monkeypatch.context() as refusing:
        refusing.setattr(durable.os, "fsync", refuse)
        with pytest.raises(EnvironmentFault) as raised:
            desk.control.export(folder / "out.jsonl")
    assert raised.value.code == fault
    assert list(folder.iterdir()) == []
    assert desk.audit.entries(AuditFilter(action=AuditAction.EXPORTED)) == ()


def test_a_folder_that_is_missing_is_told(desk: Desk, tmp_path: Path) -> None:
    desk.control.set_consent(True)
    desk.control.put(SCORED)
    with pytest.raises(EnvironmentFault) as raised:
        desk.control.export(tmp_path / "gone" / "out.jsonl")
    assert raised.value.code == Fault.HOME_UNWRITABLE


def test_a_cancelled_export_writes_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.control.set_consent(True)
    desk.control.put(SCORED)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        desk.control.export(tmp_path / "out.jsonl", cancel)
    assert not (tmp_path / "out.jsonl").exists()
