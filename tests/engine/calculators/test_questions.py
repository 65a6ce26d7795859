"""Questions that ask for a calculation are read; questions about rules never become one."""

from __future__ import annotations

import json
import random
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

from engine.calculators import from_question

_HERE = Path(__file__).parent
_LABELLED: list[dict[str, Any]] = [
    json.loads(line) for line in (_HERE / "questions_zh.jsonl").read_text(encoding="utf-8").splitlines()
]
_BENCHMARKS = _HERE.parents[1] / "benchmarks"


def _same(one: str, other: str) -> bool:
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return one == other


def _is_read_rightly(labelled: dict[str, Any]) -> bool:
    calculation = from_question(labelled["question"])
    if calculation is None or labelled["calculator"] is None:
        return calculation is None and labelled["calculator"] is None
    told = {figure.name: figure.value for figure in calculation.inputs}
    return (
        calculation.calculator == labelled["calculator"]
        and list(calculation.missing) == labelled["missing"]
        and all(_same(told.get(name, ""), value) for name, value in labelled["inputs"].items())
    )


def test_there_are_enough_questions_of_both_sorts() -> None:
    asked = sum(labelled["calculator"] is not None for labelled in _LABELLED)
    assert asked >= 60
    assert len(_LABELLED) - asked >= 60


def test_labelled_questions() -> None:
    wrong = [labelled["question"] for labelled in _LABELLED if not _is_read_rightly(labelled)]
    others = [labelled["question"] for labelled in _LABELLED if labelled["calculator"] is None]
    false_alarms = [question for question in others if from_question(question)]
    assert not false_alarms
    assert len(wrong) <= 0.03 * len(_LABELLED), wrong


def test_questions_of_laws_and_documents_make_no_calculation(shared_data: Path) -> None:
    files = [path for name in ("answer", "retrieval") for path in (_BENCHMARKS / f"{name}_questions").glob("*.jsonl")]
    files += (shared_data / "qa").glob("*.jsonl")
    lines = [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    questions = [line.get("question") or line.get("query") for line in lines]
    fired = [question for question in questions if from_question(question)]
    # Depositors who tell their own balance and ask what a failed bank's insurance pays do ask for a calculation.
    assert [question for question in fired if "赔" not in question] == []
    assert len(fired) <= 3
    assert len(questions) > 1000


def test_assumed_inputs_are_marked() -> None:
    calculation = from_question("贷50万30年3.1%月供多少")
    assert calculation is not None
    assert [figure.name for figure in calculation.inputs if figure.assumed] == ["method"]


@pytest.mark.parametrize(
    "question",
    [
        "",
        "？？？",
        "贷50万30年3.1%月供多少" * 20,
        "贷99999999999999万30年3.1%月供多少",
        "贷50万300年3.1%月供多少",
        "贷50万30年99%月供多少",
        "2026年13月45日存5万活期到2026年13月46日利率0.05%利息多少",
    ],
)
def test_what_cannot_be_computed_is_no_calculation(question: str) -> None:
    assert from_question(question) is None


def test_no_text_makes_it_raise() -> None:
    chosen = random.Random(11)
    pieces = (
        "贷 50万 存 三年 利率 3.1% 月供 多少 提前还 LPR 基点 分期 万份收益 。 , 七日年化 倒闭 赔 美元 购汇价 一百二 "
        "千万 万 点 - 百分之 半 零 2026-02-30 1万2 期 活期 定期 逾期 天 还了 大额交易 现金 ¥ ㊀ 〇 ²"
    )
    words = pieces.split()
    for _ in range(3000):
        from_question("".join(chosen.choice(words) for _ in range(chosen.randrange(1, 14))) + "？")
