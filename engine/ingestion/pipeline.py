"""From dropped files to stored, searchable documents: read, parse, chunk, embed, commit; one after the other."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.cancel import CancelToken
from engine.errors import DocumentFault, DocumentRejected
from engine.events import (
    ChunksEmbedded,
    DocumentFailed,
    DocumentIndexed,
    DocumentPartiallyIndexed,
    DocumentStarted,
    PageParsed,
    PageRecognized,
)
from engine.ingestion.chunker import chunk_document
from engine.ingestion.files import find_documents, format_of, printable, read_document
from engine.ingestion.parser_process import DocumentHeader, DocumentView, parse_document
from engine.ingestion.running_heads import without_running_heads
from engine.ingestion.scans import needs_ocr, recognize_pages
from engine.ingestion.versioning import family_and_version
from engine.knowledge.store import NewDocument
from engine.pacing import Pacer
from engine.settings import ParserLimits
from engine.values import Chunk, DocumentFormat, DocumentInfo, Page, PageFailure, PageKind, Rung

FloatArray = NDArray[np.float32]
IngestEvent = (
    DocumentStarted
    | PageParsed
    | PageRecognized
    | ChunksEmbedded
    | DocumentIndexed
    | DocumentPartiallyIndexed
    | DocumentFailed
)

# What a document without any text is called after what happened to its pages.
_WHOLE_DOCUMENT = {
    DocumentFault.PAGE_BROKEN.value: DocumentFault.BROKEN,
    DocumentFault.PAGE_TIMEOUT.value: DocumentFault.TIMEOUT,
    DocumentFault.MEMORY.value: DocumentFault.MEMORY,
    DocumentFault.OCR_FAILED.value: DocumentFault.OCR_FAILED,
    DocumentFault.OCR_TIMEOUT.value: DocumentFault.OCR_TIMEOUT,
    DocumentFault.OCR_UNUSABLE.value: DocumentFault.OCR_UNUSABLE,
}


class Knowledge(Protocol):
    """What ingestion needs of `engine.knowledge.store.KnowledgeBase`."""

    def has(self, document_id: str) -> bool: ...
    def document(self, document_id: str) -> DocumentInfo: ...
    def add_document(self, document: NewDocument) -> DocumentInfo: ...
    def claim(self, document_id: str) -> None: ...
    def tidy(self) -> None: ...


class Embedder(Protocol):
    """What ingestion needs of `engine.runtime.embedder.Embedder`: arrays (b, D), together one row a text.

    `pause` is called before every run of the model. Vectors of one `fingerprint` compare.
    """

    @property
    def fingerprint(self) -> str: ...

    def embed_passages(
        self, texts: Sequence[str], cancel: CancelToken | None = None, pause: Callable[[], None] | None = None
    ) -> Iterator[FloatArray]: ...


Chunker = Callable[[str, str, Sequence[Page]], list[Chunk]]


@dataclass(slots=True)
class ReadingJob:
    """One document on its way. `path` is printable; `document_id` is empty until the bytes are read."""

    file: Path
    path: str
    name: str
    started: float
    document_id: str = ""
    password: str = field(default="", repr=False)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started


@dataclass(slots=True)
class Parsed:
    """What the parser child gave: `view` is empty where the document is an open PDF itself."""

    pages: list[Page] = field(default_factory=list[Page])
    format: DocumentFormat = DocumentFormat.PDF
    view: bytes = field(default=b"", repr=False)


class Ingestor:
    """Takes documents into a knowledge base. One caller at a time."""

    def __init__(
        self, knowledge: Knowledge, embedder: Embedder, limits: ParserLimits, pacer: Pacer | None = None
    ) -> None:
        """While `pacer` is busy nothing is parsed, recognized or embedded."""
        self._pacer = pacer or Pacer()
        self._knowledge = knowledge
        self._embedder = embedder
        self._limits = limits

    def embedding_with(self, wrap: Callable[[Embedder], Embedder]) -> Ingestor:
        """The same with another embedder around its own."""
        return Ingestor(self._knowledge, wrap(self._embedder), self._limits, self._pacer)

    def ingest(
        self,
        paths: Sequence[Path],
        cancel: CancelToken,
        passwords: Mapping[Path, str] | None = None,
        replaces: str = "",
    ) -> Iterator[IngestEvent]:
        """Take in files and all documents of folders. A document is stored whole at its last event, or not at all.

        `passwords` open locked PDFs, by file or by a folder above it; they are kept nowhere. The document `replaces`
        goes when the new one is stored.

        One document's failure is an event and stops nothing.

        Raises:
            EnvironmentFault: the disk is full, no parser child can be started …; what was stored stays.
            Cancelled: between two pages or two batches of chunks; the document under way leaves nothing behind.
        """
        for file in find_documents(paths):
            cancel.raise_if_cancelled()
            job = ReadingJob(file, printable(file), printable(file.name), time.monotonic())
            job.password = next((passwords[at] for at in (file, *file.parents) if passwords and at in passwords), "")
            yield DocumentStarted(job.path, job.name)
            try:
                yield from self._take_in(job, cancel, replaces)
            except DocumentRejected as error:
                details = tuple(error.details.items())
                yield DocumentFailed(job.path, job.document_id, job.name, job.seconds, str(error.code), details)
        self._pacer.wait(cancel)
        self._knowledge.tidy()

    def _take_in(self, job: ReadingJob, cancel: CancelToken, replaces: str) -> Iterator[IngestEvent]:
        data = read_document(job.file, self._limits.size_bytes)
        job.document_id = hashlib.sha256(data).hexdigest()
        if self._knowledge.has(job.document_id):
            known = self._knowledge.document(job.document_id)
            if known.pack:
                self._knowledge.claim(job.document_id)
            yield DocumentIndexed(
                job.path, job.document_id, job.name, known.page_count, known.chunk_count, job.seconds, True
            )
            return
        document = yield from self.read(job, data, cancel)
        document = replace(document, replaces=replaces)
        self._knowledge.add_document(document)
        result = (job.path, job.document_id, job.name, len(document.pages), len(document.chunks), job.seconds)
        failures = document.failures
        yield DocumentPartiallyIndexed(*result, failures) if failures else DocumentIndexed(*result)

    def read(
        self, job: ReadingJob, data: bytes, cancel: CancelToken, chunk: Chunker = chunk_document
    ) -> Generator[IngestEvent, None, NewDocument]:
        """Parse, chunk and embed a document's bytes; yields progress, returns what is to be stored.

        Raises DocumentRejected when nothing of it can be read, and what `ingest` raises.
        """
        parsed = yield from self._parse(job, data, cancel)
        yield from self._recognize(job, data, parsed, cancel)
        parsed.pages = without_running_heads(parsed.pages)
        pages = parsed.pages
        failures = tuple(PageFailure(page.page_no, page.reason) for page in pages if page.kind is PageKind.FAILED)
        chunks = chunk(job.document_id, job.name, pages)
        if not chunks:
            raise self._no_text(failures)
        vectors = yield from self._embed(job, chunks, cancel)
        cancel.raise_if_cancelled()
        family, version = family_and_version(chunks[0].heading_path[0], job.name)
        return NewDocument(
            document_id=job.document_id,
            name=job.name,
            title=chunks[0].heading_path[0],
            source_path=job.path,
            rung=Rung.BRANCH,
            original=data,
            pages=pages,
            chunks=chunks,
            vectors=vectors,
            failures=failures,
            family=family,
            version=version,
            format=parsed.format,
            view=parsed.view,
        )

    def _parse(self, job: ReadingJob, data: bytes, cancel: CancelToken) -> Generator[IngestEvent, None, Parsed]:
        """Yields progress, returns the pages as they are printed, and what else is known of the document."""
        parsed = Parsed()
        page_count = 0
        claimed = format_of(job.file)
        for item in parse_document(data, self._limits, cancel, self._pacer, claimed, job.password):
            match item:
                case DocumentView():
                    parsed.view = item.data
                case DocumentHeader():
                    page_count, parsed.format = item.page_count, item.format
                case Page():
                    parsed.pages.append(item)
                    yield PageParsed(job.path, item.page_no, page_count)
        return parsed

    def _recognize(self, job: ReadingJob, data: bytes, parsed: Parsed, cancel: CancelToken) -> Iterator[IngestEvent]:
        """Yields progress; puts recognized pages in the place of those without usable text."""
        scanned = [page for page in parsed.pages if needs_ocr(page)]
        for page in recognize_pages(parsed.view or data, scanned, self._limits, cancel, self._pacer):
            parsed.pages[page.page_no - 1] = page
            yield PageRecognized(job.path, page.page_no, len(parsed.pages))

    def _embed(
        self, job: ReadingJob, chunks: Sequence[Chunk], cancel: CancelToken
    ) -> Generator[IngestEvent, None, FloatArray]:
        """Yields progress, returns the vectors, float32 (len(chunks), D)."""
        batches: list[FloatArray] = []
        done = 0
        texts = [chunk.text for chunk in chunks]
        for batch in self._embedder.embed_passages(texts, cancel, lambda: self._pacer.wait(cancel)):
            cancel.raise_if_cancelled()
            batches.append(batch)
            done += len(batch)
            yield ChunksEmbedded(job.path, done, len(chunks))
        return np.concatenate(batches)

    def _no_text(self, failures: Sequence[PageFailure]) -> DocumentRejected:
        """Why a document has no text at all: the first page failure that is not a scan, else NO_TEXT."""
        for failure in failures:
            code = _WHOLE_DOCUMENT.get(failure.reason)
            if code is DocumentFault.TIMEOUT:
                return DocumentRejected(code, limit_s=self._limits.page_timeout_s)
            if code is not None:
                return DocumentRejected(code)
        return DocumentRejected(DocumentFault.NO_TEXT)
