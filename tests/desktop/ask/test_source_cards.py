"""Cards of sources: all that is painted is said, long names keep both ends, keys open them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.ask.question_bubble import BUBBLE_LINES, QuestionBubble
from desktop.ask.source_list import SourceCard, SourceList
from desktop.ask.turn import Source, Turn
from desktop.look import text
from engine.api import PassagesFound, Rung
from tests.desktop.ask_pictures import LONG_NAME, SOURCES
from tests.fakes import PASSAGES


@pytest.fixture
def source() -> Source:
    turn = Turn("问题")
    turn.apply(PassagesFound(SOURCES, 0.1))
    return turn.others[0]


def test_a_card_says_document_page_version_and_rung(theme, source):
    card = SourceCard(theme, source)
    name = card.accessibleName()
    for part in (LONG_NAME, text.SUPERSEDED, "第 1 页", "2024-03-01 版", text.RUNGS[Rung.BRANCH]):
        assert part in name
    assert "第二十七条" in card.accessibleDescription()
    assert LONG_NAME in card.toolTip() and "第二十七条" in card.toolTip()


def test_headings_leave_out_the_documents_own_name():
    turn = Turn("问题")
    passage = replace(PASSAGES[0], name="个人存款产品手册.pdf", heading_path=("个人存款产品手册", "第一章"))
    turn.apply(PassagesFound((passage,), 0.1))
    assert turn.others[0].place == "第 1 页 · 第一章"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_keys_open_the_source(theme, source, key):
    shown = SourceList(theme)
    shown.show_passages((source,))
    opened: list[Source] = []
    shown.opened.connect(opened.append)
    QTest.keyClick(shown.cards[0], key)
    assert opened == [source]


@pytest.mark.parametrize("width", [300, 380, 760])
def test_a_card_paints_at_any_width(theme, source, width):
    card = SourceCard(theme, source)
    card.resize(width, 100)
    card.show()
    assert card.grab().width() >= width and 66 <= card.height() <= 110


def test_a_question_of_many_lines_is_a_short_bubble(theme):
    bubble = QuestionBubble(theme, "一行\n" * 500)
    assert bubble.words.text().count("\n") == BUBBLE_LINES - 1
    assert "1500" in bubble.words.text().replace(",", "")
    assert QuestionBubble(theme, "一行\n二行").words.text() == "一行\n二行"


def test_a_long_address_in_a_question_is_not_cut_off(theme):
    address = "https://example.com/" + "a" * 300
    bubble = QuestionBubble(theme, f"打开 {address} 看看")
    bubble.resize(500, 200)
    bubble.show()
    words = bubble.words
    assert words.text().replace("\u200b", "") == f"打开 {address} 看看"
    needed = words.fontMetrics().boundingRect(0, 0, words.width() - 34, 10_000, Qt.TextFlag.TextWordWrap, words.text())
    assert needed.width() <= words.width()
