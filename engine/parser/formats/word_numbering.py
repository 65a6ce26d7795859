"""The numbers that Word counts for paragraphs: 第一条, (二), 1.2 stand in no text but in the list definitions.

After ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (number formats).
"""

# pyright: basic
# lxml's elements behind python-docx carry no types; labels leave this module as `str`.

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

_DIGITS = "〇一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_FINANCIAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"))
_ROMAN_LOW = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_MAX_LEVELS = 9
_MAX_ANCESTORS = 20
_BULLET = "•"


@dataclass(slots=True)
class _Level:
    number_format: str = "decimal"
    text: str = ""
    start: int = 1
    legal: bool = False  # the numbers of the levels above are written as decimals


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts along; ask for the label of every paragraph once, in the document's order."""

    def __init__(self, document: Any) -> None:
        self._lists: dict[str, _List] = {}
        self._styles = _style_numbers(document)
        relation = next((r for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None)
        if relation is not None and not relation.is_external:
            self._read(relation.target_part.element)

    def label(self, paragraph: Any, style_id: str) -> tuple[str, int]:
        """The label, empty if there is none, and how deep the paragraph stands in lists (1: outermost; 0: in none)."""
        found = _number_of(paragraph.find(qn("w:pPr")))
        number, level = (found[0] or self._styles.get(style_id, ("", 0))[0], found[1]) if found else ("", 0)
        if found is None and style_id in self._styles:
            number, level = self._styles[style_id]
        of = self._lists.get(number)
        if of is None or not 0 <= level < _MAX_LEVELS or level not in of.levels:
            return "", 0
        definition = of.levels[level]
        if definition.number_format in ("bullet", "none"):
            return (_BULLET if definition.number_format == "bullet" else ""), level + 1
        of.counts[level] = of.counts.get(level, definition.start - 1) + 1
        for deeper in [deeper for deeper in of.counts if deeper > level]:
            del of.counts[deeper]
        legal = definition.legal
        return re.sub(r"%([1-9])", lambda match: _of_level(of, int(match[1]) - 1, legal), definition.text), level + 1

    def _read(self, root: Any) -> None:
        abstract = {
            element.get(qn("w:abstractNumId")): _List(dict(map(_level, _levels(element))))
            for element in root.iterchildren(qn("w:abstractNum"))
        }
        for number in root.iterchildren(qn("w:num")):
            of = abstract.get(_value(number.find(qn("w:abstractNumId"))))
            overrides = {
                int(override.get(qn("w:ilvl")) or 0): override for override in number.iterchildren(qn("w:lvlOverride"))
            }
            if of is None:
                continue
            if overrides:  # it counts for itself
                of = _List(dict(of.levels))
                for level, override in overrides.items():
                    _override(of, level, override)
            self._lists[number.get(qn("w:numId"))] = of


def _of_level(of: _List, level: int, legal: bool) -> str:
    definition = of.levels.get(level, _Level())
    return written(of.counts.get(level, definition.start), "decimal" if legal else definition.number_format)


def written(number: int, number_format: str) -> str:
    """A number in one of Word's formats; formats that are rare in Chinese documents come as decimals."""
    match number_format:
        case "chineseCounting" | "chineseCountingThousand" | "japaneseCounting" | "taiwaneseCounting":
            return _chinese(number)
        case "ideographDigital":
            return "".join(_DIGITS[int(digit)] for digit in str(number))
        case "chineseLegalSimplified":
            return _chinese(number, _FINANCIAL, ("", "拾", "佰", "仟"))
        case "upperLetter" | "lowerLetter":
            letter = chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return letter if number_format == "upperLetter" else letter.lower()
        case "upperRoman" | "lowerRoman":
            return _roman(number) if number_format == "upperRoman" else _roman(number).lower()
        case "decimalZero":
            return f"{number:02d}"
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if 1 <= number <= 20:
            return chr(0x245F + number)
        case "decimalFullWidth":
            return str(number).translate({48 + digit: 0xFF10 + digit for digit in range(10)})
        case "ideographTraditional" if 1 <= number <= 10:
            return _STEMS[number - 1]
        case "ideographZodiac" if 1 <= number <= 12:
            return _BRANCHES[number - 1]
        case _:
            return str(number)


def _chinese(number: int, digits: str = _DIGITS, units: tuple[str, ...] = _UNITS) -> str:
    if not 0 < number < 10_000:
        return str(number)
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap else "") + digits[digit] + units[place]
            gap = False
        else:
            gap = bool(text)
    return text.removeprefix("一") if digits == _DIGITS and 10 <= number < 20 else text


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    text = ""
    for value, letters in _ROMAN + _ROMAN_LOW:
        text += letters * (number // value)
        number %= value
    return text


def _levels(parent: Any) -> list[Any]:
    return list(parent.iterchildren(qn("w:lvl")))


def _level(element: Any) -> tuple[int, _Level]:
    start = _value(element.find(qn("w:start")))
    level = _Level(
        _value(element.find(qn("w:numFmt"))) or "decimal",
        (_value(element.find(qn("w:lvlText"))) or "")[:100],
        int(start) if start.isdecimal() and len(start) < 7 else 1,
        element.find(qn("w:isLgl")) is not None,
    )
    return int(element.get(qn("w:ilvl")) or 0), level


def _override(of: _List, level: int, override: Any) -> None:
    for redefined in _levels(override):
        of.levels[level] = _level(redefined)[1]
    start = _value(override.find(qn("w:startOverride")))
    if start.isdecimal() and len(start) < 7 and level in of.levels:
        known = of.levels[level]
        of.levels[level] = _Level(known.number_format, known.text, int(start), known.legal)


def _style_numbers(document: Any) -> dict[str, tuple[str, int]]:
    """Lists that paragraphs belong to by their style, or by a style that it is based on."""
    found: dict[str, tuple[str, int]] = {}
    based: dict[str, str] = {}
    for style in document.styles.element.iterchildren(qn("w:style")):
        style_id = style.get(qn("w:styleId")) or ""
        based[style_id] = _value(style.find(qn("w:basedOn")))
        number = _number_of(style.find(qn("w:pPr")))
        if number is not None:
            found[style_id] = number
    return inherited(found, based)


def inherited(found: dict[str, Any], based: dict[str, str]) -> dict[str, Any]:
    """What styles have of their own, else from the nearest style that they are based on."""
    complete = dict(found)
    for style_id in based:
        ancestor, steps = style_id, 0
        while ancestor not in found and ancestor in based and steps < _MAX_ANCESTORS:
            ancestor, steps = based[ancestor], steps + 1
        if ancestor in found:
            complete[style_id] = found[ancestor]
    return complete


def _number_of(properties: Any) -> tuple[str, int] | None:
    """List and level that paragraph properties name; list "0" means none."""
    numbers = properties.find(qn("w:numPr")) if properties is not None else None
    if numbers is None:
        return None
    level = _value(numbers.find(qn("w:ilvl")))
    return _value(numbers.find(qn("w:numId"))), int(level) if level.isdecimal() else 0


def _value(element: Any) -> str:
    return (element.get(qn("w:val")) or "") if element is not None else ""
