"""The benchmark of answers: its judge, its choice of questions, and a quick run in which both systems answer."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tests.benchmarks.answer_scores import Record, figures, judge, score
from tests.benchmarks.gold_questions import GoldQuestion
from tests.benchmarks.peer_baseline import CHUNK_CHARS, PlainText, cut

BENCHMARK = Path(__file__).with_name("answers.py")
GOLD = "第五条 存款保险实行限额偿付，最高偿付限额为人民币50万元。"


def question(*, facts: tuple[tuple[str, ...], ...] = (), figure: str = "50万元") -> GoldQuestion:
    return GoldQuestion("q", "存款保险最高赔多少？", "tune", "law", facts, (figure,), ("存款保险条例", "第五条"))


def record(text: str, *, found: bool = True) -> Record:
    return Record("q", "f", text, found, (GOLD,), (), 500, 0.1, 1.0, 2.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("五万元", "50,000元"),
        ("百分之三", "3%"),
        ("三个工作日", "3个工作日"),
        ("5天", "五日"),
        ("二十年", "20年"),
        ("1000万元", "一千万元"),
    ],
)
def test_one_figure_in_two_spellings(one: str, other: str) -> None:
    assert figures(one) == figures(other) != set()


def test_other_units_are_other_figures() -> None:
    assert figures("三个工作日") != figures("三日")
    assert figures("1. 首先核对[2]") == set()
    assert figures("百分之零点五") == {(Decimal("0.5"), "%")}


def test_an_answer_is_correct_with_every_fact_and_figure() -> None:
    assert judge(question(), record("最高偿付限额为500,000元[1]。"), GOLD).correct
    assert not judge(question(), record("最高偿付限额为5万元[1]。"), GOLD).correct
    assert not judge(question(facts=(("合并计算", "合计"),)), record("最高50万元。"), GOLD).correct
    assert not judge(question(), record("没有找到依据。", found=False), GOLD).correct


def test_what_is_struck_out_or_marked_is_not_asserted() -> None:
    struck = judge(question(figure="50万元"), record("最高偿付限额为50万元，不是~~80万元~~[1]。【未找到依据】"), GOLD)
    assert (struck.numbers_right, struck.marked, struck.supported) == (True, 1, 0)
    assert not judge(question(), record("最高偿付限额为~~50万元~~。"), GOLD).numbers_right
    assert not judge(question(), record("最高偿付限额为80万元。"), GOLD).numbers_right


def test_a_sentence_of_other_words_is_not_supported() -> None:
    verdict = judge(question(), record("最高偿付限额为人民币50万元。信用卡每年要交年费。"), GOLD)
    assert (verdict.sentences, verdict.supported) == (2, 1)


def test_words_that_repeat_the_question_need_no_source_and_alone_prove_nothing() -> None:
    assert judge(question(), record("存款保险最高赔50万元。"), GOLD).supported == 1
    assert judge(question(), record("存款保险最高赔。"), GOLD).supported == 0


def test_shares_are_over_answerable_and_unanswerable_apart() -> None:
    nothing = GoldQuestion("n", "蓝牙耳机连不上怎么办？", "tune", "off_topic")
    records = {"q": record("最高偿付限额为人民币50万元。"), "n": record("重新配对。")}
    scores = score([question(), nothing], records, lambda one: GOLD if one.sources else "")
    assert (scores.correct, scores.refused_rightly, scores.answerable, scores.unanswerable) == (1.0, 0.0, 1, 1)


def test_chunks_of_the_baseline_keep_all_text() -> None:
    chunks = cut(PlainText("法", "字" * 2 * CHUNK_CHARS + "尾"))
    assert [len(chunk.text) for chunk in chunks] == [CHUNK_CHARS, CHUNK_CHARS, 1]


@pytest.mark.slow
def test_a_sample_run_ends_with_one_json_object(smollm2_pack: Path, embedder_pack: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(BENCHMARK), "--sample", "--pack", smollm2_pack.name, "--work", str(tmp_path)]
    command += ["--answer-tokens", "24"]
    done = subprocess.run([*command, "--timed", "1"], stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True)
    result = json.loads(done.stdout.splitlines()[-1])
    assert list(result)[:2] == ["benchmark", "ratios"]
    assert result["questions"] == {"both": 2, "ours": 2, "baseline": 2}
    assert result["ours"]["prompt_tokens_p50"] < result["baseline"]["prompt_tokens_p50"]
    assert result["ratios"]["total_s_sum"] > 0
