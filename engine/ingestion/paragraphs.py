"""Pages as one sequence of paragraphs: a paragraph that crosses a page is put together again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.boxes import char_boxes
from engine.parser.layout import ITEM
from engine.parser.normalize import is_cjk
from engine.values import Page, Span

_ENDINGS = "。；;：:！!？?…”』」）)"
_WRAPPED_MIN_CHARS = 15  # a shorter last line of a page is a heading or a cell, not a sentence to be continued
_MARGIN = 0.08  # of the page's width, left blank at least; what stands there ran over the edge
_EDGE = 0.1  # of the page's width: how far from the edge a full line may end
_PARAGRAPH = re.compile(r"[^\n]+")
_SENTENCE = re.compile(r"[^。；;！!？?\n]*[。；;！!？?\n]+[”’』」）)]*|[^。；;！!？?\n]+$")
_CLAUSE = re.compile(r"[^，,：:、\s]*[，,：:、\s]+|[^，,：:、\s]+$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A piece of running text. `text` is the text of `spans` joined without anything between."""

    text: str
    spans: tuple[Span, ...]

    def part(self, start: int, end: int) -> Paragraph:
        """Characters `[start, end)` of the paragraph."""
        spans: list[Span] = []
        offset = 0
        for span in self.spans:
            first = max(start - offset, 0)
            last = min(end - offset, span.end - span.start)
            if first < last:
                spans.append(Span(span.page_no, span.start + first, span.start + last))
            offset += span.end - span.start
        return Paragraph(self.text[start:end], tuple(spans))

    def sentences(self, limit: int) -> Iterator[Paragraph]:
        """Its sentences; one longer than `limit` characters is cut at commas, and where none is left, anywhere."""
        for start, end in _cuts(_SENTENCE, self.text, 0, len(self.text)):
            if end - start <= limit:
                yield self.part(start, end)
                continue
            for first, last in _cuts(_CLAUSE, self.text, start, end):
                for at in range(first, last, limit):
                    yield self.part(at, min(at + limit, last))


def paragraphs_of(pages: Sequence[Page], tables: Mapping[int, Sequence[Span]] | None = None) -> list[Paragraph]:
    """All paragraphs in order, each character of each page but line breaks and `tables` in exactly one of them.

    Args:
        tables: by page number, what of the page's text is no running text.
    """
    found: list[Paragraph] = []
    wrapped = False  # the last line of the page before reaches the right edge
    for page in pages:
        regions = (tables or {}).get(page.page_no, ())
        for match in _PARAGRAPH.finditer(page.text):
            if any(region.start <= match.start() < region.end for region in regions):
                continue
            span = Span(page.page_no, match.start(), match.end())
            if match.start() == 0 and wrapped and _continues(found[-1], match[0], page.page_no):
                found[-1] = Paragraph(found[-1].text + match[0], (*found[-1].spans, span))
            else:
                found.append(Paragraph(match[0], (span,)))
        wrapped = _ends_at_edge(page) and not any(region.end == len(page.text) for region in regions)
    return found


def _ends_at_edge(page: Page) -> bool:
    """The page's last character stands near the right edge of its text."""
    if not page.text:
        return False
    right = char_boxes(page)[:, 2]
    edge = min(float(right.max()), (1 - _MARGIN) * page.width_pt)
    return float(right[-1]) >= edge - _EDGE * page.width_pt


def _continues(last: Paragraph, text: str, page_no: int) -> bool:
    if last.spans[-1].page_no != page_no - 1 or last.text[-1] in _ENDINGS or len(last.text) < _WRAPPED_MIN_CHARS:
        return False
    return (is_cjk(last.text[-1]) or is_cjk(text[0])) and not ITEM.match(text)


def _cuts(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(text, start, end):
        if match.end() > match.start():
            yield match.start(), match.end()
