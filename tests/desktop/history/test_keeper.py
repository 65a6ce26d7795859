"""What becomes of a conversation: kept while it happens, given back whole, neither lost nor written again."""

from __future__ import annotations

from desktop.ask.turn import TurnState
from desktop.history import keeper
from desktop.history.stored_turns import to_stored, to_tree
from engine.api import EnvironmentFault, Fault, PassagesFound, TextDelta, TurnOutcome
from tests.desktop.conftest import Wait
from tests.desktop.history.conftest import Desk


def test_a_turn_is_kept_when_it_is_asked_and_when_it_ends(desk: Desk, wait: Wait) -> None:
    desk.open_engine()
    desk.conversation.ask("存款保险保多少？")
    wait(lambda: not desk.conversation.busy and desk.idle)
    kept = desk.engine.history.kept[desk.conversation.conversation_id]
    (turn,) = desk.conversation.turns
    assert desk.engine.history.calls[-2:] == ["save asked", "save done"]
    assert (kept.turns[0].turn_id, kept.turns[0].text) == (turn.turn_id, turn.text)
    assert kept.turns[0].content.citations == turn.citations
    assert kept.turns[0].content.passages == turn.passages


def test_a_turn_comes_back_as_it_was(desk: Desk, wait: Wait) -> None:
    desk.open_engine()
    for question in ("存款保险保多少？", "外币呢？"):
        desk.conversation.ask(question)
        wait(lambda: not desk.conversation.busy)
    desk.conversation.ask_again(1, "理财呢？")
    wait(lambda: not desk.conversation.busy and desk.idle)
    before = [to_stored(turn) for turn in desk.conversation.turns]
    said = desk.conversation.conversation_id
    desk.conversation.clear()
    assert desk.conversation.conversation_id != said and desk.history.current_id == desk.conversation.conversation_id
    desk.history.open(said)
    wait(lambda: desk.conversation.conversation_id == said)
    assert [to_stored(turn) for turn in desk.conversation.turns] == before
    assert [turn.question for turn in desk.conversation.turns] == ["存款保险保多少？", "理财呢？"]
    assert desk.conversation.versions(desk.conversation.turns[1]) == (2, 2)
    assert desk.history.current_id == said
    desk.conversation.ask("还要什么材料？")
    wait(lambda: not desk.conversation.busy and desk.idle)
    assert [message.content for message in desk.engine.requests[-1].history][2] == "理财呢？"
    assert desk.engine.requests[-1].conversation_id == said
    assert len(desk.engine.history.kept[said].turns) == 4


def test_the_turn_that_was_searched_for_is_on_screen(desk: Desk, wait: Wait) -> None:
    desk.open_engine()
    desk.conversation.ask("存款保险保多少？")
    wait(lambda: not desk.conversation.busy)
    first = desk.conversation.turns[0].turn_id
    desk.conversation.ask_again(0, "理财保不保？")
    wait(lambda: not desk.conversation.busy and desk.idle)
    desk.history.open(desk.conversation.conversation_id, first)
    wait(lambda: desk.conversation.turns[0].turn_id == first)


def test_what_is_asked_before_the_engine_is_open_is_kept_as_well(desk: Desk, wait: Wait) -> None:
    desk.conversation.ask("存款保险保多少？")
    assert not desk.engine.history.kept
    desk.open_engine()
    wait(lambda: not desk.conversation.busy and desk.idle)
    assert desk.engine.history.kept[desk.conversation.conversation_id].turns[0].state is TurnOutcome.DONE


