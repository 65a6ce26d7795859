"""How documents, pages and chunks lie in the ledger's tables, and how they come back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.knowledge import codec
from engine.knowledge.schema import HIDDEN, REMOVED, VISIBLE, Connection
from engine.values import (
    Chunk,
    DocumentFormat,
    DocumentInfo,
    DocumentStatus,
    Page,
    PageFailure,
    PageKind,
    Rung,
)

_SPACE_MARGIN_BYTES = 256 * 1024
_PART_BYTES = 1024 * 1024  # originals lie in parts, so that removing one needs little space for the write-ahead log


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A parsed and embedded document, ready to be stored whole.

    `vectors` is float32 (len(chunks), D), L2-normalized; row i belongs to `chunks[i]`. `title` is the document's own
    title where it has one, else its name. Partly readable documents carry `failures`. `view` is the PDF that pages are
    drawn from where that is not `original`; `family` and `version` tell versions of one document from each other.
    """

    document_id: str
    name: str
    title: str
    source_path: str
    rung: Rung
    original: bytes
    pages: Sequence[Page]
    chunks: Sequence[Chunk]
    vectors: NDArray[np.float32]
    failures: tuple[PageFailure, ...] = ()
    format: DocumentFormat = DocumentFormat.PDF
    view: bytes = b""
    family: str = ""
    version: str = ""  # ISO date
    pack: str = ""
    replaces: str = ""  # the document_id of another one that goes when this one is stored


@dataclass(frozen=True, slots=True)
class ChunkRows:
    """Chunks as the index takes them: `vectors` is float32 (n, D)."""

    rows: list[int]
    numbers: list[int]
    rungs: list[Rung]
    texts: list[str]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk of a visible document with what a passage needs of the document."""

    row: int
    chunk: Chunk
    name: str
    rung: Rung
    packed_vector: bytes
    version: str
    superseded: bool


def needed_bytes(document: NewDocument) -> int:
    """Room for the write-ahead log, the ledger and the index together, so that nothing fails half-way."""
    texts = sum(len(page.text) for page in document.pages) + sum(len(chunk.text) for chunk in document.chunks)
    boxes = sum(len(page.char_boxes) for page in document.pages) // 4  # they deflate to a tenth and less
    ledger = len(document.original) + len(document.view) + 4 * texts + boxes + document.vectors.nbytes // 2
    index = document.vectors.nbytes + 10 * texts
    return 2 * ledger + index + _SPACE_MARGIN_BYTES


def hide(db: Connection, document_id: str) -> None:
    """Also one that was set aside: it is about to be erased."""
    db.execute(
        "UPDATE documents SET state = ? WHERE document_id = ? AND state IN (?, ?)",
        (HIDDEN, document_id, VISIBLE, REMOVED),
    )


def replace(db: Connection, document: NewDocument) -> None:
    """Hide what a new document replaces; it takes the old one's place in its collections."""
    succeed(db, document.replaces, document.document_id)
    hide(db, document.replaces)


def succeed(db: Connection, document_id: str, successor: str) -> None:
    """Put a document's successor into the same collections."""
    db.execute(
        "INSERT OR IGNORE INTO collection_documents(collection_id, document_id)"
        " SELECT collection_id, ? FROM collection_documents WHERE document_id = ?",
        (successor, document_id),
    )


def leave_collections(db: Connection) -> None:
    """Documents that are gone are in no collection."""
    db.execute("DELETE FROM collection_documents WHERE document_id NOT IN (SELECT document_id FROM documents)")


def insert_document(db: Connection, document: NewDocument, state: int) -> int:
    """Its own row only; returns its number."""
    status = DocumentStatus.PARTIAL if document.failures else DocumentStatus.INDEXED
    names = (document.document_id, document.name, document.title, document.source_path)
    counts = (len(document.pages), len(document.chunks), len(document.original))
    added_at = datetime.now(UTC).isoformat(timespec="seconds")
    failures = codec.pack_failures(document.failures)
    origin = (document.format, codec.storable(document.family), document.version, document.pack)
    values = (*map(codec.storable, names), document.rung, status, *counts, added_at, failures, state, *origin)
    db.execute(
        "INSERT INTO documents(document_id, name, title, source_path, rung, status, page_count, chunk_count,"
        " size_bytes, added_at, failures, state, format, family, version, pack)"
        f" VALUES({', '.join('?' * len(values))})",
        values,
    )
    return db.last_insert_rowid()


def insert_parts(db: Connection, table: str, number: int, data: bytes) -> None:
    """`table` is originals or views."""
    for part, start in enumerate(range(0, len(data), _PART_BYTES)):
        db.execute(f"INSERT INTO {table} VALUES(?, ?, ?)", (number, part, data[start : start + _PART_BYTES]))


def page_row(number: int, page: Page) -> tuple[Any, ...]:
    size = (page.width_pt, page.height_pt)
    boxes = codec.pack_boxes(page.char_boxes)
    lines = codec.pack_offsets(page.line_starts)
    return (number, page.page_no, page.kind, *size, page.reason, lines, codec.storable(page.text), boxes)


def page_of(row: tuple[Any, ...]) -> Page:
    page_no, kind, width_pt, height_pt, text, boxes, line_starts, reason = row
    char_boxes, lines = codec.unpack_boxes(boxes), codec.unpack_offsets(line_starts)
    return Page(page_no, PageKind(kind), width_pt, height_pt, text, char_boxes, lines, reason)


def chunk_row(number: int, chunk: Chunk, vector: NDArray[np.float32]) -> tuple[Any, ...]:
    path = json.dumps([codec.storable(heading) for heading in chunk.heading_path], ensure_ascii=False)
    spans, text = codec.pack_spans(chunk.spans), codec.storable(chunk.text)
    return (number, chunk.chunk_id, chunk.page_no, chunk.ordinal, path, spans, text, codec.pack_vector(vector))


def stored_chunk(found: tuple[Any, ...]) -> StoredChunk:
    row, chunk_id, document_id, page_no, ordinal, text, path, spans, name, rung, vector, version, superseded = found
    headings, places = tuple[str, ...](json.loads(path)), codec.unpack_spans(spans)
    chunk = Chunk(chunk_id, document_id, page_no, ordinal, text, headings, places)
    return StoredChunk(row, chunk, name, Rung(rung), vector, version, bool(superseded))


def document_info(row: tuple[Any, ...]) -> DocumentInfo:
    document_id, name, status, rung, pages, chunks, size_bytes, added_at, source_path, failures, *origin = row
    document_format, family, version, superseded_by, pack, title = origin
    return DocumentInfo(
        document_id=document_id,
        name=name,
        status=DocumentStatus(status),
        rung=Rung(rung),
        page_count=pages,
        chunk_count=chunks,
        size_bytes=size_bytes,
        added_at=added_at,
        source_path=source_path,
        failures=codec.unpack_failures(failures),
        format=DocumentFormat(document_format),
        family=family,
        version=version,
        superseded_by=superseded_by,
        pack=pack,
        title=title,
    )
