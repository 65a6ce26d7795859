from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QToolButton, QWidget

from desktop.ask.conversation_view import SHOWN_TURNS
from desktop.ask.turn import TurnState
from desktop.library.password_dialog import PasswordDialog
from desktop.library.row_delegate import button_rect, unlock_rect
from desktop.look import recovery_text, text
from desktop.main_window import MainWindow
from desktop.passphrase import PassphraseDialog
from desktop.recovery_key import RecoverDialog, RecoveryKeyDialog
from desktop.shell.places import Place
from engine.api import (
    ChunksEmbedded,
    DocumentFault,
    EnvironmentFault,
    Fault,
    PromptRead,
    Rejection,
    RequestRejected,
    TextDelta,
    recovery,
)
from tests.fakes import ANSWER, PASSWORD, FakeEngine

KEY = "-".join(f"{n}ABCD" for n in range(8))

NAMES = ("questionBox", "sendButton", "stopButton", "dropArea", "libraryView", "pageView")


def part(window: MainWindow, name: str) -> QWidget:
    found = window.findChild(QWidget, name)
    assert found is not None, name
    return found


def type_question(window: MainWindow, question: str) -> None:
    QTest.keyClicks(part(window, "questionBox"), question)
    QTest.keyClick(part(window, "questionBox"), Qt.Key.Key_Return)


def test_ask_read_click_and_see_the_page(open_window, settings, wait):
    engine = FakeEngine(settings, stop_after=PromptRead)
    window = open_window(engine)
    assert all(part(window, name) for name in NAMES)
    type_question(window, "max?")
    wait(lambda: window.conversation.turns and window.conversation.turns[0].total_tokens)
    view = window.conversation_view.views[0]
    assert [card.source.marker for card in view.source_list.cards] == [1, 2, 3]  # before the first word
    assert "128/540" in view._doing.text()
    assert part(window, "stopButton").isVisible() and not part(window, "sendButton").isVisible()

    engine.stop_after = None
    type_question(window, "again?")
    wait(lambda: not window.conversation.busy)
    assert part(window, "sendButton").isVisible()
    view = window.conversation_view.views[1]
    assert "限额偿付" in view._text.toPlainText()
    view.source_list.cards[0].click()
    wait(lambda: window.page_view.canvas.shown)
    assert part(window, "pageView").isVisible()
    assert view.source_list.cards[0].isChecked()
    view._text.marker_clicked.emit(2)
    wait(lambda: window.page_view.page_no == 2)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not part(window, "pageView").isVisible()


def test_shift_enter_breaks_the_line_and_the_box_grows(open_window, engine):
    window = open_window(engine)
    box = part(window, "questionBox")
    low = box.height()
    QTest.keyClicks(box, "a")
    QTest.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(box, "b")
    assert window.conversation.turns == []
    assert box.height() > low


@pytest.mark.parametrize("way", ["escape", "button"])
def test_stop_keeps_the_text(open_window, settings, wait, way):
    window = open_window(FakeEngine(settings, stop_after=TextDelta))
    type_question(window, "q")
    wait(lambda: window.conversation.turns and window.conversation.turns[0].text)
    if way == "escape":
        QTest.keyClick(part(window, "questionBox"), Qt.Key.Key_Escape)
    else:
        part(window, "stopButton").click()
    assert window.conversation.turns[0].state is TurnState.STOPPED
    assert window.conversation_view.views[0]._text.toPlainText() == ANSWER[:3]


def drop(window: MainWindow, *paths: str) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths] + [QUrl("https://example.invalid/a.pdf")])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, buttons, keys))


def test_dropped_files_appear_and_are_taken_in(open_window, engine, wait):
    window = open_window(engine)
    drop(window, "/d/年报 😀 与很长的名字.pdf", "/d/乙.pdf")
    wait(lambda: window.library.document_count == 2)
    wait(lambda: window.library.progress == (0, 0))
    assert "2" in window.progress_strip.words and window.progress_strip.isVisible()


def library_row(window: MainWindow, wait, at: int = 0) -> QRect:
    """Where a row of the library is, on its page."""
    window.show_place(Place.LIBRARY)
    view = window.library_view
    wait(lambda: view.shelf_model.rowCount() > at and view.list.isVisible())
    QApplication.processEvents()  # the list is as wide as its page now
    return view.list.visualRect(view.shelf_model.index(at))


