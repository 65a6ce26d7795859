"""Documents and homes for the tests of the knowledge base: real ledger, real LanceDB, vectors hashed from words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.knowledge import keys
from engine.knowledge.store import KnowledgeBase, NewDocument
from engine.knowledge.tokens import plain_tokens
from engine.values import Chunk, Page, PageKind, Rung, Span

DIMENSION = 64

FloatArray = NDArray[np.float32]
MakeDocument = Callable[..., NewDocument]
OpenKnowledge = Callable[..., KnowledgeBase]


@pytest.fixture(autouse=True)
def cheap_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real cost (0.4 s a home) is tested once, in test_keys.py."""
    monkeypatch.setattr(keys, "_SCRYPT_N", 2**10)


def hashed_embedding(texts: Sequence[str]) -> FloatArray:
    """Stands at the embedder's seam: float32 (n, 64), texts that share words are close."""
    vectors = np.zeros((len(texts), DIMENSION), np.float32)
    for vector, text in zip(vectors, texts, strict=True):
        for token in plain_tokens(text):
            digest = hashlib.blake2b(token.encode(), digest_size=2).digest()
            vector[digest[0] % DIMENSION] += 1.0 if digest[1] % 2 else -1.0
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)


def make_document(
    texts: Sequence[str], name: str = "规定.pdf", rung: Rung = Rung.BRANCH, original: bytes = b""
) -> NewDocument:
    """A one-page document with a chunk for each text."""
    page_text = "\n".join(texts)
    original = original or page_text.encode()
    document_id = hashlib.sha256(original).hexdigest()
    boxes = np.tile(np.arange(len(page_text), dtype="<f4")[:, np.newaxis], (1, 4)) * 0.37
    starts = [0]
    for text in texts[:-1]:
        starts.append(starts[-1] + len(text) + 1)
    chunks = [
        Chunk(f"{document_id}:1:{i}", document_id, 1, i, text, ("《规定》",), (Span(1, at, at + len(text)),))
        for i, (text, at) in enumerate(zip(texts, starts, strict=True))
    ]
    page = Page(1, PageKind.TEXT, 595.0, 842.0, page_text, boxes.tobytes(), tuple(starts))
    return NewDocument(
        document_id=document_id,
        name=name,
        title="规定",
        source_path=f"/文件/{name}",
        rung=rung,
        original=original,
        pages=(page,),
        chunks=chunks,
        vectors=hashed_embedding(texts),
    )


@pytest.fixture
def document() -> MakeDocument:
    return make_document


@pytest.fixture
def embed() -> Callable[[Sequence[str]], FloatArray]:
    return hashed_embedding


@pytest.fixture
def open_knowledge(home: Path, passphrase_file: Path) -> OpenKnowledge:
    """Opens the test's home (as often as the test likes, one at a time)."""

    def opened(embedder: str | None = "embedder-1") -> KnowledgeBase:
        return KnowledgeBase.open(home, embedder_fingerprint=embedder, passphrase_file=passphrase_file)

    return opened
