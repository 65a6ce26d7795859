"""The conversations of this home: kept as they happen, found again, given back whole, erased for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from engine.auditing import Audit, months_before
from engine.errors import Rejection, RequestRejected
from engine.exporting.conversation import ExportedTurn
from engine.knowledge.conversation_values import (
    Conversation,
    ConversationHit,
    ConversationInfo,
    StoredTurn,
    TurnOutcome,
)

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeBase

PAGE = 200  # conversations read at once
MOST_HITS = 200


class History:
    """`Engine.history`. Any thread."""

    def __init__(self, knowledge: KnowledgeBase, audit: Audit, forget: Callable[[Sequence[str]], None]) -> None:
        """`forget(conversation_ids)` drops what a model has read of them."""
        self._records = knowledge.conversations
        self._knowledge = knowledge
        self._audit = audit
        self._forget = forget

    # ---- looking

    def list(self, limit: int = PAGE, after: ConversationInfo | None = None) -> tuple[ConversationInfo, ...]:
        """At most `limit` of them behind `after`: pinned ones first, each part newest first."""
        return self._records.list(limit, after)

    def search(self, words: str, limit: int = MOST_HITS) -> tuple[ConversationHit, ...]:
        """The conversations with a turn, or a title, that holds every one of the words (set apart by blanks), newest
        first."""
        return self._records.search(words, limit)

    def ids(self) -> tuple[str, ...]:
        """Of all conversations that are kept, in no order."""
        return self._records.all_ids()

    def load(self, conversation_id: str) -> Conversation:
        """Raises RequestRejected CONVERSATION_UNKNOWN."""
        found = self._records.load(conversation_id)
        if found is None:
            raise RequestRejected(Rejection.CONVERSATION_UNKNOWN, conversation_id=conversation_id)
        return found

    def exported(self, conversation_id: str) -> tuple[ExportedTurn, ...]:
        """The answered turns that are on screen when it is opened, for `Engine.export`. Raises as `load`."""
        path = self.load(conversation_id).path
        done = [turn for turn in path if turn.state is TurnOutcome.DONE and turn.text]
        return tuple(ExportedTurn(turn.question, turn.text, turn.content.citations, turn.asked_at) for turn in done)

    # ---- keeping

    def save(self, conversation_id: str, turn: StoredTurn, instead_of: str = "") -> ConversationInfo | None:
        """Keep a turn as it is now; a new one is the chosen one of its place. `instead_of` names a turn without
        children that gives its place to a new one. None where the turn that it follows was deleted.

        Raises EnvironmentFault DISK_FULL, HOME_UNWRITABLE.
        """
        return self._records.save(conversation_id, turn, instead_of)

    def choose(self, turn_id: str) -> None:
        """Of the turns in one place, show this one when the conversation is opened. Raises as `save`."""
        self._records.choose(turn_id)

    def rename(self, conversation_id: str, title: str) -> ConversationInfo:
        """Raises RequestRejected CONVERSATION_UNKNOWN, OPTION_INVALID for an empty title; else as `save`."""
        if not title.strip():
            raise RequestRejected(Rejection.OPTION_INVALID, option="title", value=title)
        return self._known(conversation_id, self._records.rename(conversation_id, title))

    def pin(self, conversation_id: str, pinned: bool = True) -> ConversationInfo:
        """Raises RequestRejected CONVERSATION_UNKNOWN; else as `save`."""
        return self._known(conversation_id, self._records.pin(conversation_id, pinned))

    def draft(self) -> str:
        """The question that was begun and not asked, as `keep_draft` had it last; empty where there is none."""
        return self._records.draft()

    def keep_draft(self, words: str) -> None:
        """Keep what stands in the question box; empty words erase it. Raises as `save`."""
        self._records.keep_draft(words)

    # ---- erasing

    def delete(self, conversation_ids: Sequence[str]) -> int:
        """Erase conversations for good, with what the audit log quotes of them, what was said of their answers and
        what a model has read of them, the latter when a running answer has ended; returns how many there were.

        Raises EnvironmentFault DISK_FULL, HOME_UNWRITABLE.
        """
        for conversation_id in conversation_ids:  # first: what is left of them is found by the conversation
            self._audit.erase_conversation(conversation_id)
            self._knowledge.feedback.erase_conversation(conversation_id)
        count = self._knowledge.erase_conversations(conversation_ids)
        self._forget(conversation_ids)
        return count

    def delete_all(self) -> int:
        """As `delete`, of all that are kept, and of the draft."""
        self._records.keep_draft("")
        return self.delete(self._records.all_ids())

    def keep_months(self, months: int) -> int:
        """Erase conversations that are not pinned and in which nothing was asked for so many months; 0 keeps all.

        The audit log keeps to the policy's own time. Returns how many there were. Raises as `delete`.
        """
        if months <= 0:
            return 0
        old = self._records.older_than(months_before(datetime.now(UTC), months).isoformat())
        return self._knowledge.erase_conversations(old) if old else 0

    def _known(self, conversation_id: str, info: ConversationInfo | None) -> ConversationInfo:
        if info is None:
            raise RequestRejected(Rejection.CONVERSATION_UNKNOWN, conversation_id=conversation_id)
        return info
