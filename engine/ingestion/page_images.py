"""A stored page as a picture, drawn in the parser child, with the cited passage boxed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.boxes import char_boxes, span_boxes
from engine.cancel import CancelToken
from engine.ingestion.page_drawing import PageRenderer
from engine.values import Box, Page, PageImage, Span

if TYPE_CHECKING:
    from engine.knowledge.holdings import Holdings

_STRAY_PERCENT = 0.5  # of a page's characters on either side may stand outside of what counts as its text


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
    scale = width / page.width_pt
    left, right = _text_edges(page)
    edges = left * scale, right * scale
    return PageImage(
        document_id, page_no, document.page_count, png, width, height, scaled(marked, scale), page.width_pt, edges
    )


def scaled(boxes: Sequence[Box], scale: float) -> tuple[Box, ...]:
    return tuple(Box(box.x0 * scale, box.y0 * scale, box.x1 * scale, box.y1 * scale) for box in boxes)


def _text_edges(page: Page) -> tuple[float, float]:
    """Where the text begins and ends across the page, in points, but for what stands alone in a margin."""
    boxes = char_boxes(page)
    boxes = boxes[boxes[:, 2] > boxes[:, 0]]
    if not len(boxes):
        return 0.0, 0.0
    left, right = np.percentile(boxes[:, 0], _STRAY_PERCENT), np.percentile(boxes[:, 2], 100 - _STRAY_PERCENT)
    return max(0.0, float(left)), min(page.width_pt, float(right))


def _marked(page: Page, quote: str, spans: Sequence[Span]) -> list[Span]:
    here = [span for span in spans if span.page_no == page.page_no]
    if quote:
        # a sentence may stand twice on a page: the one of the passage is meant
        starts = [page.text.find(quote, span.start, span.end) for span in here] + [page.text.find(quote)]
        start = next((found for found in starts if found >= 0), -1)
        if start >= 0:
            return [Span(page.page_no, start, start + len(quote))]
    return here
