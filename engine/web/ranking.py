"""Which passages of the pages answer the question: as in the library, words and meaning fused, then reordered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from math import log
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.cancel import CancelToken
from engine.knowledge.search import EXPANSION_WEIGHT, Candidate, Query, convex_fusion
from engine.knowledge.tokens import plain_tokens
from engine.ranking.reranker import Reranker
from engine.values import Passage

EMBEDDED = 40  # passages at most, the best by their words: two seconds on two cores
_K1, _B = 1.2, 0.75  # BM25 (Robertson and Zaragoza 2009), as in the index

FloatArray = NDArray[np.float32]
_reranker = cache(Reranker.open)


class PassageEmbedder(Protocol):
    """What is needed of `engine.runtime.embedder.Embedder`."""

    def embed_all(self, texts: Sequence[str], cancel: CancelToken | None = None) -> FloatArray: ...


def best_passages(
    question: str, query: Query, passages: Sequence[Passage], embedder: PassageEmbedder, k: int, cancel: CancelToken
) -> tuple[Passage, ...]:
    """The best `k`, best first, with `score` and `similarity` as everywhere."""
    texts = [plain_tokens(passage.text) for passage in passages]
    lexical, expanded = _bm25(plain_tokens(query.words), texts), _bm25(plain_tokens(query.expansion), texts)
    worded = [words + EXPANSION_WEIGHT * terms for words, terms in zip(lexical, expanded, strict=True)]
    kept = sorted(range(len(passages)), key=lambda i: (-worded[i], i))[:EMBEDDED]
    vectors = embedder.embed_all([passages[i].text for i in kept], cancel)
    searched = query.vector if query.adapted is None else query.adapted
    plain: list[float] = (vectors @ query.vector).tolist()
    dense: list[float] = (vectors @ searched).tolist()
    fused = convex_fusion([(n, worded[i]) for n, i in enumerate(kept)], list(enumerate(dense)))
    candidates = [
        Candidate(_scored(passages[i], fused[n], plain[n]), lexical[i], expanded[i], dense[n])
        for n, i in enumerate(kept)
    ]
    candidates.sort(key=lambda candidate: -candidate.passage.score)
    return _reranker().rank(question, candidates)[:k]


def _scored(passage: Passage, score: float, similarity: float) -> Passage:
    return replace(passage, score=score, similarity=similarity)


def _bm25(words: Sequence[str], texts: Sequence[Sequence[str]]) -> list[float]:
    """BM25 of each text among all of them."""
    average = sum(map(len, texts)) / (len(texts) or 1) or 1.0
    counts = [Counter(text) for text in texts]
    scores = [0.0] * len(texts)
    for word in set(words):
        holding = sum(word in count for count in counts)
        rarity = log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
        for i, count in enumerate(counts):
            if n := count[word]:
                scores[i] += rarity * n * (_K1 + 1) / (n + _K1 * (1 - _B + _B * len(texts[i]) / average))
    return scores
