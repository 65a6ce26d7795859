"""Knowledge packs of head office: made from a folder, installed, brought up to date and removed as a whole.

Installing stores the pack's documents one by one out of sight, so that it may be stopped and goes on where it was, and
shows them all in one step at the end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cancel import CancelToken
from engine.errors import DocumentRejected, EnvironmentFault, Fault, Rejection, RequestRejected
from engine.events import DocumentFailed, DocumentStarted, KnowledgePackInstalled, KnowledgePackRemoved
from engine.ingestion.chunker import chunk_document
from engine.ingestion.files import find_documents
from engine.ingestion.pipeline import IngestEvent, Ingestor, ReadingJob
from engine.knowledge.pack_file import (
    ENTRIES,
    PackDocument,
    PackFile,
    make_manifest,
    version_order,
    write_pack,
)
from engine.knowledge.pack_records import PackRecord
from engine.knowledge.signing import Signer
from engine.policy import load_policy
from engine.values import BUILTIN_PACK, Chunk, Page, Rung, Span

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeBase

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


def build_knowledge_pack(
    folder: Path, target: Path, *, pack: str, title: str, version: str, publisher: str, key: Path, passphrase: str
) -> KnowledgePackInfo:
    """Sign all documents of a folder as one pack and write it to `target`.

    Raises RequestRejected (PATH_MISSING, OPTION_INVALID) and EnvironmentFault SIGNING_KEY_UNUSABLE.
    """
    signer = Signer.load(key, passphrase)
    files = sorted(find_documents([folder]))
    if not files:
        raise RequestRejected(Rejection.PATH_MISSING, path=str(folder))
    manifest, contents = make_manifest(pack, title, version, publisher, files)
    write_pack(target, manifest, contents, signer)
    return KnowledgePackInfo(pack, title, version, publisher, signer.public_key, "", len(manifest.documents))


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
        job = ReadingJob(Path(document.name), document.name, document.name, time.monotonic(), document.sha256)
        chunk = entry_chunks if file.manifest.layout == ENTRIES else chunk_document
        yield DocumentStarted(job.path, job.name)
        try:
            read = yield from ingestor.read(job, file.read(document), cancel, chunk)
        except DocumentRejected as error:
            details = tuple(error.details.items())
            yield DocumentFailed(job.path, document.sha256, job.name, job.seconds, str(error.code), details)
            raise
        self._knowledge.stage(replace(read, rung=Rung.BUILTIN, pack=file.manifest.pack, source_path=""))


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
