"""What callers ask of the engine. Frozen and picklable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.values import Message


@dataclass(frozen=True, slots=True)
class AskRequest:
    """A question with the earlier turns of its conversation, oldest first. `max_tokens` bounds the answer, and so
    does what the prompt leaves of the model's context; 0 or less is refused. Documents that a newer version replaces
    are answered from only with `include_superseded`.

    `searched` is the user's own wording of a follow-up for the search; without it the engine rewrites the question.
    `web_query` is the exact text that the user allowed to be sent to the web search; without it nothing is sent.
    `variation` 0 asks for the model's most probable words; another number for another wording, the same each time.
    `conversation_id` is what the audit log knows the conversation by. `continued` is what the model has written of this
    very answer before it was stopped or cut off (`AnswerFinished.unfinished`, or the deltas so far): it writes on from
    there, and what comes is the whole, checked as one. With a `collection`, by its id, only its documents are asked.
    """

    question: str
    history: tuple[Message, ...] = ()
    max_tokens: int | None = None
    include_superseded: bool = False
    searched: str = ""
    web_query: str = ""
    variation: int = 0
    conversation_id: str = ""
    continued: str = ""
    collection: str = ""


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """A text from a template (by name or title) and its fields, drawn from the documents that were chosen; with
    `include_builtin` from built-in knowledge as well. `instructions` are the user's own, for what the model writes."""

    template: str
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    document_ids: tuple[str, ...] = ()
    instructions: str = ""
    include_builtin: bool = False
    conversation_id: str = ""
