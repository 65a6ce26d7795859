from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel

from desktop.ask.answer_view import AnswerView
from desktop.ask.conversation_model import ConversationModel
from desktop.ask.source_list import SourceCard
from desktop.ask.turn import TurnState
from desktop.jobs import NewestLane, shut_down
from desktop.look import text
from engine.api import (
    EnvironmentFault,
    Fault,
    JobFailed,
    Message,
    ModelLoaded,
    PassagesFound,
    PromptRead,
    Rejection,
    RequestRejected,
    SharedMissed,
    TextDelta,
)
from tests.fakes import ANSWER, PASSAGES, FakeEngine


@pytest.fixture
def lane(application):
    lane = NewestLane()
    yield lane
    assert shut_down([lane], 5.0)


@pytest.fixture
def model(lane):
    return ConversationModel(lane)


def test_a_question_becomes_a_cited_answer(model, engine, wait):
    model.set_engine(engine)
    model.ask("  存款保险最高赔多少？ ")
    wait(lambda: not model.busy)
    turn = model.turns[0]
    assert engine.requests[0].question == "存款保险最高赔多少？"
    assert (turn.state, turn.text, turn.found) == (TurnState.DONE, ANSWER, True)
    assert [source.marker for source in turn.sources] == [1, 2, 3]
    assert [source.marker for source in turn.others] == [4, 5]
    assert turn.source(2).page_no == 2
    assert turn.source(4) is None  # the answer has no [4]


def test_the_passages_are_known_before_the_first_text(model, settings, wait):
    model.set_engine(FakeEngine(settings, stop_after=PromptRead))
    model.ask("问题")
    wait(lambda: model.turns[0].total_tokens)
    turn = model.turns[0]
    assert turn.state is TurnState.READING
    assert turn.text == "" and len(turn.passages) == 5
    assert turn.source(4).page_no == 37  # while unchecked, a marker means a passage by its rank
    model.stop()


def test_a_question_asked_before_the_engine_is_open_waits_and_is_answered(model, engine, wait):
    reported: list[object] = []
    model.model_reported.connect(reported.append)
    model.ask("早到的问题")
    assert model.turns[0].state is TurnState.WAITING and model.busy
    model.set_engine(engine)
    wait(lambda: not model.busy)
    assert model.turns[0].state is TurnState.DONE
    assert any(isinstance(event, ModelLoaded) for event in reported)
    assert len(engine.requests) == 1


def test_stopping_keeps_what_was_written(model, settings, wait):
    model.set_engine(FakeEngine(settings, stop_after=TextDelta))
    model.ask("问题")
    wait(lambda: model.turns[0].text)
    model.stop()
    assert not model.busy
    assert model.turns[0].state is TurnState.STOPPED
    assert model.turns[0].text == ANSWER[:3]


def test_a_newer_question_stops_the_former(model, settings, wait):
    engine = FakeEngine(settings, stop_after=PassagesFound)
    model.set_engine(engine)
    model.ask("第一个")
    wait(lambda: model.turns[0].passages)
    engine.stop_after = None
    model.ask("第二个")
    wait(lambda: not model.busy)
    assert [turn.state for turn in model.turns] == [TurnState.STOPPED, TurnState.DONE]


def test_failures_reach_the_turn(model, settings, wait):
    rejected = RequestRejected(Rejection.QUESTION_TOO_LONG, limit=8000, length=100_000)
    model.set_engine(FakeEngine(settings, ask_error=rejected))
    model.ask("长" * 100_000)
    wait(lambda: not model.busy)
    turn = model.turns[0]
    assert turn.state is TurnState.FAILED
    assert turn.failure.error.code == Rejection.QUESTION_TOO_LONG


def test_what_head_office_shares_and_could_not_be_searched_is_told(model, settings, theme, wait):
    missed = SharedMissed("总行制度", Fault.SHARED_UNREACHABLE.value)
    model.set_engine(FakeEngine(settings, shared_missed=(missed,)))
    model.ask("存款保险最高赔多少？")
    wait(lambda: not model.busy)
    assert model.turns[0].state is TurnState.DONE
    view = AnswerView(theme, model.turns[0])
    view.refresh()
    assert any("总行制度" in shown.text() for shown in view.findChildren(QLabel))


def test_when_the_engine_cannot_be_opened_a_waiting_question_gets_the_reason(model):
    wanted: list[bool] = []
    model.engine_wanted.connect(lambda: wanted.append(True))
    failure = JobFailed(EnvironmentFault(Fault.HOME_IN_USE, home="/h"))
    assert not model.fail_waiting(failure)  # nobody waits
    model.ask("排队的")
    assert model.fail_waiting(failure)
    assert model.turns[0].state is TurnState.FAILED and not model.busy
    model.ask("再问一次")  # asks for another attempt
    assert model.turns[1].state is TurnState.WAITING and wanted == [True, True]


def test_an_empty_question_is_ignored(model):
    model.ask(" \n ")
    assert model.turns == []


def test_answered_turns_become_history_but_never_the_question_itself(model, engine, wait):
    model.set_engine(engine)
    for question in ("甲", "乙", "丙", "乙"):
        model.ask(question)
        wait(lambda: not model.busy)
    assert engine.requests[0].history == ()
    assert engine.requests[2].history[0] == Message("user", "甲")
    assert [m.content for m in engine.requests[3].history if m.role == "user"] == ["甲", "丙"]


def test_clearing_stops_and_forgets(model, settings, wait):
    model.set_engine(FakeEngine(settings, stop_after=PromptRead))
    model.ask("问题")
    wait(lambda: model.turns and model.turns[0].total_tokens)
    model.clear()
    assert model.turns == [] and not model.busy


def test_a_superseded_source_says_so_on_its_card(model, settings, theme, wait):
    engine = FakeEngine(settings, passages=(replace(PASSAGES[0], superseded=True), *PASSAGES[1:]))
    model.set_engine(engine)
    model.ask("旧规定？")
    wait(lambda: not model.busy)
    old, new = model.turns[0].sources[:2]
    assert old.superseded and text.SUPERSEDED in old.label and not new.superseded
    assert text.SUPERSEDED in SourceCard(theme, old).accessibleName()
    assert text.SUPERSEDED not in SourceCard(theme, new).accessibleName()
