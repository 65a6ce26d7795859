"""A follow-up stands on the question before it: 「那提前还呢？」 is searched with what that one was about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.answering.text import without_question_words
from engine.values import Message

_LEANING = re.compile(
    r"^(?:那么|那|它|他们|她们|他|她|这个|这种|这样|这|该|其|上述|前面|刚才|还有|还|另外|如果是|要是|换成|除此|对于|至于"
    r"|关于|再|又|and\b|what about\b|how about\b)",
    re.IGNORECASE,
)
_POINTING = re.compile(r"它|这种|那种|这个|那个|该[^\s]{1,4}|上述|前者|后者|刚才|其中")
_ENDING = re.compile(r"呢[？?。.！!\s]*$")
_SHORT_CHARS = 12  # a question with fewer characters of its own seldom says what it is about
_LONG_CHARS = 100  # whoever writes that much says what it is about
_TERMS_CHARS = 40  # of the earlier question; more would drown the follow-up's own words


def standalone(question: str, history: Sequence[Message]) -> str:
    """The question to search with: a follow-up gets the key words of the nearest earlier question that stands alone.

    A question follows up when it begins with or holds a word that points back, ends in 呢, or is very short; any other
    is returned as it is. `history` is oldest first.
    """
    asked = [message.content for message in history if message.role == "user"]
    if not asked or len(question) > _LONG_CHARS or not _leans(question):
        return question
    subject = next((earlier for earlier in reversed(asked) if not _leans(earlier)), asked[0])
    terms = " ".join(without_question_words(subject).split())[:_TERMS_CHARS]
    return f"{question} {terms}" if terms else question


def _leans(question: str) -> bool:
    text = question.strip()
    own = without_question_words(_LEANING.sub("", text))
    return bool(
        _ENDING.search(text)
        or _POINTING.search(text)
        or (_LEANING.match(text) and len(text) <= 3 * _SHORT_CHARS)
        or len(re.sub(r"\W", "", own)) < _SHORT_CHARS // 3
    )
