from __future__ import annotations

import pytest

from engine.answering.retrieval import check_question
from engine.errors import Rejection, RequestRejected


@pytest.mark.parametrize("question", ["", "   ", "？？？", "。。。\n", "——"])
def test_a_question_without_words_is_refused(question: str) -> None:
    with pytest.raises(RequestRejected) as refused:
        check_question(question, 100)
    assert refused.value.code == Rejection.QUESTION_EMPTY


def test_a_question_over_the_limit_is_refused_with_both_lengths() -> None:
    with pytest.raises(RequestRejected) as refused:
        check_question("问" * 10_000, 8000)
    assert refused.value.code == Rejection.QUESTION_TOO_LONG
    assert refused.value.details == {"limit": 8000, "length": 10_000}


def test_chinese_and_english_questions_pass() -> None:
    assert check_question(" 存款保险最高赔多少 ", 100) == "存款保险最高赔多少"
    assert check_question("What is LPR?", 100) == "What is LPR?"
