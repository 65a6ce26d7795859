"""A question that is begun outlives the window, in the ledger alone."""

from __future__ import annotations

import pytest

from desktop.ask import draft_keeper
from desktop.ask.draft_keeper import DraftKeeper
from desktop.ask.question_box import QuestionBox
from desktop.history.history_model import HistoryModel
from desktop.jobs import QueueLane, shut_down
from desktop.main_window import MainWindow
from tests.fakes import FakeEngine


@pytest.fixture
def history(application):
    lane = QueueLane()
    yield HistoryModel(lane)
    assert shut_down([lane], 5.0)


@pytest.fixture
def box(theme):
    return QuestionBox(theme)


def test_what_was_begun_stands_there_again(box, history, settings, wait):
    engine = FakeEngine(settings)
    engine.history.begun = "存款保险最高"
    DraftKeeper(box, history)
    history.set_engine(engine)
    wait(lambda: box.edit.toPlainText() == "存款保险最高")
    assert box.edit.textCursor().atEnd()


def test_what_is_typed_while_the_engine_opens_is_not_replaced(box, history, settings, wait):
    engine = FakeEngine(settings)
    engine.history.begun = "旧的"
    keeper = DraftKeeper(box, history)
    box.edit.setPlainText("新的")
    history.set_engine(engine)
    keeper.keep()
    wait(lambda: engine.history.begun == "新的")
    assert box.edit.toPlainText() == "新的"


def test_a_pause_keeps_it_and_asking_erases_it(box, history, settings, wait, monkeypatch):
    monkeypatch.setattr(draft_keeper, "PAUSE_MS", 20)
    engine = FakeEngine(settings)
    history.set_engine(engine)
    DraftKeeper(box, history)
    box.edit.setPlainText("存款保险\x00")
    wait(lambda: engine.history.begun == "存款保险")
    box.edit.submitted.emit()
    wait(lambda: engine.history.begun == "")


def test_closing_the_window_keeps_it_and_its_plain_state_has_no_word_of_it(theme, settings, wait):
    engine = FakeEngine(settings)
    window = MainWindow(settings, theme, lambda *_: engine)
    window.show()
    wait(lambda: window.engine_ready)
    window.question_box.edit.setPlainText("客户王小明的存款")
    window.close()
    assert engine.history.begun == "客户王小明的存款"
    state = (settings.home / "window.ini").read_bytes()
    assert "王小明".encode() not in state and b"\\x738b" not in state
