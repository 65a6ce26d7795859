"""A conversation as a tree: asking again, changing a question, going back."""

from __future__ import annotations

import pytest

from desktop.ask.conversation_model import ConversationModel
from desktop.ask.turn import TurnState
from desktop.jobs import NewestLane, shut_down
from engine.api import EnvironmentFault, Fault, PassagesFound, WebQuery, calculation_text, compute
from tests.desktop import proven
from tests.fakes import FakeEngine


@pytest.fixture
def model(application):
    lane = NewestLane()
    yield ConversationModel(lane)
    assert shut_down([lane], 5.0)


@pytest.fixture
def ask(model, engine, wait):
    model.set_engine(engine)

    def ask(*questions: str) -> None:
        for question in questions:
            model.ask(question)
            wait(lambda: not model.busy)

    return ask


def questions(model: ConversationModel) -> list[str]:
    return [turn.question for turn in model.turns]


def test_asking_again_makes_a_version_beside_the_former_and_leaves_what_followed_it(model, ask, wait):
    ask("甲", "乙", "丙")
    model.ask_again(1)
    wait(lambda: not model.busy)
    assert questions(model) == ["甲", "乙"]
    assert model.versions(model.turns[1]) == (2, 2)
    model.choose_version(1, 1)
    assert questions(model) == ["甲", "乙", "丙"]


def test_each_version_of_one_question_is_worded_differently(model, ask, engine, wait):
    ask("甲")
    for question in ("", "", "乙"):
        model.ask_again(0, question)
        wait(lambda: not model.busy)
    assert [request.variation for request in engine.requests] == [0, 1, 2, 0]


def test_a_changed_question_goes_on_from_what_was_before_it(model, ask, engine, wait):
    ask("甲", "乙", "丙")
    model.ask_again(1, " 丁 ")
    wait(lambda: not model.busy)
    ask("戊")
    assert questions(model) == ["甲", "丁", "戊"]
    told = [message.content for message in engine.requests[-1].history if message.role == "user"]
    assert told == ["甲", "丁"]
    model.choose_version(1, 1)
    ask("己")
    told = [message.content for message in engine.requests[-1].history if message.role == "user"]
    assert told == ["乙", "丙"]


def test_one_conversation_has_one_name(model, ask, engine):
    ask("甲", "乙")
    model.clear()
    ask("丙")
    names = [request.conversation_id for request in engine.requests]
    assert names[0] == names[1] != names[2] and all(names)


def test_a_failed_turn_is_replaced(model, settings, wait):
    engine = FakeEngine(settings, ask_error=EnvironmentFault(Fault.PACK_MISSING, pack="甲"))
    model.set_engine(engine)
    model.ask("问题")
    wait(lambda: not model.busy)
    engine.ask_error = None
    model.ask_again(0)
    wait(lambda: not model.busy)
    assert model.versions(model.turns[0]) == (1, 1) and model.turns[0].state is TurnState.DONE


def test_a_failed_turn_that_others_follow_stays(model, ask, engine, wait):
    engine.ask_error = EnvironmentFault(Fault.PACK_MISSING, pack="甲")
    ask("甲", "乙")
    model.ask_again(0)
    wait(lambda: not model.busy)
    assert model.versions(model.turns[0]) == (2, 2)


def test_consent_to_a_web_search_is_asked_with_the_very_text_that_was_shown(model, ask, engine, wait):
    engine.proven = {"web_query": WebQuery("提前支取", "SearXNG", "search.example"), "found": False}
    ask("某某银行提前支取？")
    assert model.turns[0].proposed.text == "提前支取" and engine.requests[0].web_query == ""
    model.ask_again(0, web_query="提前支取")
    wait(lambda: not model.busy)
    assert engine.requests[1].web_query == "提前支取" and engine.requests[1].question == "某某银行提前支取？"
    assert model.versions(model.turns[0]) == (1, 1)


def test_the_users_own_wording_is_searched(model, ask, engine, wait):
    ask("那企业户呢？")
    model.ask_again(0, searched="企业户存款保险最高赔多少？")
    wait(lambda: not model.busy)
    assert engine.requests[1].searched == "企业户存款保险最高赔多少？"
    assert model.turns[0].understood.searched == "企业户存款保险最高赔多少？"


def test_looking_at_an_earlier_version_does_not_disturb_the_answer_in_the_making(model, ask, engine, wait):
    ask("甲")
    engine.stop_after = PassagesFound
    model.ask_again(0)
    wait(lambda: model.turns[0].passages)
    model.choose_version(0, 1)
    assert model.busy and model.turns[0].state is TurnState.DONE
    changed: list[int] = []
    model.turn_changed.connect(changed.append)
    model.stop()
    assert not model.busy and not changed
    model.choose_version(0, 2)
    assert model.turns[0].state is TurnState.STOPPED


@pytest.mark.parametrize("number", [0, 3, -1])
def test_there_is_no_version_beyond_the_ends(model, ask, number):
    ask("甲")
    model.choose_version(0, number)
    assert questions(model) == ["甲"]


def test_a_corrected_calculation_is_what_the_answer_says(model, ask, engine):
    made = compute("loan", proven.LOAN)
    engine.answer = calculation_text(made) + "\n\n合同约定优先 [1]。"
    engine.proven = {"calculation": made}
    ask("贷50万30年3.1%等额本息月供多少")
    turn = model.turns[0]
    assert "2,135.08" in turn.shown_text and "合同约定" in turn.shown_text
    assert "公式" not in turn.shown_text and "公式" in turn.text  # the card shows it; a copy has it
    model.recalculate(0, compute("loan", {**proven.LOAN, "rate": "3.5"}))
    assert "2,245.22" in turn.text and "2,135.08" not in turn.text


def test_a_completed_calculation_takes_the_place_of_a_refusal_and_stands_above_an_answer(model, ask, engine):
    asked = compute("loan", {"principal": "50万", "term_months": "360"})
    engine.proven = {"calculation": asked}
    ask("贷50万30年月供")
    engine.found = False
    ask("贷50万30年月供多少")
    for index, rest in ((0, "限额偿付"), (1, "")):
        model.recalculate(index, compute("loan", proven.LOAN))
        model.recalculate(index, compute("loan", {**proven.LOAN, "rate": "3.5"}))
        turn = model.turns[index]
        assert turn.found and "2,245.22" in turn.shown_text and "2,135.08" not in turn.text and rest in turn.shown_text
    assert model.turns[0].generated and not model.turns[1].generated
