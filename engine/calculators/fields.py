"""What a calculator asks for: self-describing fields, their reading and their faults.

A form is built from `Calculator.fields` alone: label, kind, unit, bounds, default, choices, and when a field is shown.
Values travel as text, as in `Figure.value`: a plain decimal, an ISO date, a choice's own words, or a list of entries.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NoReturn

from engine.errors import Rejection, RequestRejected
from engine.proof import Figure

_NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?)(万亿|[百千万亿]?)")
_SCALES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "万亿": 10**12}
_ENTRIES_LIMIT = 100
MONEY_LIMIT = Decimal(10**12)  # a trillion yuan: beyond it somebody mistyped


class FieldKind(StrEnum):
    DECIMAL = "decimal"
    INTEGER = "integer"
    DATE = "date"  # ISO 8601
    CHOICE = "choice"
    LIST = "list"  # decimals, each with a name before a colon where it needs one: 甲行:30万；乙行:60万


@dataclass(frozen=True, slots=True)
class Field:
    """One input. Bounds are inclusive. A choice's value is its label. The field is shown, and asked for, where every
    `(field, choices)` of `visible_when` holds, which names earlier fields only. A field may stay empty that has a
    default, is not `required`, or for which `optional_when` is given and holds."""

    name: str
    label: str
    kind: FieldKind = FieldKind.DECIMAL
    unit: str = ""
    default: str = ""
    required: bool = True
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: int = 2  # at most so many digits after the point
    choices: tuple[str, ...] = ()
    help: str = ""
    visible_when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    optional_when: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Calculator:
    name: str
    title: str
    fields: tuple[Field, ...]
    help: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list field; `name` is empty where none was given."""

    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a calculator's function returns; `compute` makes the Calculation of it."""

    results: tuple[Figure, ...]
    formula: str
    conventions: tuple[str, ...]
    source: str
    schedule: tuple[tuple[str, ...], ...] = ()


class Inputs:
    """The checked values of a calculator's visible fields, all in canonical text."""

    def __init__(self, calculator: Calculator, values: Mapping[str, str]) -> None:
        self._calculator = calculator
        self._values = values

    def text(self, name: str) -> str:
        return self._values.get(name, "")

    def decimal(self, name: str) -> Decimal:
        return Decimal(self._values[name])

    def rate(self, name: str) -> Decimal:
        """A per cent field as a ratio: 3.1 is 0.031."""
        return self.decimal(name) / 100

    def integer(self, name: str) -> int:
        return int(self._values[name])

    def date(self, name: str) -> date:
        return date.fromisoformat(self._values[name])

    def entries(self, name: str) -> tuple[Entry, ...]:
        return tuple(_entry(part) for part in self._values.get(name, "").split("；") if part)

    def reject(self, name: str, reason: str) -> NoReturn:
        """Raise RequestRejected for a value that does not go with the other inputs."""
        _reject(next(field for field in self._calculator.fields if field.name == name), self.text(name), reason)


def read(calculator: Calculator, given: Mapping[str, str]) -> tuple[Inputs, tuple[Figure, ...], tuple[str, ...]]:
    """Check `given` against the fields: the inputs, the same as figures for correction, the names that are missing.

    Raises RequestRejected OPTION_INVALID (option: the label, field: its name, value: what was given and what is
    allowed) for an unknown name, a value that cannot be read, or one out of bounds.
    """
    names = {field.name for field in calculator.fields}
    for name in given:
        if name not in names:
            raise RequestRejected(Rejection.OPTION_INVALID, option=name, field=name, value=given[name])
    values: dict[str, str] = {}
    figures: list[Figure] = []
    missing: list[str] = []
    for field in calculator.fields:
        if not _holds(field.visible_when, values):
            continue
        raw = unicodedata.normalize("NFKC", given.get(field.name, "")).strip()
        if not raw and not field.default:
            optional = not field.required or (field.optional_when and _holds(field.optional_when, values))
            missing += [] if optional else [field.name]
            continue
        values[field.name] = canonical(field, raw or field.default)
        figures.append(Figure(field.name, field.label, values[field.name], field.unit, assumed=not raw))
    return Inputs(calculator, values), tuple(figures), tuple(missing)


def _holds(conditions: tuple[tuple[str, tuple[str, ...]], ...], values: Mapping[str, str]) -> bool:
    return all(values.get(other) in allowed for other, allowed in conditions)


