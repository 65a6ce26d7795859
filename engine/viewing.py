"""What a viewer asks of a stored document: pages as pictures, places where words stand, the file itself.

Nothing here parses: the texts and the characters' boxes were stored when the document was taken in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cancel import CancelToken
from engine.events import HitsCounted, HitsFound
from engine.knowledge.audit_values import AuditAction
from engine.values import Box, DocumentFormat, DocumentInfo, Hit, Original, PageImage, Span

if TYPE_CHECKING:
    from engine.auditing import Audit
    from engine.ingestion.page_drawing import PageRenderer
    from engine.knowledge.holdings import Holdings
    from engine.settings import ParserLimits

MAX_HITS = 2000  # nobody reads more; the last event says when there are
MAX_NEEDLE_CHARS = 200
_PAGES_A_STEP = 64  # between two looks at the cancel token: some ten milliseconds
_AROUND_CHARS = 24
_READ_BYTES = 1 << 20
_SUFFIXES = {
    DocumentFormat.PDF: (".pdf",),
    DocumentFormat.DOCX: (".docx",),
    DocumentFormat.XLSX: (".xlsx", ".xlsm"),
    DocumentFormat.PPTX: (".pptx",),
    DocumentFormat.HTML: (".html", ".htm"),
    DocumentFormat.WEB: (".html", ".htm"),
    DocumentFormat.MARKDOWN: (".md", ".markdown"),
    DocumentFormat.TEXT: (".txt",),
}
_RUNNING = (".html", ".htm", ".xlsm")  # web pages run scripts, such workbooks macros


class Viewing:
    """`Engine.viewing`. Every method may be called from any thread."""

    def __init__(self, knowledge: Holdings, limits: ParserLimits, audit: Audit) -> None:
        self._knowledge = knowledge
        self._limits = limits
        self._audit = audit
        self._renderer: PageRenderer | None = None
        self._closed = False

    # ---- pages

    def warm(self) -> None:
        """Have a child ready, so that the first page comes as quickly as the next; returns at once."""
        if not self._closed:
            self._pages().warm()

    def draw(
        self,
        document_id: str,
        page_no: int,
        width_px: int,
        quote: str = "",
        spans: Sequence[Span] = (),
        cancel: CancelToken | None = None,
    ) -> PageImage:
        """The page about `width_px` wide; boxed is `quote` (exact text of the page), else those `spans` on it.

        Raises:
            RequestRejected: unknown document or page.
            DocumentRejected: the page cannot be drawn.
            Cancelled: the token was cancelled.
        """
        from engine.ingestion.page_images import draw_page

        return draw_page(
            self._knowledge, self._pages(), document_id, page_no, width_px, quote, spans, cancel or CancelToken()
        )

    def boxes(
        self, document_id: str, page_no: int, spans: Sequence[Span], width_px: int
    ) -> tuple[tuple[Box, ...], ...]:
        """For each span of the page a box per printed line, in pixels of a picture `width_px` wide.

        Raises RequestRejected: unknown document or page.
        """
        from engine.boxes import span_boxes
        from engine.ingestion.page_images import scaled

        page = self._knowledge.page(document_id, page_no)
        scale = width_px / page.width_pt
        return tuple(scaled(span_boxes(page, span.start, span.end), scale) for span in spans)

    # ---- search

    def find(self, document_id: str, needle: str, cancel: CancelToken) -> Iterator[HitsFound | HitsCounted]:
        """All places of `needle` on the document's pages, page by page, at most `MAX_HITS`; `HitsCounted` comes last.

        Upper and lower case, full-width and half-width forms are the same; white space beside Chinese characters
        counts for nothing, and a place does not go over the end of a page. An empty needle is nowhere.

        Raises:
            RequestRejected: unknown document.
            Cancelled: the token was cancelled.
        """
        page_count = self._knowledge.document(document_id).page_count
        pattern = needle_pattern(needle)
        found, read = 0, 0 if pattern else page_count
        while pattern and read < page_count:
            cancel.raise_if_cancelled()
            pages = self._knowledge.page_texts(document_id, read + 1, read + _PAGES_A_STEP)
            hits: list[Hit] = []
            for page_no, text in pages:
                for match in pattern.finditer(text):
                    hits.append(_hit(page_no, text, match.start(), match.end()))
                    if found + len(hits) > MAX_HITS:
                        yield HitsFound(tuple(hits[:-1]), page_no, page_count)
                        yield HitsCounted(MAX_HITS, more=True)
                        return
            found += len(hits)
            read = min(read + _PAGES_A_STEP, page_count)
            yield HitsFound(tuple(hits), read, page_count)
        yield HitsCounted(found)

    # ---- the file itself

    def original(self, document_id: str, cancel: CancelToken) -> Original:
        """The file that a document was taken from. `path` is empty where it is no longer there as it was: then
        `save_original` has the stored one. Reads the whole file to compare it.

        Raises RequestRejected: unknown document; Cancelled.
        """
        document = self._knowledge.document(document_id)
        path = Path(document.source_path)
        same = path.is_absolute() and document.rung != "web" and _sha256(path, cancel) == document_id
        name = _file_name(document, stored=bool(self._knowledge.original(document_id)))
        return Original(document_id, name, document.format, str(path) if same else "", document.size_bytes)

    def save_original(self, document_id: str, path: Path) -> None:
        """Write the document's bytes as they were taken in; an older file is replaced. The audit log is told.

        What head office shares is kept as the PDF that pages are drawn from, and that is written.

        Raises RequestRejected: unknown document; EnvironmentFault DISK_FULL, HOME_UNWRITABLE, LEDGER_DAMAGED.
        """
        from engine.durable import write_durably, writing_home

        data = self._knowledge.original(document_id) or self._knowledge.view(document_id)
        with writing_home(path.parent):
            write_durably(path, data)
        self._audit.record(AuditAction.EXPORTED, sources=[document_id], facts={"format": path.suffix.lower()})

    # ---- state

    def forget(self) -> None:
        """Nothing of a document stays in a child's memory."""
        if self._renderer is not None:
            self._renderer.forget()

    def close(self) -> None:
        self._closed = True
        if self._renderer is not None:
            self._renderer.close()

    def _pages(self) -> PageRenderer:
        if self._renderer is None:
            from engine.ingestion.page_drawing import PageRenderer

            self._renderer = PageRenderer(self._limits)
        return self._renderer


