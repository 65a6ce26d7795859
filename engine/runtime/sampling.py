"""Choosing the next token from its logits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import Rejection, RequestRejected


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a token is chosen.

    `temperature` 0 is greedy: the most probable token, always. `top_p` keeps the smallest set of tokens whose
    probabilities sum to at least top_p (nucleus sampling, Holtzman et al. 2020). `repetition_penalty` divides
    positive and multiplies negative logits of tokens that the answer already holds (CTRL, Keskar et al. 2019); the
    prompt's tokens stay free, since an answer is meant to quote its evidence. The same `seed` gives the same answer;
    None draws a fresh one.

    Raises RequestRejected OPTION_INVALID for a value out of range.
    """

    temperature: float = 0.0
    top_p: float = 1.0
    repetition_penalty: float = 1.0
    seed: int | None = None

    def __post_init__(self) -> None:
        _require(0.0 <= self.temperature <= 100.0, "temperature", self.temperature)
        _require(0.0 < self.top_p <= 1.0, "top_p", self.top_p)
        _require(0.0 < self.repetition_penalty <= 100.0, "repetition_penalty", self.repetition_penalty)
        _require(self.seed is None or self.seed >= 0, "seed", self.seed or 0)


class Sampler:
    """Chooses the tokens of one answer."""

    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self._random = np.random.default_rng(sampling.seed)
        self._chosen: set[int] = set()

    def choose(self, logits: NDArray[np.float32]) -> int:
        """The next token id. `logits` float32 (vocabulary_size,), none NaN or +inf, are not changed.

        To verify a draft, choose and compare: a drafted token x is kept with its probability p(x), and otherwise the
        token follows p without x. For a draft that is certain of x that is speculative sampling (Leviathan et al.
        2023, "Fast Inference from Transformers via Speculative Decoding", algorithm 1), here with the very tokens
        that the same seed gives without drafts.
        """
        logits = self._penalize(logits)
        token = int(logits.argmax()) if self._sampling.temperature == 0.0 else self._draw(logits)
        self._chosen.add(token)
        return token

    def _penalize(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        penalty = self._sampling.repetition_penalty
        if penalty == 1.0 or not self._chosen:
            return logits
        logits = logits.copy()
        seen = np.fromiter(sorted(self._chosen), np.int64)
        values = logits[seen]
        logits[seen] = np.where(values > 0, values / penalty, values * penalty)
        return logits

    def _draw(self, logits: NDArray[np.float32]) -> int:
        with np.errstate(over="ignore"):  # a tiny temperature drives the others to -inf, which is what it means
            weights = np.exp((logits - logits.max()) / self._sampling.temperature).astype(np.float64)
        tokens = nucleus(weights, self._sampling.top_p)
        cumulative = np.cumsum(weights[tokens])
        drawn = int(np.count_nonzero(cumulative <= self._random.random() * cumulative[-1]))
        return int(tokens[min(drawn, len(tokens) - 1)])


def nucleus(weights: NDArray[np.float64], top_p: float) -> NDArray[np.int64]:
    """Indices of the fewest largest weights that sum to at least `top_p` of all; all of them for top_p 1.

    Sorting 150,000 weights takes longer than a model step may; the largest 1,024 nearly always suffice.
    """
    if top_p >= 1.0:
        return np.arange(len(weights))
    target = top_p * weights.sum()
    few = min(1024, len(weights))
    candidates = np.argpartition(-weights, few - 1)[:few]
    if weights[candidates].sum() < target:
        candidates = np.arange(len(weights))
    ordered = candidates[np.lexsort((candidates, -weights[candidates]))]
    below = np.count_nonzero(np.cumsum(weights[ordered]) < target)
    return ordered[: int(below) + 1]


def _require(fine: bool, option: str, value: float) -> None:
    if not fine:
        raise RequestRejected(Rejection.OPTION_INVALID, option=option, value=value)
