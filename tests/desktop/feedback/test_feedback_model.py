from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from desktop.ask.turn import Turn, TurnState
from desktop.feedback.feedback_model import FeedbackModel
from desktop.jobs import QueueLane, shut_down
from engine.api import (
    Citation,
    Conflict,
    ConflictKind,
    EnvironmentFault,
    Fault,
    Feedback,
    FeedbackConsent,
    FeedbackReason,
    Rung,
    Thumb,
    Timings,
    WebPage,
)
from tests.fakes import PACK, FakeEngine

FULL = EnvironmentFault(Fault.DISK_FULL, path="/资料", needed_bytes=1, free_bytes=0)


@pytest.fixture
def lane(application) -> Iterator[QueueLane]:
    lane = QueueLane()
    yield lane
    assert shut_down([lane], 5.0)


@pytest.fixture
def model(lane: QueueLane, engine: FakeEngine) -> FeedbackModel:
    model = FeedbackModel(lane)
    model.set_engine(engine)  # type: ignore[arg-type]
    return model


def answered(text: str = "最高五十万元[1]。", **more: object) -> Turn:
    turn = Turn("最高赔多少？", **more)  # type: ignore[arg-type]
    turn.text, turn.timings = text, Timings(0.1, 10, 0.2, 20, 10.0)
    turn.citations = (Citation(1, "d" * 64, "规程.pdf", 3, "最高五十万元", Rung.BRANCH),)
    turn.enter(TurnState.DONE)
    return turn


def test_what_is_said_is_known_at_once_and_stored(model, lane, engine, wait):
    begun = model.begin(answered(), "talk")
    assert begun == Feedback(
        begun.turn_id,
        "最高赔多少？",
        "最高五十万元[1]。",
        begun.sources,
        conversation_id="talk",
        pack=PACK,
        asked_at=begun.asked_at,
    )
    assert [(s.marker, s.name, s.page_no, s.quote) for s in begun.sources] == [(1, "规程.pdf", 3, "最高五十万元")]
    saved: list[str] = []
    model.saved.connect(saved.append)
    model.put(replace(begun, thumb=Thumb.UP))
    assert model.of(begun.turn_id).thumb is Thumb.UP
    wait(lambda: saved)
    assert engine.feedback.kept[begun.turn_id].thumb is Thumb.UP
    assert model.of(begun.turn_id).scored_at


def test_a_second_opinion_keeps_the_first_and_takes_the_answer_as_it_is_now(model, wait):
    turn = answered()
    model.put(replace(model.begin(turn, "talk"), score=4, comment="漏了", consent=True))
    turn.text = "改过的计算[1]。"
    again = model.begin(turn, "another")
    assert (again.score, again.comment, again.consent) == (4, "漏了", True)
    assert (again.answer, again.conversation_id) == ("改过的计算[1]。", "talk")


def test_what_was_said_earlier_is_looked_up_together(model, lane, engine, wait):
    looked_up: list[tuple[str, ...]] = []
    of = engine.feedback.of

    def told(turn_ids):
        looked_up.append(tuple(turn_ids))
        return of(turn_ids)

    engine.feedback.of = told
    turns = [answered() for _ in range(3)]
    engine.feedback.kept[turns[1].turn_id] = model.begin(turns[1], "talk")
    for turn in turns:
        model.want(turn.turn_id)
    wait(lambda: model.of(turns[1].turn_id))
    assert looked_up == [tuple(turn.turn_id for turn in turns)]
    assert model.of(turns[0].turn_id) is None


def test_answers_shown_before_the_engine_is_open_are_looked_up_then(lane, engine, wait):
    model, turn = FeedbackModel(lane), answered()
    model.want(turn.turn_id)
    engine.feedback.kept[turn.turn_id] = Feedback(turn.turn_id, "", "", thumb=Thumb.UP)
    wait(lambda: True)
    model.set_engine(engine)
    wait(lambda: model.of(turn.turn_id))


def test_what_cannot_be_stored_is_taken_back_and_told(model, engine, wait):
    turn = answered()
    engine.feedback.error = FULL
    told: list[tuple[str, object]] = []
    model.failed.connect(lambda turn_id, sentence: told.append((turn_id, sentence)))
    model.put(replace(model.begin(turn, "talk"), thumb=Thumb.UP))
    wait(lambda: told and model.of(turn.turn_id) is None)
    assert told[0][0] == turn.turn_id
    assert "磁盘" in told[0][1].text


def test_taking_everything_back_erases(model, engine, wait):
    begun = model.begin(answered(), "talk")
    model.put(replace(begun, thumb=Thumb.UP))
    wait(lambda: engine.feedback.kept)
    model.put(begun)
    assert model.of(begun.turn_id) is None
    wait(lambda: not engine.feedback.kept)
    model.put(replace(begun, reasons=(FeedbackReason.STYLE,)))
    model.remove(begun.turn_id)
    wait(lambda: not engine.feedback.kept and not model._lane.busy)
    assert model.of(begun.turn_id) is None


def test_consent_is_what_new_records_begin_with(model, engine, wait):
    wait(lambda: not model._lane.busy)
    assert model.consent == FeedbackConsent(asked=False, given=False)
    model.set_consent(True)
    wait(lambda: model.consent.asked)
    assert model.begin(answered(), "talk").consent


def test_pages_of_the_web_and_contradictions_are_sources_too(model):
    web = WebPage("https://bank.example/fee", "bank.example", "收费公示", "2026-11-23T00:00:00Z")
    turn = answered()
    page = Citation(2, "e" * 64, "web", 1, "每笔两元", Rung.WEB, web=web)
    against = Citation(0, "f" * 64, "旧规程.pdf", 5, "最高二十万元", Rung.BRANCH)
    turn.citations += (page,)
    turn.conflicts = (Conflict(ConflictKind.DISAGREE, turn.citations[0], against),)
    sources = model.begin(turn, "talk").sources
    assert [(s.name, s.url) for s in sources] == [
        ("规程.pdf", ""),
        ("收费公示", "https://bank.example/fee"),
        ("旧规程.pdf", ""),
    ]


def test_the_pack_of_the_turn_counts_before_the_engines(model):
    assert model.begin(answered(pack="jinpan-7b-int8"), "talk").pack == "jinpan-7b-int8"


def test_nothing_is_said_of_an_engine_that_is_not_there(application):
    lane = QueueLane()
    model = FeedbackModel(lane)
    model.put(replace(model.begin(answered(), "talk"), thumb=Thumb.UP))
    assert not lane.busy
