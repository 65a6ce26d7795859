"""Cuts a document into chunks: one article a chunk in laws and rules, sections and paragraphs elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import pairwise, takewhile
from pathlib import Path

from engine.ingestion.numbering import ARTICLE, DIVISION, article_label
from engine.ingestion.paragraphs import Paragraph, paragraphs_of
from engine.ingestion.tables import TablePart, table_parts
from engine.parser.layout import ITEM
from engine.values import Chunk, Page, Span

_LIMIT_CHARS = 480  # of a chunk's body: the embedder reads 512 tokens, about 750 characters with the prefix
_TAIL_CHARS = 60  # a last part shorter than this is left with the part before it
_LEAD_CHARS = 160  # what introduces items (「有下列情形之一的：」) stands before each part of them, up to this length
_HEADING_CHARS = 40
_FILE_HEADING_CHARS = 120  # of what the file itself calls a heading
_TITLE_CHARS = 80
_MIN_ARTICLES = 2  # with fewer, 第X条 at the start of a line is no sign of a law

_OUTERMOST = 100  # levels that the file gives lie so far above those of numbers
_CONTENTS = re.compile(r"[.…·]{3,}\s*\d+$")
_LEVELS = {"编": 1, "部分": 1, "分编": 2, "章": 3, "节": 4}
_NUMBERED = (  # numbered headings of documents without articles, outermost first
    (5, re.compile(r"[一二三四五六七八九十]{1,3}、")),
    (6, re.compile(r"[(（][一二三四五六七八九十]{1,3}[)）]")),
    (7, re.compile(r"\d{1,2}[.、](?!\d)")),
    (8, re.compile(r"\d{1,2}\.\d{1,2}(?!\d)(?!\.\d)(?!%)")),
    (9, re.compile(r"\d{1,2}(\.\d{1,2}){2,3}(?!\d)|[(（]\d{1,2}[)）]|\d{1,2}[)）]")),
)
_APPENDIX = re.compile(r"附\s?[件录表](?=[\s\d一二三四五六七八九十:：]|$)")
_REFERENCE_AFTER = "、至和或及的与第规所中之"  # 第三条规定的… at the start of a line refers to an article, it is none
_NO_HEADING_END = "。；;，,、：:！!？?"


@dataclass(slots=True)
class _Section:
    """Paragraphs under one heading path, which begins with the title; or a table there."""

    path: tuple[str, ...]
    is_article: bool = False
    body: list[Paragraph] = field(default_factory=list[Paragraph])
    table: TablePart | None = None


def chunk_document(document_id: str, name: str, pages: Sequence[Page]) -> list[Chunk]:
    """Chunks in reading order.

    A chunk's text is its heading path, a line break, and its body: `page.text[start:end]` of its spans, joined by
    nothing where a paragraph crosses a page and by a line break elsewhere. Bodies have about 480 characters at most
    and never cross a heading; an article is kept whole up to that length. Where a list is cut between its items,
    what introduces it stands before the body once more, outside the spans. Every character of every page stands in
    a span, or in a heading that is part of some heading path.

    A row of a table is a chunk 「《标题》路径 表名|列=值|列=值」; its spans are the row and the table's header.

    Args:
        pages: as parsed, without running heads; pages without text are skipped.
    """
    texts = {page.page_no: page.text for page in pages}
    chunks: list[Chunk] = []
    for section in _sections(pages, Path(name).stem):
        for path, text, spans in _table_rows(section, section.table) if section.table else _bodies(section, texts):
            ordinal, page_no = len(chunks), spans[0].page_no
            chunk_id = f"{document_id}:{page_no}:{ordinal}"
            chunks.append(Chunk(chunk_id, document_id, page_no, ordinal, text, path, spans))
    return chunks


_Piece = tuple[tuple[str, ...], str, tuple[Span, ...]]  # heading path, text, spans


def _bodies(section: _Section, texts: dict[int, str]) -> Iterator[_Piece]:
    for number, (lead, body) in enumerate(_pack(section.body)):
        # An article's own first words name it; its later parts need the name before them.
        path = section.path[:-1] if section.is_article and number == 0 else section.path
        text = f"{lead}\n{_body_text(body, texts)}" if lead else _body_text(body, texts)
        yield section.path, f"{_prefix(path)}\n{text}", _merge(body, texts)


def _table_rows(section: _Section, table: TablePart) -> Iterator[_Piece]:
    path = section.path
    title = table.title.removeprefix(path[-1]).strip()
    path = (*path, title) if title else path
    for piece in table.pieces(_LIMIT_CHARS):
        named = (*path, piece.section) if piece.section else path
        yield path, f"{_prefix(named)}|{piece.text}", piece.spans


def _prefix(path: tuple[str, ...]) -> str:
    return f"《{path[0].strip('《》')}》{' '.join(path[1:])}"


# ---- sections


def _sections(pages: Sequence[Page], stem: str) -> Iterator[_Section]:
    """Sections with a body, in order. A heading that nothing stands under is body text of what stands before it."""
    tables = table_parts(pages)
    regions: dict[int, list[Span]] = {}
    for table in tables:
        regions.setdefault(table.page.page_no, []).append(Span(table.page.page_no, table.start, table.end))
    paragraphs = paragraphs_of(pages, regions)
    named = {(page.page_no, heading.start): heading.level for page in pages for heading in page.headings}
    titles = _titles(paragraphs)
    if tables and titles and _place(tables[0]) < _place(titles[0]):
        titles = []
    if len(titles) > 1 and _place(titles[1]) in named:
        titles.pop()
    outline = _Outline(tuple(title.text for title in titles) or (stem,), list(titles))
    has_articles = sum(_article(paragraph.text) is not None for paragraph in paragraphs) >= _MIN_ARTICLES
    for part in merge(paragraphs[len(titles) :], tables, key=_place):
        if isinstance(part, TablePart):
            yield from outline.add_table(part)
            continue
        article = _article(part.text) if has_articles else None
        level = _file_level(part, named) if article is None else 0
        level = level or _heading_level(part.text, has_articles)
        if level:
            yield from outline.open_heading(level, part)
        else:
            yield from outline.add_body(part, article)
    yield from outline.close()


def _place(part: Paragraph | TablePart) -> tuple[int, int]:
    """Page number and offset where a part begins."""
    if isinstance(part, TablePart):
        return part.page.page_no, part.start
    return part.spans[0].page_no, part.spans[0].start


def _file_level(paragraph: Paragraph, named: Mapping[tuple[int, int], int]) -> int:
    """The level of what the file itself calls a heading, above all that are known by their numbers; else 0."""
    level = named.get(_place(paragraph), 0)
    return level - _OUTERMOST if level and len(paragraph.text) <= _FILE_HEADING_CHARS else 0


class _Outline:
    """The headings open at some place of the document, and the section that grows there."""

    def __init__(self, base: tuple[str, ...], titles: list[Paragraph]) -> None:
        self._base = base
        self._headings: list[tuple[int, Paragraph]] = []  # outermost first
        self._bare = titles  # headings that nothing stands under yet
        self._section = _Section(base)

    def open_heading(self, level: int, heading: Paragraph) -> Iterator[_Section]:
        """A heading closes all that are as deep or deeper; those still bare become body text."""
        closed = [open_heading for depth, open_heading in self._headings if depth >= level]
        yield from self._finish([bare for bare in self._bare if bare in closed])
        self._headings = [entry for entry in self._headings if entry[0] < level]
        self._headings.append((level, heading))
        self._bare.append(heading)

    def add_body(self, paragraph: Paragraph, article: str | None) -> Iterator[_Section]:
        """A paragraph, or the first one of the article of that name."""
        if self._bare or article:
            if self._section.body:
                yield self._section
            path = (*self._base, *(heading.text for _, heading in self._headings))
            self._section = _Section((*path, article) if article else path, article is not None)
            self._bare = []
        self._section.body.append(paragraph)

    def add_table(self, table: TablePart) -> Iterator[_Section]:
        """A table stands under the headings, and in the article, that are open."""
        if self._section.body:
            yield self._section
        path = self._section.path
        if self._bare:
            path = (*self._base, *(heading.text for _, heading in self._headings))
            self._bare = []
        yield _Section(path, table=table)
        self._section = _Section(path)

    def close(self) -> Iterator[_Section]:
        yield from self._finish(self._bare)
        if self._section.body:
            yield self._section

    def _finish(self, bare: list[Paragraph]) -> Iterator[_Section]:
        """End the section; `bare` headings begin the next one, of the headings around them."""
        path = (*self._base, *(heading.text for _, heading in self._headings if heading not in bare))
        if self._section.body and not (bare and self._section.path == path):
            yield self._section
            self._section = _Section(path)
        if bare:
            if not self._section.body:
                self._section = _Section(path)
            self._section.body += bare
            self._bare = []


def _titles(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The title: the first lines of the first page that look like one, e.g. 中华人民共和国民法典 and 总则."""

    def looks_like_title(paragraph: Paragraph) -> bool:
        text = paragraph.text
        return (
            len(text) <= _TITLE_CHARS
            and not re.search(r"[。；;，,：:！!？?|]|\d{4}\s?年\d|\.{3}|…", text)
            and _heading_level(text, has_articles=False) == 0
            and _article(text) is None
            and any(char.isalpha() for char in text)
        )

    first = list(takewhile(looks_like_title, paragraphs[:2]))
    same_page = bool(first) and first[-1].spans[-1].page_no == first[0].spans[0].page_no
    short = len(first) == 2 and len(first[1].text.replace(" ", "")) <= 12 and "目录" not in first[1].text
    return first if same_page and short else first[:1]


