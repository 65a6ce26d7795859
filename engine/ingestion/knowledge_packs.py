"""Knowledge packs of head office: made from a folder, installed, brought up to date and removed as a whole.

Installing stores the pack's documents one by one out of sight, so that it may be stopped and goes on where it was, and
shows them all in one step at the end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.cancel import CancelToken
from engine.errors import DocumentRejected, EnvironmentFault, Fault, Rejection, RequestRejected
from engine.events import DocumentFailed, DocumentStarted, KnowledgePackInstalled, KnowledgePackRemoved
from engine.ingestion.chunker import chunk_document
from engine.ingestion.files import find_documents
from engine.ingestion.pipeline import Embedder, IngestEvent, Ingestor, ReadingJob
from engine.knowledge.pack_file import (
    ENTRIES,
    PackDocument,
    PackFile,
    PackManifest,
    make_manifest,
    vectors_key,
    version_order,
    write_pack,
)
from engine.knowledge.pack_records import PackRecord
from engine.knowledge.signing import Signer
from engine.knowledge.store import NewDocument
from engine.policy import load_policy
from engine.values import BUILTIN_PACK, Chunk, Page, Rung, Span

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeBase

FloatArray = NDArray[np.float32]
PackEvent = IngestEvent | KnowledgePackInstalled


@dataclass(frozen=True, slots=True)
class KnowledgePackInfo:
    """An installed knowledge pack as the library shows it."""

    pack: str
    title: str
    version: str
    publisher: str
    signer: str  # public key, 64 hexadecimal digits
    installed_at: str  # ISO 8601, UTC
    documents: int


def new_signing_key(path: Path, passphrase: str) -> str:
    """Make a signing key in a new file, encrypted with the passphrase; returns its public key for the policy.

    Raises RequestRejected PATH_EXISTS: a key is never overwritten.
    """
    signer = Signer.new()
    try:
        signer.save(path, passphrase)
    except FileExistsError as error:
        raise RequestRejected(Rejection.PATH_EXISTS, path=str(path)) from error
    return signer.public_key


def signed_pack(
    manifest: PackManifest,
    contents: Mapping[str, Path],
    target: Path,
    signer: Signer,
    ingestor: Ingestor,
    cancel: CancelToken,
) -> Iterator[PackEvent]:
    """Read and embed every document as a branch would, and write all of it, signed, to `target`.

    Raises DocumentRejected for one that cannot be read: what head office sends out must be readable.
    """
    vectors: dict[str, bytes] = {}

    def keeping(embedder: Embedder) -> Embedder:
        return _KeepingEmbedder(embedder, vectors)

    keeper = ingestor.embedding_with(keeping)
    for document in manifest.documents:
        yield from _read(document, contents[document.sha256].read_bytes(), manifest.layout, keeper, cancel)
    write_pack(target, manifest, contents, vectors, signer)


class KnowledgePacks:
    """What the engine offers on knowledge packs. One caller at a time."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        ingestor: Callable[[], Ingestor],
        forget: Callable[[], None] = lambda: None,
        own_key: str = "",
    ) -> None:
        """`forget` is called when documents may have gone.

        `own_key` signed the pack that ships with the program: no other may take its name, and it may go back. Without
        it, packs are trusted that are signed by a key which the machine's policy names.
        """
        self._knowledge = knowledge
        self._ingestor = ingestor
        self._forget = forget
        self._own_key = own_key

    def installed(self) -> tuple[KnowledgePackInfo, ...]:
        return tuple(
            KnowledgePackInfo(
                record.pack,
                record.title,
                record.version,
                record.publisher,
                record.signer,
                record.installed_at,
                len(self._knowledge.pack_documents(record.pack)),
            )
            for record in self._knowledge.packs()
        )

    def install(self, path: Path, cancel: CancelToken) -> Iterator[PackEvent]:
        """Install a pack, or a newer version in the place of an older one; the same version again changes nothing.

        Until the last event the library shows what it showed before. A document that cannot be read stops the
        installation: a pack is complete or not there.

        Raises:
            RequestRejected: PATH_MISSING, KNOWLEDGE_PACK_OLDER.
            EnvironmentFault: KNOWLEDGE_PACK_DAMAGED, KNOWLEDGE_PACK_UNTRUSTED, POLICY_INVALID, DISK_FULL …
            DocumentRejected: one document of the pack cannot be read; its DocumentFailed event came before.
            Cancelled: what was read so far is not read again next time.
        """
        started = time.monotonic()
        trusted = {self._own_key} if self._own_key else load_policy().knowledge.trusted_keys
        with PackFile.open(path, trusted) as file:
            manifest = file.manifest
            if not self._own_key:
                self._require_installable(file, path)
            ingestor = self._ingestor()
            for document in manifest.documents:
                cancel.raise_if_cancelled()
                yield from self._stage(file, document, ingestor, cancel)
        record = PackRecord(manifest.pack, manifest.title, manifest.version, manifest.publisher, file.signer)
        try:
            self._knowledge.switch_on(record, [document.sha256 for document in manifest.documents])
        finally:
            self._forget()
        yield KnowledgePackInstalled(
            manifest.pack, manifest.version, len(manifest.documents), time.monotonic() - started
        )

    def build(
        self,
        folder: Path,
        target: Path,
        key: Path,
        passphrase: str,
        *,
        pack: str,
        title: str,
        version: str,
        publisher: str,
        cancel: CancelToken,
    ) -> Iterator[PackEvent]:
        """Head office: all documents of a folder as one signed pack in the file `target`.

        Raises:
            RequestRejected: PATH_MISSING (no document there), OPTION_INVALID.
            EnvironmentFault: SIGNING_KEY_UNUSABLE.
            DocumentRejected: one document cannot be read; its DocumentFailed event came before.
        """
        signer = Signer.load(key, passphrase)
        files = sorted(find_documents([folder]))
        if not files:
            raise RequestRejected(Rejection.PATH_MISSING, path=str(folder))
        manifest, contents = make_manifest(pack, title, version, publisher, files)
        yield from signed_pack(manifest, contents, target, signer, self._ingestor(), cancel)

    def remove(self, pack: str) -> KnowledgePackRemoved:
        """Remove a pack and every trace of it.

        Raises RequestRejected KNOWLEDGE_PACK_UNKNOWN, or KNOWLEDGE_PACK_FIXED for the one that ships with the program.
        """
        if pack == BUILTIN_PACK:
            raise RequestRejected(Rejection.KNOWLEDGE_PACK_FIXED, pack=pack)
        if pack not in {record.pack for record in self._knowledge.packs()}:
            raise RequestRejected(Rejection.KNOWLEDGE_PACK_UNKNOWN, pack=pack)
        try:
            self._knowledge.switch_off(pack)
        finally:
            self._forget()
        return KnowledgePackRemoved(pack)

    def _require_installable(self, file: PackFile, path: Path) -> None:
        manifest = file.manifest
        if manifest.pack == BUILTIN_PACK:
            raise EnvironmentFault(Fault.KNOWLEDGE_PACK_UNTRUSTED, path=str(path), signer=file.signer)
        for record in self._knowledge.packs():
            if record.pack == manifest.pack and version_order(record.version) > version_order(manifest.version):
                versions = {"version": manifest.version, "installed": record.version}
                raise RequestRejected(Rejection.KNOWLEDGE_PACK_OLDER, pack=manifest.pack, **versions)

    def _stage(
        self, file: PackFile, document: PackDocument, ingestor: Ingestor, cancel: CancelToken
    ) -> Iterator[PackEvent]:
        known = self._knowledge.has(document.sha256)
        if known or document.sha256 in self._knowledge.pack_documents(file.manifest.pack, staged=True):
            return
        ready = ingestor.embedding_with(lambda embedder: _StoredVectors(embedder, file))
        read = yield from _read(document, file.read(document), file.manifest.layout, ready, cancel)
        self._knowledge.stage(replace(read, rung=Rung.BUILTIN, pack=file.manifest.pack, source_path=""))


