"""An engine's library without a model: real ledger, index, parser child; only the vectors are hashed from words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.auditing import Audit
from engine.cancel import CancelToken
from engine.ingestion.pipeline import Ingestor
from engine.knowledge.store import KnowledgeBase
from engine.library import LibraryControl
from engine.settings import ParserLimits
from engine.values import DocumentInfo, PageAccount

LIMITS = ParserLimits()


class Hashed:
    """An embedder without a model: 8 numbers from each text."""

    fingerprint = "hashed"

    def embed_passages(
        self, texts: Sequence[str], cancel: CancelToken | None = None, pause: Callable[[], None] | None = None
    ) -> Iterator[NDArray[np.float32]]:
        for text in texts:
            vector = np.array([[len(text), *text.encode()[:7]]], np.float32)
            yield np.pad(vector, ((0, 0), (0, 8 - vector.shape[1]))) / np.linalg.norm(vector)


class RealLibrary:
    """The part of `engine.api.Engine` that the library page works with."""

    def __init__(self, home: Path, passphrase_file: Path) -> None:
        self.knowledge = KnowledgeBase.open(home, embedder_fingerprint="hashed", passphrase_file=passphrase_file)
        self.audit = Audit(self.knowledge.audit)
        self.forgotten = 0
        self.library = LibraryControl(self.knowledge, self.audit, self.ingestor, self._forget)
        self.collections = self.knowledge.collections
        self.knowledge_packs: Any = SimpleNamespace(installed=lambda: ())
        self.watching: Any = SimpleNamespace(folders=lambda: (), changed=lambda: False)

    def ingestor(self) -> Ingestor:
        return Ingestor(self.knowledge, Hashed(), LIMITS)

    def ingest(
        self, paths: Sequence[Path], cancel: CancelToken, passwords: Mapping[Path, str] | None = None
    ) -> Iterator[object]:
        yield from self.ingestor().ingest(paths, cancel, passwords)

    def take_in(self, *paths: Path) -> list[Any]:
        return list(self.ingest(paths, CancelToken()))

    def remove(self, document_ids: Sequence[str], cancel: CancelToken) -> Iterator[object]:
        yield from self.library.remove(document_ids, cancel)

    def documents(self) -> tuple[DocumentInfo, ...]:
        return self.knowledge.documents()

    def pages(self, document_id: str) -> tuple[PageAccount, ...]:
        return self.knowledge.page_accounts(document_id)

    @property
    def names(self) -> list[str]:
        return sorted(document.name for document in self.documents())

    def finds(self, words: str) -> list[str]:
        """Names of the documents that a search finds, best first."""
        vector = next(iter(Hashed().embed_passages([words])))[0]
        return [passage.name for passage in self.knowledge.search(words, vector, 10)]

    def close(self) -> None:
        self.knowledge.close()

    def _forget(self) -> None:
        self.forgotten += 1
