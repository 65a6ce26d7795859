"""The figures of a question, each with what its words say it is: an amount, a rate, a term, a number of instalments.

People leave units out where the context tells (「贷50万」, 「利率3.1」); what the context does not tell stays a plain
number, and a calculator's reader knows it by the words before it. Hence not `engine.figures`, which finds in documents
and answers only what is written out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.calculators.fields import plain
from engine.figures.chinese_numerals import chinese_value

_DIGITS = "〇零一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾"
_CHINESE = rf"[{_DIGITS}][{_DIGITS}百千万亿佰仟]*(?:点[{_DIGITS}]+)?"
_NUMBER = rf"(?P<number>\d+万\d(?:千|(?![\d.%万千百个天年月期]))|\d[\d,]*(?:\.\d+)?\s*[百千万亿]*|{_CHINESE})"
_CURRENCIES = ("美元", "欧元", "港币", "日元", "英镑", "澳元", "加元", "瑞郎", "新加坡元", "新西兰元", "泰铢", "韩元")
_CURRENCY_WORDS = {**{name: name for name in _CURRENCIES}, "美金": "美元", "美刀": "美元", "港元": "港币"}


_IDIOM = re.compile(r"一(?:共|下|起|直|定|样|些|般|旦|并|次性)|千万|十分")


class FigureKind(StrEnum):
    RATE = "rate"  # per cent a year unless `unit` says otherwise
    BASIS_POINTS = "basis_points"
    YUAN = "yuan"
    FOREIGN = "foreign"  # `unit` is the currency
    MONTHS = "months"
    DAYS = "days"
    PERIODS = "periods"
    DATE = "date"
    COUNT = "count"  # three accounts, two banks
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class QuestionFigure:
    """Characters `[start, end)` of the question as `normalized`; `value` is a plain decimal or an ISO date."""

    start: int
    end: int
    kind: FigureKind
    value: str
    unit: str = ""

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.value)


_UNITS: tuple[tuple[str, FigureKind, Decimal], ...] = (
    (r"\s*%", FigureKind.RATE, Decimal(1)),
    (r"\s*个?百分点", FigureKind.BASIS_POINTS, Decimal(100)),
    (r"\s*‰", FigureKind.RATE, Decimal("0.1")),
    (r"\s*(?:个?基点|个?[Bb][Pp]s?)", FigureKind.BASIS_POINTS, Decimal(1)),
    (rf"\s*(?P<currency>{'|'.join(_CURRENCY_WORDS)})", FigureKind.FOREIGN, Decimal(1)),
    (r"\s*(?:元|块钱|块|人民币)", FigureKind.YUAN, Decimal(1)),
    (r"\s*(?:周年|年)", FigureKind.MONTHS, Decimal(12)),
    (r"\s*个?季度", FigureKind.MONTHS, Decimal(3)),
    (r"\s*个?月", FigureKind.MONTHS, Decimal(1)),
    (r"\s*个?(?:星期|周)", FigureKind.DAYS, Decimal(7)),
    (r"\s*[天日]", FigureKind.DAYS, Decimal(1)),
    (r"\s*期", FigureKind.PERIODS, Decimal(1)),
    (r"\s*[个家张笔次人位户份套成倍折条]", FigureKind.COUNT, Decimal(1)),
)
_FIGURE = re.compile(
    r"(?P<date>(?:19|20)\d\d(?:年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}))"
    r"|百分之(?P<per_cent>\d+(?:\.\d+)?|" + _CHINESE + r")"
    r"|(?P<half>半年)"
    r"|(?<![\d.])(?P<year>(?:19|20)\d\d年)"
    r"|(?P<minus>(?<![\d年月日])-)?" + _NUMBER
)


def currencies(text: str) -> set[str]:
    """The foreign currencies that a normalized text names."""
    return {name for word, name in _CURRENCY_WORDS.items() if word in text}


def normalized(question: str) -> str:
    """NFKC, in which all offsets of figures are."""
    return unicodedata.normalize("NFKC", question)


def figures(text: str) -> tuple[QuestionFigure, ...]:
    """All figures of a normalized text, in order. Terms that stand side by side are one: 一年零三个月, 两年半."""
    found: list[QuestionFigure] = []
    position = 0
    while match := _FIGURE.search(text, position):
        figure = _figure(text, match)
        position = max(figure.end if figure else match.end(), position + 1)
        if figure is None:
            continue
        if found and _joined(text, found[-1], figure):
            total = plain(found[-1].decimal + figure.decimal)
            figure = QuestionFigure(found[-1].start, figure.end, FigureKind.MONTHS, total)
            found.pop()
        found.append(figure)
    return tuple(found)


def _joined(text: str, before: QuestionFigure, figure: QuestionFigure) -> bool:
    both_terms = before.kind is FigureKind.MONTHS and figure.kind is FigureKind.MONTHS
    return both_terms and text[before.end : figure.start] in ("", "零", "又", "加")


def _figure(text: str, match: re.Match[str]) -> QuestionFigure | None:
    start, end = match.span()
    if match["date"]:
        year, month, day_of_month = (int(part) for part in re.findall(r"\d+", match["date"]))
        return QuestionFigure(start, end, FigureKind.DATE, f"{year:04}-{month:02}-{day_of_month:02}")
    if match["per_cent"]:
        value = _value(match["per_cent"])
        return None if value is None else QuestionFigure(start, end, FigureKind.RATE, plain(value))
    if match["half"]:
        return QuestionFigure(start, end, FigureKind.MONTHS, "6")
    if match["year"]:
        return None
    value = _value(match["number"])
    if value is None or text[max(0, start - 1) : start] == "第" or _IDIOM.match(text, start):
        return None
    return _with_unit(text, start, end, -value if match["minus"] else value, match["number"].rstrip())


def _with_unit(text: str, start: int, end: int, value: Decimal, written: str) -> QuestionFigure:
    for pattern, kind, factor in _UNITS:
        unit = re.compile(pattern).match(text, end)
        if unit is None:
            continue
        end = unit.end()
        name = _CURRENCY_WORDS[unit["currency"]] if kind is FigureKind.FOREIGN else ""
        if kind is FigureKind.MONTHS and text.startswith("半", end) and unit[0].strip() in ("年", "周年"):
            value, end = value + Decimal("0.5"), end + 1
        return QuestionFigure(start, end, kind, plain(value * factor), name)
    large = "万" in written[1:] or "亿" in written[1:]
    return QuestionFigure(start, end, FigureKind.YUAN if large else FigureKind.NUMBER, plain(value))


def _value(text: str) -> Decimal | None:
    text = text.replace(",", "").replace(" ", "")
    mixed = re.fullmatch(r"(\d+)万(\d)千?", text)  # 20万3千, 4万8
    if mixed:
        return Decimal(mixed[1]) * 10_000 + Decimal(mixed[2]) * 1000
    digits = re.match(r"\d+(?:\.\d+)?", text)
    if digits is None:
        return chinese_value(text)
    scale = 1
    for char in text[digits.end() :]:
        scale *= {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}[char]
    return Decimal(digits[0]) * scale
