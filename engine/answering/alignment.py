"""Which passages support a sentence.

A sentence is supported by a passage when most of the sentence's character bigrams occur in it (containment,
Broder 1997) and every number of the sentence does.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.answering.text import bigrams, containment, numbers
from engine.values import Passage, Rung

SUPPORT_THRESHOLD = 0.5  # share of a sentence's bigrams found in a passage


def supporting(sentence: str, claimed: Sequence[int], evidence: Sequence[Passage], question: str) -> list[int]:
    """Passage numbers (from 1) that support a sentence: the best one, and the best of another rung besides."""
    grams, figures = bigrams(sentence), numbers(sentence)
    scored: list[tuple[float, int]] = []
    for number, passage in enumerate(evidence, 1):
        share = containment(grams, bigrams(passage.text))
        holds = figures <= numbers(passage.text)
        bonus = 0.1 if number in claimed else 0.0
        if holds and share + bonus >= SUPPORT_THRESHOLD:
            scored.append((share + bonus, number))
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    chosen: list[int] = []
    rungs: set[Rung] = set()
    for _, number in scored:
        if evidence[number - 1].rung not in rungs:
            rungs.add(evidence[number - 1].rung)
            chosen.append(number)
    return chosen
