"""The lay questions that train the reranker: real golds, nothing asked twice, nothing of the development set."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

QUESTIONS = Path(__file__).parent / "retrieval_questions" / "train.jsonl"
CIVIL_CODE_PARTS = {"总则", "物权编", "合同编", "人格权编", "婚姻家庭编", "继承编", "侵权责任编", "附则"}
SUPERSEDED = ("反洗钱法(2006", "公司法(2018", "会计法(2017", "保障中小企业款项支付条例(2020")
ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?")
MAX_GOLDS = 3
MAX_BIGRAM_OVERLAP = 0.6


def read_questions(path: Path) -> list[dict[str, list[str]]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def law_name(stem: str) -> str:
    """The name by which questions call the law of a file."""
    name = re.sub(r"\(\d{4}-\d\d-\d\d\)$", "", stem)
    return "中华人民共和国民法典" if name in CIVIL_CODE_PARTS else name


def current_articles(laws: Path) -> set[str]:
    """法律名第X条 of every article of every law that is not superseded."""
    found: set[str] = set()
    for path in laws.glob("*.md"):
        if not path.stem.startswith(SUPERSEDED):
            for line in path.read_text(encoding="utf-8").splitlines():
                if article := ARTICLE.match(line.strip()):
                    found.add(law_name(path.stem) + article[0])
    return found


def bigrams(text: str) -> set[str]:
    letters = re.sub(r"\W", "", text)
    return {letters[i : i + 2] for i in range(len(letters) - 1)}


def overlap(left: set[str], right: set[str]) -> float:
    """Shared bigrams over the bigrams of the shorter text, in [0, 1]."""
    return len(left & right) / max(1, min(len(left), len(right)))


@pytest.fixture(scope="module")
def questions() -> list[dict[str, list[str]]]:
    return read_questions(QUESTIONS)


def test_enough_questions_each_asked_once(questions: list[dict[str, list[str]]]) -> None:
    queries = [str(question["query"]) for question in questions]
    assert len(queries) >= 700
    assert len(set(queries)) == len(queries)


def test_every_gold_is_an_article_of_a_current_law(questions: list[dict[str, list[str]]], shared_data: Path) -> None:
    articles = current_articles(shared_data / "laws")
    assert all(1 <= len(question["gold"]) <= MAX_GOLDS for question in questions)
    assert [gold for question in questions for gold in question["gold"] if gold not in articles] == []


def test_questions_spread_over_the_laws(questions: list[dict[str, list[str]]]) -> None:
    assert len({gold[: gold.rindex("第")] for question in questions for gold in question["gold"]}) >= 80


def test_no_question_repeats_a_development_question(questions: list[dict[str, list[str]]], shared_data: Path) -> None:
    development = [bigrams(str(q["query"])) for q in read_questions(shared_data / "qa" / "law_questions_dev.jsonl")]
    near = [
        question["query"]
        for question in questions
        if max(overlap(bigrams(str(question["query"])), other) for other in development) >= MAX_BIGRAM_OVERLAP
    ]
    assert near == []
