"""Every page and dialog by the keyboard alone: what Tab reaches, in which order, and whether it is seen; and names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.look.theme import Theme
from desktop.main_window import MainWindow
from desktop.shell.places import Place
from tests.desktop import proven_pictures, surveying
from tests.desktop.screenshots import LIBRARY
from tests.desktop.surveying import Surveyor, focus_faults, keyboard_faults, name_faults
from tests.fakes import FakeEngine

QUICK = (
    *("1_empty", "6_source", "91_search", "52_feedback_filled", "34_calculation", "33_conflict", "2_library"),
    *("42_calculators", "47_editing", "60_preferences_device", "20_folders", "26_recovery_key", "19_menu"),
)


@pytest.fixture
def survey(application: QApplication, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    monkeypatch.setattr(proven_pictures, "PAINTING_S", 0.03)

    def survey(faults: surveying.Faults, choice: str, only: tuple[str, ...] = ()) -> Surveyor:
        theme.choose(choice)
        surveyor = Surveyor(application, theme, faults, ((1280, 800),))
        surveyor.only = only
        surveyor.all()
        return surveyor

    yield survey
    theme.choose("light")


def everything(root: QWidget) -> Iterator[str]:
    dialog = QApplication.activeModalWidget()
    if isinstance(root, QFileDialog) or (dialog is not None and dialog is not root):
        return  # Qt's own; what is behind a dialog
    if not isinstance(root, QMenu):  # which has the arrow keys
        yield from keyboard_faults(root)
        yield from focus_faults(root)
    yield from name_faults(root)


def test_the_pages_by_keyboard(survey: Callable[..., Surveyor]) -> None:
    surveyor = survey(everything, "light", QUICK)
    assert surveyor.lines() == []
    assert {"20_folders_dialog", "26_recovery_key_dialog", "19_menu_menu"} <= set(surveyor.seen)


@pytest.mark.slow
@pytest.mark.parametrize("choice", ["dark", "contrast"])
def test_the_focus_is_seen_in_other_palettes(survey: Callable[..., Surveyor], choice: str) -> None:
    assert survey(focus_faults, choice, QUICK[:-1]).lines() == []


@pytest.mark.slow
def test_every_picture_by_keyboard(survey: Callable[..., Surveyor]) -> None:
    """About a minute."""
    surveyor = survey(everything, "light")
    assert surveyor.lines() == []
    assert len(surveyor.seen) > 80


# ---- the tests see what they look for


@pytest.fixture
def form(application: QApplication) -> Iterator[QWidget]:
    form = QWidget()
    form.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    column = QVBoxLayout(form)
    for name in ("甲", "乙", "丙"):
        button = QPushButton(name)
        column.addWidget(button)
    form.show()
    yield form
    form.close()


def test_a_control_that_is_not_reached_is_found(form: QWidget) -> None:
    assert list(keyboard_faults(form)) == []
    form.findChildren(QPushButton)[1].setFocusPolicy(Qt.FocusPolicy.NoFocus)
    assert any(fault.startswith("not reached") for fault in keyboard_faults(form))


def test_a_wrong_order_is_found(form: QWidget) -> None:
    one, two, three = form.findChildren(QPushButton)
    QWidget.setTabOrder(one, three)
    QWidget.setTabOrder(three, two)
    assert [fault for fault in keyboard_faults(form) if fault.startswith("out of order")] != []


def test_a_focus_that_is_not_seen_is_found(form: QWidget) -> None:
    form.findChildren(QPushButton)[0].setStyleSheet("QPushButton, QPushButton:focus { border: none; outline: none; }")
    assert [fault for fault in focus_faults(form) if "甲" in fault] != []


def test_a_control_without_a_name_is_found(form: QWidget) -> None:
    form.layout().addWidget(QLineEdit())  # type: ignore[union-attr]
    form.findChildren(QPushButton)[0].setText("乙")
    QApplication.processEvents()
    faults = list(name_faults(form))
    assert [fault.split(":")[0] for fault in faults if "QLineEdit" in fault] != []
    assert any(fault.startswith("twice") for fault in faults)


# ---- the window


def _tab(window: MainWindow, backwards: bool = False) -> QWidget | None:
    modifier = Qt.KeyboardModifier.ShiftModifier if backwards else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab, modifier)
    return QApplication.focusWidget()


def test_back_the_way_it_came(open_window: Any, engine: FakeEngine, wait: Any) -> None:
    window = open_window(engine)
    wait(lambda: window.engine_ready)
    window.question_box.asked.emit("存款保险最高赔多少？")
    wait(lambda: not window.conversation.busy)
    there = list(surveying.walk(window))
    there[-1].setFocus()
    back = [there[-1]]
    for _ in range(300):
        reached = _tab(window, backwards=True)
        if reached is not None and reached is not back[-1]:
            back.append(reached)
        if reached is there[0]:
            break
    assert back == there[::-1]


def test_the_rail_by_arrow_keys(open_window: Any, engine: FakeEngine, wait: Any) -> None:
    window = open_window(engine)
    wait(lambda: window.engine_ready)
    window.rail.buttons[Place.ASK].setFocus()
    QTest.keyClick(window.rail.buttons[Place.ASK], Qt.Key.Key_Down)
    reached = QApplication.focusWidget()
    assert reached is window.rail.buttons[Place.LIBRARY]
    QTest.keyClick(reached, Qt.Key.Key_Space)
    assert window.pages.place is Place.LIBRARY


def _list(window: MainWindow) -> QAbstractItemView:
    window.show_place(Place.LIBRARY)
    return window.library_view.list


def test_the_library_by_keys(open_window: Any, engine: FakeEngine, wait: Any) -> None:
    engine.hold(*LIBRARY)
    window = open_window(engine)
    wait(lambda: len(window.library.rows) == len(LIBRARY))
    rows = _list(window)
    wait(lambda: rows.model().rowCount() == len(LIBRARY))
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_End)
    assert rows.currentIndex().row() == len(LIBRARY) - 1
    QTest.keyClick(rows, Qt.Key.Key_Home)
    assert rows.currentIndex().row() == 0
    QTest.keyClick(rows, Qt.Key.Key_Down)
    assert rows.currentIndex().row() == 1
    place: QRect = rows.visualRect(rows.currentIndex())
    menus: list[QMenu] = []

    def menu_shown() -> bool:
        menus[:] = [each for each in QApplication.topLevelWidgets() if isinstance(each, QMenu) and each.isVisible()]
        return bool(menus)

    middle = QPoint(place.center())
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, middle, rows.viewport().mapToGlobal(middle))
    QApplication.postEvent(rows.viewport(), event)
    wait(menu_shown)
    menus[0].close()
    QTest.keyClick(rows, Qt.Key.Key_Return)
    wait(lambda: window._beside.viewer_open)
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_Delete)
    wait(lambda: window.models.removals.pending == 1)
