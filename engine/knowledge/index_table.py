"""What a search index is and how it is asked: a LanceDB table of row numbers, rotated vectors and keyed tokens.

The same table lies in a home's folder (`index`) and, for a collection shared by branches, on object storage (`shared`).

Dense search compares every vector (exact) up to `VECTOR_INDEX_FROM` rows. Above that an IVF_SQ index holds a byte a
dimension: few large partitions, of which most are looked through, and the best are compared exactly. That is a quick
scan rather than a clever search, and has three merits (measured, November 2026, 384 dimensions, 2 cores): it is made in
seconds, it finds what the exact search finds, and what is deleted leaves its files (an HNSW_SQ index keeps it).
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.knowledge.keys import SubKeys
from engine.knowledge.rotation import secret_rotation
from engine.knowledge.rows import ChunkRows
from engine.knowledge.tokens import KeyedTokens
from engine.quiet import silence_dependencies
from engine.values import Rung

VECTOR_INDEX_FROM = 50_000  # rows; below, comparing every vector takes some 50 ms
_ROWS_PER_PARTITION = 25_000
_PROBED_SHARE, _PROBED_AT_LEAST = 0.6, 10  # of the partitions; at 1,000,000 rows .6 find .985 of the exact best 200
_REFINED = 2  # times as many as asked for are compared exactly
_TRAINING_SAMPLES = 64  # rows for each partition; LanceDB's 256 and 50 rounds take four times as long for the same
_TRAINING_ROUNDS = 10
_VECTOR_INDEX = "vector_idx"
_RUNG_CODES = {Rung.BUILTIN: 0, Rung.BRANCH: 1, Rung.WEB: 2}
_QUESTION_TOKENS = 256  # different tokens of one question that are looked up; keeps very long questions quick
_DISK_FULL_SIGNS = ("No space left", "os error 28)", "os error 122)", "os error 112)")  # ENOSPC, EDQUOT, Windows

FloatArray = NDArray[np.float32]


class IndexDamaged(Exception):
    """The index cannot be read; it is to be made again from the ledger."""


@contextlib.contextmanager
def index_faults(place: str) -> Generator[None]:
    """LanceDB raises RuntimeError, ValueError and OSError alike: a full disk is told from damage by its text."""
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:
        text = str(error)
        if any(sign in text for sign in _DISK_FULL_SIGNS):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), place) from error
        raise IndexDamaged(text) from error


def create_table(database: Any, name: str, dimension: int) -> Any:
    """An empty table with its full-text index in a LanceDB connection."""
    table = database.create_table(name, schema=_schema(dimension))
    config = lancedb().index.FTS(
        base_tokenizer="whitespace", lower_case=False, stem=False, remove_stop_words=False, ascii_folding=False
    )
    table.create_index("tokens", config=config)
    return table


class IndexTable:
    """A table that is searched, from any number of threads at once."""

    def __init__(self, table: Any, keys: SubKeys, dimension: int, place: str) -> None:
        """`place` is what an error names. Raises IndexDamaged: the table has another format or dimension."""
        self._place = place
        self._tokens = KeyedTokens(keys.tokens)
        self._rotation = secret_rotation(keys.rotation, dimension)
        self.dimension = dimension
        self._using = SharedLock()  # exclusive while files of old versions are deleted
        self._table = table
        self._partitions = 0
        with index_faults(place):
            if table.schema != _schema(dimension):
                raise IndexDamaged("another schema")
            if not any(index.columns == ["tokens"] for index in table.list_indices()):
                raise IndexDamaged("no full-text index")
            if self.has_vector_index:
                self._partitions = _partitions(table.count_rows())

    # ---- reading

    def chunk_counts(self) -> dict[int, int]:
        """How many rows each document number has."""
        with index_faults(self._place), self._using.shared():
            numbers = self._table.search().select(["document"]).to_arrow()["document"].to_numpy()
        found, counts = np.unique(numbers, return_counts=True)
        return dict(zip(found.tolist(), counts.tolist(), strict=True))

    def lexical(self, question: str, limit: int, rung: Rung | None) -> list[tuple[int, float]]:
        """Rows and BM25 scores (Robertson and Zaragoza 2009; k1 1.2, b 0.75), best first."""
        tokens = list(dict.fromkeys(self._tokens.keyed(question)))[:_QUESTION_TOKENS]
        if not tokens:
            return []
        with index_faults(self._place), self._using.shared():
            query = self._table.search(lancedb().query.MatchQuery(" ".join(tokens), "tokens"), query_type="fts")
            return self._ranked(query, rung, limit, "_score")

    def dense(self, vector: FloatArray, limit: int, rung: Rung | None) -> list[tuple[int, float]]:
        """Rows and cosines to `vector`, float32 (D,), best first.

        Exact without a vector index; with one it finds over .95 of the exact best 200 (tests/benchmarks/scale.py).
        """
        with index_faults(self._place), self._using.shared():
            query = self._table.search(vector @ self._rotation).distance_type("cosine")
            if self._partitions:
                probed = min(self._partitions, max(_PROBED_AT_LEAST, round(self._partitions * _PROBED_SHARE)))
                # the other partitions are looked through where a rung's rows in these do not fill the list
                query = query.minimum_nprobes(probed).maximum_nprobes(self._partitions).refine_factor(_REFINED)
            return [(row, 1.0 - distance) for row, distance in self._ranked(query, rung, limit, "_distance")]

    def _ranked(self, query: Any, rung: Rung | None, limit: int, score: str) -> list[tuple[int, float]]:
        if rung is not None:
            query = query.where(f"rung = {_RUNG_CODES[rung]}", prefilter=True)
        found = query.select(["row", score]).limit(limit).to_arrow()
        return list(zip(found["row"].to_pylist(), found[score].to_pylist(), strict=True))

    # ---- writing

    def add(self, chunks: ChunkRows) -> None:
        """Add the chunks of documents that are not in the table."""
        pa = pyarrow()
        vectors = pa.array((chunks.vectors @ self._rotation).astype(np.float16).ravel())
        columns = [
            pa.array(chunks.rows, pa.int64()),
            pa.array(chunks.numbers, pa.int64()),
            pa.array([_RUNG_CODES[rung] for rung in chunks.rungs], pa.int8()),
            pa.FixedSizeListArray.from_arrays(vectors, self.dimension),
            pa.array([self._words(text) for text in chunks.texts], pa.string()),
        ]
        with index_faults(self._place):
            self._table.add(pa.Table.from_arrays(columns, schema=_schema(self.dimension)))

    def _words(self, text: str) -> str:
        """Sorted, because BM25 does not ask for the order and a reader of the disk would."""
        return " ".join(sorted(self._tokens.keyed(text)))

    def merge(self) -> None:
        """Merge small files and cover new rows by the indexes there are."""
        with index_faults(self._place):
            self._table.optimize()

    @property
    def lacks_vector_index(self) -> bool:
        """Large enough for one and without: its making was interrupted, or it has just grown so far."""
        return not self._partitions and self._table.count_rows() >= VECTOR_INDEX_FROM

    @property
    def has_vector_index(self) -> bool:
        return any(index.name == _VECTOR_INDEX for index in self._table.list_indices())

    def make_vector_index(self) -> None:
        """Make the vector index anew where the table is large enough for one; searches go on meanwhile."""
        with index_faults(self._place):
            rows = self._table.count_rows()
            if rows < VECTOR_INDEX_FROM:
                return
            config = lancedb().index.IvfSq(
                distance_type="cosine",
                num_partitions=_partitions(rows),
                sample_rate=_TRAINING_SAMPLES,
                max_iterations=_TRAINING_ROUNDS,
            )
            self._table.create_index("vector", config=config, name=_VECTOR_INDEX, replace=True)
        self._partitions = _partitions(rows)

    def drop_vector_index(self) -> None:
        """From now on every vector is compared."""
        with index_faults(self._place):
            if self.has_vector_index:
                self._partitions = 0
                self._table.drop_index(_VECTOR_INDEX)


def _partitions(rows: int) -> int:
    return max(4, rows // _ROWS_PER_PARTITION)


class SharedLock:
    """Any number of holders share it, or one has it alone; who wants it alone goes before those who come later."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._holders = 0
        self._alone = False

    @contextlib.contextmanager
    def shared(self) -> Generator[None]:
        with self._changed:
            self._changed.wait_for(lambda: not self._alone)
            self._holders += 1
        try:
            yield
        finally:
            with self._changed:
                self._holders -= 1
                self._changed.notify_all()

    @contextlib.contextmanager
    def alone(self) -> Generator[None]:
        """Not for two threads at a time: there is one writer."""
        with self._changed:
            self._alone = True
            self._changed.wait_for(lambda: not self._holders)
        try:
            yield
        finally:
            with self._changed:
                self._alone = False
                self._changed.notify_all()


def _schema(dimension: int) -> Any:
    """Vectors have 16 bits a number, as in the ledger: half the disk, and nothing is lost that was there."""
    pa = pyarrow()
    return pa.schema(
        [
            ("row", pa.int64()),
            ("document", pa.int64()),
            ("rung", pa.int8()),
            ("vector", pa.list_(pa.float16(), dimension)),
            ("tokens", pa.string()),
        ]
    )


def lancedb() -> Any:
    """LanceDB takes seconds to import when cold; it is loaded when an index is first needed."""
    silence_dependencies()
    import lancedb

    return lancedb


def pyarrow() -> Any:
    """Comes with LanceDB; it has no types."""
    import pyarrow  # pyright: ignore[reportMissingTypeStubs]  # strict mode overrules the project's setting

    return pyarrow
