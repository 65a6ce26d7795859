"""HTML, and Markdown by way of HTML: headings, paragraphs, lists and tables. Nothing outside the file is opened.

Scripts, styles, forms' inner workings and what is marked as hidden are left out. A table that holds headings or
another table only arranges the page, and is read as text.
"""

# pyright: basic
# lxml carries no types; text leaves this module as `str` in blocks.

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  a compiled module without stubs
from markdown_it import MarkdownIt

from engine.errors import DocumentFault, DocumentRejected
from engine.parser.formats.blocks import Block, Cell, Grid, Heading, Paragraph, clean
from engine.parser.formats.plain import decode
from engine.values import DocumentFormat

_SKIPPED = frozenset(
    {"audio", "canvas", "datalist", "embed", "head", "iframe", "math", "noscript", "object", "script", "select"}
    | {"style", "svg", "template", "video"}
)
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt"}
    | {"fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr"}
    | {"html", "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "ul"}
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{1,40})""", re.IGNORECASE)
_CHARSET_WITHIN_BYTES = 4096
_MAX_DEPTH = 200
_MAX_SPAN = 1000
_BULLET = "•"


def blocks(data: bytes) -> Iterator[Block]:
    """The blocks of an HTML file. Raises DocumentRejected BROKEN, CONTENT_MISMATCH."""
    return blocks_of(decoded(data))


def markdown_blocks(data: bytes) -> Iterator[Block]:
    """The blocks of a Markdown file (CommonMark and tables)."""
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    text = decode(data, DocumentFormat.MARKDOWN)
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)  # front matter
    return blocks_of(markdown.render(text))


def decoded(data: bytes) -> str:
    """By the encoding that the file names, where its text fits it, else as `plain.decode`."""
    named = _CHARSET.search(data[:_CHARSET_WITHIN_BYTES])
    name = named[1].decode("ascii").lower() if named else ""
    if name in ("gb2312", "gbk", "gb18030", "big5"):
        text = data.decode("gb18030" if name.startswith("gb") else "big5", "replace")
        if text.count("\ufffd") * 100 <= len(text):
            return text
    return decode(data, DocumentFormat.HTML)


def blocks_of(html: str) -> Iterator[Block]:
    """The blocks of HTML that is decoded. Raises DocumentRejected BROKEN."""
    root = tree(html)
    if root is not None:
        yield from _Flow().read(root)


def tree(html: str) -> Any:
    """The elements without comments, None where there are none. Raises DocumentRejected BROKEN."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(html.encode("utf-8", "replace"), parser)
    except etree.LxmlError as error:
        raise DocumentRejected(DocumentFault.BROKEN) from error


class _Flow:
    """Collects running text and turns it into a paragraph at each block's border."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._marker = ""
        self._depth = 0
        self._nested = 0

    def read(self, element: Any) -> Iterator[Block]:
        yield from self._element(element)
        yield from self._flush()

    def _element(self, element: Any) -> Iterator[Block]:
        name = element.tag if isinstance(element.tag, str) else ""
        if name in _SKIPPED or not name or _hidden(element) or self._nested > _MAX_DEPTH:
            return
        self._nested += 1
        if name == "br":
            yield from self._flush()
        elif re.fullmatch("h[1-6]", name):
            yield from self._flush()
            text = clean(_text(element))
            if text:
                yield Heading(text, int(name[1]))
        elif name == "table" and not _arranges(element):
            yield from self._flush()
            yield from _table(element)
        elif name == "pre":
            yield from self._flush()
            for line in "".join(element.itertext()).splitlines():
                if clean(line):
                    yield Paragraph(clean(line), self._depth)
        elif name in _BLOCKS or name in ("tr", "td", "th"):
            yield from self._block(element, name)
        else:
            yield from self._children(element)
        self._nested -= 1

    def _block(self, element: Any, name: str) -> Iterator[Block]:
        yield from self._flush()
        if name in ("ul", "ol", "dir", "blockquote"):
            self._depth += 1
        if name == "li":
            self._marker = _marker(element)
        yield from self._children(element)
        yield from self._flush()
        if name in ("ul", "ol", "dir", "blockquote"):
            self._depth -= 1

    def _children(self, element: Any) -> Iterator[Block]:
        self._text.append(element.text or "")
        for child in element:
            yield from self._element(child)
            self._text.append(child.tail or "")

    def _flush(self) -> Iterator[Block]:
        text = clean("".join(self._text))
        self._text = []
        if text:
            yield Paragraph(f"{self._marker} {text}" if self._marker else text, self._depth)
            self._marker = ""


def _hidden(element: Any) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _marker(item: Any) -> str:
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return _BULLET
    start = parent.get("start") or "1"
    before = sum(1 for sibling in item.itersiblings("li", preceding=True))
    return f"{(int(start) if start.isdecimal() else 1) + before}."


def _arranges(table: Any) -> bool:
    return any(found is not table for found in table.iter("table", "h1", "h2", "h3", "h4", "h5", "h6"))


def _table(table: Any) -> Iterator[Block]:
    for caption in table.iter("caption"):
        if clean(_text(caption)):
            yield Paragraph(clean(_text(caption)))
    cells: list[Cell] = []
    taken: set[tuple[int, int]] = set()
    rows = [row for row in table.iter("tr") if not _hidden(row)]
    width = 0
    for number, row in enumerate(rows):
        column = 0
        for element in row:
            if element.tag not in ("td", "th") or _hidden(element):
                continue
            while (number, column) in taken:
                column += 1
            columns, spanned = _span(element, "colspan"), min(_span(element, "rowspan"), len(rows) - number)
            while columns > 1 and (number, column + columns - 1) in taken:
                columns -= 1
            cells.append(Cell(clean(_text(element)), number, column, spanned, columns))
            taken.update((number + down, column + right) for down in range(spanned) for right in range(columns))
            column += columns
            width = max(width, column)
    if len(rows) * width > len(taken) * 50 + 10_000:  # a few cells that claim to span thousands
        raise DocumentRejected(DocumentFault.BROKEN)
    if width:
        yield Grid(cells, len(rows), width)


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(max(int(value), 1), _MAX_SPAN) if value.isdecimal() and len(value) < 6 else 1


def _text(element: Any) -> str:
    """The text of an element, blocks and line breaks within it set apart by a space."""
    if not isinstance(element.tag, str) or element.tag in _SKIPPED or _hidden(element):
        return ""
    parts = [element.text or ""]
    for child in element:
        apart = child.tag in _BLOCKS or child.tag == "br"
        parts += [" " if apart else "", _text(child), " " if apart else "", child.tail or ""]
    return "".join(parts)


def sample() -> bytes:
    """A small document, readable as HTML and as Markdown, that takes every path a real one does."""
    table = "<table><tr><td colspan=2>一</td></tr><tr><td>1</td><td>2</td></tr></table>"
    return f"# 存款\n\n- a\n\n&copy; <b>b</b>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n{table}\n".encode("gb18030")
