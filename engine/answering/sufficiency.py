"""Does the evidence answer the question? A calibrated probability: before anything is written, and after.

Logistic regression (Cox 1958, "The regression analysis of binary sequences"), which on features such as these gives
probabilities as Platt 1999 ("Probabilistic outputs for support vector machines") uses it to calibrate scores:

1. `before` sees retrieval alone: similarities, the reranker's shares, how much of the question's words the passages
   hold (rare ones count more), whether they state a quantity of the kind that is asked for, and traits of the question
   (another bank, tomorrow's value, an article that is not there).
2. `after` adds the weight of evidence of the checked answer (Good 1950, "Probability and the Weighing of Evidence"):
   the logarithm of how much likelier it is that a passage supports a sentence of it, or that none does, with questions
   that can be answered.

Trained on one half of `tests/benchmarks/answer_questions` by `tests/benchmarks/train_sufficiency.py`; the curve that
chose the thresholds, and the other half's, is printed by `tests/benchmarks/sufficiency.py` and stands in decision 27.
Similarities are those of the shipped embedder: another one wants new weights.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log
from pathlib import Path
from typing import TYPE_CHECKING

from engine.answering.sufficiency_features import retrieval_features
from engine.values import Passage

if TYPE_CHECKING:
    from engine.answering.checking import CheckedAnswer

ANSWER = 0.5  # from here on the passages of a rung suffice
HOPELESS = 0.35  # below this, `before`, no answer is written: even a supported one would stay below REFUSE
REFUSE = 0.6  # below this, `after`, the answer is a refusal
SURE = 0.8  # from here on, `before`, the source is quoted where the model says that it found nothing

WEIGHTS = Path(__file__).parents[2] / "assets" / "ranking" / "sufficiency.json"
_LIMIT = 5.0  # standard deviations from the mean that a feature may lie
_NEVER = 0.001  # no passage at all


@dataclass(frozen=True, slots=True)
class Model:
    """`terms` are name → (mean, scale, weight): the logit is bias + Σ weight · (value - mean) / scale. A feature that
    is not known counts as its mean."""

    bias: float
    terms: Mapping[str, tuple[float, float, float]]

    def logit(self, features: Mapping[str, float]) -> float:
        total = self.bias
        for name, (mean, scale, weight) in self.terms.items():
            if name in features:
                total += weight * max(-_LIMIT, min(_LIMIT, (features[name] - mean) / scale))
        return total


def before(question: str, passages: Sequence[Passage]) -> float:
    """The probability in [0, 1] that the passages, best first, answer the question, from retrieval alone."""
    return probability(_models()["before"].logit(retrieval_features(question, passages))) if passages else _NEVER


def after(question: str, passages: Sequence[Passage], checked: CheckedAnswer) -> float:
    """As `before`, and knowing the answer as it was checked."""
    known = {"before": logit(before(question, passages)), "supported": float(bool(checked.citations))}
    return probability(_models()["after"].logit(known)) if passages else _NEVER


def probability(value: float) -> float:
    """1 / (1 + e^-x) of a logit, without overflow."""
    return 1 / (1 + exp(-value)) if value >= 0 else exp(value) / (1 + exp(value))


def logit(value: float) -> float:
    """The inverse of `probability`; 0 and 1 count as one in a million."""
    bounded = min(max(value, 1e-6), 1 - 1e-6)
    return log(bounded / (1 - bounded))


@cache
def _models() -> Mapping[str, Model]:
    return read_models(WEIGHTS)


def read_models(path: Path) -> dict[str, Model]:
    """The models of a file that `train_sufficiency.py` wrote."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: Model(entry["bias"], {key: (m, s, w) for key, (m, s, w) in entry["terms"].items()})
        for name, entry in stored.items()
    }
