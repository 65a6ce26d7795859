"""A stored page as a picture, drawn in the parser child, with the cited passage boxed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.boxes import span_boxes
from engine.cancel import CancelToken
from engine.ingestion.page_drawing import PageRenderer
from engine.values import Box, Page, PageImage, Span

if TYPE_CHECKING:
    from engine.knowledge.holdings import Holdings


def draw_page(
    knowledge: Holdings,
    renderer: PageRenderer,
    document_id: str,
    page_no: int,
    width_px: int,
    quote: str,
    spans: Sequence[Span],
    cancel: CancelToken,
) -> PageImage:
    """The page about `width_px` wide; boxed is `quote` (exact text of the page), else those `spans` on it.

    Raises:
        RequestRejected: unknown document or page.
        DocumentRejected: the page cannot be drawn.
        Cancelled: the token was cancelled.
    """
    document = knowledge.document(document_id)
    page = knowledge.page(document_id, page_no)
    png, width, height = renderer.draw(document_id, lambda: knowledge.view(document_id), page_no, width_px, cancel)
    marked = [box for span in _marked(page, quote, spans) for box in span_boxes(page, span.start, span.end)]
    boxes = scaled(marked, width / page.width_pt)
    return PageImage(document_id, page_no, document.page_count, png, width, height, boxes, page.width_pt)


def scaled(boxes: Sequence[Box], scale: float) -> tuple[Box, ...]:
    return tuple(Box(box.x0 * scale, box.y0 * scale, box.x1 * scale, box.y1 * scale) for box in boxes)


def _marked(page: Page, quote: str, spans: Sequence[Span]) -> list[Span]:
    here = [span for span in spans if span.page_no == page.page_no]
    if quote:
        # a sentence may stand twice on a page: the one of the passage is meant
        starts = [page.text.find(quote, span.start, span.end) for span in here] + [page.text.find(quote)]
        start = next((found for found in starts if found >= 0), -1)
        if start >= 0:
            return [Span(page.page_no, start, start + len(quote))]
    return here
