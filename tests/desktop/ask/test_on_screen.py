"""The order of things on screen, from the question to the checked answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop.ask import turn as turns
from desktop.ask.ask_page import AskPage
from desktop.ask.turn import Turn, TurnState
from desktop.look import text
from engine.api import Message, PromptRead, TextDelta
from tests.fakes import PASSAGES, FakeEngine


@pytest.fixture
def page(theme, model):
    page = AskPage(theme, model, QWidget())
    page.resize(900, 700)
    page.show()
    return page


def test_the_passages_stand_there_before_the_first_text_with_what_is_being_read(page, model, settings, wait):
    model.set_engine(FakeEngine(settings, stop_after=PromptRead))
    model.ask("问题")
    wait(lambda: model.turns[0].total_tokens)
    view = page.conversation_view.views[0]
    assert view._text.isHidden() and not view._progress.isHidden()
    assert "128/540" in view._doing.text()
    shown = [card for card in view.source_list.cards if not card.isHidden()]
    assert [card.source.document_id for card in shown] == [passage.document_id for passage in PASSAGES[:3]]
    page.layout().activate()
    assert view.bubble.y() < view._progress.y() < view.source_list.y()
    model.stop()


def test_a_question_typed_while_the_engine_opens_waits_in_sight_and_is_answered(page, model, settings, wait):
    page.question_box.edit.setPlainText("早到的问题")
    QTest.keyClick(page.question_box.edit, Qt.Key.Key_Return)
    view = page.conversation_view.views[0]
    assert view._doing.text() == text.WAITING_ENGINE and not view._progress.isHidden()
    model.set_engine(FakeEngine(settings))
    wait(lambda: not model.busy)
    assert model.turns[0].state is TurnState.DONE and view._progress.isHidden()


def test_the_arrow_brings_back_questions_however_they_were_asked(page, model, settings, wait):
    model.set_engine(FakeEngine(settings))
    model.ask("例子里的问题")
    wait(lambda: not model.busy)
    QTest.keyClick(page.question_box.edit, Qt.Key.Key_Up)
    assert page.question_box.edit.toPlainText() == "例子里的问题"
    page.question_box.edit.clear()
    root = Turn("")
    root.children = [Turn("从前的问题", state=TurnState.DONE)]
    model.restore("c" * 32, root)
    QTest.keyClick(page.question_box.edit, Qt.Key.Key_Up)
    assert page.question_box.edit.toPlainText() == "从前的问题"


def test_a_clock_that_is_set_back_changes_neither_waiting_nor_order(page, model, settings, wait, monkeypatch):
    model.set_engine(FakeEngine(settings, stop_after=TextDelta))
    model.ask("甲")
    wait(lambda: model.turns[0].text)

    class Yesterday(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime(2026, 11, 23, tzinfo=UTC) - timedelta(days=400)

    monkeypatch.setattr(turns, "datetime", Yesterday)
    engine = FakeEngine(settings)
    model.set_engine(engine)
    model.ask("乙")
    wait(lambda: not model.busy)
    assert model.turns[0].asked_at > model.turns[1].asked_at, "the clock was set back"
    assert [turn.question for turn in model.turns] == ["甲", "乙"]
    assert 0 <= model.turns[1].since_s <= turns.time.monotonic()
    model.ask("丙")
    wait(lambda: not model.busy)
    assert engine.requests[-1].history[0] == Message("user", "乙")
    assert [turn.question for turn in model.exported()] == ["乙", "丙"]
