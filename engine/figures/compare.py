"""Whether one figure says the same as another, and which figures of a sentence no source holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from engine.figures.quantity import Bound, Kind, Quantity
from engine.figures.scan import quantities

_SHARES = frozenset({Kind.RATE, Kind.RATIO})
_THINGS = frozenset("人户家笔份张件套枚只部台种类项条辆栋处门本级期点")  # 个 stands for each


def same(first: Quantity, second: Quantity) -> bool:
    """Whether both state the same value of the same thing, whatever the notation. Symmetric.

    Words of bound and of reference (`bound`, `per`) count where both figures have them: 「不超过5万元」 is not
    「5万元以上」, but is the 「5万元」 of a table. A figure without a unit is the same as an amount or a count of that
    number, never as a rate, term or date.
    """
    if not _agree(first, second):
        return False
    if Kind.DOCUMENT_NO in (first.kind, second.kind):
        return first.kind is second.kind and _same_document(first, second)
    return first.value == second.value and _comparable(first, second)


def holds(stated: Quantity, claimed: Quantity) -> bool:
    """Whether a source that states the one supports the other: the same, or less exact in the parts of a date or of an
    article's number (2024年3月 of 2024年3月1日, 第十条 of 第十条第二款)."""
    if same(stated, claimed):
        return True
    if stated.kind is not claimed.kind or not _agree(stated, claimed):
        return False
    if claimed.kind is Kind.DATE:
        parts, needed = _date_parts(str(stated.value)), _date_parts(str(claimed.value))
        return all(part in ("", of) for part, of in zip(needed, parts, strict=True))
    if claimed.kind is Kind.ARTICLE_NO:
        return set(str(claimed.value).split(".")) <= set(str(stated.value).split("."))
    return False


def alternatives(first: Quantity, second: Quantity) -> bool:
    """Whether one could stand in the place of the other: of one kind and unit. Days, working days and months may; hours
    and seconds not for days."""
    if first.kind is Kind.TERM is second.kind:
        return (first.unit == "second") == (second.unit == "second")
    return first.kind is second.kind and first.unit == second.unit


def unsupported(sentence: str, sources: Sequence[str], allowed: Sequence[Quantity] = ()) -> tuple[Quantity, ...]:
    """The figures of `sentence`, in order, that neither a source states nor `allowed` (a calculator's) holds."""
    claimed = quantities(sentence)
    if not claimed:
        return ()
    stated = [*allowed, *(quantity for source in sources for quantity in quantities(source, tables=True))]
    return unsupported_among(claimed, stated)


def unsupported_among(claimed: Iterable[Quantity], stated: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """Like `unsupported`, where the figures of both sides are known already. Linear but for equal values."""
    by_value: dict[Decimal | str, list[Quantity]] = {}
    structured: list[Quantity] = []  # their values are not equal where one holds the other
    for quantity in stated:
        if isinstance(quantity.value, str):
            structured.append(quantity)
        else:
            by_value.setdefault(quantity.value, []).append(quantity)
    return tuple(
        claim
        for claim in claimed
        if not any(
            holds(of, claim) for of in (structured if isinstance(claim.value, str) else by_value.get(claim.value, ()))
        )
    )


def _agree(first: Quantity, second: Quantity) -> bool:
    bounds = {first.bound, second.bound} - {Bound.NONE}
    return len(bounds) < 2 and (not first.per or not second.per or first.per == second.per)


def _comparable(first: Quantity, second: Quantity) -> bool:
    kinds = {first.kind, second.kind}
    if kinds <= _SHARES:
        return first.unit == second.unit
    if Kind.NUMBER in kinds and kinds <= {Kind.NUMBER, Kind.AMOUNT, Kind.COUNT}:
        return True
    if len(kinds) > 1:
        return False
    units = {first.unit, second.unit}
    return len(units) == 1 or (kinds == {Kind.COUNT} and "个" in units and units - {"个"} <= _THINGS)


def _same_document(first: Quantity, second: Quantity) -> bool:
    """Years and issuers are compared where both give them; an issuer may be written in full (中华人民共和国…令)."""
    (year, number), (other_year, other_number) = str(first.value).split("/"), str(second.value).split("/")
    if number != other_number or (year and other_year and year != other_year):
        return False
    return first.unit.endswith(second.unit) or second.unit.endswith(first.unit)


def _date_parts(value: str) -> tuple[str, str, str]:
    """Year, month and day; empty where the date does not say them."""
    parts = value.removeprefix("--").split("-")
    if value.startswith("--"):
        parts = ["", *parts]
    year, month, day = (*parts, "", "")[:3]
    return year, month, day
