"""Changing the model: what is offered, when, and what happens when it fails. The lane is the window's own."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMenu

from desktop.jobs import NewestLane
from desktop.look import text
from desktop.packs.pack_button import PackButton
from desktop.packs.pack_model import PackModel
from engine.api import EnvironmentFault, Fault, JobFailed, ModelLoaded, ModelLoading, PromptRead
from tests.fakes import PACK, FakeEngine

SMALL = "qwen2.5-coder-0.5b-instruct-int8"


@pytest.fixture
def lane(application, wait):
    result = NewestLane()
    yield result
    result.shut_down()
    wait(lambda: not result.busy)


@pytest.fixture
def model(lane, engine):
    result = PackModel(lane)
    result.set_engine(engine)
    return result


@pytest.fixture
def reports(model):
    found = []
    model.reported.connect(found.append)
    return found


def test_generators_are_offered_smallest_first_and_the_one_in_use_is_marked(model):
    assert [(pack.name, pack.chosen) for pack in model.packs] == [
        (SMALL, False),
        (PACK, True),
        ("jinpan-7b-int8", False),
    ]


def test_a_choice_is_loaded_and_reported(model, engine, reports, wait):
    model.choose(SMALL)
    wait(lambda: len(reports) == 2)
    assert reports == [ModelLoading(SMALL), ModelLoaded(SMALL, "CPU", 1.5)] and engine.pack_name == SMALL
    assert [pack.name for pack in model.packs if pack.chosen] == [SMALL]


def test_the_pack_in_use_is_not_loaded_again(model, lane, reports):
    model.choose(PACK)
    assert not lane.busy and not reports


def test_a_failed_choice_brings_the_old_pack_back(model, engine, reports, wait):
    engine.pack_error = EnvironmentFault(Fault.MEMORY_SHORT, needed_bytes=9, free_bytes=1)
    model.choose("jinpan-7b-int8")
    wait(lambda: any(isinstance(report, ModelLoaded) for report in reports))
    failures = [report for report in reports if isinstance(report, JobFailed)]
    assert len(failures) == 1 and isinstance(failures[0].error, EnvironmentFault)
    assert reports[-1] == ModelLoaded(PACK, "CPU", 1.5) and engine.pack_name == PACK


def test_another_choice_gives_up_the_load_in_progress(model, engine, lane, reports, wait):
    engine.stop_after = ModelLoading
    model.choose("jinpan-7b-int8")
    wait(lambda: reports)
    engine.stop_after = None
    model.choose(SMALL)
    wait(lambda: not lane.busy)
    assert engine.pack_name == SMALL and not any(isinstance(report, JobFailed) for report in reports)


def test_nothing_can_be_chosen_without_an_engine_or_while_answering(model, engine, lane):
    assert model.enabled
    model.set_answering(True)
    assert not model.enabled
    model.choose(SMALL)
    assert not lane.busy and engine.pack_name == PACK
    idle = PackModel(lane)
    idle.choose(SMALL)
    assert not idle.enabled and idle.packs == ()


# ---- in the window


def button_of(window) -> PackButton:
    found = window.findChild(PackButton)
    assert found is not None
    return found


def menu_of(button: PackButton) -> QMenu:
    button.open_menu()
    assert button.menu_shown is not None
    return button.menu_shown


def choose(button: PackButton, name: str) -> None:
    menu = menu_of(button)
    next(action for action in menu.actions() if action.data() == name).trigger()
    menu.close()


@pytest.fixture
def quiet_popups(monkeypatch):
    """The offscreen platform complains about every popup; its place does not matter here."""
    monkeypatch.setattr(QMenu, "popup", lambda *_: None)


@pytest.mark.usefixtures("quiet_popups")
def test_the_menu_changes_the_model_while_documents_are_taken_in(open_window, engine, wait, tmp_path):
    engine.delay_s = 0.03
    window = open_window(engine)
    wait(lambda: window.engine_ready)
    window.library.add_paths([tmp_path / f"{n}.pdf" for n in range(3)])
    wait(lambda: window._lanes.library.busy)
    menu = menu_of(button_of(window))
    words = [action.text() for action in menu.actions()]
    assert words[0] == text.CHANGE_PACK and words[3].endswith("本机内存不够") and "648 MB" in words[1]
    assert [action.isChecked() for action in menu.actions()] == [False, False, True, False]
    menu.close()
    choose(button_of(window), SMALL)
    wait(lambda: button_of(window).text() == text.pack_on_device(SMALL, "CPU"))
    assert window._lanes.library.busy and window.library.document_count < 3
    wait(lambda: window.library.document_count == 3)


@pytest.mark.usefixtures("quiet_popups")
def test_the_button_rests_while_an_answer_is_made(open_window, engine, wait):
    engine.stop_after = PromptRead
    window = open_window(engine)
    button = button_of(window)
    assert not button.isEnabled()
    wait(lambda: window.engine_ready)
    assert button.isEnabled()
    window.conversation.ask("max?")
    wait(lambda: window.conversation.turns[0].total_tokens)
    assert not button.isEnabled() and text.CHANGE_PACK_LATER in button.toolTip()
    window.conversation.stop()
    wait(button.isEnabled)


@pytest.mark.usefixtures("quiet_popups")
def test_a_pack_that_cannot_be_used_is_explained_and_the_old_one_answers(open_window, engine, wait):
    engine.pack_error = EnvironmentFault(Fault.MEMORY_SHORT, needed_bytes=9 * 1024**3, free_bytes=1024**3)
    window = open_window(engine)
    wait(lambda: window.engine_ready)
    choose(button_of(window), "jinpan-7b-int8")
    wait(window._banner.isVisible)
    said = window._banner.accessibleName()
    assert "内存不足：需要 9.0 GB" in said and "较小的模型包" in said
    wait(lambda: button_of(window).text() == text.pack_on_device(PACK, "CPU"))
    window.conversation.ask("max?")
    wait(lambda: not window.conversation.busy)
    assert window.conversation.turns[0].found


def test_closing_the_window_gives_up_the_load(open_window, settings, wait):
    engine = FakeEngine(settings, stop_after=ModelLoading)
    window = open_window(engine)
    wait(lambda: window._status.engine_words.startswith(text.LOADING_MODEL))
    window.close()
    assert window.all_joined and engine.closed
