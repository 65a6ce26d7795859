"""How the index behaves at 100,000 and 1,000,000 chunks: build time, disk, latency, recall, one document in and out.

    python tests/benchmarks/scale.py --rows 100000 --cache FOLDER

The chunks are synthetic; what is real is all code from the question's tokens and vector to passages with their texts:
`engine.knowledge.search.candidates` over a LanceDB index and an encrypted ledger of that many rows. Left out: embedding
the question (10 ms), typesetting and parsing. The shapes are those of 5,763 chunks of 100 Chinese laws as the product
cuts them (November 2026), each figure beside its constant. Real collections cluster more than Gaussians of the same
spectrum do, so that the recall of a vector index is rather better on them.

What was built stays in the cache folder and is not built again; an interrupted build goes on where it was. The last
line is one JSON object: times in seconds unless the name says ms.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.knowledge import codec
from engine.knowledge.index import ChunkIndex
from engine.knowledge.keys import SubKeys
from engine.knowledge.ledger import Ledger
from engine.knowledge.rows import ChunkRows
from engine.knowledge.search import Query, candidates
from engine.quiet import silence_dependencies
from engine.ranking.reranker import POOL, Reranker
from engine.values import Rung

DIMENSION = 384
CHUNKS_PER_DOCUMENT = 100
BATCH = 20_000  # chunks made, stored and indexed at a time
QUESTIONS = 60
DEPTH = 200
# share of all tokens that the token of a rank is, measured; beyond the last rank the curve goes on as straight
RANKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000)
SHARES = tuple(ppm / 1e6 for ppm in (9000, 7200, 6000, 4700, 4100, 2300, 1400, 920, 370, 170, 62, 16, 5.9, 1.7))
VOCABULARY, HEAPS = 43_529, 0.51  # different tokens of 5,763 chunks, and how their number grows with more (Heaps 1978)
LENGTHS = (32, 78, 123, 172, 251, 443, 827)  # tokens of a chunk: minimum, 5, 25, 50, 75, 95 percent, maximum
LENGTH_QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
QUESTION_LENGTHS = (15, 20, 27, 36, 48, 75, 89)  # different tokens of 93 lay questions, same quantiles
QUESTION_RANKS = (1, 13, 45, 110, 219, 392, 656, 1051, 1877, 3727, 10067, 43475)  # ranks of their tokens at …
QUESTION_RANK_QUANTILES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
EXPANSION = 8  # tokens of formal terms that a question is widened by
TEXT_CHARS, QUESTION_CHARS = 142, 25
MEAN_NORM = 0.937  # of the mean of all unit vectors: e5's vectors lie in a narrow cone
DOCUMENT_SHARE = 0.39  # of the variance around that mean lies between documents
SPECTRUM = ((1, 0.056), (2, 0.1), (5, 0.188), (10, 0.284), (20, 0.41), (50, 0.608), (100, 0.772), (200, 0.921))
QUESTION_COSINE = 0.92  # of a lay question to the chunk nearest to it

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


class Collection:
    """Synthetic chunks; the same batch number gives the same chunks."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        size = int(VOCABULARY * (rows / 5763) ** HEAPS)
        rng = np.random.default_rng(1)
        raw = rng.integers(0, 64, (size, 8), dtype=np.uint8)
        alphabet = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", np.uint8)
        self.vocabulary = alphabet[raw].view("S8").ravel().astype("U8").astype(object)
        ranks = np.arange(1, size + 1)
        shares = np.exp(np.interp(np.log(ranks), np.log(RANKS), np.log(SHARES)))
        slope = np.log(SHARES[-1] / SHARES[-2]) / np.log(RANKS[-1] / RANKS[-2])
        tail = ranks > RANKS[-1]
        shares[tail] = SHARES[-1] * (ranks[tail] / RANKS[-1]) ** slope
        self._cumulative = np.cumsum(shares / shares.sum())
        self._quick = np.searchsorted(self._cumulative, (np.arange(1 << 22) + 0.5) / (1 << 22)).astype(np.int32)
        explained = np.interp(np.arange(1, DIMENSION + 1), *zip(*SPECTRUM, (DIMENSION, 1.0), strict=True))
        self._deviations = np.sqrt(np.diff(explained, prepend=0.0)).astype(np.float32)
        mean = rng.standard_normal(DIMENSION).astype(np.float32)
        self._mean = mean / np.linalg.norm(mean)

    def tokens(self, rng: np.random.Generator, lengths: IntArray) -> list[str]:
        """Chunks as words set apart by blanks. A third of the tokens repeat one of the chunk, as measured."""
        drawn = self._quick[rng.integers(0, len(self._quick), int(lengths.sum()))]
        texts: list[str] = []
        start = 0
        for length in lengths.tolist():
            own = drawn[start : start + (length * 5) // 6]
            own = np.concatenate([own, own[: length // 6]])
            texts.append(" ".join(self.vocabulary[own]))
            start += length
        return texts

    def vectors(self, rng: np.random.Generator, count: int) -> FloatArray:
        """Unit vectors: one mean, documents around it, chunks around their documents, in the measured spectrum."""
        documents = self._noise(rng, -(-count // CHUNKS_PER_DOCUMENT)).repeat(CHUNKS_PER_DOCUMENT, axis=0)[:count]
        spread = np.sqrt(DOCUMENT_SHARE) * documents + np.sqrt(1 - DOCUMENT_SHARE) * self._noise(rng, count)
        return self._unit(MEAN_NORM * self._mean + np.sqrt(1 - MEAN_NORM**2) * spread)

    def batch(self, number: int, count: int = BATCH) -> tuple[list[str], FloatArray]:
        rng = np.random.default_rng([2, number])
        lengths = np.interp(rng.random(count), LENGTH_QUANTILES, LENGTHS).astype(np.int64)
        return self.tokens(rng, lengths), self.vectors(rng, count)

    def question(self, number: int) -> tuple[str, FloatArray, str]:
        """Tokens of the frequencies of lay questions, a vector near to that of some chunk, and formal terms."""
        rng = np.random.default_rng([3, number])
        length = int(np.interp(rng.random(), LENGTH_QUANTILES, QUESTION_LENGTHS))
        ranks = np.interp(rng.random(length), QUESTION_RANK_QUANTILES, QUESTION_RANKS).astype(np.int64)
        batch = int(rng.integers(0, max(1, self.rows // BATCH)))
        near = self.vectors(np.random.default_rng([2, batch, 1]), BATCH)[int(rng.integers(0, BATCH))]
        away = self._noise(rng, 1)[0]
        away = self._unit(away - (away @ near) * near)
        vector = QUESTION_COSINE * near + np.sqrt(1 - QUESTION_COSINE**2) * away
        words = self.vocabulary[ranks - 1]
        return " ".join(words), vector.astype(np.float32), " ".join(self.vocabulary[ranks[:EXPANSION] + 9])

    def _noise(self, rng: np.random.Generator, count: int) -> FloatArray:
        return rng.standard_normal((count, DIMENSION), dtype=np.float32) * self._deviations

    @staticmethod
    def _unit(vectors: FloatArray) -> FloatArray:
        return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


class Words:
    """In the place of `KeyedTokens`: the synthetic words look like keyed tokens already."""

    def keyed(self, text: str) -> list[str]:
        return text.split()


class Store:
    """A ledger and an index of `rows` chunks in a cache folder."""

    def __init__(self, folder: Path, rows: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        keys = SubKeys.derive(b"k" * 32)
        self.folder = folder
        self.collection = Collection(rows)
        self.ledger = Ledger(folder / "ledger.db", keys.ledger)
        started = time.monotonic()
        self.index = ChunkIndex(folder / "index", keys, DIMENSION)
        self.open_s = time.monotonic() - started
        self.index._tokens = Words()  # pyright: ignore[reportPrivateUsage]
        self._notes = folder / "notes.json"
        self.notes: dict[str, float] = json.loads(self._notes.read_text()) if self._notes.exists() else {}

    def note(self, name: str, seconds: float) -> None:
        self.notes[name] = round(self.notes.get(name, 0.0) + seconds, 2)
        self._notes.write_text(json.dumps(self.notes))

    def fill(self) -> None:
        done = sum(self.index.chunk_counts().values()) // BATCH
        for number in range(done, self.collection.rows // BATCH):
            texts, vectors = self.collection.batch(number)
            first = number * BATCH
            if sum(self.ledger.chunk_counts().values()) <= first:
                self.note("ledger_s", timed(lambda f=first, v=vectors: self.store(f, v)))
            chunks = chunk_rows(first, texts, vectors)
            self.note("add_s", timed(lambda c=chunks: self.index.add(c)))
        if "compact_s" not in self.notes:
            self.note("compact_s", timed(self.index.compact))

    def store(self, first: int, vectors: FloatArray) -> None:
        """The rows as `Ledger.add` leaves them, without pages and originals, which no search reads."""
        rng = np.random.default_rng([4, first])
        letters = "".join(map(chr, rng.integers(0x4E00, 0x9FA5, 100_000)))
        starts = rng.integers(0, len(letters) - TEXT_CHARS, len(vectors)).tolist()
        count = len(vectors) // CHUNKS_PER_DOCUMENT
        numbers = range(first // CHUNKS_PER_DOCUMENT, first // CHUNKS_PER_DOCUMENT + count)
        with self.ledger.writing() as db:
            db.executemany(
                "INSERT INTO documents(number, document_id, name, title, source_path, rung, status, page_count,"
                " chunk_count, size_bytes, added_at, failures, state, format, family, version, pack) VALUES"
                " (?, ?, ?, '', '', 'branch', 'indexed', 20, ?, 100000, '2026-11-23', '[]', 1, 'pdf', '', '', '')",
                ((n + 1, f"{n:064x}", letters[n % 1000 : n % 1000 + 12], CHUNKS_PER_DOCUMENT) for n in numbers),
            )
            db.executemany(
                "INSERT INTO chunks(row, number, chunk_id, page_no, ordinal, heading_path, spans, text, vector)"
                " VALUES(?, ?, ?, ?, 0, '[\"a\"]', '[[1, 0, 142]]', ?, ?)",
                (
                    (
                        first + i + 1,
                        (first + i) // CHUNKS_PER_DOCUMENT + 1,
                        f"{(first + i) // CHUNKS_PER_DOCUMENT:064x}:{i % CHUNKS_PER_DOCUMENT}:0",
                        i % CHUNKS_PER_DOCUMENT // 5 + 1,
                        letters[start : start + TEXT_CHARS],
                        codec.pack_vector(vectors[i]),
                    )
                    for i, start in enumerate(starts)
                ),
            )


def chunk_rows(first: int, texts: list[str], vectors: FloatArray) -> ChunkRows:
    rows = range(first + 1, first + 1 + len(texts))
    return ChunkRows(
        list(rows), [(row - 1) // CHUNKS_PER_DOCUMENT + 1 for row in rows], [Rung.BRANCH] * len(rows), texts, vectors
    )


def timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def latency(store: Store) -> dict[str, float]:
    """p50 and p95 of each way, interleaved, after one warming round of ten questions. `fused` is two searches of words
    (question and formal terms), one of vectors, and the texts of as many as the reranker takes; `reranked` adds it."""
    questions = [Query(*store.collection.question(number)) for number in range(QUESTIONS)]
    index, reranker = store.index, Reranker.open()
    asked_text = "".join(map(chr, np.random.default_rng(5).integers(0x4E00, 0x9FA5, QUESTION_CHARS)))
    ways: dict[str, Callable[[Query], object]] = {
        "lexical": lambda query: index.lexical(query.words, DEPTH, Rung.BRANCH),
        "dense": lambda query: index.dense(query.vector, DEPTH, Rung.BRANCH),
        "fused": lambda query: candidates(store.ledger, index, query, POOL, None, False),
        "reranked": lambda query: reranker.rank(asked_text, candidates(store.ledger, index, query, POOL, None, False)),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for round_number, asked in enumerate((questions[:10], questions)):
        for query in asked:
            for name, way in ways.items():
                seconds = timed(lambda w=way, q=query: w(q))
                if round_number:
                    times[name].append(seconds * 1000)
    return {f"{n}_p{p}_ms": round(float(np.percentile(t, p)), 1) for n, t in times.items() for p in (50, 95)}


def recall(store: Store, count: int = 20) -> float:
    """The share of the exact nearest 200 that the index finds."""
    found = 0
    for number in range(count):
        _, vector, _ = store.collection.question(number)
        rows = {row for row, _ in store.index.dense(vector, DEPTH, None)}
        table, rotation = store.index._table, store.index._rotation  # pyright: ignore[reportPrivateUsage]
        exact = table.search(vector @ rotation).distance_type("cosine").bypass_vector_index()
        found += len(rows & set(exact.select(["row"]).limit(DEPTH).to_arrow()["row"].to_pylist()))
    return round(found / (count * DEPTH), 4)


def one_document(store: Store) -> dict[str, float]:
    """A document of 100 chunks goes in and out again; `delete` rewrites all that may hold its bytes."""
    texts, vectors = store.collection.batch(10**6, CHUNKS_PER_DOCUMENT)
    first = store.collection.rows + CHUNKS_PER_DOCUMENT
    chunks = chunk_rows(first, texts, vectors)
    added = timed(lambda: store.index.add(chunks))
    deleted = timed(lambda: store.index.delete([chunks.numbers[0]]))
    return {"add_document_s": round(added, 3), "delete_document_s": round(deleted, 3)}


def disk(folder: Path) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for path in (folder / "index").rglob("*"):
        if path.is_file():
            kind = "data" if path.parent.name == "data" else "indices" if "_indices" in path.parts else "other"
            sizes[kind] = sizes.get(kind, 0) + path.stat().st_size
    return sizes | {"ledger": (folder / "ledger.db").stat().st_size}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--cache", type=Path, required=True, help="what is built stays there")
    parser.add_argument("--fill-only", action="store_true")
    parser.add_argument("--documents", action="store_true", help="also one document in and out")
    arguments = parser.parse_args()
    silence_dependencies()
    store = Store(arguments.cache / str(arguments.rows), arguments.rows)
    store.fill()
    if arguments.fill_only:
        return
    result: dict[str, Any] = {"rows": arguments.rows, "open_s": round(store.open_s, 2), **store.notes}
    result |= latency(store)
    result["recall_at_200"] = recall(store)
    if arguments.documents:
        result |= one_document(store)
    sizes = disk(store.folder)
    result |= {f"{name}_bytes_per_chunk": round(size / arguments.rows) for name, size in sizes.items()}
    result["peak_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(result))


if __name__ == "__main__":
    main()
