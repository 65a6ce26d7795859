"""What is quoted for a point, and what becomes of a model's text."""

from __future__ import annotations

from engine.values import Passage, Rung
from engine.writing.quoting import is_about, quote, running_text, tidied

ARTICLE = (
    "《存款手册》第三章 支取\n第十五条 提前支取须由本人持存单办理；"
    "他人代办的，还须出示代理人的证件。留存金额不得低于 50 元。"
)
STEPS = "《存款手册》第四章 挂失\n第十七条 书面挂失按下列步骤办理：\n1. 填写申请书；\n2. 核对身份；\n表一 收费标准"
ROW = "《存款手册》第二章 表一 产品一览|产品=大额存单|起存金额=20 万元|存期=一个月至五年"


def passage(text: str, name: str = "存款手册.pdf") -> Passage:
    return Passage("c", "d", name, 1, text, (), (), Rung.BRANCH, 1.0, 0.9)


def test_only_what_says_the_word_is_quoted_without_title_and_article() -> None:
    found = quote([passage(ARTICLE)], ["留存"])
    assert found is not None and found[1] == "留存金额不得低于 50 元。"
    assert quote([passage(ARTICLE)], ["手续费"]) is None


def test_a_row_gives_its_name_and_the_column_that_was_asked_for() -> None:
    found = quote([passage(ARTICLE), passage(ROW)], ["存期"])
    assert found is not None and found[1] == "产品：大额存单，存期：一个月至五年。"


def test_a_lead_in_brings_its_items_and_no_caption() -> None:
    found = quote([passage(STEPS)], ["步骤"])
    assert found is not None and found[1] == "书面挂失按下列步骤办理：\n  - 填写申请书；\n  - 核对身份。"
    assert "表一" not in running_text(STEPS)


def test_a_passage_that_is_alike_in_words_only_is_not_about_the_subject() -> None:
    assert is_about("个人大额存单", passage(ROW))
    assert not is_about("个人大额存单", passage("第五条 个人单笔存取现金5万元以上的，应当登记。", "大额现金须知.pdf"))


def test_chatter_repetition_numbers_and_what_is_cut_off_are_left_out() -> None:
    written = (
        "好的，我明白了。\n1. 根据《手册》第九条，提前支取按活期计息。\n提前支取按活期计息。\n2. 限一次；\n留存金额不得"
    )
    assert tidied(written, 3) == "提前支取按活期计息。限一次。"
    assert tidied("", 3) == ""
