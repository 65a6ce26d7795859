"""Dialogues as the model has read them, so that the next turn goes on where the last one ended.

What the user sees of a turn is the question and the checked answer. What the model read is longer: the passages before
the question, and the answer in its own words. A follow-up that repeats the latter word for word has a prefix that is
known to its last token, and passages that were shown before need not be shown again. A dialogue that has grown too long
is compacted: its questions and the gist of its answers stay, its passages stay known as sources.
"""

from __future__ import annotations

import itertools
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.answering.prompt import Evidence, system_message, user_message
from engine.answering.text import split_sentences
from engine.values import Message

DIALOGUE_TOKENS = 2000  # more of it costs memory and speed at every token that is written
_GIST_TOKENS = DIALOGUE_TOKENS // 4  # of a compacted dialogue
_GIST_SENTENCES = 2  # of each answer
_CARRIED = 12  # passages that a compacted dialogue still rests on
_MARKER = re.compile(r"\s*\[\d{1,3}\]")
_KEPT_DIALOGUES = 32
_POINTED_AT = 2  # passages that a follow-up names
_KEY_MESSAGES = 4  # a conversation is known by its last two turns: what goes before them is cut off at some length


@dataclass(frozen=True, slots=True)
class Dialogue:
    """`messages` from the system message on; `evidence` is numbered from 1 through all turns.

    `asked` are the markers of what was found for the last question, best first. `questions` are those of its turns,
    without their passages. `carried` no longer stands in the messages, and its answers still rest on it.
    """

    messages: tuple[Message, ...]
    evidence: tuple[Evidence, ...] = ()
    asked: tuple[int, ...] = ()
    questions: tuple[str, ...] = ()
    carried: tuple[Evidence, ...] = ()

    def ask(self, question: str, evidence: Sequence[Evidence]) -> Dialogue:
        """With one more question; of its evidence only what does not stand above yet is added."""
        shown = {_identity(entry) for entry in self.evidence}
        new = [entry for entry in evidence if _identity(entry) not in shown]
        numbered = (*self.evidence, *new)
        markers = {_identity(entry): marker for marker, entry in enumerate(numbered, 1)}
        asked = tuple(markers[_identity(entry)] for entry in evidence)
        best = asked[:_POINTED_AT] if self.evidence else ()
        message = user_message(question, new, len(self.evidence) + 1, best)
        return replace(
            self,
            messages=(*self.messages, message),
            evidence=numbered,
            asked=asked,
            questions=(*self.questions, question),
        )

    def answered(self, text: str) -> Dialogue:
        """With the answer, in the model's own words."""
        return replace(self, messages=(*self.messages, Message("assistant", text)), asked=())

    def compacted(self, count_tokens: Callable[[str], int]) -> Dialogue:
        """The newest turns as bare questions and the gist of their answers; at least one turn stays."""
        answers = [message.content for message in self.messages if message.role == "assistant"]
        turns: list[Message] = []
        questions: list[str] = []
        left = _GIST_TOKENS
        for question, answer in zip(reversed(self.questions), reversed(answers), strict=False):
            turn = [Message("user", question), Message("assistant", _gist(answer))]
            left -= sum(count_tokens(message.content) for message in turn)
            if questions and left < 0:
                break
            turns, questions = turn + turns, [question, *questions]
        carried = (*self.carried, *self.evidence)[-_CARRIED:]
        return Dialogue((system_message(), *turns), questions=tuple(questions), carried=carried)


class Dialogues:
    """The most recent dialogues, found by what the user was shown of them. One thread at a time."""

    def __init__(self) -> None:
        self._by_history: OrderedDict[tuple[Message, ...], Dialogue] = OrderedDict()

    def resume(self, history: Sequence[Message], count_tokens: Callable[[str], int]) -> Dialogue:
        """The dialogue whose last turns the user was shown as `history`.

        One that has grown too long is compacted; one that is unknown begins with its questions and shown answers.
        """
        known = self._by_history.get(_key(history))
        if known is None:
            asked = tuple(message.content for message in history if message.role == "user")
            return Dialogue((system_message(), *history), questions=asked)
        size = sum(count_tokens(message.content) for message in known.messages)
        return known if size <= DIALOGUE_TOKENS else known.compacted(count_tokens)

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


def _gist(answer: str) -> str:
    """Its first sentences, without markers, which the compacted dialogue numbers anew."""
    sentences = split_sentences(_MARKER.sub("", answer))
    return "".join(sentence.text for sentence in sentences[:_GIST_SENTENCES])


def _identity(entry: Evidence) -> tuple[str, str]:
    """What stands in the prompt; the passage's scores are those of one question."""
    passage, text = entry
    return passage.chunk_id, text