def test_removing_takes_the_row_away_and_can_be_undone(open_window, engine, wait):
    window = open_window(engine.hold("甲.pdf"))
    wait(lambda: window.library.rowCount() == 1)
    place = button_rect(library_row(window, wait)).center()
    QTest.mouseClick(window.library_view.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    assert window.library.rowCount() == 0
    wait(lambda: engine.holdings == {})
    undo = part(window, "undoRemove")
    assert undo.isVisible()
    undo.click()
    wait(lambda: window.library.rowCount() == 1)
    assert not undo.isVisible()


def test_a_locked_document_asks_for_its_password(open_window, engine, wait):
    engine.faults = {"密.pdf": DocumentFault.ENCRYPTED}
    window = open_window(engine)
    drop(window, "/d/密.pdf")
    for words in ("b2", PASSWORD):
        wait(lambda: window.library.rowCount() and window.library.rows[0].can_unlock)
        place = unlock_rect(library_row(window, wait)).center()
        QTest.mouseClick(window.library_view.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
        dialog = _dialog(window, PasswordDialog)
        dialog._first.setText(words)
        dialog._confirm()
    wait(lambda: window.library.document_count == 1)


def test_a_row_tells_how_its_pages_ended(open_window, engine, wait):
    window = open_window(engine.hold("甲.pdf"))
    window.show_place(Place.LIBRARY)
    wait(lambda: window.library.rowCount() == 1)
    window.show_place(Place.LIBRARY)
    window.library_view.show_document(window.library.rows[0].document_id)
    card = window.library_view.card
    wait(lambda: "表格" in card._account.text().replace("\u2060", ""))
    window.library_view.remove_chosen()
    wait(lambda: card.subject.rows == ())


def test_a_dropped_knowledge_pack_is_installed(open_window, engine, wait):
    window = open_window(engine)
    drop(window, "/d/制度.JKP", "/d/甲.pdf")
    wait(lambda: window.models.knowledge_packs.packs and window.library.document_count == 1)


@pytest.mark.parametrize("work", ["asking", "ingesting"])
def test_closing_in_the_middle_of_work_leaves_nothing_running(open_window, settings, wait, work):
    engine = FakeEngine(settings, stop_after=ChunksEmbedded if work == "ingesting" else TextDelta)
    window = open_window(engine)
    if work == "asking":
        type_question(window, "q")
        wait(lambda: window.conversation.turns and window.conversation.turns[0].text)
    else:
        drop(window, "/d/甲.pdf", "/d/乙.pdf")
        wait(lambda: any("向量" in row.note for row in window.library.rows))
    window.close()
    assert window.all_joined and engine.closed


def test_an_engine_that_cannot_be_opened_explains_itself_and_can_be_retried(open_window, engine, wait):
    fault = EnvironmentFault(Fault.HOME_IN_USE, home="/h")
    attempts: list[Exception | None] = [fault, fault, None]

    def open_engine(*_):
        error = attempts.pop(0)
        if error:
            raise error
        return engine

    window = open_window(open_engine)
    wait(lambda: window._banner.isVisible())
    type_question(window, "q")  # tries again, and gets the reason itself
    assert not window._banner.isVisible()
    wait(lambda: not window.conversation.busy)
    assert window.conversation.turns[0].state is TurnState.FAILED
    window.conversation_view.views[0].ask_again.emit()
    wait(lambda: not window.conversation.busy)
    (turn,) = window.conversation.turns  # what came to nothing is replaced
    assert turn.state is TurnState.DONE
    window.close()
    assert engine.closed


def test_the_passphrase_is_asked_on_the_windows_thread_and_again_when_wrong(open_window, engine, wait):
    tried: list[str] = []

    def open_engine(_settings, passphrase, _taker):
        tried.append(passphrase(False))
        if tried[-1] != "right":
            raise EnvironmentFault(Fault.PASSPHRASE_WRONG)
        return engine

    window = open_window(open_engine)
    for words in ("wrong", "right"):
        wait(lambda: _dialog(window))
        dialog = _dialog(window)
        dialog._first.setText(words)
        dialog._confirm()
        wait(lambda dialog=dialog: not dialog.isVisible())
    wait(lambda: window._opener.engine is engine)
    assert tried == ["wrong", "right"]


def _dialog(window: MainWindow, kind: type[QDialog] = PassphraseDialog) -> Any:
    return next((dialog for dialog in window.findChildren(kind) if dialog.isVisible()), None)


def test_closing_while_the_passphrase_is_asked(open_window, wait):
    window = open_window(lambda _settings, passphrase, _taker: passphrase(True))
    wait(lambda: _dialog(window))
    window.close()
    assert window.all_joined


def test_a_new_recovery_key_is_shown_until_it_is_kept(open_window, engine, wait, tmp_path):
    shown: list[str] = []

    def open_engine(_settings, _passphrase, taker):
        taker(KEY)
        shown.append("taken")
        return engine

    window = open_window(open_engine)
    wait(lambda: window.findChild(RecoveryKeyDialog))
    dialog = window.findChild(RecoveryKeyDialog)
    dialog.reject()
    assert dialog.isVisible() and not shown  # Escape does not throw the key away
    dialog._copy()
    assert QGuiApplication.clipboard().text() == KEY
    dialog.save(tmp_path / "密钥.txt")
    assert KEY in (tmp_path / "密钥.txt").read_text(encoding="utf-8")
    dialog.save(tmp_path / "没有" / "密钥.txt")
    assert dialog._told.property("role") == "danger"
    dialog._kept.click()
    dialog._done.click()
    wait(lambda: window._opener.engine is engine)
    assert shown == ["taken"]


def test_closing_while_the_recovery_key_is_shown_voids_it(open_window, wait):
    window = open_window(lambda _settings, _passphrase, taker: taker(KEY))
    wait(lambda: window.findChild(RecoveryKeyDialog))
    window.close()
    assert window.all_joined and window._opener.engine is None


@pytest.fixture
def lost_lock(monkeypatch):
    """A home whose keyring entry is gone until its recovery key is typed; returns what was typed."""
    typed: list[str] = []

    def use(_settings, recovery_key, _passphrase):
        typed.append(recovery_key)
        if recovery_key != KEY:
            raise RequestRejected(Rejection.RECOVERY_KEY_MISTYPED, groups="2")

    monkeypatch.setattr(recovery, "recovery_key_made", lambda _: "2026-11-23")
    monkeypatch.setattr(recovery, "use_recovery_key", use)
    return typed


def test_a_lost_keyring_entry_is_mended_with_the_recovery_key(open_window, engine, wait, lost_lock):
    def open_engine(*_):
        if KEY not in lost_lock:
            raise EnvironmentFault(Fault.KEY_MISSING, home="/h")
        return engine

    window = open_window(open_engine)
    for words in ("wrong", KEY):
        wait(lambda: _dialog(window, RecoverDialog))
        dialog = _dialog(window, RecoverDialog)
        assert ("第 2 组" in dialog._problem.text()) == (words == KEY)
        dialog._first.setText(words)
        dialog._confirm()
        wait(lambda dialog=dialog: not dialog.isVisible())
    wait(lambda: window._opener.engine is engine)
    assert lost_lock == ["wrong", KEY] and not window._banner.isVisible()


def test_leaving_the_recovery_dialog_explains_what_is_missing(open_window, wait, lost_lock):
    def open_engine(*_):
        raise EnvironmentFault(Fault.KEY_MISSING, home="/h")

    window = open_window(open_engine)
    wait(lambda: _dialog(window, RecoverDialog))
    _dialog(window, RecoverDialog).reject()
    wait(lambda: window._banner.isVisible())
    window._banner.retried.emit()
    wait(lambda: _dialog(window, RecoverDialog))


def test_a_forgotten_passphrase_leads_to_the_recovery_key(open_window, engine, wait, lost_lock):
    window = open_window(lambda _settings, passphrase, _taker: engine if lost_lock else passphrase(False))
    wait(lambda: _dialog(window))
    _dialog(window).forgotten.emit()
    wait(lambda: _dialog(window, RecoverDialog))
    dialog = _dialog(window, RecoverDialog)
    dialog._first.setText(KEY)
    dialog._confirm()
    wait(lambda: window._opener.engine is engine)


def test_a_home_without_a_recovery_key_is_offered_one(open_window, engine, settings, wait, lost_lock, monkeypatch):
    made: list[str] = []
    monkeypatch.setattr(recovery, "recovery_key_made", lambda _: "2026-11-23" if made else "")
    monkeypatch.setattr(recovery, "library_exists", lambda _: True)
    monkeypatch.setattr(recovery, "new_recovery_key", lambda *_: made.append(KEY) or KEY)
    window = open_window(engine)
    wait(lambda: window._banner.isVisible())
    assert recovery_text.RECOVERY_NONE in window._banner.accessibleName() and not made
    window._banner.retried.emit()
    wait(lambda: window.findChild(RecoveryKeyDialog))
    dialog = window.findChild(RecoveryKeyDialog)
    dialog._kept.click()
    dialog._done.click()
    wait(lambda: not window._banner.isVisible())
    window.library_view.recovery_key_wanted.emit()
    assert recovery_text.RECOVERY_RENEW in window._banner.accessibleName() and made == [KEY]


def test_size_and_page_are_remembered(open_window, engine, settings):
    window = open_window(engine)
    window.resize(790, 600)
    window.show_place(Place.CALCULATORS)
    window.close()
    again = open_window(FakeEngine(settings))
    assert (again.width(), again.height()) == (790, 600)
    assert again.pages.place is Place.CALCULATORS
    assert (Path(settings.home) / "window.ini").is_file()


def test_every_button_has_a_name(open_window, engine):
    window = open_window(engine)
    nameless = [button for button in window.findChildren(QToolButton) if not button.accessibleName()]
    assert nameless == []
    assert window.windowTitle() == text.APP_NAME


def test_a_long_day_keeps_few_turns_on_screen_and_brings_the_others_back(open_window, engine, wait):
    window = open_window(engine)
    for number in range(SHOWN_TURNS + 5):
        window.conversation.ask(f"问题 {number}")
        wait(lambda: not window.conversation.busy)
    view = window.conversation_view
    assert len(view.views) == SHOWN_TURNS and "5" in view._earlier.text()
    assert view.views[0].bubble.words.text() == "问题 5"
    view._earlier.click()
    assert len(view.views) == SHOWN_TURNS + 5 and not view._earlier.isVisible()
    view.views[0].ask_again.emit()
    assert [turn.question for turn in window.conversation.turns] == ["问题 0"]
    view.views[0].version_chosen.emit(1)
    assert len(view.views) == SHOWN_TURNS + 5
