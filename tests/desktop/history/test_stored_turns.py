"""A turn there and back: nothing that an answer shows may be forgotten, also not what is added to it later."""

from __future__ import annotations

from dataclasses import fields

from desktop import errors
from desktop.ask.turn import Turn, TurnState
from desktop.history.stored_turns import to_stored, to_tree
from engine.api import Conversation, ConversationInfo, EnvironmentFault, Fault, JobFailed, StoredTurn
from tests.fakes import ANSWER, PASSAGES

# Of the moment, or of the place in the tree, which `to_tree` rebuilds.
TRANSIENT = {
    *("parent", "children", "chosen", "since_s", "read_tokens", "total_tokens", "pages_read", "unrecorded"),
    *("continued", "usual_s"),
}
INFO = ConversationInfo("c1", "问", False, "2026-11-23T04:00:00+00:00", "2026-11-23T04:00:00+00:00", 1)


def back(turn: Turn) -> Turn:
    return to_tree(Conversation(INFO, (to_stored(turn),))).children[0]


def test_every_field_is_kept_or_known_not_to_be() -> None:
    kept = {each.name for each in fields(StoredTurn)} | {
        each.name for each in fields(type(to_stored(Turn("")).content))
    }
    assert {each.name for each in fields(Turn)} - TRANSIENT <= kept


def test_values_come_back_equal() -> None:
    turn = Turn("问", "查", "网", 2, state=TurnState.DONE, pack="qwen", text=ANSWER, passages=PASSAGES, found=False)
    turn.missed = (EnvironmentFault(Fault.WEB_TIMEOUT, host="a", limit_s=3.5),)
    turn.unfinished = "写到"
    again = back(turn)
    for name in {each.name for each in fields(Turn)} - TRANSIENT - {"missed"}:
        assert getattr(again, name) == getattr(turn, name), name
    assert [errors.describe(fault) for fault in again.missed] == [errors.describe(fault) for fault in turn.missed]


def test_a_failure_says_the_same_again_and_a_bug_stays_a_bug() -> None:
    full = EnvironmentFault(Fault.DISK_FULL, path="/h", needed_bytes=10, free_bytes=0)
    failed = Turn("问", state=TurnState.FAILED, failure=JobFailed(full, "trace"))
    again = back(failed).failure
    assert again and errors.describe(again.error) == errors.describe(full)
    bug = back(Turn("问", state=TurnState.FAILED, failure=JobFailed(ValueError("x")))).failure
    assert bug and errors.describe(bug.error).text == errors.describe(ValueError("x")).text
