from __future__ import annotations

import pytest

from engine.answering.follow_up import standalone
from engine.values import Message

LOAN = (Message("user", "个人住房贷款逾期了怎么办？"), Message("assistant", "逾期按罚息利率计收。"))


@pytest.mark.parametrize(
    "question", ["那提前还呢？", "它的利率是多少", "还有别的办法吗", "多久？", "这种情况要交违约金吗", "利率呢"]
)
def test_a_follow_up_is_searched_with_what_the_earlier_question_was_about(question: str) -> None:
    searched = standalone(question, LOAN)
    assert searched.startswith(question)
    assert "个人住房贷款逾期" in searched


@pytest.mark.parametrize("question", ["存款保险最高赔多少钱", "信用卡被盗刷谁承担责任", "What is LPR?"])
def test_a_question_that_stands_alone_is_searched_as_it_is(question: str) -> None:
    assert standalone(question, LOAN) == question


def test_without_an_earlier_question_nothing_is_added() -> None:
    assert standalone("那提前还呢？", ()) == "那提前还呢？"


def test_a_chain_of_follow_ups_goes_back_to_the_question_that_stands_alone() -> None:
    history = (*LOAN, Message("user", "那提前还呢？"), Message("assistant", "可以。"))
    assert "个人住房贷款" in standalone("要违约金呢？", history)


def test_a_long_earlier_question_does_not_drown_the_follow_up() -> None:
    history = (Message("user", "贷款合同" * 200), Message("assistant", "好。"))
    assert len(standalone("那它呢？", history)) < 60