def canonical(field: Field, raw: str) -> str:
    """The one way to write a value: 「50万」 is 500000, 「30年」 in a field of months 360, 「3.10%」 is 3.1.

    Raises RequestRejected OPTION_INVALID.
    """
    if field.kind is FieldKind.CHOICE:
        return raw if raw in field.choices else _reject(field, raw, "可选 " + "、".join(field.choices))
    if field.kind is FieldKind.DATE:
        try:
            day = date.fromisoformat(raw)
        except ValueError:
            _reject(field, raw, "日期写作 2026-01-31")
        return day.isoformat() if 1950 <= day.year <= 2150 else _reject(field, raw, "年份应在 1950 至 2150 之间")
    if field.kind is FieldKind.LIST:
        parts = [part.strip() for part in re.split(r"[;、；\s]+", raw.replace("：", ":")) if part.strip()]
        if not 1 <= len(parts) <= _ENTRIES_LIMIT:
            _reject(field, raw, f"最多 {_ENTRIES_LIMIT} 项")
        return "；".join(_canonical_entry(field, part) for part in parts)
    return plain(_bounded(field, raw))


def plain(value: Decimal) -> str:
    """Without exponent and without zeros at the end of its decimals."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _canonical_entry(field: Field, part: str) -> str:
    name, colon, amount = part.rpartition(":")
    return f"{name}{colon}{plain(_bounded(field, amount))}"


def _entry(part: str) -> Entry:
    name, _, amount = part.rpartition(":")
    return Entry(name, Decimal(amount))


def _bounded(field: Field, raw: str) -> Decimal:
    value = _number(field, raw)
    low, high = field.minimum, field.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        _reject(field, raw, _bounds(field))
    places = 0 if field.kind is FieldKind.INTEGER else field.decimals
    if value != value.quantize(Decimal(1).scaleb(-places)):
        _reject(field, raw, f"最多 {places} 位小数" if places else "应为整数")
    return value


def _number(field: Field, raw: str) -> Decimal:
    text = raw.replace(",", "").replace(" ", "")
    for unit, factor in ((field.unit, 1), ("年", 12) if field.unit == "个月" else ("月", 1)):
        found = _NUMBER.fullmatch(text.removesuffix(unit)) if unit else _NUMBER.fullmatch(text)
        if found is not None and len(text) <= 30:
            return Decimal(found[1]) * _SCALES[found[2]] * (factor if unit and text.endswith(unit) else 1)
    return _reject(field, raw, "应为数字")


def _bounds(field: Field) -> str:
    low = "" if field.minimum is None else plain(field.minimum)
    high = "" if field.maximum is None else plain(field.maximum)
    if low and high:
        return f"应在 {low} 至 {high}{field.unit} 之间"
    return f"不低于 {low}{field.unit}" if low else f"不高于 {high}{field.unit}"


def _reject(field: Field, raw: str, reason: str) -> NoReturn:
    given = raw[:40] or "空"
    raise RequestRejected(Rejection.OPTION_INVALID, option=field.label, field=field.name, value=f"{given}（{reason}）")


# ---- fields that several calculators share


def money(name: str, label: str, *, minimum: str = "0.01", **more: object) -> Field:
    return Field(name, label, unit="元", minimum=Decimal(minimum), maximum=MONEY_LIMIT, **more)  # type: ignore[arg-type]  # the caller's keywords


def per_cent(name: str, label: str, *, minimum: str = "0", maximum: str = "36", **more: object) -> Field:
    low, high = Decimal(minimum), Decimal(maximum)
    return Field(name, label, unit="%", minimum=low, maximum=high, decimals=6, **more)  # type: ignore[arg-type]  # as above


def count(name: str, label: str, unit: str, minimum: int, maximum: int, **more: object) -> Field:
    low, high = Decimal(minimum), Decimal(maximum)
    return Field(name, label, FieldKind.INTEGER, unit, minimum=low, maximum=high, **more)  # type: ignore[arg-type]  # as above


def choice(name: str, label: str, *choices: str, **more: object) -> Field:
    return Field(name, label, FieldKind.CHOICE, default=choices[0], choices=choices, **more)  # type: ignore[arg-type]  # as above


def day(name: str, label: str, **more: object) -> Field:
    return Field(name, label, FieldKind.DATE, **more)  # type: ignore[arg-type]  # as above
