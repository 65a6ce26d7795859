"""What an answer rests on, as `jinpan ask` shows it to people and to programs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from desktop.cli_answer import report_answer, show_answer
from desktop.cli_console import Console
from desktop.look import proof_text
from engine.api import (
    Calculation,
    Conflict,
    ConflictKind,
    Figure,
    LadderStep,
    QuestionUnderstood,
    Rung,
    StepOutcome,
    WebPage,
    WebQuery,
)
from tests.scripted import ANSWER, CITATION

PAGE = WebPage("https://example.invalid/a?b=1", "example.invalid", "公告", "2026-11-22T12:00:00Z")
MADE = Calculation(
    "loan",
    "贷款还款",
    (Figure("principal", "贷款本金", "500000", "元"), Figure("method", "还款方式", "等额本息", assumed=True)),
    (Figure("payment", "每月还款", "2135.09", "元"),),
    formula="…",
)
PROVEN = replace(
    ANSWER,
    citations=(CITATION, replace(CITATION, marker=2, rung=Rung.WEB, web=PAGE)),
    ladder=(LadderStep(Rung.BUILTIN, StepOutcome.FELL_SHORT, 0.2), LadderStep(Rung.BRANCH, StepOutcome.SUFFICED, 0.9)),
    conflicts=(Conflict(ConflictKind.SUPERSEDED, CITATION, replace(CITATION, marker=2, version="2019-06-01")),),
    calculation=MADE,
    web_query=WebQuery("提前支取 计息", "SearXNG", "search.example", ("name",)),
)


def test_people_are_told_what_the_answer_rests_on(capsys: pytest.CaptureFixture[str]) -> None:
    show_answer(Console(), PROVEN, "")
    out = capsys.readouterr().out
    assert "查找顺序：知识包 依据不足 → 网点资料 找到依据" in out
    assert "还款方式 等额本息（默认）" in out and "→ 每月还款 2,135.09元" in out
    assert PAGE.url in out and "不一致" not in out, "what contradicts the answer is told in its text"
    assert "--send-query '提前支取 计息'" in out and "已遮去：姓名" in out


def test_programs_get_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    report_answer(Console(json=True), PROVEN, {})
    record = json.loads(capsys.readouterr().out)
    assert [step["outcome"] for step in record["ladder"]] == ["fell_short", "sufficed"]
    assert record["conflicts"] == [{"conflict": "superseded", "first": 1, "second": 2}]
    assert record["calculation"]["results"][0]["value"] == "2135.09"
    assert record["web_query"]["host"] == "search.example" and record["citations"][1]["web"]["url"] == PAGE.url


def test_a_rewritten_question_is_shown_and_an_unchanged_one_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    report_answer(Console(), QuestionUnderstood("甲", "甲"), {})
    assert not capsys.readouterr().err
    report_answer(Console(), QuestionUnderstood("那企业户呢？", "企业户存款保险最高赔多少？", True), {})
    told = capsys.readouterr().err
    assert "企业户存款保险最高赔多少" in told and proof_text.TOPIC_CHANGED in told


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1234567.50", "1,234,567.50"),
        ("-1000", "-1,000"),
        ("2026-11-23", "2026-11-23"),
        ("0.031", "0.031"),
        ("007", "007"),
    ],
)
def test_amounts_are_grouped_by_thousands(value: str, shown: str) -> None:
    assert proof_text.grouped(value) == shown
