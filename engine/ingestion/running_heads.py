"""Removes running heads, running feet and page numbers, which would cut sentences that cross a page."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from engine.boxes import char_boxes
from engine.values import Page, PageKind, Table

_STRIP = 0.08  # running heads stand in the top or bottom 8 % of a page (design.md, section 7) …
_MIN_PAGES = 3  # … and repeat, but for digits, on at least 3 pages …
_FEW_PAGES = 5  # … or on 2 of at most so many: the heads of odd and even pages may differ

_Key = tuple[str, int]


def without_running_heads(pages: Sequence[Page]) -> list[Page]:
    """The pages without lines of the top or bottom strip that repeat on at least 3 pages (2 of 5), but for digits.

    Lines of digits alone go when the number counts the pages: it differs from `page_no` by the same amount on at
    least 3 pages, or equals it. Rows of tables stay. A page that held nothing else becomes EMPTY.
    """
    seen: defaultdict[_Key, set[int]] = defaultdict(set)
    for page in pages:
        for _, _, key in _strip_lines(page):
            seen[key].add(page.page_no)
    enough = 2 if len(pages) <= _FEW_PAGES else _MIN_PAGES
    running = {key for key, numbers in seen.items() if len(numbers) >= enough or _is_page_number(key)}
    return [_cut(page, running) for page in pages]


def _cut(page: Page, running: set[_Key]) -> Page:
    cuts = {start: end for start, end, key in _strip_lines(page) if key in running}
    if not cuts:
        return page
    kept = [(start, end) for start, end in _lines(page) if start not in cuts]
    text = "".join(page.text[start:end] for start, end in kept)
    boxes = b"".join(page.char_boxes[16 * start : 16 * end] for start, end in kept)
    starts = [int(start) for start in np.cumsum([0, *(end - start for start, end in kept)])[:-1]]
    length = len(text.rstrip())
    moves = [start - old for start, (old, _) in zip(starts, kept, strict=True)]
    olds = [old for old, _ in kept]

    def moved(offset: int) -> int:
        return offset + moves[max(bisect_right(olds, offset) - 1, 0)]

    heads = [page.text[start:end].strip() for start, end in cuts.items()]
    kind = page.kind if length else PageKind.EMPTY
    return replace(
        page,
        kind=kind,
        text=text[:length],
        char_boxes=boxes[: 16 * length],
        line_starts=tuple(start for start in starts if start < length),
        tables=tuple(_moved_table(table, moved, heads) for table in page.tables),
        headings=tuple(
            replace(heading, start=moved(heading.start)) for heading in page.headings if heading.start not in cuts
        ),
    )


def _moved_table(table: Table, moved: Callable[[int], int], heads: Sequence[str]) -> Table:
    """A cell lies within one line, and so moves as its start does. A running head is no table's title."""
    rows = tuple(tuple((moved(start), moved(start) + end - start) for start, end in row) for row in table.rows)
    title = table.title
    for head in heads:
        title = title.removeprefix(head).strip()
    return replace(table, title=title, rows=rows)


def _lines(page: Page) -> Iterator[tuple[int, int]]:
    """Offsets of the printed lines; a line's end includes what separates it from the next."""
    return pairwise((*page.line_starts, len(page.text)))


def _strip_lines(page: Page) -> Iterator[tuple[int, int, _Key]]:
    """Lines whose middle lies in the top or bottom strip, with what identifies them across pages."""
    if not page.text:
        return
    boxes = char_boxes(page)
    regions = [(min(cell[0] for cell in table.rows[0]), max(cell[1] for row in table.rows for cell in row))
               for table in page.tables]  # fmt: skip
    strip_pt = _STRIP * max(page.width_pt, page.height_pt)  # a page laid across has the head of its neighbours
    for start, end in _lines(page):
        middle_pt = float(boxes[start, 1] + boxes[start, 3]) / 2
        if strip_pt < middle_pt < page.height_pt - strip_pt:
            continue
        if not any(first <= start < last for first, last in regions):
            yield start, end, _key(page.text[start:end], page.page_no)


def _key(line: str, page_no: int) -> _Key:
    """The line without spaces and digits; a line without letters also says how far its number is from `page_no`."""
    bare = "".join(line.split())
    pattern = re.sub(r"\d+", "#", bare)
    number = re.search(r"\d{1,6}", bare)
    if number is None or any(char.isalpha() and char not in "第页共" for char in bare):
        return pattern, 0
    return pattern, int(number[0]) - page_no


def _is_page_number(key: _Key) -> bool:
    pattern, offset = key
    return offset == 0 and re.fullmatch(r"[-–—·~(（第]*#[页)）]*([,，/共第-]*#)?[-–—·~页)）]*", pattern) is not None
