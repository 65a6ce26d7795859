"""Orders candidates by a small network over features, trained on lay questions and the provisions that answer them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.knowledge.canonical import article_tokens, canonical_tokens, normalize
from engine.knowledge.search import Candidate
from engine.ranking.features import own_article, rank_features, short_title
from engine.ranking.repealed import is_repealed
from engine.ranking.weights import load_weights
from engine.values import Passage, Rung

POOL = 100  # candidates of a question: of 1,700 questions .88 have their article among them
ASKED_BY_NUMBER = 20.0  # logits lie within 10 of one another
REPEALED = 10.0
# Built-in knowledge is searched first: an entry that answers as well as the best provision goes before it. With 172
# entries over 83 questions whose answer is a law article, hit@1 / MRR@10: without entries .566 / .664; with a lead of
# 0 .554 / .660, of 1 .554 / .656, of 1.5 .530 / .644, of 2 .518 / .637.
BUILTIN_LEAD = 1.0

FloatArray = NDArray[np.float32]


class Reranker:
    """An ensemble of two-layer networks; their outputs are averaged. Usable from any thread."""

    def __init__(self, mean: FloatArray, scale: FloatArray, members: Sequence[tuple[FloatArray, ...]]) -> None:
        self._mean = mean
        self._scale = scale
        self._members = members

    @classmethod
    def open(cls, folder: Path | None = None) -> Reranker:
        """The shipped weights, or those in `folder`."""
        weights = load_weights("reranker.npz", folder)
        return cls(weights["mean"], weights["scale"], cls.members_of(weights))

    @staticmethod
    def members_of(weights: Mapping[str, Any]) -> list[tuple[FloatArray, ...]]:
        """w1 (F, H), b1 (H,), w2 (H,), linear (F,) of each network."""
        names = ("w1", "b1", "w2", "linear")
        return [tuple(weights[f"{name}_{i}"] for name in names) for i in range(int(weights["members"]))]

    def scores(self, features: FloatArray) -> FloatArray:
        """float32 (n,) from (n, F): logits of a softmax over the candidates of one question (ListNet, Cao 2007)."""
        x = np.clip((features - self._mean) / self._scale, -4.0, 4.0)
        outputs = [np.tanh(x @ w1 + b1) @ w2 + x @ linear for w1, b1, w2, linear in self._members]
        return np.mean(outputs, axis=0)

    def rank(self, question: str, candidates: Sequence[Candidate]) -> tuple[Passage, ...]:
        """The candidates' passages, best first; `score` becomes the share of the softmax, in [0, 1].

        The order of the branch's passages is the same with built-in entries and without: they are scored among
        themselves, and an entry takes the place that its distance from the best of them gives it.
        """
        if not candidates:
            return ()
        builtin = np.array([candidate.passage.rung == Rung.BUILTIN for candidate in candidates])
        logits = self._logits(question, candidates)
        if builtin.any() and not builtin.all():
            branch = [candidate for candidate in candidates if candidate.passage.rung != Rung.BUILTIN]
            alone = self._logits(question, branch)
            ahead = logits[builtin] - logits[~builtin].max()
            logits[builtin], logits[~builtin] = alone.max() + ahead + BUILTIN_LEAD, alone
        logits += _certain(question, candidates)
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        order: list[int] = np.argsort(-logits, kind="stable").tolist()
        return tuple(replace(candidates[i].passage, score=float(shares[i])) for i in order)

    def _logits(self, question: str, candidates: Sequence[Candidate]) -> FloatArray:
        return self.scores(rank_features(question, candidates))


def _certain(question: str, candidates: Sequence[Candidate]) -> FloatArray:
    """float32 (n,), added to the logits where no learning is needed: what is asked for by its number comes first,
    what is no longer in force last."""
    asked = normalize(question)
    articles = set(article_tokens(asked))
    numbers = {token for token in canonical_tokens(asked) if token[0] in "№="}
    added = np.zeros(len(candidates), np.float32)
    for i, passage in enumerate(candidate.passage for candidate in candidates):
        title = short_title(passage.heading_path)
        if title and title in asked and own_article(passage.heading_path) in articles:
            added[i] += ASKED_BY_NUMBER
        if numbers and not numbers.isdisjoint(canonical_tokens(normalize(passage.text))):
            added[i] += ASKED_BY_NUMBER
        if is_repealed(passage.heading_path, passage.version):
            added[i] -= REPEALED
    return added
