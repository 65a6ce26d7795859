"""A screen reader is told how an answer ended: once, and not its every word."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from desktop.ask.announcing import announce
from desktop.ask.conversation_view import ConversationView
from desktop.look import ask_text
from engine.api import EnvironmentFault, Fault, PromptRead
from tests.fakes import FakeEngine


@pytest.fixture
def said(monkeypatch) -> list[str]:
    words: list[str] = []
    monkeypatch.setattr("desktop.ask.answer_view.announce", lambda widget, told, **_: words.append(told))
    return words


@pytest.fixture
def ask(model, settings, theme, wait):
    view = ConversationView(theme, model)

    def asked(**script: object) -> None:
        model.set_engine(FakeEngine(settings, **script))
        model.ask("问题")
        if "stop_after" not in script:
            wait(lambda: not model.busy)

    yield asked
    view.deleteLater()


def test_an_answer_is_told_when_it_is_complete(ask, said):
    ask()
    assert len(said) == 1
    assert said[0].startswith(ask_text.answer_ready("存款保险实行限额偿付", 3)) and "\ufffc" not in said[0]


def test_a_refusal_and_a_failure_are_told(ask, said):
    ask(answer="", found=False)
    ask(ask_error=EnvironmentFault(Fault.DISK_FULL, path="/"))
    assert said[0] == ask_text.ANSWER_REFUSED
    assert said[1].startswith(ask_text.ANSWER_FAILED) and len(said) == 2


def test_stopping_is_told(ask, said, model, wait):
    ask(stop_after=PromptRead)
    wait(lambda: model.turns[0].total_tokens)
    model.stop()
    assert said == [ask_text.ANSWER_STOPPED]


def test_an_announcement_needs_no_listener(application):
    widget = QWidget()
    announce(widget, "回答已完成。" * 1000, at_once=True)
    announce(widget, "")
