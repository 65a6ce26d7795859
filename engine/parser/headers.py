"""What a table's first rows mean: names of its columns or already figures; and what the table is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from engine.parser.layout import PageText, Rows
from engine.parser.regions import MAX_TABLE_CELLS
from engine.parser.tables import is_figure
from engine.values import Table

_NAME_CHARS = 30  # a column's name is not longer
_TITLE_CHARS = 60
_TITLE_LINES = 5  # a title stands at most so many paragraphs above its table
_MAX_HEADER_ROWS = 5
_YEAR = re.compile(r"(19|20)\d\d")
_VALUE = re.compile(r"[-—–/√×○●]+|不适用|是|否|无|有|N/?A|(19|20)\d\d\s?[-./年]\s?\d{1,2}\D?.*|\d+[-./:]\d.*")
# Words that name columns in tables of two columns, where nothing else tells a header from a first row.
_COLUMN_NAME = re.compile(
    r".*(项目|名称|姓名|序号|类别|种类|分类|类型|科目|期限|内容|事项|指标|条件|条款|金额|标准|费率|利率|比例|说明|备注"
    r"|原因|单位|部门|职务|日期|时间|期间|档次|余额|期末|期初|本期|上期|年度?|年末|手续|材料|渠道|产品|经历|方法|范围"
    r"|数|数量|人数|额|值|率|年\s?\d{1,2}\s?月\s?\d{1,2}\s?日)([(（].*[)）])?"
)
_UNIT = re.compile(r"(?<!编制)(?<!编制\s)单位\s?[:：].*")
_BETWEEN = re.compile(r"[√□☑☐✓\s适用不是否]+$")  # 「√适用 □不适用」 stands between title and table
_CAPTION = re.compile(r"(续)?[附图]?表\s?[\d一二三四五六七八九十]")
_CAPTION_AT_END = re.compile(r"[。；;：:]\s*((?:续)?[附图]?表\s?[\d一二三四五六七八九十]+\s[^。；;]*)$")
_NO_TITLE_END = "。；;，,"
_NOT_TITLE = re.compile(r"编\s?制\s?单\s?位|(公司)?(法定代表人|负责人)\s?[:：]|(19|20)\d\d\s?年[\s\d年月日至—–-]*$")


def tables_of(page: PageText) -> tuple[Table, ...]:
    """All tables of a page, in order; none where they have more cells than a page may hand on."""
    tables: list[Table] = []
    end = 0
    for edges, rows in page.tables:
        start = min(cell[0] for cell in rows[0])
        tables += describe(page.text, edges, rows, page.text[end:start])
        end = max(cell[1] for row in rows for cell in row)
    cells = sum(len(table.rows) * len(table.rows[0]) for table in tables)
    return tuple(tables) if cells <= MAX_TABLE_CELLS else ()


def describe(text: str, edges: tuple[float, ...], rows: Rows, above: str) -> list[Table]:
    """The table as one or, where it changes its header on the way down, several.

    Args:
        text: the page's; `rows` are offsets of it.
        above: what stands on the page between the table before and this one.
    """
    title = _title(above)
    starts = [0, *_header_changes(text, rows)]
    return [
        Table(title, _header_rows(text, rows[start:end]), rows[start:end], edges)
        for start, end in pairwise((*starts, len(rows)))
    ]


def _header_rows(text: str, rows: Rows) -> int:
    """How many rows on top name the columns; all of them where the figures begin on the next page."""
    over_all = _is_title_row(rows[0]) or (_spans_columns(rows[0]) and len(_distinct(rows[0])) == 1)
    first = 1 if over_all and len(rows) > 1 and not _is_title_row(rows[1]) else 0
    if not _names_columns(text, rows, first):
        return 0
    count = first + 1
    while count < min(_MAX_HEADER_ROWS, len(rows)):
        above, row = rows[count - 1], rows[count]
        if not _spans_columns(above) and not _goes_down(above, row):
            break
        if _has_figures(text, row, above) or not _own(row, above) or _is_title_row(row):
            break
        count += 1
    return count


def _names_columns(text: str, rows: Rows, at: int) -> bool:
    """Whether row `at` is a header by what stands in it and under it."""
    row = rows[at]
    cells = _distinct(row)
    names = [text[start:end] for start, end in cells]
    lone = len(names) == 1 and len(row) == 2 and not _filled(row[0])  # the only column of figures has a name
    if (len(names) < 2 and not lone) or _has_figures(text, row, None) or any(len(name) > _NAME_CHARS for name in names):
        return False
    named = sum(_COLUMN_NAME.fullmatch(name) is not None for name in names)
    if at + 1 == len(rows):
        return 2 * named > len(names) or (2 < len(row) == len(cells) and not any(map(_is_value, names)))
    under = rows[at + 1]
    for column in range(1, len(row)):
        cell = row[column]
        others = [other[column] for other in rows[at + 1 :] if _filled(other[column]) and other[column] != cell]
        values = sum(_is_value(text[start:end]) for start, end in others)
        if _filled(cell) and others and 2 * values >= len(others):
            return True
    if lone:
        return False
    down = _goes_down(row, under)
    if down and not _spans_columns(row):
        return down > 1  # 「会计师事务所 | 名称」: one label for several rows, not a column's name
    if named == len(names):
        return True
    full = len(cells) == len(row) or _spans_columns(row)
    repeated = any(first != second and text[slice(*first)] == text[slice(*second)]
                   for first, second in zip(row, under, strict=True))  # fmt: skip
    return len(row) > 2 and full and not repeated and not any(_is_value(name) for name in names)


def _header_changes(text: str, rows: Rows) -> list[int]:
    """Rows where a new header begins in the middle: figures stand before and after, and none in this row."""
    changes: list[int] = []
    last = 0
    for at in range(2, len(rows)):
        if at - last < 2 or not _is_new_header(text, rows, at):
            continue
        last = at - _is_title_row(rows[at - 1])
        changes.append(last)
    return changes


def _is_new_header(text: str, rows: Rows, at: int) -> bool:
    row, cells = rows[at], _distinct(rows[at])
    if _is_title_row(row) or 2 * sum(map(_filled, row)) < len(row) or len(cells) < 2:
        return False
    names = [text[start:end] for start, end in cells]
    if any(map(_is_value, names)):
        return False
    before = rows[at - 2] if _is_title_row(rows[at - 1]) else rows[at - 1]
    columns = [column for column in range(1, len(row)) if _figure_at(text, before, column)]
    if 2 * sum(_filled(row[column]) for column in columns) <= len(columns):
        return False
    if at + 1 == len(rows):  # the figures would stand on the next page
        return 2 * sum(_COLUMN_NAME.fullmatch(name) is not None for name in names) > len(names)
    after = rows[at + 2 if _spans_columns(row) and at + 2 < len(rows) else at + 1]
    return any(_figure_at(text, after, column) for column in columns)


def _figure_at(text: str, row: Sequence[tuple[int, int]], column: int) -> bool:
    return is_figure(text[slice(*row[column])])


def _distinct(row: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    return [cell for cell in dict.fromkeys(row) if _filled(cell)]


def _filled(cell: tuple[int, int]) -> bool:
    return cell[0] < cell[1]


def _is_title_row(row: Sequence[tuple[int, int]]) -> bool:
    """One cell over all columns."""
    return len(set(row)) == 1 and _filled(row[0])


def _spans_columns(row: Sequence[tuple[int, int]]) -> bool:
    return any(first == second and _filled(first) for first, second in pairwise(row))


def _goes_down(row: Sequence[tuple[int, int]], under: Sequence[tuple[int, int]]) -> int:
    """How many cells of the row go on in the next one."""
    return sum(cell in under for cell in _distinct(row))


def _own(row: Sequence[tuple[int, int]], above: Sequence[tuple[int, int]]) -> bool:
    return any(_filled(cell) and cell not in above for cell in row)


def _has_figures(text: str, row: Sequence[tuple[int, int]], above: Sequence[tuple[int, int]] | None) -> bool:
    texts = [text[start:end] for start, end in _distinct(row) if above is None or (start, end) not in above]
    return any(is_figure(cell) and not _YEAR.fullmatch(cell) for cell in texts)


def _is_value(text: str) -> bool:
    return is_figure(text) or _VALUE.fullmatch(text) is not None


def _title(above: str) -> str:
    """The caption or the last short line above, with the unit of the figures where one is given."""
    unit = ""
    for line in above.strip().split("\n")[: -_TITLE_LINES - 1 : -1]:
        line = line.strip()
        found = _UNIT.search(line)
        unit = unit or (found[0][:_NAME_CHARS] if found else "")
        name = _UNIT.sub("", line).strip()
        caption = _CAPTION_AT_END.search(name)
        name = caption[1] if caption else name
        if not name or _BETWEEN.match(name) or _NOT_TITLE.match(name):
            continue
        if len(name) > _TITLE_CHARS or (name[-1] in _NO_TITLE_END and not _CAPTION.match(name)):
            break
        return f"{name} {unit}".strip()
    return unit
