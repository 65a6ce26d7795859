from __future__ import annotations

import pytest

from engine.answering.text import (
    bigrams,
    containment,
    split_sentences,
    without_list_mark,
    without_question_words,
)


def test_sentences_cover_the_text_and_keep_their_offsets() -> None:
    text = "第一句。第二句！\n  第三句没有标点"
    sentences = split_sentences(text)
    assert [s.text for s in sentences] == ["第一句。", "第二句！", "第三句没有标点"]
    assert all(text[s.start : s.end] == s.text for s in sentences)


def test_closing_quotation_marks_stay_with_their_sentence() -> None:
    assert [s.text for s in split_sentences("他说：“可以。”然后离开。")] == ["他说：“可以。”", "然后离开。"]


def test_blank_text_has_no_sentences() -> None:
    assert split_sentences(" \n\n ") == []


def test_containment_is_one_for_a_part_and_zero_for_something_else() -> None:
    whole = bigrams("存款保险实行限额偿付，最高偿付限额为人民币50万元。")
    assert containment(bigrams("最高偿付限额为人民币50万元"), whole) == 1.0
    assert containment(bigrams("今天天气很好"), whole) == 0.0
    assert containment(frozenset(), whole) == 0.0


def test_full_width_and_half_width_are_the_same() -> None:
    assert bigrams("ＬＰＲ５０") == bigrams("lpr50")


@pytest.mark.parametrize("text", ["1. 提前预约", "（2）提前预约", "- 提前预约", "## 提前预约", "3、提前预约"])
def test_list_marks_are_not_part_of_a_claim(text: str) -> None:
    assert without_list_mark(text) == "提前预约"


@pytest.mark.parametrize(
    ("question", "about"),
    [("请问LPR是什么？", "LPR"), ("发现假币怎么办", "发现假币"), ("怎么办？", ""), ("存款保险", "存款保险")],
)
def test_question_words_say_nothing_about_the_subject(question: str, about: str) -> None:
    assert without_question_words(question) == about


def test_a_latin_word_counts_by_itself() -> None:
    assert containment(bigrams("LPR"), bigrams("贷款市场报价利率（LPR）分1年期和5年期")) == 1.0
