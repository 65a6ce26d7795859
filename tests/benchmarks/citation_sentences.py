"""Labelled sentences, and the real passages that they are held against."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from engine.answering.text import bigrams
from engine.ingestion.chunker import chunk_document
from engine.ingestion.running_heads import without_running_heads
from engine.parser import pdf
from engine.values import Chunk, Page, PageKind, Passage, Rung, Span

REPOSITORY = Path(__file__).resolve().parents[2]
SENTENCES = Path(__file__).with_name("citation_sentences.jsonl")
BUILTIN = "builtin"
DISTRACTORS = 4
_ARTICLE = re.compile(r"第[一二三四五六七八九十百千]+条")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence as an answer would say it. `passage` names the place in `document` that it is about: 第X条, words
    that stand in one row of a table, or the name of a built-in entry. `kind` says how it was written."""

    document: str
    passage: tuple[str, ...]
    question: str
    sentence: str
    supported: bool
    kind: str
    half: str


class Corpus:
    """Documents as they are after ingestion, parsed when first asked for; a `PageSource`."""

    def __init__(self, laws: Path | None) -> None:
        self._laws = laws
        self._pages: dict[str, dict[int, Page]] = {}
        self._chunks: dict[str, list[Chunk]] = {}

    def page(self, document_id: str, page_no: int) -> Page:
        return self._pages[document_id][page_no]

    def passages(self, document: str) -> list[Passage]:
        """All passages of a document; none where it is a law and the laws are not here."""
        if document not in self._chunks:
            self._read(document)
        rung = Rung.BUILTIN if document == BUILTIN else Rung.BRANCH
        return [
            Passage(c.chunk_id, document, document, c.page_no, c.text, c.heading_path, c.spans, rung, 1.0, 0.9)
            for c in self._chunks[document]
        ]

    def _read(self, document: str) -> None:
        pages = _entries() if document == BUILTIN else _parsed(self._path(document))
        self._pages[document] = {page.page_no: page for page in pages}
        self._chunks[document] = (
            [
                Chunk(str(p.page_no), document, p.page_no, 0, p.text, (), (Span(p.page_no, 0, len(p.text)),))
                for p in pages
            ]
            if document == BUILTIN
            else chunk_document(document, document, pages)
        )

    def _path(self, document: str) -> Path | None:
        sample = REPOSITORY / "assets" / "samples" / f"{document}.pdf"
        if sample.is_file() or self._laws is None:
            return sample if sample.is_file() else None
        return next(iter(sorted(self._laws.glob(f"{document}*.pdf"))), None)


def read_sentences() -> list[Labelled]:
    rows = map(json.loads, SENTENCES.read_text(encoding="utf-8").splitlines())
    return [Labelled(**{**row, "passage": tuple(row["passage"])}) for row in rows]


def evidence_for(label: Labelled, corpus: Corpus) -> tuple[list[Passage], set[str]]:
    """The gold passages among those of the same document that are most like the sentence, and the gold chunk ids.

    Empty where the document is not here.
    """
    passages = corpus.passages(label.document)
    golds = [passage for passage in passages if _is_gold(label, passage)]
    if passages and not golds:
        raise ValueError(f"no such passage: {label}")
    wanted = bigrams(label.question + label.sentence)
    others = sorted(
        (passage for passage in passages if passage not in golds),
        key=lambda passage: -len(wanted & bigrams(passage.text)) / (len(passage.text) + 100),
    )[:DISTRACTORS]
    order = sorted([*golds, *others], key=lambda passage: hash_of(passage.text + label.sentence))
    return order, {passage.chunk_id for passage in golds}


def hash_of(text: str) -> int:
    """A number that is the same in every run."""
    return sum(ord(char) * (n + 1) for n, char in enumerate(text)) % 10_007


def _is_gold(label: Labelled, passage: Passage) -> bool:
    if _ARTICLE.fullmatch(label.passage[0]):
        return bool(passage.heading_path) and passage.heading_path[-1] == label.passage[0]
    if label.document == BUILTIN:
        return passage.text.startswith(f"{label.passage[0]}\n")
    return "|" in passage.text and all(words in passage.text for words in label.passage)


def _parsed(path: Path | None) -> list[Page]:
    if path is None:
        return []
    document = pdf.open_document(path.read_bytes(), 5000)
    return without_running_heads([pdf.parse_page(document, number) for number in range(1, document.page_count + 1)])


@cache
def _entries() -> tuple[Page, ...]:
    entries = [
        entry
        for path in sorted((REPOSITORY / "assets" / "knowledge").glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["entry"]
    ]
    blank = Page(0, PageKind.TEXT, 595, 842)
    return tuple(
        replace(blank, page_no=number, text=f"{entry['name']}\n{entry['text'].strip()}")
        for number, entry in enumerate(entries, 1)
    )
