"""The search index: a LanceDB table derived from the ledger. It holds row numbers, rotated vectors and keyed tokens.

LanceDB facts that shape this file (measured, November 2026): it issues no fsync, so new files are made durable here
before a write is acknowledged; deleted rows stay on disk until the old versions are cleaned up; rows that the
full-text index does not cover yet are searched all the same, only slower (5,000 rows in 100 files: 48 ms, covered 6).
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import warnings
from collections.abc import Generator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.knowledge.home import sync_folder
from engine.knowledge.keys import SubKeys
from engine.knowledge.ledger import ChunkRows
from engine.knowledge.rotation import secret_rotation
from engine.knowledge.tokens import KeyedTokens
from engine.quiet import silence_dependencies
from engine.values import Rung

FORMAT = 2
_TABLE = "chunks"
_RUNG_CODES = {Rung.BUILTIN: 0, Rung.BRANCH: 1, Rung.WEB: 2}
_QUESTION_TOKENS = 256  # different tokens of one question that are looked up; keeps very long questions quick
_COMPACT_AFTER = 64  # loose files: they cost a query some 30 ms; compacting 5,000 rows takes 0.3 s
_DISK_FULL_SIGNS = ("No space left", "os error 28)", "os error 122)", "os error 112)")  # ENOSPC, EDQUOT, Windows

FloatArray = NDArray[np.float32]


class IndexDamaged(Exception):
    """The index cannot be read; it is to be made again from the ledger."""


class ChunkIndex:
    """One writer at a time (the caller sees to it); searches may run beside it in other threads."""

    def __init__(self, folder: Path, keys: SubKeys, dimension: int) -> None:
        """Open the index in `folder`, or make an empty one if the folder is not there.

        Raises:
            IndexDamaged: the folder is there and holds no index of this format and dimension that can be read.
            OSError: ENOSPC when the disk is full.
        """
        self._folder = folder
        self._tokens = KeyedTokens(keys.tokens)
        self._rotation = secret_rotation(keys.rotation, dimension)
        self.dimension = dimension
        self._synced: set[Path] = set()
        self._reading = threading.Lock()  # held while searching and while files of old versions are deleted
        existed = folder.exists()
        with self._faults():
            self._table = self._open() if existed else self._create()
        self._make_durable()

    def _create(self) -> Any:
        lancedb = _lancedb()
        self._folder.mkdir(parents=True)
        table = lancedb.connect(str(self._folder)).create_table(_TABLE, schema=_schema(self.dimension))
        config = lancedb.index.FTS(
            base_tokenizer="whitespace", lower_case=False, stem=False, remove_stop_words=False, ascii_folding=False
        )
        table.create_index("tokens", config=config)
        return table

    def _open(self) -> Any:
        table = _lancedb().connect(str(self._folder)).open_table(_TABLE)
        if table.schema != _schema(self.dimension):
            raise IndexDamaged("another schema")
        if not any(index.columns == ["tokens"] for index in table.list_indices()):
            raise IndexDamaged("no full-text index")
        return table

    @contextlib.contextmanager
    def _faults(self) -> Generator[None]:
        """LanceDB raises RuntimeError, ValueError and OSError alike: a full disk is told from damage by its text."""
        try:
            yield
        except (OSError, RuntimeError, ValueError) as error:
            text = str(error)
            if any(sign in text for sign in _DISK_FULL_SIGNS):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._folder)) from error
            raise IndexDamaged(text) from error

    # ---- writing

    def add(self, chunks: ChunkRows) -> None:
        """Add the chunks of documents that are not in the index; durable when this returns."""
        pa = _pyarrow()
        vectors = pa.array(np.ascontiguousarray(chunks.vectors @ self._rotation).ravel())
        columns = [
            pa.array(chunks.rows, pa.int64()),
            pa.array(chunks.numbers, pa.int64()),
            pa.array([_RUNG_CODES[rung] for rung in chunks.rungs], pa.int8()),
            pa.FixedSizeListArray.from_arrays(vectors, self.dimension),
            pa.array([self._words(text) for text in chunks.texts], pa.string()),
        ]
        with self._faults():
            self._table.add(pa.Table.from_arrays(columns, schema=_schema(self.dimension)))
            self._make_durable()

    def _words(self, text: str) -> str:
        """Sorted, because BM25 does not ask for the order and a reader of the disk would."""
        return " ".join(sorted(self._tokens.keyed(text)))

    def delete(self, numbers: Sequence[int]) -> None:
        """Delete the rows of documents and every file that still holds them."""
        with self._faults():
            self._table.delete(f"document IN ({', '.join(map(str, numbers))})")
            self._move_one_row()
        self.compact()

    def _move_one_row(self) -> None:
        """LanceDB leaves a file with fewer than a tenth of its rows deleted as it is, unless it merges it with another.

        A row of its own in a second file makes it merge, and so erases what was deleted.
        """
        for row in self._table.search().select(["row"]).limit(1).to_arrow()["row"].to_pylist():
            self._table.update(where=f"row = {row}", values={"row": row})

    def compact(self) -> None:
        """Merge small files, cover new rows by the full-text index and delete the files of old versions."""
        with self._faults():
            self._table.optimize()
            with self._reading, warnings.catch_warnings():
                # lancedb warns that other readers of old versions would fail; the lock keeps ours out
                warnings.simplefilter("ignore", UserWarning)
                self._table.optimize(cleanup_older_than=timedelta(0), delete_unverified=True)
            self._make_durable()

    @property
    def loose_files(self) -> int:
        """Data files beyond the first; each added document leaves one until `compact`."""
        return max(0, sum(path.parent.name == "data" for path in self._synced) - 1)

    @property
    def wants_compaction(self) -> bool:
        """Enough was added for compaction to pay; it rewrites everything, so a larger index waits for more."""
        return self.loose_files > _COMPACT_AFTER + self._table.count_rows() // 1000

    def _make_durable(self) -> None:
        """fsync every file and folder that is new since the last time."""
        files = {path for path in self._folder.rglob("*") if path.is_file()}
        fresh = files - self._synced
        for path in fresh:
            with path.open("rb") as file:
                os.fsync(file.fileno())
        for folder in {parent for path in fresh for parent in path.parents if parent.is_relative_to(self._folder)}:
            sync_folder(folder)
        self._synced = files

    # ---- reading

    def chunk_counts(self) -> dict[int, int]:
        """How many rows each document number has."""
        with self._faults(), self._reading:
            numbers = self._table.search().select(["document"]).to_arrow()["document"].to_numpy()
        found, counts = np.unique(numbers, return_counts=True)
        return dict(zip(found.tolist(), counts.tolist(), strict=True))

    def lexical(self, question: str, limit: int, rung: Rung | None) -> list[tuple[int, float]]:
        """Rows and BM25 scores (Robertson and Zaragoza 2009; k1 1.2, b 0.75), best first."""
        tokens = list(dict.fromkeys(self._tokens.keyed(question)))[:_QUESTION_TOKENS]
        if not tokens:
            return []
        with self._faults(), self._reading:
            query = self._table.search(_lancedb().query.MatchQuery(" ".join(tokens), "tokens"), query_type="fts")
            return self._ranked(query, rung, limit, "_score")

    def dense(self, vector: FloatArray, limit: int, rung: Rung | None) -> list[tuple[int, float]]:
        """Rows and cosines to `vector`, float32 (D,), best first; exact, every row is compared."""
        with self._faults(), self._reading:
            query = self._table.search(vector @ self._rotation).distance_type("cosine")
            return [(row, 1.0 - distance) for row, distance in self._ranked(query, rung, limit, "_distance")]

    def _ranked(self, query: Any, rung: Rung | None, limit: int, score: str) -> list[tuple[int, float]]:
        if rung is not None:
            query = query.where(f"rung = {_RUNG_CODES[rung]}", prefilter=True)
        found = query.select(["row", score]).limit(limit).to_arrow()
        return list(zip(found["row"].to_pylist(), found[score].to_pylist(), strict=True))


def _schema(dimension: int) -> Any:
    pa = _pyarrow()
    return pa.schema(
        [
            ("row", pa.int64()),
            ("document", pa.int64()),
            ("rung", pa.int8()),
            ("vector", pa.list_(pa.float32(), dimension)),
            ("tokens", pa.string()),
        ]
    )


def _lancedb() -> Any:
    """LanceDB takes seconds to import when cold; it is loaded when an index is first needed."""
    silence_dependencies()
    import lancedb

    return lancedb


def _pyarrow() -> Any:
    """Comes with LanceDB; it has no types."""
    import pyarrow  # pyright: ignore[reportMissingTypeStubs]  # strict mode overrules the project's setting

    return pyarrow
