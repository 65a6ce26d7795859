"""What is found: one figure of a text with its value in a form that can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    AMOUNT = "amount"
    RATE = "rate"  # percent, per mille, basis points
    RATIO = "ratio"  # fractions, multiples, discounts
    COUNT = "count"
    DATE = "date"
    TIME = "time"  # of the day
    TERM = "term"
    AGE = "age"
    ORDINAL = "ordinal"
    DOCUMENT_NO = "document_no"
    ARTICLE_NO = "article_no"
    NUMBER = "number"  # without a unit


class Bound(StrEnum):
    NONE = ""
    AT_LEAST = "at_least"  # 以上, 超过, 至少, 满: the value is the lower end
    AT_MOST = "at_most"  # 以下, 不超过, 以内, 不满: the value is the upper end


@dataclass(frozen=True, slots=True)
class Quantity:
    """Characters `[start, end)` of the text as it was given.

    `value` by kind: AMOUNT in whole units of the currency `unit` (ISO 4217); RATE and RATIO as a share of one (3% is
    0.03, unit "1"), basis points and 百分点 in percentage points (unit "pp"), multiples in 倍; TERM in months, days or
    seconds (unit "month", "day", "second") or in working days and the like, which no calendar converts; DATE as
    "2024-03-01", "2024-03", "2024", "--03-01" or "--03"; TIME as "09:30"; ARTICLE_NO as "条31.款2"; DOCUMENT_NO as
    "2019/41" or "/660" with the issuer's mark as unit. `per` is what a price or a rate is for: 笔, 年, 日.
    """

    start: int
    end: int
    text: str
    kind: Kind
    value: Decimal | str
    unit: str = ""
    bound: Bound = Bound.NONE
    per: str = ""