def _file_name(document: DocumentInfo, *, stored: bool) -> str:
    """The document's name with the suffix of the bytes that would be saved."""
    suffixes = _SUFFIXES[document.format if stored else DocumentFormat.PDF]
    return document.name if document.name.lower().endswith(suffixes) else document.name + suffixes[0]


def needle_pattern(needle: str) -> re.Pattern[str] | None:
    """What finds `needle` in stored page text; None where nothing of it is left to look for."""
    from engine.parser.normalize import is_cjk, normalize_text

    words = normalize_text(needle[:MAX_NEEDLE_CHARS]).strip()
    parts: list[str] = []
    before = ""
    spaced = False
    for char in words:
        if char == " ":
            spaced = True
            continue
        if before:
            parts.append(r"\s*" if is_cjk(before) or is_cjk(char) else r"\s+" if spaced else "")
        parts.append(_either_width(char))
        before, spaced = char, False
    return re.compile("".join(parts), re.IGNORECASE) if parts else None


def _either_width(char: str) -> str:
    """Stored texts keep some full-width punctuation (，：；！？（）); either form finds the other."""
    code = ord(char)
    if 0x21 <= code <= 0x7E and not char.isalnum():
        return f"[{re.escape(char)}{chr(code + 0xFEE0)}]"
    if 0xFF01 <= code <= 0xFF5E:
        return f"[{char}{re.escape(chr(code - 0xFEE0))}]"
    return re.escape(char)


def _hit(page_no: int, text: str, start: int, end: int) -> Hit:
    before = text[max(0, start - _AROUND_CHARS) : start]
    return Hit(Span(page_no, start, end), before, text[start:end], text[end : end + _AROUND_CHARS])


def _sha256(path: Path, cancel: CancelToken) -> str:
    """Empty where it cannot be read."""
    digest = hashlib.sha256()
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            while part := file.read(_READ_BYTES):
                cancel.raise_if_cancelled()
                digest.update(part)
    except OSError:
        return ""
    return digest.hexdigest()


def openable(original: Original) -> bool:
    """Whether the file may be handed to another program: a document of a format that shows and does not run."""
    name = Path(original.path).name
    suffix = Path(name).suffix.lower()
    return name == name.strip(" .") and suffix in _SUFFIXES[original.format] and suffix not in _RUNNING
