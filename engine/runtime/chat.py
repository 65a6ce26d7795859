"""A dialogue as the tokens of a prompt, by the pack's chat template."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import Rejection, RequestRejected
from engine.runtime.pack import ChatTemplate
from engine.runtime.tokenizer import Tokenizer
from engine.values import Message

ROLES = ("system", "user", "assistant")
Piece = tuple[str, bool]  # text, and whether it belongs to the template (then special tokens in it count)


class ChatPrompt:
    """Builds prompts that fit. Contents are plain text: a control token written out in them stays harmless text.

    A dialogue that ends with an assistant's message leaves it open: the model writes on where it ends.
    """

    def __init__(self, template: ChatTemplate, tokenizer: Tokenizer, bos_token_id: int | None) -> None:
        self._template = template
        self._tokenizer = tokenizer
        self._begin = [] if bos_token_id is None else [bos_token_id]

    def render(self, messages: Sequence[Message]) -> str:
        """The prompt as text, for people to read."""
        return "".join(text for text, _ in self._pieces(messages))

    def encode(self, messages: Sequence[Message], limit: int) -> list[int]:
        """Token ids of the prompt, at most `limit` of them.

        A dialogue that is too long loses its oldest turns (a question with its answer), never a system message nor
        the last user message and what follows it.

        Raises RequestRejected: CONTEXT_OVERFLOW (limit, length) when even that is too long, OPTION_INVALID for no
        message at all or an unknown role.
        """
        check_messages(messages)
        kept = list(messages)
        while True:
            ids = self._tokens(kept)
            if len(ids) <= limit:
                return ids
            shorter = without_oldest_turn(kept)
            if len(shorter) == len(kept):
                raise RequestRejected(Rejection.CONTEXT_OVERFLOW, limit=limit, length=len(ids))
            kept = shorter

    def encode_beginning(self, messages: Sequence[Message]) -> list[int]:
        """Token ids up to the end of the last message's text, which a prompt may go on with.

        Where a tokenizer joins characters across that end, a prompt shares all but the last few of these tokens.
        """
        check_messages(messages)
        return self._encode(self._pieces(messages)[:-2])

    def _tokens(self, messages: Sequence[Message]) -> list[int]:
        return self._encode(self._pieces(messages))

    def _encode(self, pieces: Sequence[Piece]) -> list[int]:
        return [*self._begin, *self._tokenizer.encode_pieces(pieces)]

    def _pieces(self, messages: Sequence[Message]) -> list[Piece]:
        template = self._template
        wrappers = {"system": template.system, "user": template.user, "assistant": template.assistant}
        pieces: list[Piece] = [(template.begin, True)]
        begun = messages[-1:] if messages and messages[-1].role == "assistant" else ()
        told = messages[: len(messages) - len(begun)]
        for message in _merge_system(told) if template.system == ("", "") else told:
            before, after = wrappers[message.role]
            pieces += [(before, True), (message.content, False), (after, True)]
        pieces.append((template.answer, True))
        pieces += [(message.content, False) for message in begun]
        return pieces


def check_messages(messages: Sequence[Message]) -> None:
    """Raises RequestRejected OPTION_INVALID for no message at all or an unknown role."""
    if not messages:
        raise RequestRejected(Rejection.OPTION_INVALID, option="messages", value="")
    for message in messages:
        if message.role not in ROLES:
            raise RequestRejected(Rejection.OPTION_INVALID, option="role", value=message.role)


def without_oldest_turn(messages: Sequence[Message]) -> list[Message]:
    """Drops the first message that is not system, and all up to the next user message."""
    users = [i for i, message in enumerate(messages) if message.role == "user"]
    first = next((i for i, message in enumerate(messages) if message.role != "system"), None)
    following = next((i for i in users if first is not None and i > first), None)
    if first is None or following is None:
        return list(messages)
    middle = [message for message in messages[first:following] if message.role == "system"]
    return [*messages[:first], *middle, *messages[following:]]


def _merge_system(messages: Sequence[Message]) -> list[Message]:
    """For a model without a system role: its content goes before that of the first user message."""
    system = "\n\n".join(message.content for message in messages if message.role == "system")
    merged = [message for message in messages if message.role != "system"]
    for i, message in enumerate(merged):
        if message.role == "user" and system:
            merged[i] = Message("user", f"{system}\n\n{message.content}")
            return merged
    return merged or [Message("user", system)]
