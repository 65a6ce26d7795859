"""Quotes, placed by program: what an answer cites was retrieved, and its quote stands on its page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from engine.answering.text import Sentence, bigrams, split_sentences
from engine.boxes import span_boxes
from engine.figures import Quantity, quantities, same
from engine.values import Citation, Page, Passage

_MARKER = re.compile(r"\s*\[(\d{1,3})\]")
_SENTENCE_ENDS = ("。", "；", "！", "？", ";", "!", "?", ".")


class PageSource(Protocol):
    """Where the pages of cited documents are read: the knowledge base, or the snapshots of web pages."""

    def page(self, document_id: str, page_no: int) -> Page: ...


def complete(text: str, question: str, evidence: Sequence[Passage], pages: PageSource, best: int = 1) -> str:
    """The answer, with a quote where it says nothing by itself.

    A weak model at times gives a bare marker, or announces a list (「计算方式如下：」) and ends. The sentence next to
    the question stands in for it, taken from the passage that is marked first, else from that with the marker `best`.
    """
    plain = _MARKER.sub("", text).strip()
    if bigrams(plain) and not plain.endswith(("：", ":")):
        return text
    marked = [int(number) for number in _MARKER.findall(text) if 1 <= int(number) <= len(evidence)]
    passage = evidence[(marked or [best])[0] - 1]
    if is_row(passage):  # without the names of its columns a row says little
        quoted = "，".join(passage.text.split("|")[1:]).replace("=", "：")
    else:
        quoted = locate_quote(passage, question, pages)[1].text
    return f"{plain}\n{quoted}".strip()


def citation(marker: int, passage: Passage, sentence: str, pages: PageSource) -> Citation:
    """The citation behind marker [n] of a sentence: the quote that stands closest to it, boxed on its page."""
    page, quote = locate_quote(passage, sentence, pages)
    boxes = span_boxes(page, quote.start, quote.end)
    if is_row(passage):
        for header in passage.spans[1:]:
            boxes += span_boxes(page, header.start, header.end) if header.page_no == page.page_no else ()
    found = (passage.document_id, passage.name, page.page_no, quote.text, passage.rung)
    return Citation(marker, *found, boxes, passage.version, passage.superseded, passage.web)


def is_row(passage: Passage) -> bool:
    """Rows of tables are the chunks of one line, 「《标题》路径 表名|列=值」; see `engine.ingestion.chunker`."""
    return "|" in passage.text and "\n" not in passage.text and passage.text.startswith("《")


def locate_quote(passage: Passage, sentence: str, pages: PageSource) -> tuple[Page, Sentence]:
    """The sentence of the passage's own pages that shares most with `sentence`, with its page and offsets.

    A heading, which has neither figures nor punctuation at its end, is taken only where nothing else shares a word.
    Of a table the whole row is taken, as it stands on the page.
    """
    if is_row(passage):
        row = passage.spans[0]
        page = pages.page(passage.document_id, row.page_no)
        return page, Sentence(row.start, row.end, page.text[row.start : row.end])
    wanted, figures = bigrams(sentence), quantities(sentence)
    best: tuple[tuple[bool, int], Page, Sentence] | None = None
    for span in passage.spans:
        page = pages.page(passage.document_id, span.page_no)
        for found in split_sentences(page.text[span.start : span.end]):
            stated = quantities(found.text) if figures else ()
            shared = len(wanted & bigrams(found.text)) + 2 * _shared_figures(figures, stated)
            rank = (shared > 0 and _is_sentence(found.text), shared)
            if best is None or rank > best[0]:
                best = (rank, page, Sentence(found.start + span.start, found.end + span.start, found.text))
    if best is None:
        page = pages.page(passage.document_id, passage.page_no)
        return page, Sentence(0, 0, "")
    return best[1], best[2]


def _is_sentence(text: str) -> bool:
    """A heading has neither figures nor punctuation at its end."""
    return text.endswith(_SENTENCE_ENDS) or bool(quantities(text))


def _shared_figures(figures: Sequence[Quantity], stated: Sequence[Quantity]) -> int:
    return sum(any(same(figure, other) for other in stated) for figure in figures)
