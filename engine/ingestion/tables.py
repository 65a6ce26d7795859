"""Tables as searchable rows: each row with the names of its columns, also where a table goes on on the next page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.parser.tables import is_figure
from engine.values import Page, Span, Table

_EDGE_PT = 6.0  # borders of one table differ by less from page to page
_NAME_CHARS = 60  # of a column's name in a row's text

_SECTION = re.compile(r"(?!其中)(.+[：:]$|[一二三四五六七八九十]{1,3}、)")
_TOTAL = re.compile(r"^(合\s*计|总\s*计)$|总计$")

Row = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RowPiece:
    """A row, or some columns of a long one, as 「列=值|列=值」. `spans`: the row, then its header where it has one."""

    text: str
    spans: tuple[Span, ...]
    section: str  # the row above that names a group of rows, 「流动资产：」


@dataclass(frozen=True, slots=True)
class TablePart:
    """A table on one page. `names` are of its columns, on this page or from where the table began."""

    page: Page
    table: Table
    title: str
    names: tuple[tuple[str, ...], ...]
    header: Span | None
    header_text: str  # without white space; empty where there is none
    first_row: int  # rows before are the header itself
    section: str = ""  # that is open where this part begins

    @property
    def start(self) -> int:
        return row_span(self.page, self.table.rows[0]).start

    @property
    def end(self) -> int:
        return row_span(self.page, self.table.rows[-1]).end

    def pieces(self, limit: int) -> Iterator[RowPiece]:
        """Every row that says something, in order; one longer than `limit` characters column by column, each time
        with its first cell."""
        for row, section in self._sectioned():
            if any(char.isalnum() for start, end in row for char in self.page.text[start:end]):
                yield from self._row(row, section, limit)

    def last_section(self) -> str:
        """The section that is open where this part ends."""
        section = self.section
        for row, _ in self._sectioned():
            section = self._section_after(row, section)
        return section

    def _sectioned(self) -> Iterator[tuple[Row, str]]:
        section = self.section
        for row in self.table.rows[self.first_row :]:
            after = self._section_after(row, section)
            yield row, "" if after != section else section
            section = after

    def _section_after(self, row: Row, section: str) -> str:
        filled = [cell for cell in dict.fromkeys(row) if cell[0] < cell[1]]
        first = self.page.text[slice(*row[0])]
        if _TOTAL.search(first):
            return ""
        alone = len(filled) == 1 and filled[0] == row[0] and len(row) > 1
        over_all = alone and len(set(row)) == 1
        return first if alone and len(first) <= _NAME_CHARS and (over_all or _SECTION.match(first)) else section

    def _row(self, row: Row, section: str, limit: int) -> Iterator[RowPiece]:
        line = row_span(self.page, row)
        cells = [(cell, text) for cell, text in self._named(row, limit)]
        first = cells[0][1] if len(cells[0][1]) <= limit // 4 else ""
        groups: list[list[tuple[tuple[int, int], str]]] = [[]]
        room = limit
        for cell, text in cells:
            if groups[-1] and len(text) + 1 > room:
                groups.append([])
                room = limit - len(first) - 1
            groups[-1].append((cell, text))
            room -= len(text) + 1
        for number, group in enumerate(groups):
            texts = [text for _, text in group]
            if number and first:
                texts.insert(0, first)
            own = [cell for cell, _ in group if line.start <= cell[0] < line.end]
            span = line
            if len(groups) > 1 and own:
                span = Span(line.page_no, min(start for start, _ in own), max(end for _, end in own))
            yield RowPiece("|".join(texts), (span,) if self.header is None else (span, self.header), section)

    def _named(self, row: Row, limit: int) -> Iterator[tuple[tuple[int, int], str]]:
        """The row's cells with their columns' names; a text longer than a chunk is cut."""
        for cell in dict.fromkeys(row):
            text = self.page.text[cell[0] : cell[1]]
            if not text:
                continue
            columns = [self.names[column] for column, other in enumerate(row) if other == cell]
            common = [name for name in columns[0] if all(name in other for other in columns)]
            name = " ".join(common)[:_NAME_CHARS]
            prefix = f"{name}=" if name and name != text else ""
            step = max(limit - len(prefix), limit // 2)
            for at in range(0, len(text), step):
                yield (cell[0] + at, min(cell[0] + at + step, cell[1])), prefix + text[at : at + step]


def table_parts(pages: Sequence[Page]) -> list[TablePart]:
    """All tables in order. A part that goes on from the page before has that one's title and column names."""
    parts: list[TablePart] = []
    continued: set[int] = set()
    for page in pages:
        for number, table in enumerate(page.tables):
            last = parts[-1] if parts and number == 0 else None
            columns = _continuation(last, page, table) if last else None
            if last is None or columns is None:
                parts.append(_beginning(page, table))
            else:
                continued.add(len(parts) - 1)
                parts.append(_continued(last, page, table, columns))
    for number, part in enumerate(parts):
        if part.first_row == len(part.table.rows) and number not in continued:  # a header over nothing is rows itself
            parts[number] = replace(part, names=((),) * len(part.names), header=None, first_row=0)
    return parts


