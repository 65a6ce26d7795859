"""When not to answer: is the nearest passage near enough?"""

from __future__ import annotations

from collections.abc import Sequence

from engine.answering.text import bigrams, containment
from engine.values import Passage

MIN_SIMILARITY = 0.83
MIN_OVERLAP = 0.2


def evidence_suffices(question: str, passages: Sequence[Passage]) -> bool:
    """True when retrieval found something that bears on the question."""
    grams = bigrams(question)
    return any(
        passage.similarity >= MIN_SIMILARITY and containment(grams, bigrams(passage.text)) >= MIN_OVERLAP
        for passage in passages
    )
