"""Dialogues as the model has read them, so that the next turn goes on where the last one ended.

What the user sees of a turn is the question and the checked answer. What the model read is longer: the passages before
the question, and the answer in its own words. A follow-up that repeats the latter word for word has a prefix that is
known to its last token, and passages that were shown before need not be shown again.
"""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.answering.prompt import Evidence, system_message, user_message
from engine.values import Message

DIALOGUE_TOKENS = 2000  # more of it costs memory and speed at every token that is written
_KEPT_DIALOGUES = 32
_POINTED_AT = 2  # passages that a follow-up names
_KEY_MESSAGES = 4  # a conversation is known by its last two turns: what goes before them is cut off at some length


@dataclass(frozen=True, slots=True)
class Dialogue:
    """`messages` from the system message on; `evidence` is numbered from 1 through all turns.

    `asked` are the markers of what was found for the last question, best first.
    """

    messages: tuple[Message, ...]
    evidence: tuple[Evidence, ...] = ()
    asked: tuple[int, ...] = ()

    def ask(self, question: str, evidence: Sequence[Evidence]) -> Dialogue:
        """With one more question; of its evidence only what does not stand above yet is added."""
        shown = {_identity(entry) for entry in self.evidence}
        new = [entry for entry in evidence if _identity(entry) not in shown]
        numbered = (*self.evidence, *new)
        markers = {_identity(entry): marker for marker, entry in enumerate(numbered, 1)}
        asked = tuple(markers[_identity(entry)] for entry in evidence)
        best = asked[:_POINTED_AT] if self.evidence else ()
        message = user_message(question, new, len(self.evidence) + 1, best)
        return Dialogue((*self.messages, message), numbered, asked)

    def answered(self, text: str) -> Dialogue:
        """With the answer, in the model's own words."""
        return Dialogue((*self.messages, Message("assistant", text)), self.evidence)


class Dialogues:
    """The most recent dialogues, found by what the user was shown of them. One thread at a time."""

    def __init__(self) -> None:
        self._by_history: OrderedDict[tuple[Message, ...], Dialogue] = OrderedDict()

    def resume(self, history: Sequence[Message], count_tokens: Callable[[str], int]) -> Dialogue:
        """The dialogue whose last turns the user was shown as `history`.

        One that is unknown or has grown too long begins again with its questions and shown answers alone.
        """
        known = self._by_history.get(_key(history))
        if known and sum(count_tokens(message.content) for message in known.messages) <= DIALOGUE_TOKENS:
            return known
        return Dialogue((system_message(), *history))

    def arrange(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """The evidence of a first question, led by as many passages as some dialogue begins with alike.

        Superseded documents stay behind all others; else the order is as given.
        """
        given = {_identity(entry): entry for entry in evidence}
        led: list[Evidence] = []
        for dialogue in self._by_history.values():
            alike = list(itertools.takewhile(given.__contains__, map(_identity, dialogue.evidence)))
            led = [given[name] for name in alike] if len(alike) > len(led) else led
        texts = {passage.chunk_id: text for passage, text in evidence}
        arranged = dict.fromkeys(entry[0] for entry in (*led, *evidence))
        return [(passage, texts[passage.chunk_id]) for passage in sorted(arranged, key=lambda p: p.superseded)]

    def remember(self, history: Sequence[Message], dialogue: Dialogue) -> None:
        """`history` ends with the newest turn as the user was shown it."""
        key = _key(history)
        self._by_history[key] = dialogue
        self._by_history.move_to_end(key)
        if len(self._by_history) > _KEPT_DIALOGUES:
            self._by_history.popitem(last=False)

    def forget(self) -> None:
        """Forget all: a document was removed, and no word of it may enter a prompt again."""
        self._by_history.clear()


def _key(history: Sequence[Message]) -> tuple[Message, ...]:
    return tuple(history[-_KEY_MESSAGES:])


def _identity(entry: Evidence) -> tuple[str, str]:
    """What stands in the prompt; the passage's scores are those of one question."""
    passage, text = entry
    return passage.chunk_id, text
