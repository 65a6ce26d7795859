"""All figures of a text."""

from __future__ import annotations

import re

from engine.figures.bounds import bound_of, per_of
from engine.figures.fold import Folded, fold
from engine.figures.measured import is_article_of_speech, measured
from engine.figures.quantity import Kind, Quantity
from engine.figures.structured import Found, article, clock, date, document, fraction
from engine.figures.tokens import Token, tokens
from engine.figures.units import POWERS, Unit, unit_at

_HEADED = re.compile(r"\(([^()|=\n]{1,8})\)[|=: ]?$")
_UNIT_OF_TABLE = re.compile(r"单位[:：为]?\s?([^\s,，。;；)|\n]{1,6})")


def quantities(text: str, *, tables: bool = False) -> tuple[Quantity, ...]:
    """The figures of a text in order, with offsets of the text as given. Linear in its length.

    Args:
        tables: also read numbers without a unit with the unit of their column's header 「利率(%)=1.50」 or of their
            table 「单位：万元」 (such a number is then given more than once), and take 一个 for a count. For sources,
            not for what is to be proven.
    """
    folded = fold(text)
    numbers = tokens(folded.text)
    found: list[Quantity] = []
    table_units = _table_units(folded.text) if tables else []
    last: Found | None = None
    index = 0
    while index < len(numbers):
        pieces = _read(folded.text, numbers, index, last)
        for piece in pieces:
            if not tables and is_article_of_speech(folded.text, piece):
                continue
            found.append(_quantity(text, folded, piece))
            if tables and piece.kind is Kind.NUMBER:
                found += _with_table_units(text, folded, piece, table_units)
        last = pieces[-1] if pieces else last
        index = max(index + 1, pieces[-1].following if pieces else 0)
    return tuple(found)


def _read(text: str, numbers: list[Token], index: int, last: Found | None) -> list[Found]:
    articles = article(text, numbers, index, last)
    if articles:
        return articles
    one = (
        document(text, numbers, index)
        or fraction(text, numbers, index, last)
        or date(text, numbers, index, last)
        or clock(text, numbers, index)
    )
    return [one] if one else measured(text, numbers, index)


def _quantity(text: str, folded: Folded, found: Found) -> Quantity:
    start, end = folded.starts[found.start], folded.starts[found.end - 1] + 1
    bound = bound_of(folded.text, found.start, found.end, found.kind)
    per = per_of(folded.text, found.start, found.end, found.kind)
    return Quantity(start, end, text[start:end], found.kind, found.value, found.unit, bound, per)


def _table_units(text: str) -> list[tuple[Unit, int]]:
    units = (_unit_of(match[1]) for match in _UNIT_OF_TABLE.finditer(text))
    return list(dict.fromkeys(unit for unit in units if unit))


def _unit_of(words: str) -> tuple[Unit, int] | None:
    """The unit that 万元, % or 元/笔 names, with its power of ten."""
    power, position = 1, 0
    while words[position : position + 1] in POWERS:
        power *= POWERS[words[position]]
        position += 1
    unit = unit_at(words, position)
    return (unit[0], power) if unit else None


def _with_table_units(text: str, folded: Folded, found: Found, units: list[tuple[Unit, int]]) -> list[Quantity]:
    header = _HEADED.search(folded.text[max(0, found.start - 12) : found.start])
    headed = _unit_of(header[1]) if header else None
    if isinstance(found.value, str):
        return []
    return [
        _quantity(
            text,
            folded,
            Found(found.start, found.end, unit.kind, found.value * power * unit.factor, unit.name, found.following),
        )
        for unit, power in ([headed] if headed else units)
    ]
