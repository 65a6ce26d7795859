"""Which passages support a sentence.

The sentence is cut into clauses, and each is aligned with the sentences of one passage. It is covered as far as its
content characters stand there in pairs, in order and close to each other (skip-bigram recall; Lin 2004, "ROUGE: A
Package for Automatic Evaluation of Summaries"; of one side only, as containment is in Broder 1997). Covered it must
be, and without a gap: a run of characters that stand nowhere in the passage is something added. Beside it, it must
agree in what word overlap cannot see (`engine.answering.agreement`): negation and modality, contrasts, parties,
figures with their bounds. A condition (「…的，」) and what follows from it must stand in the same sentence.

A sentence is supported by a passage that supports all of its clauses; two passages are never joined. It is not
supported where another passage covers it better and contradicts it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from engine.answering.agreement import Segment, contradicts, differs
from engine.answering.wording import Clause, clauses
from engine.figures import quantities
from engine.values import Passage, Rung

LEAST_COVERED = 0.7  # of a clause's content, by the whole passage …
LEAST_COVERED_SHORT = 0.5  # … by a clause of at most `SHORT` characters …
SHORT = 3
LEAST_COVERED_NEAR = 0.55  # … and by the one sentence of it that the clause is aligned with
LONGEST_GAP = 2  # content characters in a row that stand nowhere in the passage …
LONGEST_GAP_NEAR = 2  # … nor in that sentence
ALMOST_BEST = 0.9  # other sentences of the passage that cover nearly as much may hold what the best one does not
CONTRADICTING = 0.8  # a sentence that covers so much of what the best one covers may not contradict
_SINGLE = 0.5  # credit of a character that stands in the passage, but not beside its neighbours
_SENTENCE_END = re.compile(r"[。；！？;!?\n]+")
_CONDITION_ENDS = ("的", "时", "后", "的话")


@dataclass(frozen=True, slots=True)
class _Material:
    segments: tuple[Segment, ...]
    pairs: frozenset[str]
    characters: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Support:
    """`covered` in [0, 1]; whether the passage holds the sentence, or else contradicts it."""

    covered: float
    holds: bool
    contradicts: bool = False


def supporting(sentence: str, claimed: Sequence[int], evidence: Sequence[Passage], question: str) -> list[int]:
    """Passage numbers (from 1) that support a sentence: the best one, and the best of another rung besides."""
    found = [support(sentence, passage, question) for passage in evidence]
    against = max((each.covered for each in found if each.contradicts), default=0.0)
    scored = [
        (each.covered + (0.1 if number in claimed else 0.0), number)
        for number, each in enumerate(found, 1)
        if each.holds and each.covered >= against
    ]
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    chosen: list[int] = []
    rungs: set[Rung] = set()
    for _, number in scored:
        if evidence[number - 1].rung not in rungs:
            rungs.add(evidence[number - 1].rung)
            chosen.append(number)
    return chosen


def support(sentence: str, passage: Passage, question: str = "") -> _Support:
    """How far the passage covers the sentence, and whether it supports or contradicts it."""
    material = _material(f"{passage.name}\n{passage.text}")
    asked = _pairs(clauses(question))
    parts = [clause for clause in clauses(sentence) if len(clause.words) > 1 or clause.figures]
    if not parts:
        return _Support(0.0, False)
    covered = sum(_covered(part, material.pairs, material.characters, frozenset()) for part in parts) / len(parts)
    condition: set[int] | None = None  # the sentences of the passage that hold the condition before this clause
    for part in parts:
        holding, contradicted = _holding(part, material, asked)
        if condition is not None:
            holding &= condition
        if not holding:
            return _Support(covered, False, contradicted)
        condition = holding if part.text.rstrip().endswith(_CONDITION_ENDS) else None
    return _Support(covered, True)


def _holding(clause: Clause, material: _Material, asked: frozenset[str]) -> tuple[set[int], bool]:
    """The sentences of the passage that hold the clause; and whether one that covers it contradicts it."""
    if clause.heads:
        asked = frozenset()
    whole = _covered(clause, material.pairs, material.characters, asked)
    least = LEAST_COVERED_SHORT if len(clause.words) <= SHORT else LEAST_COVERED
    if whole < least or _gap(clause, material.characters, asked) > LONGEST_GAP:
        return set(), False
    near = [_covered(clause, segment.pairs, segment.characters, asked) for segment in material.segments]
    best = max(near, default=0.0)
    numbered = list(zip(near, material.segments, strict=True))
    if any(share >= CONTRADICTING * best and contradicts(clause, segment) for share, segment in numbered):
        return set(), True
    found = {
        number
        for number, (share, segment) in enumerate(numbered)
        if share >= max(LEAST_COVERED_NEAR, ALMOST_BEST * best)
        and _gap(clause, segment.characters, asked) <= LONGEST_GAP_NEAR
        and not differs(clause, segment)
    }
    return found, False


def _covered(clause: Clause, pairs: frozenset[str], characters: frozenset[str], asked: frozenset[str]) -> float:
    """The share of the content characters that the pairs cover; what only repeats the question does not count."""
    words = clause.words
    total = credit = 0.0
    for n, char in enumerate(words):
        beside = [words[n - 1 : n + 1]] if n else []
        beside += [words[n : n + 2]] if n + 1 < len(words) else []
        if any(pair in pairs for pair in beside):
            total, credit = total + 1, credit + 1
        elif not any(pair in asked for pair in beside):
            total, credit = total + 1, credit + (_SINGLE if char in characters else 0)
    return credit / total if total else 1.0


def _gap(clause: Clause, characters: frozenset[str], asked: frozenset[str]) -> int:
    known = characters | frozenset("".join(asked))
    longest = run = 0
    for char in clause.words:
        run = 0 if char in known else run + 1
        longest = max(longest, run)
    return longest


@lru_cache(maxsize=512)
def _material(text: str) -> _Material:
    segments: list[Segment] = []
    for part in _SENTENCE_END.split(text):
        if found := _with_subjects(clauses(part)):
            pairs = _pairs(found)
            characters = frozenset("".join(clause.words for clause in found))
            segments.append(Segment(found, pairs, characters, quantities(part, tables=True)))
    pairs = frozenset[str]().union(*(segment.pairs for segment in segments))
    return _Material(tuple(segments), pairs, frozenset("".join(pairs)))


def _pairs(found: Sequence[Clause]) -> frozenset[str]:
    return frozenset[str]().union(*(clause.pairs for clause in found))


def _with_subjects(found: Sequence[Clause]) -> tuple[Clause, ...]:
    """Clauses without a subject of their own have that of the one before."""
    subject = -1
    named: list[Clause] = []
    for clause in found:
        subject = clause.subject if clause.subject >= 0 else subject
        named.append(replace(clause, subject=subject))
    return tuple(named)
