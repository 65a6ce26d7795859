from __future__ import annotations

import pytest
from PySide6.QtGui import QTextCharFormat, QTextDocument

from desktop.ask.citation_chip import CHIP_OBJECT, MARKER_PROPERTY
from desktop.ask.growing import finished_lengths
from desktop.ask.markdown import STRUCK_PROPERTY, MarkdownWriter
from desktop.look.proof_text import STRUCK_NOTE, UNSUPPORTED_MARK
from desktop.look.tokens import DARK, LIGHT
from tests.fakes import ANSWER

LOOSE_LIST = (
    "先说明：\n\n- 第一项\n\n  续一段 [1]\n\n- 第二项\n\n1. 另一\n\n   ```\n   a\n\n   b\n   ```\n\n2. 末项\n\n完。"
)
FENCE = (
    "看：\n\n```python\ndef f():\n\n    return '| a | b |'\n\n# 不是标题\n```\n\n"
    "之后 **粗** `代码`。\n\n~~~\n```\n\n~~~\n末尾"
)
TABLE = (
    "表：\n\n| 项目 | 费率 |\n|:--|--:|\n| 汇款 | 1‰ [2] |\n| 缺列 |\n\n"
    "> 引用一\n>\n> 引用二\n\n---\n\n## 小标题\n\n段落\n续行"
)
MARKS = f"为 ~~5%~~，**约 ~~50万元~~**。{UNSUPPORTED_MARK}\n\n- ~~甲~~ [1]{UNSUPPORTED_MARK}\n- ~~未完"
TEXTS = {
    "answer": ANSWER,
    "marks": MARKS,
    "loose list": LOOSE_LIST,
    "fence": FENCE,
    "table": TABLE,
    "table first": TABLE[4:],
}


def written(document: QTextDocument) -> str:
    """Everything that decides how the document looks, as text."""
    return document.toHtml()


def full(text: str) -> str:
    document = QTextDocument()
    MarkdownWriter(document, LIGHT).set_text(text)
    return written(document)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("step", [1, 3, 17])
def test_streaming_ends_as_a_full_render(application, name, step):
    text = TEXTS[name]
    document = QTextDocument()
    writer = MarkdownWriter(document, LIGHT)
    for end in range(0, len(text), step):
        writer.set_text(text[:end])
    writer.set_text(text)
    assert written(document) == full(text)


@pytest.mark.parametrize("name", TEXTS)
def test_every_step_of_streaming_equals_a_full_render_of_that_step(application, name):
    text = TEXTS[name]
    document = QTextDocument()
    writer = MarkdownWriter(document, LIGHT)
    for end in range(1, len(text) + 1):
        writer.set_text(text[:end])
        assert document.toPlainText() == plain(text[:end]), text[:end]


def plain(text: str) -> str:
    document = QTextDocument()
    MarkdownWriter(document, LIGHT).set_text(text)
    return document.toPlainText()


def finished_length(text: str) -> int:
    return max(finished_lengths(text), default=0)


def test_a_finished_paragraph_is_frozen_and_an_open_list_fence_or_table_is_not():
    assert finished_length("一段。\n\n二段") == len("一段。\n\n")
    assert finished_length("一段。\n\n") == 0
    assert finished_length("- 甲\n\n- 乙\n\n  续") == 0
    assert finished_length("- 甲\n\n1") == 0  # may become "1. 乙"
    assert finished_length("- 甲\n\n段") == len("- 甲\n\n")
    assert finished_length("```\na\n\nb\n") == 0
    assert finished_length("```\na\n\nb\n```\n\n后") == len("```\na\n\nb\n```\n\n")
    assert finished_length("|a|b|\n|-|-|\n|1|2|\n") == 0


def test_frozen_blocks_are_not_written_again(application):
    """The cost of one more word does not grow with the answer: only the last block changes."""
    document = QTextDocument()
    document.documentLayout()  # changes are only announced to a layout
    writer = MarkdownWriter(document, LIGHT)
    text = "".join(f"第 {n} 段，讲的是第 {n} 件事。\n\n" for n in range(300))
    writer.set_text(text + "末段")
    changes: list[tuple[int, int, int]] = []
    document.contentsChange.connect(lambda *change: changes.append(change))
    writer.set_text(text + "末段又")
    assert min(position for position, _, _ in changes) > len("第 1 段") * 250


