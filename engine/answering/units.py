"""A passage cut into what can be taken alone: sentences, items of enumerations (款, 项), rows of tables.

Much of a rule cannot be read without another part of it. So a unit knows what it needs: an item the lead-in of its
enumeration (「有下列情形之一的：」), a sentence that points back (该, 其中, 前款) the one before it, and a rule each
exception to it that follows (但书: 「但是…除外」, 「前款规定不适用」), which nobody may be shown the rule without.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千\d]+条(?:之[一二三四五六七八九十]+)?\s*")
_PIECE = re.compile(r"[^。！？!?；;\n：:]*(?:[。！？!?；;：:]+[”」』）)\"]*|\n|$)")
_ITEM = re.compile(
    r"\s*(?:[（(][一二三四五六七八九十\d]+[）)]|\d+[.、．](?!\d)|[①-⑳]|[一二三四五六七八九十]+[、．]|[-•·])"
)
_ITEM_STYLE = re.compile(r"[一二三四五六七八九十]|\d|[①-⑳]|[-•·]")
_EXCEPTION = re.compile(
    r"^\s*(?:但是?|不过|然而|除外|例外)|^[^，,]*除外[。；;]?$|^\s*(?:前[两三]?款|前项|上述|以上|前述).*(?:不适用|不受|不包括)"
)
_POINTS_BACK = re.compile(
    r"^\s*(?:前述|上述|以上|本款|该|其中|其余|其|此|这|同时|并|且|或者|另外|否则|超过的?部分|具体|例[:：]|例如)"
)
_NAMES_PARAGRAPH = re.compile(r".{0,12}前(?:[两三]?款|项)")
_SOURCE = re.compile(r"\n依据[:：]")
_SHORT_CHARS = 10  # a piece that short is no unit of its own


@dataclass(frozen=True, slots=True)
class Unit:
    """Characters `[start, end)` of a passage's text. `needs` are the units, by number, that must stand beside it.

    `is_source` marks the note at the end of a built-in entry that names the rules it rests on.
    """

    number: int
    start: int
    end: int
    text: str
    needs: tuple[int, ...] = ()
    is_item: bool = False
    is_source: bool = False


def opening(text: str) -> str:
    """What a passage begins with and every unit of it is shown behind: title, heading path, 第X条."""
    end = text.find("\n") + 1
    if not end or text[: end - 1].rstrip().endswith(("。", "；", "：", "，")):
        end = 0
    article = _ARTICLE.match(text, end)
    return text[: article.end() if article else end]


@lru_cache(maxsize=256)
def units(text: str) -> tuple[Unit, ...]:
    """The units of a passage's text in order, without its `opening`; a table's row is one."""
    begin = len(opening(text))
    if "|" in text and "\n" not in text:
        return (Unit(0, begin, len(text), text[begin:]),)
    source = _SOURCE.search(text, begin)
    body_end = source.start() if source else len(text)
    spans = _spans(text, begin, body_end)
    found = _with_needs(text, spans)
    if source:
        found.append(Unit(len(found), source.start() + 1, len(text), text[source.start() + 1 :], is_source=True))
    return tuple(found)


def _spans(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Pieces that end with a sentence, a clause set apart by a semicolon, a lead-in or a line."""
    spans: list[tuple[int, int]] = []
    start = begin
    for match in _PIECE.finditer(text, begin, end):
        piece = text[start : match.end()]
        ends_line = match[0].endswith("\n") or match.end() == end
        if piece.rstrip().endswith(("：", ":")) and not _ITEM.match(
            text, match.end() + (text[match.end() :][:1] == "\n")
        ):
            continue  # a colon within a sentence
        if not ends_line and len(piece.strip()) < _SHORT_CHARS:
            continue
        if piece.strip():
            left = len(piece) - len(piece.lstrip())
            spans.append((start + left, start + len(piece.rstrip())))
        start = match.end()
        if start >= end:
            break
    return spans


def _with_needs(text: str, spans: list[tuple[int, int]]) -> list[Unit]:
    needs: list[set[int]] = [set() for _ in spans]
    items: list[bool] = []
    leads: list[tuple[int, str]] = []  # open enumerations: the lead-in's number, the style of its items
    for n, (start, end) in enumerate(spans):
        piece = text[start:end]
        is_item = bool(_ITEM.match(piece)) and bool(leads)
        items.append(is_item)
        if is_item:
            style = _style(piece)
            while len(leads) > 1 and leads[-1][1] not in ("", style):
                leads.pop()
            leads[-1] = (leads[-1][0], style)
            needs[n].add(leads[-1][0])
        elif leads and "\n" not in text[spans[n - 1][1] : start] and items[n - 1]:
            needs[n].add(n - 1)  # goes on within the item
        elif leads and n and "\n" in text[spans[n - 1][1] : start]:
            leads.clear()
        if n and _EXCEPTION.search(piece):
            for earlier in range(_rule_begins(text, spans, items, n), n):
                needs[earlier].add(n)
            needs[n].add(n - 1)
        elif n and not is_item and _NAMES_PARAGRAPH.match(piece):
            needs[n].add(_rule_begins(text, spans, items, n))
        elif n and not is_item and _POINTS_BACK.match(piece):
            needs[n].add(n - 1)
        if piece.endswith(("：", ":")):
            leads.append((n, ""))
    return [
        Unit(n, start, end, text[start:end], tuple(sorted(needs[n])), items[n]) for n, (start, end) in enumerate(spans)
    ]


def _rule_begins(text: str, spans: list[tuple[int, int]], items: list[bool], exception: int) -> int:
    """The first unit of what an exception restricts: its line, with the enumeration or paragraph before it."""
    first = exception
    begins_line = "\n" in text[spans[first - 1][1] : spans[first][0]]
    if begins_line:  # 前款 …: the paragraph before, an enumeration with its lead-in
        first -= 1
        while first and items[first]:
            first -= 1
    while first and "\n" not in text[spans[first - 1][1] : spans[first][0]]:
        first -= 1
    return first


def _style(item: str) -> str:
    mark = _ITEM_STYLE.search(item)
    char = mark[0] if mark else ""
    return "arabic" if char.isdigit() and char.isascii() else "circled" if "①" <= char <= "⑳" else "chinese"
