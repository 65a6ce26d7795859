"""Does the evidence answer the question? A calibrated probability: before anything is written, and after.

Logistic regression (Cox 1958, "The regression analysis of binary sequences"), which on features such as these gives
probabilities as Platt 1999 ("Probabilistic outputs for support vector machines") uses it to calibrate scores. Three
of them stand behind one another, each seeing what the one before it made of the question:

1. `before`: retrieval alone: similarities, the reranker's shares, how much of the question's words the passages hold
   (rare ones count more), whether they state a quantity of the kind that is asked for, and traits of the question
   (another bank, tomorrow's value, an article that is not there).
2. `believed`: and one question to the model before it writes, whether the evidence states the answer, read as the odds
   of 有 against 没有 (Kadavath et al. 2022, "Language Models (Mostly) Know What They Know"). The prompt is that of
   the answer with one line more, so that only this line has to be read.
3. `after`: and the checked answer. That a passage supports a sentence of it adds the weight of that evidence, that none
   does takes its weight away: the logarithm of how much likelier it is with questions that can be answered (Good 1950,
   "Probability and the Weighing of Evidence").

Trained on one half of `tests/benchmarks/answer_questions` by `tests/benchmarks/train_sufficiency.py`; the curve that
chose the thresholds, and the other half's, is printed by `tests/benchmarks/sufficiency.py` and stands in decision 27.
Similarities are those of the shipped embedder: another one wants new weights.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import exp, log
from pathlib import Path
from typing import TYPE_CHECKING

from engine.answering.sufficiency_features import retrieval_features
from engine.cancel import CancelToken
from engine.events import PromptRead
from engine.values import Message, Passage

if TYPE_CHECKING:
    from engine.answering.checking import CheckedAnswer
    from engine.runtime.protocol import TextGenerator

ANSWER = 0.5  # from here on the passages of a rung suffice
HOPELESS = 0.15  # below this, `before` any generator is asked, the answer is a refusal
REFUSE = 0.25  # below this, at best or after, the answer is a refusal

WEIGHTS = Path(__file__).parents[2] / "assets" / "ranking" / "sufficiency.json"
DOUBT = "\n不要回答这个问题，只判断资料里有没有写明它的答案。只回答：有 或 没有"
VERDICTS = ("有", "没有")
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


def believed(question: str, passages: Sequence[Passage], asked: float | None) -> float:
    """As `before`, and knowing what the model was `asked`: see `ask_model`; None where it could not be asked."""
    score = before(question, passages)
    if asked is None or not passages:
        return score
    return probability(_models()["believed"].logit({"before": logit(score), "asked": asked}))


def after(question: str, passages: Sequence[Passage], checked: CheckedAnswer, asked: float | None) -> float:
    """As `believed`, and knowing the answer as it was checked."""
    return _weighed(question, passages, asked, bool(checked.citations))


def at_best(question: str, passages: Sequence[Passage], asked: float | None) -> float:
    """What `after` would be of an answer that is supported: where that is too little none need be written."""
    return _weighed(question, passages, asked, True)


def _weighed(question: str, passages: Sequence[Passage], asked: float | None, supported: bool) -> float:
    known = {"believed": logit(believed(question, passages, asked)), "supported": float(supported)}
    return probability(_models()["after"].logit(known)) if passages else _NEVER


def ask_model(
    generator: TextGenerator, messages: Sequence[Message], cancel: CancelToken
) -> Generator[PromptRead, None, float | None]:
    """Yields how far the prompt is read and returns the natural logarithm of the odds that the model takes its
    evidence to state the answer; None where the generator cannot tell.

    `messages` are the prompt of the answer, the question last.
    """
    doubted = replace(messages[-1], content=messages[-1].content + DOUBT)
    told = yield from generator.log_probabilities((*messages[:-1], doubted), VERDICTS, cancel)
    return None if told is None else told[0] - told[1]


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
