"""Text measures that need no model: sentences, character bigrams, containment."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

_SENTENCE_END = re.compile(r"(?:[。！？!?；;\n]|(?<=[a-z])\.(?=\s|$))+[”」』）)\"]*")
_QUESTION_WORDS = re.compile(
    "请问|什么时候|为什么|什么|怎么办|怎么样|怎么|怎样|如何|多少|多久|多长|哪些|哪个|哪里|是否|能不能|可不可以|可以吗"
    "|需要|应该|应当|[是的了吗呢么吧啊？?]"
)
_LIST_MARK = re.compile(r"^\s*(?:[-*•#>]+|\d{1,2}(?:[、)）]|\.(?!\d))|[（(]\d{1,2}[）)])\s*")
_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Characters `[start, end)` of a text, terminal punctuation included."""

    start: int
    end: int
    text: str


def split_sentences(text: str) -> list[Sentence]:
    """Sentences and lines of a text; blank ones are left out."""
    found: list[Sentence] = []
    start = 0
    for match in [*_SENTENCE_END.finditer(text), None]:
        end = match.end() if match else len(text)
        piece = text[start:end]
        left = len(piece) - len(piece.lstrip())
        stripped = piece.strip()
        if stripped:
            found.append(Sentence(start + left, start + left + len(stripped), stripped))
        start = end
    return found


def without_list_mark(text: str) -> str:
    """The text of a list item or heading without its bullet, number or Markdown sign."""
    return _LIST_MARK.sub("", text)


def bigrams(text: str) -> frozenset[str]:
    """Character bigrams over CJK characters and whole Latin words, and the Latin words, after NFKC and lower-casing."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text).lower())
    latin = {word for word in words if len(word) > 1}
    return frozenset({first + " " + second for first, second in pairwise(words)} | latin) or frozenset(words)


def letters(text: str) -> str:
    """The letters, digits and CJK characters of a text, after NFKC: what stays when it is set otherwise."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())


def without_question_words(question: str) -> str:
    """What a question is about: 请问LPR是什么？ → LPR."""
    return _QUESTION_WORDS.sub(" ", question).strip()


def containment(inner: frozenset[str], outer: frozenset[str]) -> float:
    """|inner ∩ outer| / |inner| in [0, 1] (Broder 1997, "On the resemblance and containment of documents")."""
    return len(inner & outer) / len(inner) if inner else 0.0
