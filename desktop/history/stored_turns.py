"""A turn of the window as the engine keeps it, and back. No Qt."""

from __future__ import annotations

from desktop.ask.turn import Turn, TurnState
from engine.api import (
    BugError,
    Conversation,
    DocumentRejected,
    EnvironmentFault,
    JinpanError,
    JobFailed,
    RequestRejected,
    StoredFault,
    StoredTurn,
    TurnContent,
    TurnOutcome,
)

_OUTCOMES = {
    TurnState.DONE: TurnOutcome.DONE,
    TurnState.STOPPED: TurnOutcome.STOPPED,
    TurnState.FAILED: TurnOutcome.FAILED,
}
_STATES = {
    TurnOutcome.ASKED: TurnState.STOPPED,  # it was cut off
    TurnOutcome.DONE: TurnState.DONE,
    TurnOutcome.STOPPED: TurnState.STOPPED,
    TurnOutcome.FAILED: TurnState.FAILED,
}
_FAMILIES = {family.__name__: family for family in (EnvironmentFault, RequestRejected, DocumentRejected)}


def to_stored(turn: Turn) -> StoredTurn:
    """The turn as it is at this moment."""
    content = TurnContent(
        searched=turn.searched,
        web_query=turn.web_query,
        variation=turn.variation,
        pack=turn.pack,
        understood=turn.understood,
        passages=turn.passages,
        found=turn.found,
        citations=turn.citations,
        claims=turn.claims,
        ladder=turn.ladder,
        conflicts=turn.conflicts,
        calculation=turn.calculation,
        proposed=turn.proposed,
        timings=turn.timings,
        missed=tuple(map(_fault, turn.missed)),
        failure=_fault(turn.failure.error) if turn.failure else None,
        unfinished=turn.unfinished,
        sources_removed=turn.sources_removed,
    )
    parent = turn.parent.turn_id if turn.parent else ""
    outcome = _OUTCOMES.get(turn.state, TurnOutcome.ASKED)
    return StoredTurn(turn.turn_id, turn.question, parent, outcome, turn.asked_at, turn.text, content)


def to_tree(conversation: Conversation, shown: str = "") -> Turn:
    """The root of the conversation's turns, for `ConversationModel.restore`; `shown` names a turn that is to be on
    screen, whichever versions were chosen last."""
    root = Turn("")
    by_id: dict[str, Turn] = {}
    for stored in conversation.turns:  # a turn stands behind the one that it follows
        parent = by_id.get(stored.parent)
        turn = by_id[stored.turn_id] = _restored(stored, parent)
        siblings = (parent or root).children
        siblings.append(turn)
        if stored.chosen:
            (parent or root).chosen = len(siblings) - 1
    turn = by_id.get(shown)
    while turn:
        place = turn.parent or root
        place.chosen = place.children.index(turn)
        turn = turn.parent
    return root


def _restored(stored: StoredTurn, parent: Turn | None) -> Turn:
    content = stored.content
    return Turn(
        stored.question,
        searched=content.searched,
        web_query=content.web_query,
        variation=content.variation,
        parent=parent,
        state=_STATES[stored.state],
        pack=content.pack,
        asked_at=stored.asked_at,
        understood=content.understood,
        passages=content.passages,
        text=stored.text,
        found=content.found,
        citations=content.citations,
        claims=content.claims,
        ladder=content.ladder,
        conflicts=content.conflicts,
        calculation=content.calculation,
        proposed=content.proposed,
        timings=content.timings,
        missed=tuple(EnvironmentFault(fault.code, **dict(fault.details)) for fault in content.missed),
        failure=JobFailed(_error(content.failure)) if content.failure else None,
        unfinished=content.unfinished,
        sources_removed=content.sources_removed,
        turn_id=stored.turn_id,
    )


def _fault(error: Exception) -> StoredFault:
    if isinstance(error, JinpanError):
        return StoredFault(type(error).__name__, str(error.code), tuple(error.details.items()))
    return StoredFault(type(error).__name__, str(error))


def _error(fault: StoredFault) -> JinpanError:
    return _FAMILIES.get(fault.family, BugError)(fault.code, **dict(fault.details))
