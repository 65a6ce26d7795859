"""The panel as hands use it: click, search, keys, menus, and the question before something is erased."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton

from desktop.history.history_delegate import button_rect, row_rect
from desktop.history.history_panel import HistoryPanel
from desktop.look import history_text
from desktop.look.theme import Theme
from desktop.main_window import MainWindow
from desktop.shell.places import Place
from desktop.shell.shortcuts import Command, shortcut
from engine.api import Conversation
from tests.desktop.conftest import Wait
from tests.desktop.history.conftest import Desk
from tests.fakes import FakeEngine

Stored = Callable[..., Conversation]


@pytest.fixture
def panel(desk: Desk, theme: Theme, stored: Stored, wait: Wait) -> Iterator[HistoryPanel]:
    kept = [stored(f"c{n}", n) for n in range(4)] + [stored("c9", 9, text="收缴假币要两人在场", pinned=True)]
    desk.engine.history.kept = {each.info.conversation_id: each for each in kept}
    shown = HistoryPanel(theme, desk.history)
    shown.resize(252, 600)
    shown.show()
    desk.open_engine()
    wait(lambda: desk.history.rowCount() == 5 and desk.idle)
    yield shown
    shown.close()


def place_of(panel: HistoryPanel, number: int) -> QPoint:
    index = panel.list.model().index(number, 0)
    rect = panel.list.visualRect(index)
    return row_rect(rect, panel._model.rows[number]).center()


def click(panel: HistoryPanel, place: QPoint) -> None:
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_click_opens_the_conversation_and_one_on_a_heading_does_not(
    panel: HistoryPanel, desk: Desk, wait: Wait
) -> None:
    chosen: list[str] = []
    panel.conversation_chosen.connect(chosen.append)
    heading = panel.list.visualRect(panel.list.model().index(1, 0)).topLeft() + QPoint(40, 8)
    click(panel, heading)
    assert chosen == []
    click(panel, place_of(panel, 1))
    wait(lambda: desk.conversation.conversation_id == "c3")
    assert chosen == ["c3"] and desk.conversation.turns[0].question == "第3个问题"


def test_words_are_searched_for_when_typing_pauses(panel: HistoryPanel, desk: Desk, wait: Wait) -> None:
    panel.focus_search()
    panel.search.setText("假币")
    wait(lambda: desk.history.rowCount() == 1)
    assert [call for call in desk.engine.history.calls if call.startswith("search")] == ["search 假币"]
    QTest.keyClick(panel.search, Qt.Key.Key_Down)
    assert panel.list.currentIndex().row() == 0
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    wait(lambda: desk.conversation.conversation_id == "c9")
    QTest.keyClick(panel.search, Qt.Key.Key_Escape)
    wait(lambda: desk.history.rowCount() == 5)
    panel.search.setText("没有这句")
    wait(lambda: panel._stack.currentIndex() == 1)
    assert panel._note.text() == history_text.NOTHING_FOUND


def test_the_keys_rename_pin_and_delete(panel: HistoryPanel, desk: Desk, wait: Wait) -> None:
    panel.list.setFocus()
    panel.list.setCurrentIndex(panel.list.model().index(2, 0))
    QTest.keyClick(panel.list, Qt.Key.Key_F2)
    editor = panel.list.findChild(QLineEdit, "compact")
    assert editor.text() == "第2个问题" and editor.accessibleName()
    editor.setText("改过的名字")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    wait(lambda: desk.engine.history.kept["c2"].info.title == "改过的名字")
    panel.list.setCurrentIndex(panel.list.model().index(4, 0))
    QTest.keyClick(panel.list, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: desk.history.rows[1].conversation_id == "c0")
    panel.list.setCurrentIndex(panel.list.model().index(1, 0))
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    assert panel.asking and "c0" in desk.engine.history.kept
    QTest.keyClick(panel.confirm, Qt.Key.Key_Escape)
    assert not panel.asking
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    QTest.mouseClick(panel.confirm, Qt.MouseButton.LeftButton)
    wait(lambda: "c0" not in desk.engine.history.kept)
    assert desk.history.rowCount() == 4 and not panel.asking


def test_the_rows_button_and_the_menu_key_offer_what_can_be_done(panel: HistoryPanel) -> None:
    rect = row_rect(panel.list.visualRect(panel.list.model().index(0, 0)), panel._model.rows[0])
    click(panel, button_rect(rect, panel._model.rows[0]).center())
    menu = panel.list.menu_shown
    assert menu is not None
    words = [action.text() for action in menu.actions()]
    assert words == [history_text.RENAME, history_text.UNPIN, history_text.EXPORT, history_text.DELETE]
    assert all(not action.shortcut().isEmpty() for action in menu.actions())
    menu.actions()[-1].trigger()
    assert panel.asking
    menu.close()


def test_everything_can_be_deleted_after_a_question(panel: HistoryPanel, desk: Desk, wait: Wait) -> None:
    panel.open_menu()
    assert panel.menu_shown is not None
    panel.menu_shown.actions()[0].trigger()
    panel.menu_shown.close()
    assert panel.asking
    QTest.mouseClick(panel.confirm, Qt.MouseButton.LeftButton)
    wait(lambda: not desk.engine.history.kept and panel._stack.currentIndex() == 1)
    assert panel._note.text() == history_text.NOTHING_YET


def test_every_row_can_be_painted_in_every_theme(panel: HistoryPanel, theme: Theme, desk: Desk, wait: Wait) -> None:
    before = panel.grab().toImage()
    theme.choose("dark")
    assert panel.grab().toImage() != before
    theme.choose("light")
    assert panel.grab().toImage() == before
    panel.search.setText("假币")
    wait(lambda: desk.history.rowCount() == 1)
    assert panel.grab().toImage() != before


def test_in_the_window_it_is_kept_opened_and_exported(
    open_window: Callable[..., MainWindow], engine: FakeEngine, wait: Wait, tmp_path: Path
) -> None:
    window = open_window(engine)
    wait(lambda: window.engine_ready)
    window.conversation.ask("存款保险保多少？")
    wait(lambda: not window.conversation.busy and window.models.history.rowCount() == 1)
    first = window.conversation.conversation_id
    QTest.mouseClick(window.history.panel.new_button, Qt.MouseButton.LeftButton)
    assert window.conversation.turns == [] and window.models.history.rowCount() == 1
    window.models.history.export(window.models.history.rows[0].info)
    wait(lambda: window.findChildren(QFileDialog))
    (dialog,) = window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "对话.md"))
    dialog.close()
    wait(lambda: (tmp_path / "对话.md").exists())
    assert "存款保险保多少" in (tmp_path / "对话.md").read_text(encoding="utf-8")
    click(window.history.panel, place_of(window.history.panel, 0))
    wait(lambda: window.conversation.conversation_id == first)
    assert len(window.conversation_view.views) == 1 and window.focusWidget() is window.question_box.edit
    window.ask_page.toggle_panel()
    window.show_place(Place.LIBRARY)
    window.activateWindow()
    wait(window.isActiveWindow)
    QTest.keySequence(window, QKeySequence(shortcut(Command.SEARCH_HISTORY).keys[0]))
    wait(lambda: window.pages.place is Place.ASK and window.history.panel.isVisible())
    assert window.focusWidget() is window.history.panel.search
    assert all(button.text() or button.accessibleName() for button in window.history.panel.findChildren(QPushButton))