def _article(text: str) -> str | None:
    """The article's label if the paragraph begins an article."""
    match = ARTICLE.match(text)
    if match is None or _CONTENTS.search(text):
        return None
    rest = text[match.end() :]
    if rest and not rest[0].isspace() and rest[0] in _REFERENCE_AFTER:
        return None
    try:
        return article_label(match)
    except ValueError:
        return None


def _heading_level(text: str, has_articles: bool) -> int:
    """0 for body text, else the depth of the heading. With articles, (一) and 1. are items, not headings."""
    if len(text) > _HEADING_CHARS or text[-1] in _NO_HEADING_END or _CONTENTS.search(text):
        return 0
    division = DIVISION.match(text)
    if division is not None:
        return _LEVELS[division[2]]
    if re.fullmatch(r"目\s?录", text):
        return _LEVELS["节"]
    if _APPENDIX.match(text):
        return 1
    for level, pattern in _NUMBERED[:1] if has_articles else _NUMBERED:
        match = pattern.match(text)
        if match is not None and any(char.isalpha() for char in text[match.end() :]):
            return level
    return 0


# ---- bodies


def _pack(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[str, list[Paragraph]]]:
    """Consecutive paragraphs up to the limit; a longer paragraph is taken sentence by sentence.

    Each comes with the words that introduce its first item, where they stand in a part before; else with none.
    """
    parts: list[tuple[str, list[Paragraph]]] = []
    room = 0
    lead = ""
    for paragraph in paragraphs:
        is_item = ITEM.match(paragraph.text) is not None
        fits = len(paragraph.text) <= _LIMIT_CHARS
        for unit in (paragraph,) if fits else paragraph.sentences(_LIMIT_CHARS):
            if len(unit.text) > room:
                parts.append((lead if is_item else "", []))
                room = _LIMIT_CHARS - len(parts[-1][0])
            parts[-1][1].append(unit)
            room -= len(unit.text) + 1
        if not is_item or paragraph.text.endswith(("：", ":")):
            lead = _lead(paragraph.text)
    if len(parts) > 1 and sum(len(unit.text) for unit in parts[-1][1]) < _TAIL_CHARS:
        _, tail = parts.pop()
        parts[-1][1].extend(tail)
    yield from parts