def _read(
    document: PackDocument, data: bytes, layout: str, ingestor: Ingestor, cancel: CancelToken
) -> Generator[PackEvent, None, NewDocument]:
    """A document of a pack, read; one that cannot be read is an event and then an error."""
    job = ReadingJob(Path(document.name), document.name, document.name, time.monotonic(), document.sha256)
    yield DocumentStarted(job.path, job.name)
    try:
        return (yield from ingestor.read(job, data, cancel, entry_chunks if layout == ENTRIES else chunk_document))
    except DocumentRejected as error:
        details = tuple(error.details.items())
        yield DocumentFailed(job.path, document.sha256, job.name, job.seconds, str(error.code), details)
        raise


class _StoredVectors:
    """An embedder that takes vectors from the pack where it has them for exactly these texts."""

    def __init__(self, embedder: Embedder, file: PackFile) -> None:
        self._embedder = embedder
        self._file = file
        self.fingerprint = embedder.fingerprint

    def embed_passages(
        self, texts: Sequence[str], cancel: CancelToken | None = None, pause: Callable[[], None] | None = None
    ) -> Iterator[FloatArray]:
        rows = self._file.vectors(vectors_key(self.fingerprint, texts))
        if rows is None:
            yield from self._embedder.embed_passages(texts, cancel, pause)
        else:
            yield np.frombuffer(rows, "<f2").reshape(len(texts), -1).astype(np.float32)


class _KeepingEmbedder:
    """An embedder that keeps, as float16, what it made for each document."""

    def __init__(self, embedder: Embedder, kept: dict[str, bytes]) -> None:
        self._embedder = embedder
        self._kept = kept
        self.fingerprint = embedder.fingerprint

    def embed_passages(
        self, texts: Sequence[str], cancel: CancelToken | None = None, pause: Callable[[], None] | None = None
    ) -> Iterator[FloatArray]:
        batches: list[FloatArray] = []
        for batch in self._embedder.embed_passages(texts, cancel, pause):
            batches.append(batch)
            yield batch
        self._kept[vectors_key(self.fingerprint, texts)] = np.concatenate(batches).astype("<f2").tobytes()


def entry_chunks(document_id: str, name: str, pages: Sequence[Page]) -> list[Chunk]:
    """One chunk for each page, as built-in knowledge is laid out; the first line names the entry."""
    return [
        Chunk(
            f"{document_id}:{page.page_no}:0",
            document_id,
            page.page_no,
            0,
            page.text,
            (name, page.text.partition("\n")[0]),
            (Span(page.page_no, 0, len(page.text)),),
        )
        for page in pages
        if page.text
    ]
