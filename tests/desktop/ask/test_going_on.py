"""An answer that was stopped, or cut off by the limit of tokens, is written on in its place."""

from __future__ import annotations

from desktop.ask.conversation_view import ConversationView
from desktop.ask.turn import TurnState
from desktop.look import ask_text
from engine.api import TextDelta
from tests.fakes import ANSWER, FakeEngine


def test_a_stopped_answer_is_written_on_and_ends_as_if_it_had_not_been_stopped(model, settings, wait):
    engine = FakeEngine(settings, stop_after=TextDelta)
    model.set_engine(engine)
    model.ask("问题")
    wait(lambda: model.turns[0].text)
    model.stop()
    turn = model.turns[0]
    assert turn.state is TurnState.STOPPED and turn.can_go_on
    engine.stop_after = None
    begun = turn.text
    model.go_on(0)
    assert model.busy and turn.text == begun, "what stands there stays on screen"
    wait(lambda: not model.busy)
    assert engine.requests[-1].continued == begun and engine.requests[-1].question == "问题"
    assert (turn.state, turn.text) == (TurnState.DONE, ANSWER)
    assert len(model.turns) == 1 and not turn.can_go_on


def test_an_answer_that_was_cut_off_goes_on_from_the_models_own_words(model, settings, wait):
    engine = FakeEngine(settings, proven={"unfinished": "模型的原话"})
    model.set_engine(engine)
    model.ask("问题")
    wait(lambda: not model.busy)
    turn = model.turns[0]
    assert turn.state is TurnState.DONE and turn.can_go_on
    engine.proven = {}
    model.go_on(0)
    assert turn.citations == () and turn.text == "模型的原话"
    wait(lambda: not model.busy)
    assert engine.requests[-1].continued == "模型的原话" and not turn.can_go_on


def test_stopping_once_more_keeps_what_stood_there(model, settings, wait):
    engine = FakeEngine(settings, stop_after=TextDelta)
    model.set_engine(engine)
    model.ask("问题")
    wait(lambda: model.turns[0].text)
    model.stop()
    begun = model.turns[0].text
    model.go_on(0)
    model.stop()
    assert model.turns[0].text == begun and model.turns[0].can_go_on


def test_what_others_follow_is_not_written_on(model, settings, theme, wait):
    engine = FakeEngine(settings, stop_after=TextDelta)
    model.set_engine(engine)
    view = ConversationView(theme, model)
    model.ask("甲")
    wait(lambda: model.turns[0].text)
    model.stop()
    first = view.views[0].go_on_row
    assert not first.button.isHidden() and first.words.text() == ask_text.STOPPED_UNCHECKED
    engine.stop_after = None
    model.ask("乙")
    wait(lambda: not model.busy)
    assert first.button.isHidden()
    model.go_on(0)
    assert not model.busy and model.turns[0].state is TurnState.STOPPED


def test_the_button_goes_on(model, settings, theme, wait):
    engine = FakeEngine(settings, proven={"unfinished": "模型的原话"})
    model.set_engine(engine)
    view = ConversationView(theme, model)
    model.ask("问题")
    wait(lambda: not model.busy)
    engine.proven = {}
    view.views[0].go_on_row.button.click()
    wait(lambda: not model.busy)
    assert len(engine.requests) == 2 and view.views[0].go_on_row.button.isHidden()
