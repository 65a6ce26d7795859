"""What an answer is on the clipboard: text, Markdown, and HTML that a word processor keeps lists and tables of."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from desktop.ask.answer_footer import copied
from desktop.ask.answer_html import answer_html
from desktop.ask.turn import Turn, TurnState
from desktop.look import ask_text, proof_text
from engine.api import AnswerFinished, Citation, Rung, TextDelta, Timings
from tests.desktop.ask.markdown_texts import MarkdownWriterOfSeed
from tests.fakes import ANSWER

VOID = {"meta", "br", "hr"}


class Balanced(HTMLParser):
    """Fails on a tag that is closed by another."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        assert all(name not in ("href", "src", "style") for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_lists_tables_and_emphasis_are_kept():
    markup = answer_html(ANSWER)
    assert "<ol><li>先核对客户名下全部账户" in markup and "<b>限额偿付</b>" in markup
    assert "<th>项目</th>" in markup and "<td>折算为人民币</td>" in markup
    assert "最高偿付 <b>50 万元</b>[1]" in markup


def test_nested_lists_code_quotes_and_struck_figures():
    markup = answer_html("- 甲\n  1. 乙\n  2. 丙\n- 丁\n\n> 引用\n\n```\na < b\n\nc\n```\n\n# 题\n\n为 ~~5%~~[2]。")
    assert "<ul><li>甲<ol><li>乙</li><li>丙</li></ol></li><li>丁</li></ul>" in markup
    assert "<blockquote><p>引用</p></blockquote>" in markup and "<pre>a &lt; b\n\nc</pre>" in markup
    assert "<h1>题</h1>" in markup and "<s>5%</s>[2]" in markup


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_written_the_markup_is_whole_and_loads_nothing(application, seed):
    parser = Balanced()
    parser.feed(answer_html(MarkdownWriterOfSeed(seed, gentle=True).text() + "\n\n<img src=file:///x> [a](file:///y)"))
    assert not parser.open and not parser.seen & {"a", "img", "script", "link"}


def test_what_was_stopped_says_that_it_is_unchecked(application):
    turn = Turn("问题")
    turn.apply(TextDelta("写到一"))
    turn.enter(TurnState.STOPPED)
    data = copied(turn)
    assert data.text().startswith("写到一") and data.text().endswith(ask_text.STOPPED_UNCHECKED)
    assert ask_text.STOPPED_UNCHECKED in data.html()


def test_the_clipboard_holds_sources_and_label_in_all_three_forms(application):
    turn = Turn("问题")
    citation = Citation(1, "d" * 64, "规程<b>.pdf", 3, "原文", Rung.BRANCH)
    turn.apply(AnswerFinished("- 甲[1]\n- 乙", True, (citation,), Timings(0.1, 9, 1.0, 9, 9.0)))
    data = copied(turn)
    markdown = bytes(data.data("text/markdown").data()).decode()
    assert data.text() == markdown and "[1] 规程<b>.pdf，第 3 页" in markdown
    assert markdown.endswith(proof_text.AI_LABEL)
    assert "<ul><li>甲[1]</li><li>乙</li></ul>" in data.html()
    assert "规程&lt;b&gt;.pdf" in data.html() and proof_text.AI_LABEL in data.html()
