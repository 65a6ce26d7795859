"""Text to vectors: an embedder pack run by ONNX Runtime on the CPU."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.cancel import CancelToken
from engine.runtime.pack import EMBEDDER, GRAPH, Manifest, fingerprint
from engine.runtime.session import Session, create_session
from engine.runtime.tokenizer import Tokenizer
from engine.runtime.unigram import Encoder, open_unigram
from engine.runtime.verification import open_verified

FloatArray = NDArray[np.float32]

_WINDOW_TEXTS = 64  # sorted by length and yielded together: enough to pad little, few enough for quick progress
_PLAIN_TEXT = {"add_special": True, "parse_special": False}
_BATCH_TOKENS = 512  # padded tokens of one run; larger runs measured no faster and cancel later


class Embedder:
    """One loaded embedder pack. Vectors are float32 of length `dimension`, L2-normalized; usable from any thread."""

    def __init__(self, session: Session, encoder: Encoder, manifest: Manifest, fingerprint: str) -> None:
        self.dimension = manifest.embedding_size
        self.fingerprint = fingerprint  # SHA-256 of the weights; only vectors of equal fingerprints compare
        self._session = session
        self._encoder = encoder
        self._manifest = manifest

    @classmethod
    def open(cls, folder: Path, threads: int = 0) -> Embedder:
        """Verify and load the pack in `folder`; `threads` 0 means one per physical core.

        Raises EnvironmentFault: PACK_MISSING, PACK_DAMAGED, PACK_UNSUPPORTED, PACK_LOAD_FAILED,
        DEPENDENCY_CONFLICT.
        """
        manifest = open_verified(folder, EMBEDDER)
        encoder = open_unigram(folder, manifest) or partial(Tokenizer.open(folder, manifest).encode, **_PLAIN_TEXT)
        return cls(create_session(folder / GRAPH, threads, "cpu"), encoder, manifest, fingerprint(folder))

    def embed_query(self, text: str, cancel: CancelToken | None = None) -> FloatArray:
        """The vector (D,) of a question. Text beyond the model's context is cut off."""
        return self._run([self._encode("query", text)], cancel)[0]

    def similarity(self, first: str, second: str) -> float:
        """Cosine in [-1, 1] of two questions."""
        return float(self.embed_query(first) @ self.embed_query(second))

    def embed_passages(
        self, texts: Sequence[str], cancel: CancelToken | None = None, pause: Callable[[], None] | None = None
    ) -> Iterator[FloatArray]:
        """Vectors of all texts in their order, in arrays (b, D) with b at most 64.

        Text beyond the model's context (512 tokens, some 750 Chinese characters) is cut off. `pause` is called before
        every run of the graph and may wait. Raises Cancelled within one run of the graph.
        """
        for start in range(0, len(texts), _WINDOW_TEXTS):
            window = [self._encode("passage", text) for text in texts[start : start + _WINDOW_TEXTS]]
            vectors = np.empty((len(window), self.dimension), np.float32)
            for rows in _batches([len(ids) for ids in window]):
                if pause:
                    pause()
                vectors[rows] = self._run([window[row] for row in rows], cancel)
            yield vectors

    def embed_all(self, texts: Sequence[str], cancel: CancelToken | None = None) -> FloatArray:
        """The vectors (n, D) of passages."""
        return np.concatenate([np.empty((0, self.dimension), np.float32), *self.embed_passages(texts, cancel)])

    def _encode(self, prefix: str, text: str) -> list[int]:
        """Token ids with begin and end; the prefix tells the model which side of a search the text stands on."""
        ids = self._encoder(self._manifest.prefixes.get(prefix, "") + text)
        limit = self._manifest.context_length
        return ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]]

    def _run(self, batch: Sequence[Sequence[int]], cancel: CancelToken | None) -> FloatArray:
        input_ids = np.zeros((len(batch), max(map(len, batch))), np.int64)
        attention_mask = np.zeros_like(input_ids)
        for row, ids in enumerate(batch):
            input_ids[row, : len(ids)] = ids
            attention_mask[row, : len(ids)] = 1
        return self._session.run({"input_ids": input_ids, "attention_mask": attention_mask}, cancel)[0]


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices grouped by similar length, each group within `_BATCH_TOKENS` once padded to its longest."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[row] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
