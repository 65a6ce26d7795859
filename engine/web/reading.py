"""A fetched page as a document: typeset and parsed in the parser child, cut into chunks like any other."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from engine.cancel import CancelToken
from engine.errors import DocumentFault, DocumentRejected
from engine.ingestion.chunker import chunk_document
from engine.ingestion.parser_process import DocumentHeader, DocumentView, parse_document
from engine.ingestion.running_heads import without_running_heads
from engine.settings import ParserLimits
from engine.values import Chunk, DocumentFormat, Page
from engine.web.fetch import FetchedPage

# A page is one of several that an answer waits for: less of everything than a document that is taken in.
LIMITS = ParserLimits(size_bytes=20 << 20, pages=100, page_timeout_s=5.0, document_timeout_s=12.0, memory_bytes=1 << 30)


@dataclass(frozen=True, slots=True)
class ReadPage:
    """`document_id` is the SHA-256 of the page's bytes; `view` the PDF that it is drawn from, empty if it is one."""

    document_id: str
    format: DocumentFormat
    title: str
    view: bytes = field(repr=False)
    pages: tuple[Page, ...] = field(repr=False)
    chunks: tuple[Chunk, ...] = field(repr=False)


def read_page(fetched: FetchedPage, title: str, cancel: CancelToken) -> ReadPage:
    """Parse and chunk; `title` stands in where the page has none. Pages that are pictures stay unread.

    Raises DocumentRejected; EnvironmentFault PARSER_UNUSABLE; Cancelled.
    """
    document_id = hashlib.sha256(fetched.untrusted_data).hexdigest()
    view, document_format = b"", fetched.format
    pages: list[Page] = []
    for item in parse_document(fetched.untrusted_data, LIMITS, cancel, claimed=fetched.format):
        match item:
            case DocumentView():
                view = item.data
            case DocumentHeader():
                document_format = item.format
            case Page():
                pages.append(item)
    pages = without_running_heads(pages)
    chunks = chunk_document(document_id, title or fetched.site, pages)
    if not chunks:
        raise DocumentRejected(DocumentFault.NO_TEXT)
    return ReadPage(document_id, document_format, chunks[0].heading_path[0], view, tuple(pages), tuple(chunks))
