"""Built-in domain knowledge: PDFs of our own, one entry a page, taken in like any document but on the first rung."""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.ingestion.parser_process import DocumentHeader, parse_document
from engine.ingestion.running_heads import without_running_heads
from engine.knowledge.store import KnowledgeBase, NewDocument
from engine.runtime.embedder import Embedder
from engine.settings import ParserLimits
from engine.values import Chunk, Page, Rung, Span

FOLDER = Path(__file__).parents[2] / "assets" / "knowledge"
TITLE = "内置知识：零售银行业务"  # what a citation names


def sync_builtin(knowledge: KnowledgeBase, embedder: Embedder, limits: ParserLimits) -> None:
    """Bring the built-in documents in step with the files that ship; nothing is done when nothing changed.

    Raises what `KnowledgeBase.add_document` and `parse_document` raise.
    """
    shipped = {hashlib.sha256(data).hexdigest(): data for data in (path.read_bytes() for path in FOLDER.glob("*.pdf"))}
    known = {document.document_id for document in knowledge.documents(Rung.BUILTIN)}
    for document_id in known - shipped.keys():
        knowledge.remove(document_id)
    for document_id in shipped.keys() - known:
        knowledge.add_document(_read(document_id, shipped[document_id], embedder, limits))


def _read(document_id: str, data: bytes, embedder: Embedder, limits: ParserLimits) -> NewDocument:
    parsed = parse_document(data, limits)
    pages = without_running_heads([page for page in parsed if not isinstance(page, DocumentHeader)])
    chunks = [_entry(document_id, page) for page in pages]
    return NewDocument(
        document_id=document_id,
        name=TITLE,
        title=TITLE,
        source_path="",
        rung=Rung.BUILTIN,
        original=data,
        pages=pages,
        chunks=chunks,
        vectors=embedder.embed_all([chunk.text for chunk in chunks]),
    )


def _entry(document_id: str, page: Page) -> Chunk:
    name = page.text.partition("\n")[0]
    span = Span(page.page_no, 0, len(page.text))
    return Chunk(f"{document_id}:{page.page_no}:0", document_id, page.page_no, 0, page.text, (TITLE, name), (span,))
