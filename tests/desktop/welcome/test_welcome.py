"""The first run over a scripted engine: when it is shown, the samples, the question, the model that answers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from desktop.look import preferences_text, welcome_text
from desktop.welcome import welcome_model
from desktop.welcome.welcome_page import ModelLine
from engine.advice import Machine, Prediction
from engine.api import Advice, DocumentFault, sample_documents, sample_questions
from tests.fakes import PACK

SMALL = "qwen2.5-coder-0.5b-instruct-int8"


@pytest.fixture(autouse=True)
def no_pack_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(welcome_model, "missing_packs", lambda settings: ())


@pytest.fixture
def window(open_window, engine, wait):
    window = open_window(engine)
    wait(lambda: window.engine_ready)
    return window


def words(widget: QWidget) -> str:
    return "\n".join(shown.text() for shown in widget.findChildren(QLabel) if shown.isVisibleTo(widget))


def test_an_empty_home_is_welcomed_before_the_engine_is_open(open_window, engine, settings) -> None:
    window = open_window(engine)
    page = window._welcome.page
    assert page is not None and page.isVisible() and not window.conversation_view.empty.isVisible()
    said = words(page)
    assert str(settings.home) in said and all(line in said for _, line in welcome_text.LINES)


@pytest.mark.parametrize("kind", ["document", "conversation"])
def test_who_has_something_already_is_not_welcomed(open_window, engine, settings, wait, kind, monkeypatch) -> None:
    (settings.home / "ledger.db").touch()
    if kind == "document":
        engine.hold("制度.pdf")
    else:
        monkeypatch.setattr(engine.history, "list", lambda *_: (object(),)[:1] if _ == (1,) else ())
    window = open_window(engine)
    wait(lambda: window.engine_ready)
    assert window._welcome.page is None and window.conversation_view.empty.isVisible()


def test_an_emptied_home_is_welcomed_once_that_is_known(open_window, engine, settings, wait) -> None:
    (settings.home / "ledger.db").touch()
    window = open_window(engine)
    assert window._welcome.page is None
    wait(lambda: window._welcome.page is not None and window._welcome.page.isVisible())


def test_samples_question_answer_by_keyboard(window, engine, wait) -> None:
    card = window._welcome.page.samples
    card.take.setFocus()
    QTest.keyClick(card.take, Qt.Key.Key_Space)
    wait(card.question.isVisible)
    assert {row.name for row in engine.documents()} == {path.name for path in sample_documents()}
    assert not card.take.isVisible() and card.question.text() == sample_questions()[0]
    card.question.setFocus()
    QTest.keyClick(card.question, Qt.Key.Key_Space)
    wait(lambda: engine.requests and not window.conversation.busy)
    assert engine.requests[0].question == sample_questions()[0]
    assert not window._welcome.page.isVisible() and window.conversation_view.views
    window._new_conversation()
    assert window.conversation_view.empty.isVisible(), "the first run is over"


def test_samples_that_are_asked_for_while_the_engine_opens_wait_for_it(open_window, engine, wait) -> None:
    window = open_window(engine)
    card = window._welcome.page.samples
    card.take.click()
    assert not card.take.isVisible() and welcome_text.taking(0, 3) in words(card)
    wait(card.question.isVisible)


def test_a_sample_that_fails_can_be_taken_in_again(window, engine, wait) -> None:
    name = sample_documents()[0].name
    engine.faults = {name: DocumentFault.UNREADABLE}
    card = window._welcome.page.samples
    card.take.click()
    wait(lambda: welcome_text.SAMPLES_FAILED in words(card))
    assert card.take.isVisible() and not card.question.isVisible()
    engine.faults = {}
    card.take.click()
    wait(card.question.isVisible)


def test_it_comes_back_from_the_help_menu(window, wait, engine) -> None:
    window.conversation.ask("问题")
    wait(lambda: not window.conversation.busy)
    assert not window._welcome.page.isVisible()
    window.help.welcome_wanted.emit()
    assert window._welcome.page.isVisible()


def test_missing_packs_are_named_with_what_it_has_to_do(open_window, engine, wait, monkeypatch, settings) -> None:
    monkeypatch.setattr(welcome_model, "missing_packs", lambda settings: ("multilingual-e5-small", PACK))
    window = open_window(engine)
    page = window._welcome.page
    wait(page._missing.isVisible)
    assert not page.samples.isVisible() and str(settings.packs_folder) in words(page)
    page._missing._copy.click()
    copied = QGuiApplication.clipboard().text()
    assert f"jinpan pack build multilingual-e5-small {PACK}" in copied
    assert "JINPAN_PACKS" in copied and "--weights" in copied


def prediction(name: str, *, fits: bool = True) -> Prediction:
    return Prediction(name, True, True, False, 10**9, fits, True, 8.0, 1.0, 17.0)


def test_the_machine_is_measured_when_asked_and_another_pack_taken(window, engine, wait, monkeypatch) -> None:
    line = window._welcome.page.findChild(ModelLine)
    assert PACK in words(line) and welcome_text.MODEL_DEFAULT in words(line)
    machine = Machine(2, 4 * 1024**3, 1e10, 1e11, 1e11)
    advice = Advice(machine, SMALL, "", (prediction(PACK, fits=False), prediction(SMALL)))
    monkeypatch.setattr(window.models.preferences, "_measure", lambda settings: advice)
    line.measure.click()
    assert preferences_text.MEASURING in words(line) and not line.measure.isVisible()
    wait(line.use.isVisible)
    assert preferences_text.advice(SMALL, installed=True, in_use=False) in words(line) and SMALL in line.use.text()
    line.use.click()
    wait(lambda: engine.pack_name == SMALL and not line.use.isVisible())
    monkeypatch.setattr(window.models.preferences, "_measure", lambda settings: replace(advice, best=""))
    line.measure.click()
    wait(lambda: "内网模型" in words(line))
    assert not line.use.isVisible()


def test_the_question_takes_the_focus_that_the_button_had(window, wait) -> None:
    window.activateWindow()
    card = window._welcome.page.samples
    card.take.setFocus()
    card.take.click()
    wait(card.question.isVisible)
    assert window.focusWidget() is card.question
