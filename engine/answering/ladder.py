"""The evidence ladder: built-in knowledge, the branch's documents, the web, in this order and no other.

Pure functions of scores. Documents and pages can change what the scores are, never the order of the rungs nor what
policy and the user allow.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.answering.sufficiency import ANSWER, before
from engine.proof import LadderStep, StepOutcome
from engine.values import Passage, Rung

LEAD_SHARE = 0.3  # of the best score; so the gold passage of 108 questions was first as often as in the plain order


@dataclass(frozen=True, slots=True)
class Ladder:
    """`passages` are in the order in which evidence is chosen, `scores` the probability in [0, 1] that a rung's own
    passages answer the question; `score` is that of all together."""

    passages: tuple[Passage, ...]
    scores: Mapping[Rung, float]
    score: float


def climb(question: str, passages: Sequence[Passage]) -> Ladder:
    """How far each rung carries a question, from what was retrieved.

    Args:
        question: as it was searched.
        passages: of all rungs, best first.

    Built-in passages suffice where their own score says so and the reranker gives one of them at least `LEAD_SHARE` of
    what it gives the best of all: an entry that is right in general falls short of a branch document that is made for
    the question. Those then come first, and the others follow: what disagrees must be seen.
    """
    scores = {rung: before(question, [passage for passage in passages if passage.rung is rung]) for rung in Rung}
    least = LEAD_SHARE * max((passage.score for passage in passages), default=0.0)
    leading = [passage for passage in passages if passage.rung is Rung.BUILTIN and passage.score >= least]
    if scores[Rung.BUILTIN] < ANSWER:
        leading = []
    ordered = (*leading, *(passage for passage in passages if passage not in leading))
    return Ladder(ordered, scores, before(question, passages))


def concluded(
    ladder: Ladder, cited: Collection[Rung], score: float, web: StepOutcome = StepOutcome.NOT_ALLOWED
) -> tuple[LadderStep, ...]:
    """The steps, when the answer is known.

    Args:
        cited: the rungs that the answer rests on; none for a refusal.
        score: of the checked answer, or what is known without one.
        web: what became of the web search where it was needed and is not cited.

    Rungs that are cited sufficed; of the others, those below the first cited one fell short and those above it were not
    needed. A refusal means that the first two fell short.
    """
    order = list(Rung)
    first = min((order.index(rung) for rung in cited), default=len(order))
    steps: list[LadderStep] = []
    for place, rung in enumerate(order):
        if rung in cited:
            steps.append(LadderStep(rung, StepOutcome.SUFFICED, score))
        elif place > first:
            steps.append(LadderStep(rung, StepOutcome.NOT_NEEDED, ladder.scores[rung]))
        else:
            outcome = web if rung is Rung.WEB else StepOutcome.FELL_SHORT
            steps.append(LadderStep(rung, outcome, min(ladder.scores[rung], score)))
    return tuple(steps)
