"""What callers ask of the engine. Frozen and picklable."""

from __future__ import annotations

from dataclasses import dataclass

from engine.values import Message


@dataclass(frozen=True, slots=True)
class AskRequest:
    """A question with the earlier turns of its conversation, oldest first. `max_tokens` bounds the answer, and so
    does what the prompt leaves of the model's context; 0 or less is refused. Documents that a newer version replaces
    are answered from only with `include_superseded`.

    `searched` is the user's own wording of a follow-up for the search; without it the engine rewrites the question.
    `web_query` is the exact text that the user allowed to be sent to the web search; without it nothing is sent.
    `conversation_id` is what the audit log knows the conversation by.
    """

    question: str
    history: tuple[Message, ...] = ()
    max_tokens: int | None = None
    include_superseded: bool = False
    searched: str = ""
    web_query: str = ""
    conversation_id: str = ""
