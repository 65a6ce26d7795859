"""The knowledge base: one home folder with an encrypted ledger (the truth) and a LanceDB index derived from it.

    home/key.json      how this home is locked (never the key itself)
    home/ledger.db     encrypted SQLite: documents, originals, pages, chunks, vectors
    home/index/        LanceDB: row numbers, rotated vectors, keyed tokens; rebuilt from the ledger when damaged
    home/reserve       space that a full disk gives back, so that removing always works
    home/lock          held by the one process that has this home open

Writers (`add_document`, `remove`, `compact`, `rebuild_index`, `reembed`) wait for one another; readers (`search`,
`page`, `documents` …) may run in any thread beside them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.errors import EnvironmentFault, Fault
from engine.events import DocumentRemoved, IndexRebuilt
from engine.knowledge.home import HomeLock, Reserve, check_writable
from engine.knowledge.index import ChunkIndex, IndexDamaged
from engine.knowledge.keys import SubKeys, obtain_key
from engine.knowledge.ledger import Ledger, NewDocument
from engine.knowledge.search import HybridSearch
from engine.values import DocumentInfo, Page, Passage, Rung

__all__ = ["KnowledgeBase", "NewDocument"]

FloatArray = NDArray[np.float32]
Passphrase = Callable[[bool], str]
"""Asks the user for a passphrase; the argument is True when a new one is being chosen."""


class KnowledgeBase:
    """Facade of this package. Make it with `KnowledgeBase.open`, end it with `close` (or a with statement)."""

    @classmethod
    def open(
        cls,
        home: Path,
        *,
        embedder_fingerprint: str | None,
        passphrase: Passphrase | None = None,
        passphrase_file: Path | None = None,
    ) -> Self:
        """Open or create a home. Cheap: LanceDB is loaded by `prepare`, or by the first call that needs it.

        `embedder_fingerprint` names the embedder file whose vectors will be added and asked with (SHA-256 of the
        weights); None when no vector will be used (listing, removing, showing pages).

        Raises:
            EnvironmentFault: HOME_IN_USE, HOME_UNWRITABLE, KEYRING_UNUSABLE, PASSPHRASE_WRONG, KEY_MISSING,
                LEDGER_DAMAGED, LEDGER_TOO_NEW, DISK_FULL.
        """

    def prepare(self) -> Iterator[IndexRebuilt]:
        """Load LanceDB, finish interrupted removals and bring the index in step with the ledger.

        Yields one event if the index was missing, damaged or foreign and had to be made again. Every call that
        needs the index does this by itself the first time; call it early to keep the first question quick.
        """

    def rebuild_index(self) -> Iterator[IndexRebuilt]:
        """Make the index again from the ledger's chunks and vectors; yields one event at the end."""

    def reembed(self, embed: Callable[[Sequence[str]], FloatArray]) -> Iterator[IndexRebuilt]:
        """Give every chunk a new vector after the embedder changed.

        `embed` maps n passage texts to float32 (n, D), L2-normalized. Until this has finished, `search` and
        `add_document` raise INDEX_EMBEDDER_CHANGED.
        """

    @property
    def embedder_changed(self) -> bool:
        """The ledger holds vectors of another embedder than `open` was given; `reembed` mends it."""

    def add_document(self, document: NewDocument) -> DocumentInfo:
        """Store a document whole: one ledger transaction, then the index. One with the same id is replaced.

        Raises:
            EnvironmentFault: DISK_FULL (nothing of it stays), INDEX_EMBEDDER_CHANGED.
        """

    def remove(self, document_id: str) -> DocumentRemoved:
        """Remove a document and every trace of it; from the first moment on it is not answered from.

        Raises RequestRejected DOCUMENT_UNKNOWN.
        """

    def documents(self, rung: Rung | None = None) -> tuple[DocumentInfo, ...]:
        """All documents, or those of one rung, in the order in which they were added."""

    def document(self, document_id: str) -> DocumentInfo:
        """Raises RequestRejected DOCUMENT_UNKNOWN."""

    def has(self, document_id: str) -> bool: ...

    def page(self, document_id: str, page_no: int) -> Page:
        """Boxes are exact to 0.05 points. Raises RequestRejected DOCUMENT_UNKNOWN or PAGE_UNKNOWN."""

    def original(self, document_id: str) -> bytes:
        """The file's bytes as they were added. Raises RequestRejected DOCUMENT_UNKNOWN."""

    def search(
        self, question: str, query_vector: FloatArray, k: int, rung: Rung | None = None
    ) -> tuple[Passage, ...]:
        """The best `k` passages, best first: BM25 over keyed tokens fused with cosine over vectors.

        `query_vector` is float32 (D,). `similarity` of each passage is its cosine to it, also where only the words
        matched. With `rung`, documents of that rung only.

        Raises EnvironmentFault INDEX_EMBEDDER_CHANGED.
        """

    def compact(self) -> None:
        """Merge the index's small files; for idle moments (each added document leaves a small file)."""

    def close(self) -> None:
        """Release the home. Calling it again does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
