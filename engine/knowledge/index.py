"""The search index of a home: a LanceDB table in a folder, derived from the ledger and kept durable.

LanceDB facts that shape this file (measured, November 2026): it issues no fsync, so new files are made durable here
before a write is acknowledged; deleted rows stay on disk until the old versions are cleaned up; rows that an index does
not cover yet are searched all the same, only slower (5,000 rows in 100 files: 48 ms, covered 6); files that a vector
index covers are not merged with others, so that what is deleted from them stays until that index is dropped.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from engine.durable import sync_folder
from engine.knowledge.index_table import IndexDamaged, IndexTable, create_table, index_faults, lancedb
from engine.knowledge.keys import SubKeys
from engine.knowledge.rows import ChunkRows

__all__ = ["FORMAT", "ChunkIndex", "IndexDamaged"]

FORMAT = 3
_TABLE = "chunks"
_SLOW_FILES = 8
_QUICK_ROWS = 200_000  # compacting 6,000 rows takes 0.9 s, 100,000 rows 7 s, a million minutes
_COMPACT_AFTER = 64  # loose files: they cost a query some 30 ms; compacting 5,000 rows takes 0.3 s
_WHOLE_AFTER = 8  # times that new rows were merged beside the large files; then all of it is merged


class ChunkIndex(IndexTable):
    """One writer at a time (the caller sees to it); searches may run beside it in other threads."""

    def __init__(self, folder: Path, keys: SubKeys, dimension: int) -> None:
        """Open the index in `folder`, or make an empty one if the folder is not there.

        Raises:
            IndexDamaged: the folder is there and holds no index of this format and dimension that can be read.
            OSError: ENOSPC when the disk is full.
        """
        self._folder = folder
        self._synced: set[Path] = set()
        with index_faults(str(folder)):
            if folder.exists():
                table = lancedb().connect(str(folder)).open_table(_TABLE)
            else:
                folder.mkdir(parents=True)
                table = create_table(lancedb().connect(str(folder)), _TABLE, dimension)
        super().__init__(table, keys, dimension, str(folder))
        self._make_durable()
        self._merged_files = 1 + self._merges_beside

    def add(self, chunks: ChunkRows) -> None:
        """Add the chunks of documents that are not in the index; durable when this returns."""
        super().add(chunks)
        self._make_durable()

    def delete(self, numbers: Sequence[int]) -> None:
        """Delete the rows of documents and every file that still holds them.

        Takes as long as writing the index anew: 9 s at 100,000 rows (tests/benchmarks/scale.py).
        """
        with index_faults(self._place):
            self._table.delete(f"document IN ({', '.join(map(str, numbers))})")
        self.merge_all()

    def _move_one_row(self) -> None:
        """LanceDB leaves a file with fewer than a tenth of its rows deleted as it is, unless it merges it with another.

        A row of its own in a second file makes it merge, and so erases what was deleted.
        """
        with index_faults(self._place):
            for row in self._table.search().select(["row"]).limit(1).to_arrow()["row"].to_pylist():
                self._table.update(where=f"row = {row}", values={"row": row})

    def compact(self) -> None:
        """Merge small files, cover new rows by the indexes and delete the files of old versions.

        Searches go on meanwhile. Where it is interrupted, the index is whole and perhaps slower; it may be called
        again. In a large index new rows are merged beside the large files, and only now and then with them.
        """
        if self._partitions and self._merges_beside < _WHOLE_AFTER:
            self.merge()
            self._clean_up()
        else:
            self.merge_all()

    def merge_all(self) -> None:
        """As `compact`, with all files; afterwards none holds anything of a deleted row."""
        self.drop_vector_index()
        self._move_one_row()
        self.merge()
        self.merge()  # the first covered the moved row by the full-text index; now its file is merged
        self._clean_up()
        self.make_vector_index()
        self.merge()  # may write the new index once more, which would outlast cleaning up if that did it
        self._clean_up()

    def _clean_up(self) -> None:
        """Delete the files of old versions; searches wait for the milliseconds that this takes."""
        with index_faults(self._place), self._using.alone(), warnings.catch_warnings():
            # lancedb warns that other readers of old versions would fail; the lock keeps ours out
            warnings.simplefilter("ignore", UserWarning)
            self._table.optimize(cleanup_older_than=timedelta(0), delete_unverified=True)
        self._make_durable()
        self._merged_files = self._data_files

    @property
    def _merges_beside(self) -> int:
        """How many times new rows were merged beside the files that the vector index covered first."""
        statistics = self._table.index_stats("vector_idx") if self._partitions else None
        return 0 if statistics is None else int(statistics.num_indices or 1) - 1

    @property
    def _data_files(self) -> int:
        return sum(path.parent.name == "data" for path in self._synced)

    @property
    def loose_files(self) -> int:
        """Data files beyond those that the last `compact` left; each added document leaves one."""
        return max(0, self._data_files - self._merged_files)

    @property
    def wants_compaction(self) -> bool:
        """Enough was added for compaction to pay."""
        return self.loose_files > _COMPACT_AFTER or self.lacks_vector_index

    @property
    def slows_searches(self) -> bool:
        """So many small files that a search takes three times as long, in an index that seconds can compact."""
        return self.loose_files >= _SLOW_FILES and self._table.count_rows() <= _QUICK_ROWS

    @property
    def is_tidy(self) -> bool:
        """`compact` would change nothing."""
        return not self.loose_files and not self.lacks_vector_index

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
