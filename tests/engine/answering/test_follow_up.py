from __future__ import annotations

import pytest

from engine.answering.follow_up import Understood, understand
from engine.values import Message


def after(*questions: str) -> tuple[Message, ...]:
    return tuple(message for asked in questions for message in (Message("user", asked), Message("assistant", "好。")))


@pytest.mark.parametrize(
    ("earlier", "question", "searched"),
    [
        ("个人户开户需要什么材料？", "那企业户呢？", "企业户开户需要什么材料？"),
        ("定期存款可以提前支取吗？", "大额存单呢", "大额存单可以提前支取吗？"),
        ("70岁的老人能办贷款吗？", "65岁呢？", "65岁的老人能办贷款吗？"),
        ("遗产超过5万元怎么继承？", "5万元以下的呢？", "遗产5万元以下怎么继承？"),
        ("活期存款什么时候结息？", "销户的时候呢？", "销户的时候，活期存款什么时候结息？"),
        ("个人住房贷款逾期了怎么办？", "它会上征信吗？", "个人住房贷款逾期了会上征信吗？"),
        ("存单丢了怎么挂失？", "要带什么证件？", "存单丢了挂失，要带什么证件？"),
        ("部分提前还款有什么限制？", "那要违约金吗？", "部分提前还款，要违约金吗？"),
        ("What is LPR?", "and in USD?", "in USD? What is LPR"),
    ],
)
def test_a_follow_up_becomes_a_question_that_stands_alone(earlier: str, question: str, searched: str) -> None:
    assert understand(question, after(earlier)) == Understood(searched)


def test_a_chain_of_follow_ups_goes_back_to_the_question_that_stands_alone() -> None:
    history = after("整存整取多少钱起存？", "大额存单呢？")
    assert understand("可以提前支取吗？", history).searched == "大额存单，可以提前支取吗？"


@pytest.mark.parametrize("question", ["存款保险最高赔多少钱", "信用卡被盗刷谁承担责任", "What is LPR?"])
def test_a_question_that_stands_alone_is_searched_as_it_is(question: str) -> None:
    understood = understand(question, after("个人住房贷款的首付最低是多少？"), lambda a, b: 0.8)
    assert understood == Understood(question, topic_changed=True)


def test_a_question_on_the_same_topic_goes_on_with_the_conversation() -> None:
    history = after("房贷提前还款要违约金吗？")
    assert not understand("房贷提前还款一年可以几次？", history).topic_changed, "it shares words"
    assert not understand("公积金能用来还按揭吗？", history, lambda a, b: 0.95).topic_changed, "it is alike"


def test_without_an_earlier_question_nothing_is_added() -> None:
    assert understand("那提前还呢？", ()) == Understood("那提前还呢？")


def test_long_questions_are_neither_rewritten_nor_drown_a_follow_up() -> None:
    assert len(understand("那它呢？", after("贷款合同" * 200)).searched) < 60
    long = "它" + "说明" * 60
    assert understand(long, after("房贷首付多少？")).searched == long


def test_rewriting_a_question_of_punctuation_or_nonsense_never_fails() -> None:
    for earlier in ("？？", "呢", "那", "", "😀"):
        for question in ("呢？", "那呢", "？", "它", "的呢", "5年呢"):
            understand(question, after(earlier))
