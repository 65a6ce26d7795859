"""Conversations as they are kept, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from engine.events import QuestionUnderstood
from engine.proof import Calculation, Claim, Conflict, LadderStep
from engine.values import Citation, Passage, Timings, WebQuery


class TurnOutcome(StrEnum):
    ASKED = "asked"  # and not ended: where no program is at it any more, it was cut off
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StoredFault:
    """An error of `engine.errors`: the name of its family, its code, its details; a bug's class and words."""

    family: str
    code: str
    details: tuple[tuple[str, str | int | float], ...] = ()


@dataclass(frozen=True, slots=True)
class TurnContent:
    """All that an answer shows and rests on, but for its text. `searched` and `web_query` are the user's own words,
    `unfinished` those of the model, where the limit of tokens cut them off.

    `sources_removed` documents that the answer was made from were removed; its text went with them.
    """

    searched: str = ""
    web_query: str = ""
    variation: int = 0
    pack: str = ""
    understood: QuestionUnderstood | None = None
    passages: tuple[Passage, ...] = ()
    found: bool = True
    citations: tuple[Citation, ...] = ()
    claims: tuple[Claim, ...] = ()
    ladder: tuple[LadderStep, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    calculation: Calculation | None = None
    proposed: WebQuery | None = None
    timings: Timings | None = None
    missed: tuple[StoredFault, ...] = ()
    failure: StoredFault | None = None
    unfinished: str = ""
    sources_removed: int = 0

    @property
    def document_ids(self) -> tuple[str, ...]:
        """Every document that a word of this stems from."""
        quoted = [citation.document_id for conflict in self.conflicts for citation in (conflict.first, conflict.second)]
        cited = [citation.document_id for citation in self.citations]
        return tuple(dict.fromkeys([*cited, *quoted, *(passage.document_id for passage in self.passages)]))


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A question with its answer. `parent` is the turn_id of the turn that it follows, empty for the first ones;
    of those with one parent the one that is `chosen` is on screen. Times are ISO 8601, UTC."""

    turn_id: str
    question: str
    parent: str = ""
    state: TurnOutcome = TurnOutcome.ASKED
    asked_at: str = ""
    text: str = ""
    content: TurnContent = field(default_factory=TurnContent)
    chosen: bool = True


@dataclass(frozen=True, slots=True)
class ConversationInfo:
    """`title` is the first question, shortened, until the user gives another one. `recency` grows with every question
    asked in any conversation, whatever the clock says."""

    conversation_id: str
    title: str
    pinned: bool
    began_at: str
    changed_at: str
    recency: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation whole: `turns` as a tree, those with one parent in the order of their versions."""

    info: ConversationInfo
    turns: tuple[StoredTurn, ...]

    @property
    def path(self) -> tuple[StoredTurn, ...]:
        """The turns that are on screen, oldest first."""
        children: dict[str, StoredTurn] = {}
        for turn in self.turns:
            if turn.chosen or turn.parent not in children:
                children[turn.parent] = turn
        path: list[StoredTurn] = []
        parent = ""
        while turn := children.pop(parent, None):
            path.append(turn)
            parent = turn.turn_id
        return tuple(path)


@dataclass(frozen=True, slots=True)
class ConversationHit:
    """Where words were found: the newest turn that holds them all, and `snippet`, one line around the first of them;
    `spans` are characters `[start, end)` of the snippet. `turn_id` is empty where only the title holds them."""

    conversation: ConversationInfo
    turn_id: str
    snippet: str
    spans: tuple[tuple[int, int], ...]
