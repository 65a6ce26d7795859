"""From the card of a source through the other citations of the answer, in the whole window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.fakes import FakeEngine


def test_the_citations_of_the_answer_are_gone_through_with_f8(open_window, engine: FakeEngine, wait):
    window = open_window(engine)
    window.conversation.ask("存款保险最高赔多少？")
    wait(lambda: window.conversation.turns and not window.conversation.busy)
    cards = window.conversation_view.views[-1].source_list.cards
    cards[0].click()
    view = window.page_view
    wait(lambda: view.canvas.shown)
    assert view._header._which.text() == "1 / 3"
    QTest.keyClick(window, Qt.Key.Key_F8)
    wait(lambda: view.source.marker == 2 and view.canvas.shown.page.page_no == 2)
    assert [card.isChecked() for card in cards[:3]] == [False, True, False]
    QTest.keyClick(window, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    wait(lambda: view.source.marker == 1)
    assert cards[0].isChecked()


def test_a_search_ends_with_escape_and_then_the_viewer(open_window, engine: FakeEngine, wait):
    window = open_window(engine)
    window.conversation.ask("存款保险最高赔多少？")
    wait(lambda: window.conversation.turns and not window.conversation.busy)
    window.conversation_view.views[-1].source_list.cards[0].click()
    wait(lambda: window.page_view.canvas.shown)
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.page_view.search_bar.isVisible()
    QTest.keyClick(window.page_view.search_bar.edit, Qt.Key.Key_Escape)
    assert not window.page_view.search_bar.isVisible() and window.page_view.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.page_view.isVisible()


def test_a_passage_that_is_not_cited_is_among_its_like(open_window, engine: FakeEngine, wait):
    window = open_window(engine)
    window.conversation.ask("存款保险最高赔多少？")
    wait(lambda: window.conversation.turns and not window.conversation.busy)
    turn = window.conversation.turns[-1]
    assert window.conversation.sources_beside(turn.others[0]) == turn.others
    assert window.conversation.sources_beside(turn.sources[1]) == turn.sources
