"""The source's own words, where the model's cannot be proven: a sentence or table row of the evidence as the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.answering.citations import PageSource, is_row, locate_quote
from engine.answering.question_kinds import kinds_asked
from engine.answering.sufficiency_features import rarity
from engine.answering.text import Sentence, bigrams, letters, without_list_mark, without_question_words
from engine.knowledge.canonical import normalize
from engine.values import Passage

LONGEST_CHARS = 160  # a whole that is longer says more than was asked
LONGEST_LIST_CHARS = 400
LEAST_REPEATED_CHARS = 6  # a shorter question is a term that a rule may well hold
_ITEM = re.compile(r"\s*(?:\d{1,2}[.、)）]|[（(][一二三四五六七八九十\d]+[)）]|[-•])")
_MEASURES = frozenset({"money", "rate", "term", "count", "age"})
_ENDS = ("。", "！", "？", "\n")


def quoted(question: str, written: str, evidence: Sequence[Passage], pages: PageSource) -> str:
    """The sentence that answers the question best, from the passage that shares most with question and answer.

    `written` is what the model wrote: it was not supported, but its words tell which sentence it had in mind. Words
    that few passages hold count more. Empty where there is no evidence, none shares a word, or what would be quoted
    states no quantity of the kind that is asked for. A passage that repeats the question word for word is made for it,
    not for the rule: it is never quoted.
    """
    evidence = [passage for passage in evidence if not _repeats(question, passage)]
    wanted = bigrams(normalize(f"{without_question_words(question)} {written}"))
    held = [bigrams(normalize(passage.text)) for passage in evidence]
    weights = rarity(wanted, held)
    shares = [sum(weights[gram] for gram in wanted & grams) for grams in held]
    if not shares or max(shares) <= 0:
        return ""
    passage = evidence[shares.index(max(shares))]
    if is_row(passage):  # without the names of its columns a row says little
        words = "，".join(passage.text.split("|")[1:]).replace("=", "：")
    else:
        page, found = locate_quote(passage, f"{question} {written}", pages)
        words = without_list_mark(_whole(page.text, found)).rstrip("；;，,：:")
    return words if _states_what_is_asked(question, words) else ""


def _repeats(question: str, passage: Passage) -> bool:
    asked = letters(question)
    return len(asked) >= LEAST_REPEATED_CHARS and asked in letters(passage.text)


def _states_what_is_asked(question: str, words: str) -> bool:
    measures = [asked.states for asked in kinds_asked(question) if asked.name in _MEASURES]
    return not measures or any(states.search(normalize(words)) for states in measures)


def _whole(text: str, found: Sentence) -> str:
    """The found part with what belongs to it: its paragraph where that is short, else the sentence with what stands on
    the other side of a 「；」."""
    start = text.rfind("\n", 0, found.start) + 1
    following = text.find("\n", found.start)
    paragraph = text[start : following if following >= 0 else len(text)].strip()
    if len(paragraph) <= LONGEST_CHARS and not paragraph.endswith((":", "：")):
        return paragraph
    start = max((text.rfind(mark, 0, found.start) for mark in _ENDS), default=-1) + 1
    ends = [end for mark in _ENDS if (end := text.find(mark, max(found.start, found.end - 1))) >= 0]
    end = min(ends, default=len(text) - 1) + 1
    if text[start:end].rstrip().endswith((":", "：")):
        return _with_items(text, start, end)
    return text[start:end].strip() if end - start <= LONGEST_CHARS else found.text


def _with_items(text: str, start: int, end: int) -> str:
    """A lead-in with the numbered items that follow it, as many as a quote may hold."""
    while end < len(text) and _ITEM.match(text, end):
        following = text.find("\n", end)
        following = following + 1 if following >= 0 else len(text)
        if following - start > LONGEST_LIST_CHARS:
            break
        end = following
    return text[start:end].strip()
