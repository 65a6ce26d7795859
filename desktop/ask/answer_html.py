"""An answer as HTML for other programs' paste: paragraphs, lists, tables and emphasis, so that a word processor keeps
them. Everything else is text: nothing in it can load or open anything."""

from __future__ import annotations

import html
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QFont, QTextBlock, QTextFormat, QTextListFormat, QTextTable

from desktop.ask import marks
from desktop.ask.growing import finished_lengths
from desktop.ask.markdown import is_code, parsed, plain_lines


@dataclass(frozen=True, slots=True)
class _Item:
    """One item of a list, or what stands between items; level 0 is no list."""

    level: int
    ordered: bool
    words: str


def answer_html(markdown: str, below: Sequence[Sequence[str]] = ()) -> str:
    """HTML of `markdown`, with paragraphs of plain lines below it."""
    markdown = plain_lines(markdown)
    cuts = [0, *finished_lengths(markdown), len(markdown)]
    pieces = [_run(markdown[start:end]) for start, end in itertools.pairwise(cuts)]
    pieces += [f"<p>{'<br>'.join(map(html.escape, lines))}</p>" for lines in below if lines]
    return f'<html><head><meta charset="utf-8"></head><body>{"".join(pieces)}</body></html>'


def _run(markdown: str) -> str:
    if not markdown.strip():
        return ""
    scratch = parsed(markdown)
    items: list[_Item] = []
    code: list[str] = []
    iterator = scratch.rootFrame().begin()
    while iterator != scratch.rootFrame().end():
        frame, block = iterator.currentFrame(), iterator.currentBlock()
        if block.isValid() and is_code(block):
            code.append(marks.restore(block.text()))
        else:
            items += _code(code)
            code = []
            if isinstance(frame, QTextTable):
                items.append(_Item(0, False, _table(frame)))
            elif frame is None and block.isValid():
                items += _block(block)
        iterator += 1
    return _nested([*items, *_code(code)])


def _code(lines: list[str]) -> list[_Item]:
    words = html.escape("\n".join(lines).rstrip("\n"))
    return [_Item(0, False, f"<pre>{words}</pre>")] if lines else []


def _block(block: QTextBlock) -> list[_Item]:
    look, listed, words = block.blockFormat(), block.textList(), _inlines(block)
    if look.hasProperty(QTextFormat.Property.BlockTrailingHorizontalRulerWidth):
        return [_Item(0, False, "<hr>")]
    if listed is not None:
        ordered = listed.format().style().value <= QTextListFormat.Style.ListDecimal.value
        return [_Item(max(1, listed.format().indent()), ordered, words)]
    if not words:
        return []
    if level := look.headingLevel():
        return [_Item(0, False, f"<h{level}>{words}</h{level}>")]
    if look.intProperty(QTextFormat.Property.BlockQuoteLevel):
        return [_Item(0, False, f"<blockquote><p>{words}</p></blockquote>")]
    return [_Item(0, False, f"<p>{words}</p>")]


def _nested(items: Sequence[_Item]) -> str:
    """Items with their lists opened and closed around them."""
    pieces: list[str] = []
    open_tags: list[str] = []
    for item in items:
        tag = "ol" if item.ordered else "ul"
        while len(open_tags) > item.level or (len(open_tags) == item.level > 0 and open_tags[-1] != tag):
            pieces.append(f"</li></{open_tags.pop()}>")
        if item.level and len(open_tags) == item.level:
            pieces.append("</li><li>")
        while len(open_tags) < item.level:
            open_tags.append(tag)
            pieces.append(f"<{tag}><li>")
        pieces.append(item.words)
    while open_tags:
        pieces.append(f"</li></{open_tags.pop()}>")
    return "".join(pieces)


def _table(table: QTextTable) -> str:
    rows: list[str] = []
    for row in range(table.rows()):
        tag = "td" if row else "th"
        cells = [table.cellAt(row, column) for column in range(table.columns())]
        # The parser merges missing cells into their left neighbour.
        own = [
            _inlines(cell.firstCursorPosition().block(), bold=row > 0) if cell.column() == n else ""
            for n, cell in enumerate(cells)
        ]
        rows.append("<tr>" + "".join(f"<{tag}>{words}</{tag}>" for words in own) + "</tr>")
    return f'<table border="1" cellspacing="0" cellpadding="4">{"".join(rows)}</table>'


def _inlines(block: QTextBlock, *, bold: bool = True) -> str:
    """The block's words with their emphasis; headings are bold by themselves."""
    bold = bold and not block.blockFormat().headingLevel()
    pieces: list[str] = []
    struck = False
    iterator = block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        look = fragment.charFormat()
        tags = [
            *(["code"] if look.fontFixedPitch() else []),
            *(["s"] if look.fontStrikeOut() else []),
            *(["i"] if look.fontItalic() else []),
            *(["b"] if bold and look.fontWeight() > QFont.Weight.Normal else []),
        ]
        for piece in [] if look.isImageFormat() else _pieces(fragment.text(), code=look.fontFixedPitch()):
            if piece in (marks.STRUCK_FROM, marks.STRUCK_TO):
                struck = piece == marks.STRUCK_FROM
            else:
                pieces.append(_tagged(piece, [*(["s"] if struck and "s" not in tags else []), *tags]))
        iterator += 1
    return "".join(pieces).replace("</b><b>", "")


def _pieces(text: str, *, code: bool) -> list[str]:
    """Plain words, and the marks at which figures begin and end to be struck."""
    if code:
        return [marks.restore(text)]
    split = filter(None, marks.INLINE.split(text))
    return [_plain(piece) for piece in split]


def _plain(piece: str) -> str:
    if piece in (marks.STRUCK_FROM, marks.STRUCK_TO):
        return piece
    return marks.restore(piece) if marks.INLINE.fullmatch(piece) else marks.spelled(piece)


def _tagged(words: str, tags: Sequence[str]) -> str:
    shown = html.escape(words)
    for tag in tags:
        shown = f"<{tag}>{shown}</{tag}>"
    return shown
