from __future__ import annotations

import pytest

from engine.answering.abstain import evidence_suffices
from engine.values import Passage, Rung, Span

TEXT = "存款保险实行限额偿付，最高偿付限额为人民币50万元。"


def passage(similarity: float) -> Passage:
    return Passage("a:1:0", "a", "a", 1, TEXT, (), (Span(1, 0, 1),), Rung.BRANCH, 1.0, similarity)


@pytest.mark.parametrize(
    ("question", "similarity", "enough"),
    [
        ("倒闭了赔多少", 0.90, True),
        ("最高偿付限额是多少", 0.87, True),
        ("今天星期几", 0.87, False),
        ("最高偿付限额是多少", 0.80, False),
        ("什么是限额偿付？", 0.85, True),
    ],
)
def test_near_in_meaning_or_fairly_near_and_in_words(question: str, similarity: float, enough: bool) -> None:
    assert evidence_suffices(question, [passage(similarity)]) is enough


def test_no_passage_is_not_enough() -> None:
    assert not evidence_suffices("存款保险", [])