def row_span(page: Page, row: Row) -> Span:
    """The line of the page's text that holds the row; a cell merged from above stands in an earlier one."""
    latest = max(start for start, _ in row)
    start = page.text.rfind("\n", 0, latest) + 1
    end = page.text.find("\n", latest)
    return Span(page.page_no, start, len(page.text) if end < 0 else end)


def _beginning(page: Page, table: Table) -> TablePart:
    rows = table.rows[: table.header_rows]
    names = tuple(
        tuple(
            dict.fromkeys(
                page.text[slice(*row[column])] for row in rows if _names(row) and row[column][0] < row[column][1]
            )
        )
        for column in range(len(table.rows[0]))
    )
    header = _header(page, table)
    text = _squeezed(page.text[header.start : header.end]) if header else ""
    return TablePart(page, table, table.title, names, header, text, len(rows))


def _header(page: Page, table: Table) -> Span | None:
    if not table.header_rows:
        return None
    first, last = row_span(page, table.rows[0]), row_span(page, table.rows[table.header_rows - 1])
    return Span(page.page_no, first.start, last.end)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _names(row: Row) -> bool:
    """Not one cell over all columns, which is the table's name rather than a column's."""
    return len(set(row)) > 1 or len(row) == 1


def _continued(last: TablePart, page: Page, table: Table, columns: Sequence[Sequence[int]]) -> TablePart:
    names = tuple(
        tuple(dict.fromkeys(name for column in group for name in last.names[column])) if len(group) == 1
        else tuple(name for name in last.names[group[0]] if all(name in last.names[column] for column in group))
        for group in columns
    )  # fmt: skip
    if _ends_header(last, page, table):
        names = tuple(
            (*name[:-1], name[-1] + page.text[slice(*cell)]) if name else (page.text[slice(*cell)],)
            for name, cell in zip(names, table.rows[0], strict=True)
        )
    repeated = _repeats_header(last, page, table)
    header = _header(page, table) if repeated else last.header
    first_row = table.header_rows if repeated else 0
    section = last.last_section()
    return TablePart(page, table, last.title, names, header, last.header_text, first_row, section)


def _ends_header(last: TablePart, page: Page, table: Table) -> bool:
    """The table's first row is the rest of the header that is all that the part before has."""
    first, *others = table.rows
    texts = [page.text[start:end] for start, end in first]
    only_header = last.first_row == len(last.table.rows)
    return only_header and bool(others) and not texts[0] and not any(map(is_figure, texts))


def _continuation(last: TablePart, page: Page, table: Table) -> list[list[int]] | None:
    """For each column of the table the columns of the part before, if the table goes on from there; else None."""
    if last.page.page_no != page.page_no - 1 or last.page.text[last.end :].strip():
        return None
    if page.text[: row_span(page, table.rows[0]).start].strip():
        return None
    own = table.header_rows and _is_own_header(page, table)
    if own and not _repeats_header(last, page, table) and not _ends_header(last, page, table):
        return None
    return _columns(last.table.edges_pt, table.edges_pt)


def _repeats_header(last: TablePart, page: Page, table: Table) -> bool:
    header = _header(page, table)
    return header is not None and _squeezed(page.text[header.start : header.end]) == last.header_text


def _is_own_header(page: Page, table: Table) -> bool:
    """Figures stand under names that are none: no row of words that only looks like a header."""
    names = table.rows[table.header_rows - 1]
    below = table.rows[table.header_rows :]
    return any(
        names[column][0] < names[column][1]
        and not is_figure(page.text[slice(*names[column])])
        and any(is_figure(page.text[slice(*row[column])]) for row in below)
        for column in range(1, len(names))
    )


def _columns(before: Sequence[float], here: Sequence[float]) -> list[list[int]] | None:
    """For each column here those of `before` that it lies under; None where the two are not of one table.

    The outer borders must agree and the borders of one be among the other's; or, where no lines are drawn and the
    borders are those of the text, every column must lie under the one of the same number.
    """
    columns: list[list[int]] = []
    for left, right in pairwise(here):
        over = [
            number
            for number, (first, last) in enumerate(pairwise(before))
            if min(right, last) - max(left, first) > 0.5 * min(right - left, last - first)
        ]
        columns.append(over)
    if columns == [[number] for number in range(len(before) - 1)]:
        return columns
    few, many = sorted((before, here), key=len)
    among = all(min(abs(edge - other) for other in many) <= _EDGE_PT for edge in few)
    outer = abs(before[0] - here[0]) <= _EDGE_PT and abs(before[-1] - here[-1]) <= _EDGE_PT
    return columns if among and outer and all(columns) else None
