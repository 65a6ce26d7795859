"""Hybrid search: what matches the words and what matches the meaning, fused by rank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.knowledge import codec
from engine.knowledge.index import ChunkIndex
from engine.knowledge.ledger import Ledger, StoredChunk
from engine.values import Passage, Rung

RRF_K = 60  # Cormack, Clarke and Buettcher 2009, "Reciprocal Rank Fusion outperforms Condorcet"
_MIN_CANDIDATES = 60

FloatArray = NDArray[np.float32]


def search(
    ledger: Ledger, index: ChunkIndex, question: str, vector: FloatArray, k: int, rung: Rung | None
) -> tuple[Passage, ...]:
    """The best `k` passages of visible documents, best first. `vector` is float32 (D,), L2-normalized.

    `score` is the reciprocal rank sum, at most 2 / 61; `similarity` the cosine of the stored vector.
    """
    depth = max(_MIN_CANDIDATES, 2 * k)
    lexical = [row for row, _ in index.lexical(question, depth, rung)]
    dense = [row for row, _ in index.dense(vector, depth, rung)]
    scores = reciprocal_rank_fusion((lexical, dense))
    chunks = ledger.visible_chunks(list(scores))
    best = sorted(chunks, key=lambda row: (-scores[row], row))[:k]
    return tuple(_passage(chunks[row], scores[row], vector) for row in best)


def reciprocal_rank_fusion(rankings: Iterable[Sequence[int]]) -> dict[int, float]:
    """Sum over rankings of 1 / (60 + rank), rank from 1."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, row in enumerate(ranking, start=1):
            scores[row] = scores.get(row, 0.0) + 1.0 / (RRF_K + rank)
    return scores


def _passage(stored: StoredChunk, score: float, vector: FloatArray) -> Passage:
    chunk = stored.chunk
    return Passage(
        chunk_id=chunk.chunk_id,
        document_id=chunk.document_id,
        name=stored.name,
        page_no=chunk.page_no,
        text=chunk.text,
        heading_path=chunk.heading_path,
        spans=chunk.spans,
        rung=stored.rung,
        score=score,
        similarity=_cosine(codec.unpack_vectors([stored.packed_vector])[0], vector),
    )


def _cosine(a: FloatArray, b: FloatArray) -> float:
    norms = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / norms if norms else 0.0
