"""Keeps the derived index in step with the ledger: opens it, mends it, makes it again."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path

from engine.errors import EnvironmentFault, Fault
from engine.events import IndexRebuilding, IndexRebuilt
from engine.knowledge.index import FORMAT, ChunkIndex, IndexDamaged
from engine.knowledge.index_sums import IndexSums
from engine.knowledge.keys import SubKeys
from engine.knowledge.ledger import Ledger

_REBUILD_BATCH = 4000  # chunks


class IndexKeeper:
    """One thread at a time (the caller sees to it). Every method may raise OSError ENOSPC when the disk is full."""

    def __init__(self, home: Path, keys: SubKeys, ledger: Ledger) -> None:
        self._folder = home / "index"
        self._aside = home / "index.damaged"
        self._sums = IndexSums(home / "index.sums")
        self._keys = keys
        self._ledger = ledger
        self.prepared = False
        self.index: ChunkIndex | None = None  # None: not prepared, or there are no chunks

    def prepare(self) -> Iterator[IndexRebuilding | IndexRebuilt]:
        """Open the index and bring it in step; says so if it was missing or damaged and is made again."""
        if self.prepared:
            return
        try:
            self.index = self._opened()
            if self.index is None and self._ledger.chunk_counts():
                yield from self.rebuilding()
            self.bring_in_step()
            self._sums.update(self._folder)
        except IndexDamaged:
            yield from self.rebuilding()
        self.prepared = True

    def _opened(self) -> ChunkIndex | None:
        """The index of the stored vectors' embedder if it is there; what other embedders left is deleted."""
        current = self._current_folder()
        self._delete_others(current)
        for left in self._folder.rglob(".tmp*"):  # LanceDB's, from a write that was killed
            left.unlink()
        damaged = self._sums.damaged(self._folder)
        if damaged:
            raise IndexDamaged(f"changed since they were written: {damaged}")
        dimension = self._ledger.dimension()
        return ChunkIndex(current, self._keys, dimension) if current.exists() and dimension else None

    def _current_folder(self) -> Path:
        of = f"{self._ledger.embedder()} {self._ledger.dimension()}"
        return self._folder / f"v{FORMAT}-{hashlib.sha256(of.encode()).hexdigest()[:12]}"

    def _delete_others(self, current: Path) -> None:
        for other in self._folder.glob("*"):
            if other != current:
                shutil.rmtree(other)

    def bring_in_step(self) -> None:
        """Compare chunks per document with the ledger and mend what differs: after a crash between the ledger's commit
        and the index's, or after many documents were shown at once."""
        wanted, found = self._ledger.chunk_counts(), self.index.chunk_counts() if self.index else {}
        wrong = [number for number, count in found.items() if wanted.get(number) != count]
        if wrong:
            self.delete(wrong)
        for numbers in _batches({n: count for n, count in wanted.items() if n not in found or n in wrong}):
            self.add(numbers)

    def add(self, numbers: Iterable[int]) -> None:
        """Put documents of the ledger into the index."""
        chunks = self._ledger.chunk_rows(list(numbers))
        if chunks is None:
            return
        try:
            if self.index is None:
                self.index = ChunkIndex(self._current_folder(), self._keys, chunks.vectors.shape[1])
            self.index.add(chunks)
            if self.index.wants_compaction:
                self.index.compact()
            self._sums.update(self._folder)
        except IndexDamaged:
            self.rebuild()

    def delete(self, numbers: Sequence[int]) -> None:
        """Take documents out of the index, and out of a damaged one that was set aside."""
        if self.index is not None:
            try:
                self.index.delete(numbers)
                self._sums.update(self._folder)
            except IndexDamaged:
                self.rebuild()
        shutil.rmtree(self._aside, ignore_errors=True)

    def compact(self) -> None:
        if self.index is not None and not self.index.is_tidy:
            try:
                self.index.compact()
                self._sums.update(self._folder)
            except IndexDamaged:
                self.rebuild()

    def rebuild(self) -> None:
        """As `rebuilding`, without a word."""
        for _ in self.rebuilding():
            pass

    def rebuilding(self) -> Iterator[IndexRebuilding | IndexRebuilt]:
        """Set the index aside (only the last one is kept) and make it again from the ledger.

        Yields its progress after every batch of some thousand chunks, and `IndexRebuilt` at the end.

        Raises EnvironmentFault HOME_UNWRITABLE when the new one cannot be written or read either.
        """
        started = time.monotonic()
        counts = self._ledger.chunk_counts()
        self.index = None
        self._sums.forget()
        shutil.rmtree(self._aside, ignore_errors=True)
        current = self._current_folder()
        self._delete_others(current)
        if current.exists():
            current.replace(self._aside)
        try:
            self.index = yield from self._made(current, counts)
            self._sums.update(self._folder)
        except IndexDamaged as error:
            home = str(self._folder.parent)
            raise EnvironmentFault(Fault.HOME_UNWRITABLE, home=home, reason=str(error)) from error
        self.prepared = True
        yield IndexRebuilt(sum(counts.values()), time.monotonic() - started)

    def _made(self, folder: Path, counts: dict[int, int]) -> Generator[IndexRebuilding, None, ChunkIndex | None]:
        dimension = self._ledger.dimension()
        if dimension is None:
            return None
        index = ChunkIndex(folder, self._keys, dimension)
        done, total = 0, sum(counts.values())
        for numbers in _batches(counts):
            chunks = self._ledger.chunk_rows(numbers)
            if chunks is not None:
                index.add(chunks)
            done += sum(counts[number] for number in numbers)
            yield IndexRebuilding(done, total)
        index.compact()
        return index

    def drop(self) -> None:
        """Give the index's space back; it is made again by the next `prepare`."""
        self.index, self.prepared = None, False
        self._sums.forget()
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.rmtree(self._aside, ignore_errors=True)


def _batches(counts: dict[int, int]) -> Iterator[list[int]]:
    """Documents of together some thousand chunks: few files in the index, little memory."""
    batch: list[int] = []
    chunks = 0
    for number, count in counts.items():
        if batch and chunks + count > _REBUILD_BATCH:
            yield batch
            batch, chunks = [], 0
        batch.append(number)
        chunks += count
    if batch:
        yield batch