def _lead(text: str) -> str:
    """The sentence that introduces what follows: the last one, if it ends with a colon."""
    if not text.endswith(("：", ":")):
        return ""
    sentence = re.split(r"(?<=[。；;！!？?])", text)[-1]
    return sentence if len(sentence) <= _LEAD_CHARS else ""


def _merge(body: Sequence[Paragraph], texts: dict[int, str]) -> tuple[Span, ...]:
    """The spans of a body, neighbours with nothing but line breaks between them made one."""
    merged: list[Span] = []
    for span in (span for paragraph in body for span in paragraph.spans):
        last = merged[-1] if merged else None
        if last and last.page_no == span.page_no and not texts[span.page_no][last.end : span.start].strip():
            merged[-1] = Span(span.page_no, last.start, span.end)
        else:
            merged.append(span)
    return tuple(merged)


def _body_text(body: Sequence[Paragraph], texts: dict[int, str]) -> str:
    """The units' text; two parts of one paragraph get nothing between them, two paragraphs a line break."""
    text = body[0].text
    for previous, unit in pairwise(body):
        end, start = previous.spans[-1], unit.spans[0]
        same_paragraph = end.page_no == start.page_no and end.end == start.start
        text += unit.text if same_paragraph else f"\n{unit.text}"
    return text
