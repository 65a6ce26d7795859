"""The knowledge base: one home folder with an encrypted ledger (the truth) and a LanceDB index derived from it.

    home/key.json      how this home is locked (never the key itself)
    home/recovery.json the key sealed under the recovery key, where there is one
    home/ledger.db     encrypted SQLite: documents, originals, pages, chunks, vectors
    home/index.sums    CRC-32 of the index's files
    home/index/        LanceDB: row numbers, rotated vectors, keyed tokens; rebuilt from the ledger when damaged
    home/audit.db      encrypted: head of the audit log, keys of its contents
    home/cache/        encrypted, may go at any time: what a model has read before
    home/reserve       space that a full disk gives back, so that removing always works
    home/lock          held by the one process that has this home open

Writers wait for one another; readers (`search`, `page`, `documents` …) may run in any thread beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.durable import disk_full, free_bytes, writing_home
from engine.errors import BugError, EnvironmentFault, Fault
from engine.events import ChunksEmbedded, IndexRebuilding, IndexRebuilt
from engine.knowledge import codec
from engine.knowledge.audit import AuditLog
from engine.knowledge.home import HomeLock
from engine.knowledge.index import ChunkIndex, IndexDamaged
from engine.knowledge.keeper import IndexKeeper
from engine.knowledge.keys import Passphrase, RecoveryKeyTaker, SubKeys, obtain_key
from engine.knowledge.ledger import Ledger, NewDocument, open_ledger
from engine.knowledge.pack_records import PackRecord, PackRecords
from engine.knowledge.prefix_files import PrefixFiles
from engine.knowledge.publishing import publish
from engine.knowledge.removing import Removing
from engine.knowledge.rows import needed_bytes
from engine.knowledge.sealing import CollectionKey
from engine.knowledge.search import Candidate, Query, candidates
from engine.knowledge.shared import merged
from engine.policy import SharedPolicy
from engine.values import DocumentInfo, Passage, Rung

__all__ = ["KnowledgeBase", "NewDocument", "Passphrase"]

_EMBED_BATCH = 32

FloatArray = NDArray[np.float32]


class KnowledgeBase(Removing):
    """Facade of this package. Make it with `KnowledgeBase.open`, end it with `close` (or a with statement)."""

    def __init__(self, home: Path, lock: HomeLock, keys: SubKeys, ledger: Ledger, fingerprint: str | None) -> None:
        """Use `open`."""
        audit = AuditLog(home, ledger, keys.audit_chain, keys.audit_seals)
        super().__init__(home, ledger, IndexKeeper(home, keys, ledger), audit)
        self._home = home
        self._lock = lock
        self._packs = PackRecords(ledger)
        self._fingerprint = fingerprint
        self._prefix_key = keys.prefixes
        self._closed = False

    @classmethod
    def open(
        cls,
        home: Path,
        *,
        embedder_fingerprint: str | None,
        passphrase: Passphrase | None = None,
        passphrase_file: Path | None = None,
        on_recovery_key: RecoveryKeyTaker | None = None,
    ) -> Self:
        """Open or create a home. Cheap: LanceDB is loaded by `prepare`, or by the first call that needs it.

        `embedder_fingerprint` names the embedder whose vectors will be added and asked with (SHA-256 of its weights);
        None when no vector will be used (listing, removing, showing pages). With `on_recovery_key` a new home gets a
        recovery key, which is told to it once.

        Raises:
            EnvironmentFault: HOME_IN_USE, HOME_UNWRITABLE, KEYRING_UNUSABLE, PASSPHRASE_WRONG, KEY_MISSING,
                KEY_FILE_DAMAGED, LEDGER_DAMAGED, LEDGER_TOO_NEW, DISK_FULL.
        """
        lock = HomeLock(home)
        try:
            keys = SubKeys.derive(obtain_key(home, passphrase, passphrase_file, on_recovery_key))
            ledger = open_ledger(home, keys.ledger)
        except BaseException:
            lock.release()
            raise
        opened = cls(home, lock, keys, ledger, embedder_fingerprint)
        opened._reserve.keep()
        return opened

    def close(self) -> None:
        """Release the home. Calling it again does nothing."""
        with self._writing:
            if not self._closed:
                self._closed = True
                self._keeper.index = None
                if self.shared is not None:
                    self.shared.close()
                self.audit.close()
                self._ledger.close()
                self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # ---- documents

    def add_document(self, document: NewDocument) -> DocumentInfo:
        """Store a document whole: one ledger transaction, then the index. One with the same id is replaced, as is
        `document.replaces`.

        Raises:
            EnvironmentFault: DISK_FULL (nothing of it stays), INDEX_EMBEDDER_CHANGED.
        """
        with self._writing, writing_home(self._home):
            self._require_embedder()
            self._prepare()
            self._check_vectors(document)
            self._require_space(document)
            number = self._ledger.add(document)
            try:
                self._keeper.add([number])
            except (OSError, EnvironmentFault):
                self._ledger.take_back(number, document.replaces)
                self._erase_hidden()
                raise
            if not self._batches:
                self._finish_removals()
        self.audit.document_added(document.document_id, len(document.pages), len(document.chunks))
        if document.replaces:
            self.audit.documents_removed([document.replaces])
        return self.document(document.document_id)

    # ---- knowledge packs

    def packs(self) -> tuple[PackRecord, ...]:
        """The installed knowledge packs."""
        return self._packs.all()

    def pack_documents(self, pack: str, *, staged: bool = False) -> set[str]:
        """document_ids that a pack shows, or, `staged`, that wait for the rest of it."""
        return self._packs.document_ids(pack, staged=staged)

    def stage(self, document: NewDocument) -> None:
        """Store a pack's document whole; it is shown by `switch_on`. Raises as `add_document`."""
        with self._writing, writing_home(self._home):
            self._require_embedder()
            self._check_vectors(document)
            self._require_space(document)
            self._ledger.add(document, staged=True)

    def switch_on(self, record: PackRecord, document_ids: Sequence[str]) -> None:
        """Show a pack with exactly these documents, staged or shown before: in one step for whoever asks meanwhile."""
        with self._writing, writing_home(self._home):
            self._prepare()
            self._settle(self._packs.switch_on(record, document_ids))
            self.audit.pack_installed(record.pack, record.version, document_ids)

    def switch_off(self, pack: str) -> None:
        """Remove a pack with every trace of it; documents that the branch took in itself as well stay as its own."""
        with self._writing, writing_home(self._home):
            self._prepare()
            self._settle(self._packs.switch_off(pack))
            self.audit.pack_removed(pack)

    def claim(self, document_id: str) -> None:
        """The branch took in a document that a pack has too: it stays when the pack goes."""
        self._packs.claim(document_id)

    def _settle(self, moved: Sequence[int]) -> None:
        """Erase what was hidden, and let the index know what changed its rung or came into sight."""
        if moved:
            self._keeper.delete(moved)
        self._finish_removals()
        self._keeper.bring_in_step()

    def erase_conversations(self, conversation_ids: Sequence[str]) -> int:
        """Erase conversations for good, also on a full disk; returns how many there were."""
        count = self._reserve.spend_on(lambda: self.conversations.erase(conversation_ids))
        self._reserve.keep()
        return count

    def prefix_files(self, limit_bytes: int) -> PrefixFiles:
        """A place for what a model has read before, at most `limit_bytes` of it; it holds nothing from documents."""
        return PrefixFiles(self._home, self._prefix_key, limit_bytes)

    # ---- search

    def search(
        self,
        question: str,
        query_vector: FloatArray,
        k: int,
        rung: Rung | None = None,
        *,
        include_superseded: bool = False,
    ) -> tuple[Passage, ...]:
        """The best `k` passages, best first: BM25 over keyed tokens fused with cosine over vectors.

        `query_vector` is float32 (D,). `similarity` of each passage is its cosine to it, also where only the words
        matched. With `rung`, documents of that rung only. Documents that a newer version replaces are left out unless
        `include_superseded`; then their passages say so.

        Raises EnvironmentFault: INDEX_EMBEDDER_CHANGED; DISK_FULL when a damaged index cannot be made again.
        """
        found = self.candidates(Query(question, query_vector), k, rung, include_superseded=include_superseded)
        return tuple(candidate.passage for candidate in found)

    def candidates(
        self, query: Query, limit: int, rung: Rung | None = None, *, include_superseded: bool = False
    ) -> tuple[Candidate, ...]:
        """What `search` finds, with what each ranking says of it, for a reranker. Raises as `search`.

        What head office shares counts to the first rung; where it cannot be reached, the rest is found all the same.
        """
        if self.shared is None or rung == Rung.BRANCH:
            return self._own_candidates(query, limit, rung, include_superseded)
        shared = self.shared.start_candidates(query, limit, include_superseded)
        return merged(self._own_candidates(query, limit, rung, include_superseded), shared(), limit)

    def publish(self, documents: Sequence[DocumentInfo], policy: SharedPolicy, key: CollectionKey) -> str:
        """Head office: publish documents of this home where `policy` says; returns the new state's name.

        Raises EnvironmentFault SHARED_UNREACHABLE (name, reason).
        """
        try:
            return publish(self._ledger, documents, policy, key)
        except IndexDamaged as error:
            raise EnvironmentFault(Fault.SHARED_UNREACHABLE, name=policy.name, reason=str(error)[:300]) from error

    def _own_candidates(
        self, query: Query, limit: int, rung: Rung | None, include_superseded: bool
    ) -> tuple[Candidate, ...]:
        self._require_embedder()
        index = self._ready_index()
        if index is None:
            return ()
        for vector in (query.vector, query.vector if query.adapted is None else query.adapted):
            if vector.shape != (index.dimension,):
                raise BugError("vectors_misshapen", length=vector.size, dimension=index.dimension)
        try:
            return candidates(self._ledger, index, query, limit, rung, include_superseded)
        except IndexDamaged:
            mended = self._replace_index(index)
        return candidates(self._ledger, mended, query, limit, rung, include_superseded) if mended else ()

    # ---- the index

    def prepare(self) -> Iterator[IndexRebuilding | IndexRebuilt]:
        """Load LanceDB, finish interrupted removals and bring the index in step with the ledger.

        Yields progress, and `IndexRebuilt` last, if the index was missing, damaged or foreign and has to be made again.
        Every call that needs the index does this by itself the first time; call it early to keep the first question
        quick. Writers wait until it has ended.
        """
        with self._writing, writing_home(self._home):
            yield from self._preparing()

    def rebuild_index(self) -> Iterator[IndexRebuilding | IndexRebuilt]:
        """Make the index again from the ledger's chunks and vectors; yields progress, and `IndexRebuilt` last."""
        with self._writing, writing_home(self._home):
            yield from self._keeper.rebuilding()

    def compact(self) -> None:
        """Merge the index's small files; for idle moments (each added document leaves a small file)."""
        with self._writing, writing_home(self._home):
            self._keeper.compact()

    def tidy(self) -> None:
        """After a batch of documents: `compact` where their small files slow searches down and it takes seconds."""
        with self._writing, writing_home(self._home):
            if self._keeper.index is not None and self._keeper.index.slows_searches:
                self._keeper.compact()

    @property
    def embedder_changed(self) -> bool:
        """The ledger holds vectors of another embedder than `open` was given; `reembed` mends it."""
        known = self._ledger.embedder()
        foreign = self._fingerprint is not None and known not in (None, self._fingerprint)
        return foreign and self._ledger.dimension() is not None

    def reembed(
        self, embed: Callable[[Sequence[str]], FloatArray]
    ) -> Iterator[ChunksEmbedded | IndexRebuilding | IndexRebuilt]:
        """Give every chunk a new vector after the embedder changed.

        `embed` maps n passage texts to float32 (n, D), L2-normalized. Until this has finished, `search` and
        `add_document` raise INDEX_EMBEDDER_CHANGED; closing the generator early leaves everything as it was. No
        document may be added or removed meanwhile.
        """
        fingerprint = self._named_embedder()
        pairs = list(self._ledger.chunk_texts())
        vectors: list[tuple[int, bytes]] = []
        for start in range(0, len(pairs), _EMBED_BATCH):
            rows, texts = zip(*pairs[start : start + _EMBED_BATCH], strict=True)
            vectors.extend(zip(rows, map(codec.pack_vector, embed(texts)), strict=True))
            yield ChunksEmbedded("", len(vectors), len(pairs))
        self._ledger.set_embedder(fingerprint, vectors)
        yield from self.rebuild_index()

    # ---- inside; all of it under `_writing`

    def _named_embedder(self) -> str:
        if self._fingerprint is None:
            raise BugError("embedder_unnamed")
        return self._fingerprint

    def _require_embedder(self) -> None:
        self._named_embedder()
        if self.embedder_changed:
            raise EnvironmentFault(Fault.INDEX_EMBEDDER_CHANGED)

    def _check_vectors(self, document: NewDocument) -> None:
        dimension = self._ledger.dimension() or document.vectors.shape[-1]
        if document.vectors.shape != (len(document.chunks), dimension):
            raise BugError("vectors_misshapen", rows=len(document.vectors), chunks=len(document.chunks))
        if self._ledger.embedder() != self._fingerprint:
            self._ledger.set_embedder(self._named_embedder())

    def _require_space(self, document: NewDocument) -> None:
        if free_bytes(self._home) < (needed := needed_bytes(document)):
            raise disk_full(self._home, needed)

    def _ready_index(self) -> ChunkIndex | None:
        if not self._keeper.prepared:
            for _ in self.prepare():
                pass
        return self._keeper.index

    def _replace_index(self, damaged: ChunkIndex) -> ChunkIndex | None:
        """A search found the index damaged: make it again, unless another thread just did."""
        with self._writing, writing_home(self._home):
            if self._keeper.index is damaged:
                self._keeper.rebuild()
            return self._keeper.index
