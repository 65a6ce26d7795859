"""A stored page as a picture, drawn in the parser child, with the cited passage boxed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.boxes import span_boxes
from engine.ingestion.parser_process import render_page
from engine.settings import ParserLimits
from engine.values import Box, Page, PageImage, Span

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeBase


def draw_page(
    knowledge: KnowledgeBase,
    document_id: str,
    page_no: int,
    width_px: int,
    limits: ParserLimits,
    quote: str = "",
    spans: Sequence[Span] = (),
) -> PageImage:
    """The page about `width_px` wide; boxed is `quote` (exact text of the page), else those `spans` on it.

    Raises:
        RequestRejected: unknown document or page.
        DocumentRejected: the page cannot be drawn.
    """
    document = knowledge.document(document_id)
    page = knowledge.page(document_id, page_no)
    png, width, height = render_page(knowledge.view(document_id), page_no, width_px, limits)
    scale = width / page.width_pt
    boxes = tuple(
        Box(box.x0 * scale, box.y0 * scale, box.x1 * scale, box.y1 * scale)
        for span in _marked(page, quote, spans)
        for box in span_boxes(page, span.start, span.end)
    )
    return PageImage(document_id, page_no, document.page_count, png, width, height, boxes)


def _marked(page: Page, quote: str, spans: Sequence[Span]) -> list[Span]:
    start = page.text.find(quote) if quote else -1
    if start >= 0:
        return [Span(page.page_no, start, start + len(quote))]
    return [span for span in spans if span.page_no == page.page_no]