def chips(document: QTextDocument) -> list[int]:
    found: list[int] = []
    block = document.begin()
    while block.isValid():
        iterator = block.begin()
        while not iterator.atEnd():
            look = iterator.fragment().charFormat()
            if look.objectType() == CHIP_OBJECT:
                found += [look.intProperty(MARKER_PROPERTY)] * iterator.fragment().length()
            iterator += 1
        block = block.next()
    return found


def test_markers_become_chips_wherever_markdown_would_eat_them(application):
    document = QTextDocument()
    text = "见 [1][2]，**重点** [3]。\n\n[4]: 像定义\n\n[5](http://x.y) 与【6】\n\n`[7]`\n\n```\n[8]\n```"
    MarkdownWriter(document, LIGHT).set_text(text)
    assert chips(document) == [1, 2, 3, 4, 5, 6]
    assert "[7]" in document.toPlainText() and "[8]" in document.toPlainText()


def test_a_row_that_is_still_growing_has_empty_cells(application):
    document = QTextDocument()
    MarkdownWriter(document, LIGHT).set_text("|a|b|c|\n|-|-|-|\n|外币|")
    assert document.toPlainText().count("外币") == 1


def test_html_and_links_are_text(application):
    document = QTextDocument()
    text = '<img src="file:///etc/passwd"> <b>x</b> [内网](file://host/share) ![图](//host/a.png) <http://a.b>'
    MarkdownWriter(document, LIGHT).set_text(text)
    shown = document.toPlainText()
    assert '<img src="file:///etc/passwd">' in shown and "<b>x</b>" in shown
    assert "内网（file://host/share）" in shown
    markup = document.toHtml()
    assert "<img" not in markup and "href" not in markup


def test_recolouring_writes_the_same_text_in_other_colours(application):
    document = QTextDocument()
    writer = MarkdownWriter(document, LIGHT)
    writer.set_text(ANSWER)
    before = document.toPlainText()
    writer.set_tokens(DARK)
    writer.rewrite()
    assert document.toPlainText() == before
    assert DARK.text.lower() in document.toHtml() and LIGHT.text.lower() not in document.toHtml()


def test_an_answer_that_begins_with_a_rule_loses_nothing(application):
    """Qt would take text between two leading rules for front matter, and drop it."""
    assert "标题: 甲" in plain("---\n标题: 甲\n---\n正文")


def test_unusual_line_ends_end_lines(application):
    assert plain("甲\r\n\r\n乙\u2028\u2028丙") == "甲\n乙\n丙"


def test_growing_text_in_place_of_a_list_leaves_no_list_behind(application):
    document = QTextDocument()
    writer = MarkdownWriter(document, LIGHT)
    writer.set_text("- 甲\n- 乙")
    writer.set_text("不是列表")
    assert document.begin().textList() is None
    assert written(document) == full("不是列表")


def formats(document: QTextDocument) -> dict[str, QTextCharFormat]:
    found: dict[str, QTextCharFormat] = {}
    block = document.begin()
    while block.isValid():
        iterator = block.begin()
        while not iterator.atEnd():
            found[iterator.fragment().text()] = iterator.fragment().charFormat()
            iterator += 1
        block = block.next()
    return found


@pytest.mark.parametrize(
    "text", ["利率为~~5%~~的存款", "**共 ~~（50）万元~~。**", "- ~~3.1%~~[1]", "|甲|\n|-|\n|~~9 元~~|"]
)
def test_figures_without_a_source_are_struck_wherever_they_stand(application, text):
    document = QTextDocument()
    MarkdownWriter(document, LIGHT).set_text(text)
    assert "~" not in document.toPlainText()
    struck = [look for look in formats(document).values() if look.hasProperty(STRUCK_PROPERTY)]
    assert len(struck) == 1 and struck[0].fontStrikeOut() and STRUCK_NOTE in struck[0].toolTip()


def test_what_only_looks_like_a_struck_figure_is_left_alone(application):
    assert plain("甲 ~~ 乙 ~~ 丙") == "甲 ~~ 乙 ~~ 丙"
    assert plain("`~~5%~~`") == "~~5%~~"
    assert plain("~~~\n~~5%~~\n~~~").strip() == "~~5%~~"


def test_a_sentence_without_support_carries_a_label(application):
    document = QTextDocument()
    MarkdownWriter(document, LIGHT).set_text(f"手续费免收。{UNSUPPORTED_MARK}请核对[1]。")
    look = formats(document)[UNSUPPORTED_MARK]
    assert look.background().color().name().upper() == LIGHT.warning_soft and look.toolTip()
    assert chips(document) == [1]