def test_a_growing_answer_is_saved_and_what_is_cut_off_comes_back_as_stopped(desk: Desk, wait: Wait) -> None:
    desk.engine.stop_after = TextDelta
    desk.open_engine()
    desk.conversation.ask("存款保险保多少？")
    wait(lambda: desk.conversation.active and desk.conversation.active.text)
    desk.keeper._save_growth()  # as its timer does
    wait(lambda: desk.engine.history.calls.count("save asked") == 2)
    cut = desk.engine.history.kept[desk.conversation.conversation_id]
    assert cut.turns[0].text == desk.conversation.turns[0].text
    (again,) = to_tree(cut).children
    assert (again.state, again.text) == (TurnState.STOPPED, cut.turns[0].text)
    desk.keeper._save_growth()  # nothing has grown since
    assert desk.idle or desk.engine.history.calls.count("save asked") == 2
    desk.conversation.stop()
    wait(lambda: desk.engine.history.calls[-1] == "save stopped")


def test_growth_is_saved_every_few_seconds_while_an_answer_runs(desk: Desk) -> None:
    assert keeper.SAVE_EVERY_S <= 3.0
    desk.conversation.busy_changed.emit(True)
    assert desk.keeper._timer.isActive()
    desk.conversation.busy_changed.emit(False)
    assert not desk.keeper._timer.isActive()


def test_what_cannot_be_written_is_said_once_and_written_with_the_next(desk: Desk, wait: Wait) -> None:
    said: list[object] = []
    desk.history.failed.connect(said.append)
    desk.open_engine()
    desk.engine.history.error = EnvironmentFault(Fault.DISK_FULL, path="/h", needed_bytes=1, free_bytes=0)
    desk.conversation.ask("存款保险保多少？")
    wait(lambda: not desk.conversation.busy and desk.idle)
    assert len(said) == 1 and not desk.engine.history.kept
    desk.engine.history.error = None
    desk.conversation.ask("外币呢？")
    wait(lambda: not desk.conversation.busy and desk.idle)
    kept = desk.engine.history.kept[desk.conversation.conversation_id]
    assert [(turn.question, turn.state) for turn in kept.turns] == [
        ("存款保险保多少？", TurnOutcome.DONE),
        ("外币呢？", TurnOutcome.DONE),
    ]


def test_erasing_the_conversation_on_screen_stops_it_and_nothing_writes_it_again(desk: Desk, wait: Wait) -> None:
    desk.engine.stop_after = PassagesFound
    desk.open_engine()
    desk.conversation.ask("存款保险保多少？")
    wait(lambda: desk.history.rows and desk.conversation.active and desk.conversation.active.passages)
    said = desk.conversation.conversation_id
    desk.history.delete([said])
    assert not desk.conversation.busy and desk.conversation.turns == []
    wait(lambda: desk.idle)
    assert desk.engine.history.kept == {} and desk.history.rows == ()


def test_closing_writes_what_the_lane_had_no_time_for(desk: Desk, wait: Wait) -> None:
    desk.engine.stop_after = TextDelta
    desk.open_engine()
    desk.conversation.ask("存款保险保多少？")
    wait(lambda: desk.conversation.active and desk.conversation.active.text)
    said = desk.conversation.conversation_id
    for lane in desk.lanes:
        lane.shut_down()
    desk.conversation.stop()
    assert all(lane.wait(5) for lane in desk.lanes)
    desk.history.flush()
    assert desk.engine.history.kept[said].turns[0].state is TurnOutcome.STOPPED
    assert desk.engine.history.kept[said].turns[0].text


def test_what_a_full_disk_refused_is_written_when_the_window_closes(desk: Desk, wait: Wait) -> None:
    desk.open_engine()
    wait(lambda: desk.idle)
    desk.engine.history.error = EnvironmentFault(Fault.DISK_FULL, path="/", needed_bytes=1, free_bytes=0)
    desk.conversation.ask("存款保险保多少？")
    wait(lambda: not desk.conversation.busy and desk.idle)
    assert not desk.engine.history.kept
    desk.engine.history.error = None
    for lane in desk.lanes:
        lane.shut_down()
    assert all(lane.wait(5) for lane in desk.lanes)
    desk.history.flush()
    assert [turn.state for turn in desk.engine.history.kept[desk.conversation.conversation_id].turns] == [
        TurnOutcome.DONE
    ]
