"""What an answer in the question's own words says beyond them."""

from __future__ import annotations

import pytest

from engine.answering.echo import affirms, novel, without_lead_in


@pytest.mark.parametrize(
    ("question", "sentence", "said"),
    [
        ("买房贷款最长可以贷多少年？", "买房贷款最长可以贷30年。", "30年"),
        ("房贷连着逾期多少天，银行可以要求提前还？", "房贷连着逾期超过90天，银行可以要求提前还。", "超过90天"),
        ("登记费一件多少钱，谁来出？", "登记费一件80元，由本行承担。", "80元，本行承担"),
        ("客户取25万要提前几天约？", "客户取25万要提前1天约。", "1天"),
    ],
)
def test_what_stands_in_the_place_of_the_question_word_is_left(question: str, sentence: str, said: str) -> None:
    assert novel(sentence, question) == said


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("可以代办吗？", "可以代办。"),
        ("补卡收多少钱？到期换新也收吗？", "补卡收5元，到期换新也收。"),
        ("密码能不能请家人代办重置？", "密码能请家人代办重置。"),
    ],
)
def test_a_yes_is_no_echo(question: str, sentence: str) -> None:
    assert novel(sentence, question) == ""


@pytest.mark.parametrize("sentence", ["要交违约金。", "不要交违约金。", "提前还房贷要交违约金。", "是的，要交违约金。"])
def test_a_bare_yes_or_no_affirms(sentence: str) -> None:
    assert affirms(sentence, "提前还房贷要交违约金吗？")


@pytest.mark.parametrize(
    "sentence", ["放款不满一年的，要交违约金。", "要交违约金，按提前还款本金的0.5%收取。", "违约金为本金的0.5%。"]
)
def test_an_answer_with_its_condition_does_more_than_affirm(sentence: str) -> None:
    assert not affirms(sentence, "提前还房贷要交违约金吗？")
    assert not affirms("要交违约金。", "提前还房贷的违约金是多少？")


def test_a_sentence_of_its_own_words_is_no_echo() -> None:
    assert novel("贷款期限最长30年，借款人年龄与期限之和不超过70年。", "能贷多久？") == ""
    assert novel("30年。", "") == "" and novel("", "能贷多久？") == ""


def test_lead_ins_say_nothing() -> None:
    assert without_lead_in("根据资料，保存十年。") == "保存十年。"
    assert without_lead_in("因此，保存十年。") == "保存十年。"
    assert without_lead_in("根据合同约定，保存十年。") == "根据合同约定，保存十年。"
