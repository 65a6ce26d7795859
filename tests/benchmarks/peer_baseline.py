"""A retrieval-augmented assistant as they are commonly built, to measure the product against.

The plain text of every page of the same documents, page after page, is cut into chunks of 1,000 characters; chunks and
question become vectors of the product's own embedder pack; the four chunks of the highest cosine stand whole in a plain
prompt; the same model answers through llama.cpp, greedily. Nothing is reordered, shortened, checked or cited. Where
llama.cpp is missing the product's generator reads the same prompt, and every answer says so.

This is the recipe of Lewis et al. 2020 ("Retrieval-Augmented Generation for Knowledge-Intensive NLP Tasks") in the form
that tutorials teach: fixed chunks, dense retrieval, "stuffing".
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import RequestRejected
from engine.runtime.chat import ChatPrompt
from engine.runtime.embedder import Embedder
from engine.runtime.pack import read_manifest
from engine.runtime.tokenizer import Tokenizer
from engine.values import Message
from tests.benchmarks.versus.processes import Child
from tests.benchmarks.versus.weights import source_of

CHUNK_CHARS = 1000
TOP_CHUNKS = 4
MAX_ANSWER_TOKENS = 400  # the product's own bound
CONTEXT_TOKENS = 4096
SYSTEM = "你是一个乐于助人的助手。"
PROMPT = (
    "请根据下面的资料回答问题。如果资料中没有答案，请回答“没有找到依据”。\n\n"
    "资料：\n{material}\n\n问题：{question}\n回答："
)
REFUSALS = (
    "没有找到依据",
    "未找到依据",
    "没有找到相关",
    "没有提供",
    "没有提到",
    "未提及",
    "未提供",
    "无法回答",
    "无法确定",
)

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PlainText:
    """A document as this assistant sees it: a name and one run of text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PeerChunk:
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PeerAnswer:
    """`passages_s` until the chunks are known, `ttft_s` until the first token, both from the question on."""

    text: str
    chunks: tuple[PeerChunk, ...]
    prompt_tokens: int
    passages_s: float
    ttft_s: float
    total_s: float

    @property
    def refused(self) -> bool:
        return any(phrase in self.text for phrase in REFUSALS)


class PeerIndex:
    """Chunks and their vectors (n, D), made once and kept in a folder."""

    def __init__(self, chunks: Sequence[PeerChunk], vectors: FloatArray) -> None:
        self._chunks = chunks
        self._vectors = vectors

    @classmethod
    def of(cls, documents: Iterable[PlainText], embedder: Embedder, folder: Path) -> PeerIndex:
        """The index of `documents`; from `folder` where the same ones were embedded before by the same embedder."""
        chunks = [chunk for document in documents for chunk in cut(document)]
        digest = hashlib.sha256(json.dumps([(c.name, c.text) for c in chunks], ensure_ascii=False).encode())
        digest.update(embedder.fingerprint.encode())
        path = folder / f"peer-{digest.hexdigest()[:16]}.npy"
        if not path.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            np.save(path, embedder.embed_all([chunk.text for chunk in chunks]))
        return cls(chunks, np.load(path))

    def nearest(self, question_vector: FloatArray) -> tuple[PeerChunk, ...]:
        """The `TOP_CHUNKS` chunks of the highest cosine, best first; vectors are L2-normalized."""
        best = np.argsort(-(self._vectors @ question_vector))[:TOP_CHUNKS]
        return tuple(self._chunks[row] for row in best)


class PeerAssistant:
    """Answers with one model in a process of its own, so that its timing shares nothing with the product's."""

    def __init__(self, index: PeerIndex, embedder: Embedder, pack: Path, weights: Path | None, threads: int) -> None:
        """`weights` holds the GGUF file that the pack was made from; None: the product's generator answers."""
        manifest = read_manifest(pack)
        assert manifest.chat_template
        self._index, self._embedder = index, embedder
        self._tokenizer = Tokenizer.open(pack, manifest)
        bos = manifest.bos_token_id if manifest.add_bos else None
        self._chat = ChatPrompt(manifest.chat_template, self._tokenizer, bos)
        self._ends = list(manifest.eos_token_ids)
        gguf = source_of(manifest, weights) if weights and importlib.util.find_spec("llama_cpp") else None
        self.engine = "llama.cpp" if gguf else "the product's generator"
        self._is_llama = gguf is not None
        if gguf:
            self._child = Child(engine="llama.cpp", path=str(gguf), threads=threads, flash_attention=False)
        else:
            self._child = Child(engine="ours", path=str(pack), threads=threads, drafting=True)

    def answer(self, question: str, max_tokens: int = MAX_ANSWER_TOKENS) -> PeerAnswer:
        started = time.perf_counter()
        chunks = self._index.nearest(self._embedder.embed_query(question))
        found_s = time.perf_counter() - started
        token_ids, chunks = self._fitting(question, chunks)
        before_s = time.perf_counter() - started
        options = {"end_tokens": self._ends} if self._is_llama else {}
        reading = self._child.generate(token_ids, max_tokens, **options)
        text = reading.text or self._tokenizer.decode([i for i in reading.token_ids if i not in self._ends])
        total_s = before_s + reading.ttft_s + reading.decode_s
        return PeerAnswer(text.strip(), chunks, len(token_ids), found_s, before_s + reading.ttft_s, total_s)

    def _fitting(self, question: str, chunks: tuple[PeerChunk, ...]) -> tuple[list[int], tuple[PeerChunk, ...]]:
        """The prompt; a tokenizer that knows little Chinese may leave no room for the last chunks."""
        limit = CONTEXT_TOKENS - MAX_ANSWER_TOKENS
        while True:
            try:
                return self._chat.encode(messages(question, chunks), limit), chunks
            except RequestRejected:
                if not chunks:
                    raise
                chunks = chunks[:-1]

    def close(self) -> None:
        self._child.__exit__()


def peer_fingerprint(pack: str) -> str:
    """Changes with whatever could change an answer, the documents and the engine aside: both run the same weights
    greedily, and every answer names its engine."""
    parts = (SYSTEM, PROMPT, CHUNK_CHARS, TOP_CHUNKS, MAX_ANSWER_TOKENS, pack)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def cut(document: PlainText) -> list[PeerChunk]:
    """Pieces of `CHUNK_CHARS` characters, wherever that falls."""
    text = document.text
    return [PeerChunk(document.name, text[i : i + CHUNK_CHARS]) for i in range(0, len(text), CHUNK_CHARS)]


def messages(question: str, chunks: Sequence[PeerChunk]) -> list[Message]:
    material = "\n\n".join(chunk.text for chunk in chunks)
    return [Message("system", SYSTEM), Message("user", PROMPT.format(material=material, question=question))]
