"""A learned correction of question vectors: it moves a lay question nearer to the provisions that answer it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.ranking.weights import load_weights

FloatArray = NDArray[np.float32]


class QueryAdapter:
    """q + (q B) Aᵀ, normalized; A and B are float32 (D, r).

    The stored vectors stay as they are. Only for the embedder that it was trained with: for any other `for_embedder`
    gives none. Low-rank as in Hu et al. 2022, "LoRA", but over the vector instead of the weights.
    """

    def __init__(self, out_of: FloatArray, into: FloatArray) -> None:
        self.b = out_of
        self.a = into

    @classmethod
    def for_embedder(cls, fingerprint: str, folder: Path | None = None) -> QueryAdapter | None:
        """The shipped adapter (or the one in `folder`) if it was trained with the embedder of that fingerprint."""
        weights = load_weights("query_adapter.npz", folder)
        if str(weights["embedder"]) != fingerprint:
            return None
        return cls(weights["b"].astype(np.float32), weights["a"].astype(np.float32))

    def adapt(self, vector: FloatArray) -> FloatArray:
        """float32 (D,) or (n, D) → the same shape, L2-normalized."""
        moved = vector + (vector @ self.b) @ self.a.T
        return moved / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9)
