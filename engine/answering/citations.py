"""Markers and quotes, placed by program: what an answer cites was retrieved, and its quote stands on its page.

A sentence is supported by a passage when most of the sentence's character bigrams occur in it (containment,
Broder 1997) and every number of the sentence does. The model's own markers are kept only where they hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.answering.text import Sentence, bigrams, containment, numbers, split_sentences, without_list_mark
from engine.boxes import span_boxes
from engine.values import Citation, Page, Passage, Rung

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeBase

SUPPORT_THRESHOLD = 0.5  # share of a sentence's bigrams found in a passage
_MARKER = re.compile(r"\s*\[(\d{1,3})\]")
_SENTENCE_ENDS = ("。", "；", "！", "？", ";", "!", "?", ".")
_TAIL = re.compile(r"[。！？!?；;\s”」』）)\"]*$")


def cite(text: str, evidence: Sequence[Passage], knowledge: KnowledgeBase) -> tuple[str, tuple[Citation, ...]]:
    """Replace the model's markers by checked ones.

    Args:
        text: the answer as generated, with or without markers [n], n counting `evidence` from 1.
        evidence: the passages that stood in the prompt, in prompt order.

    Returns:
        the text with markers renumbered in order of first use, and one citation for each marker.
    """
    order: list[int] = []
    support: dict[int, str] = {}  # passage number -> the first sentence it supports
    pieces: list[str] = []
    end = 0
    for sentence in split_sentences(text):
        claimed = [int(number) for number in _MARKER.findall(sentence.text)]
        plain = _MARKER.sub("", sentence.text)
        claim = without_list_mark(plain)
        numbers_used = _supporting(claim, claimed, evidence) if bigrams(claim) else []
        for number in numbers_used:
            if number not in support:
                order.append(number)
                support[number] = claim
        markers = "".join(f"[{order.index(number) + 1}]" for number in numbers_used)
        pieces += [text[end : sentence.start], _insert(plain, markers)]
        end = sentence.end
    pieces.append(text[end:])
    citations = tuple(
        _citation(marker, evidence[number - 1], support[number], knowledge) for marker, number in enumerate(order, 1)
    )
    return "".join(pieces), citations


def complete(text: str, question: str, evidence: Sequence[Passage], knowledge: KnowledgeBase, best: int = 1) -> str:
    """The answer, with a quote where it says nothing by itself.

    A weak model at times gives a bare marker, or announces a list (「计算方式如下：」) and ends. The sentence next to
    the question stands in for it, taken from the passage that is marked first, else from that with the marker `best`.
    """
    plain = _MARKER.sub("", text).strip()
    if bigrams(plain) and not plain.endswith(("：", ":")):
        return text
    marked = [int(number) for number in _MARKER.findall(text) if 1 <= int(number) <= len(evidence)]
    passage = evidence[(marked or [best])[0] - 1]
    if _is_table_row(passage):  # without the names of its columns a row says little
        quoted = "，".join(passage.text.split("|")[1:]).replace("=", "：")
    else:
        quoted = locate_quote(passage, question, knowledge)[1].text
    return f"{plain}\n{quoted}".strip()


def _supporting(sentence: str, claimed: Sequence[int], evidence: Sequence[Passage]) -> list[int]:
    """Passage numbers (1-based) that support a sentence: the best one, and the best of another rung besides."""
    grams, figures = bigrams(sentence), numbers(sentence)
    scored: list[tuple[float, int]] = []
    for number, passage in enumerate(evidence, 1):
        share = containment(grams, bigrams(passage.text))
        holds = figures <= numbers(passage.text)
        bonus = 0.1 if number in claimed else 0.0
        if holds and share + bonus >= SUPPORT_THRESHOLD:
            scored.append((share + bonus, number))
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    chosen: list[int] = []
    rungs: set[Rung] = set()
    for _, number in scored:
        if evidence[number - 1].rung not in rungs:
            rungs.add(evidence[number - 1].rung)
            chosen.append(number)
    return chosen


def _insert(sentence: str, markers: str) -> str:
    tail = _TAIL.search(sentence)
    cut = tail.start() if tail else len(sentence)
    return sentence[:cut] + markers + sentence[cut:]


def _citation(marker: int, passage: Passage, sentence: str, knowledge: KnowledgeBase) -> Citation:
    page, quote = locate_quote(passage, sentence, knowledge)
    boxes = span_boxes(page, quote.start, quote.end)
    if _is_table_row(passage):
        for header in passage.spans[1:]:
            boxes += span_boxes(page, header.start, header.end) if header.page_no == page.page_no else ()
    found = (passage.document_id, passage.name, page.page_no, quote.text, passage.rung)
    return Citation(marker, *found, boxes, passage.version, passage.superseded)


def _is_table_row(passage: Passage) -> bool:
    """Rows of tables are the chunks of one line, 「《标题》路径 表名|列=值」; see `engine.ingestion.chunker`."""
    return "|" in passage.text and "\n" not in passage.text and passage.text.startswith("《")


def locate_quote(passage: Passage, sentence: str, knowledge: KnowledgeBase) -> tuple[Page, Sentence]:
    """The sentence of the passage's own pages that shares most with `sentence`, with its page and offsets.

    A heading, which has neither figures nor punctuation at its end, is taken only where nothing else shares a word.
    Of a table the whole row is taken, as it stands on the page.
    """
    if _is_table_row(passage):
        row = passage.spans[0]
        page = knowledge.page(passage.document_id, row.page_no)
        return page, Sentence(row.start, row.end, page.text[row.start : row.end])
    wanted, figures = bigrams(sentence), numbers(sentence)
    best: tuple[tuple[bool, int], Page, Sentence] | None = None
    for span in passage.spans:
        page = knowledge.page(passage.document_id, span.page_no)
        for found in split_sentences(page.text[span.start : span.end]):
            stated = numbers(found.text)
            shared = len(wanted & bigrams(found.text)) + 2 * len(figures & stated)
            rank = (shared > 0 and (bool(stated) or found.text.endswith(_SENTENCE_ENDS)), shared)
            if best is None or rank > best[0]:
                best = (rank, page, Sentence(found.start + span.start, found.end + span.start, found.text))
    if best is None:
        page = knowledge.page(passage.document_id, passage.page_no)
        return page, Sentence(0, 0, "")
    return best[1], best[2]
