"""The questions of the answer benchmarks: every gold fact stands in its source, and no question copies one."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from gold_questions import HELD_OUT, TUNE, GoldQuestion, load_answerable, load_unanswerable, normalized

ASSETS = Path(__file__).resolve().parents[2] / "assets"
ARTICLE = re.compile(r"^第[〇零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?(?=[\s　])", re.MULTILINE)
LONGEST_COPY = 12  # characters that a question may share with its source in one run


def article(text: str, wanted: str) -> str:
    """The article with everything up to the next one."""
    starts = [match for match in ARTICLE.finditer(text) if match[0] == wanted]
    assert len(starts) == 1, wanted
    following = ARTICLE.search(text, starts[0].end())
    return text[starts[0].start() : following.start() if following else len(text)]


def check(question: GoldQuestion, source: str) -> None:
    assert question.facts or question.figures
    assert question.is_stated_by(source), (question.id, question.facts, question.figures, source)
    runs = {question.question[i : i + LONGEST_COPY] for i in range(len(question.question) - LONGEST_COPY + 1)}
    assert not [run for run in runs if run in normalized(source)], question.id


def test_sample_facts_stand_in_the_samples() -> None:
    for question in load_answerable():
        if question.kind == "sample":
            text = (ASSETS / "samples" / f"{question.sources[0]}.md").read_text(encoding="utf-8")
            check(question, article(text, question.sources[1]))


def test_builtin_facts_stand_in_their_entries() -> None:
    texts: dict[str, str] = {}
    for path in (ASSETS / "knowledge").glob("*.toml"):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["entry"]:
            texts[entry["name"]] = entry["text"]
    for question in load_answerable():
        if question.kind == "builtin":
            check(question, texts[question.sources[1]])


def test_law_facts_stand_in_the_laws(shared_data: Path) -> None:
    for question in load_answerable():
        if question.kind == "law":
            text = (shared_data / "laws" / f"{question.sources[0]}.md").read_text(encoding="utf-8")
            check(question, article(text, question.sources[1]))


@pytest.mark.parametrize(("questions", "least"), [(load_answerable(), 64), (load_unanswerable(), 120)])
def test_halves_are_equal_and_of_all_kinds(questions: list[GoldQuestion], least: int) -> None:
    assert len(questions) >= least
    assert len({question.id for question in questions}) == len(questions)
    assert len({question.question for question in questions}) == len(questions)
    kinds = {question.kind for question in questions}
    for kind in kinds:
        halves = [question.half for question in questions if question.kind == kind]
        assert set(halves) == {TUNE, HELD_OUT}
        assert abs(halves.count(TUNE) - halves.count(HELD_OUT)) <= 1


def test_most_unanswerable_questions_are_near_misses() -> None:
    kinds = [question.kind for question in load_unanswerable()]
    assert kinds.count("near_miss") >= 84
    assert set(kinds) == {"near_miss", "off_topic"}
    assert not any(question.facts or question.figures or question.sources for question in load_unanswerable())


@pytest.mark.parametrize(
    ("answer", "right"),
    [("最低五万元。", True), ("最低 50,000 元。", True), ("最低15万元。", False), ("最低~~5万元~~。", False)],
)
def test_figures_are_equal_however_they_are_written(answer: str, right: bool) -> None:
    assert GoldQuestion("", "", TUNE, "law", figures=("5万元",)).is_stated_by(answer) is right


def test_terms_and_rates_are_compared_with_their_units() -> None:
    question = GoldQuestion("", "", TUNE, "law", figures=("3个工作日", "10%"))
    assert question.is_stated_by("三个工作日之内，不超过百分之十")
    assert not question.is_stated_by("三日之内，不超过百分之十")
