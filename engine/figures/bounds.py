"""Words around a figure that say which end of a range it is, and what a price or a rate is for.

Whether the end itself is included (超过 or 以上) is not told apart: answers say 以上 for 超过 throughout, and the
figure is the same; that a limit became a minimum is what would mislead.
"""

from __future__ import annotations

import re

from engine.figures.quantity import Bound, Kind

_REACH = 12  # characters before a figure that are looked at
_CURRENCY = "(?:人民币|等值|合计|累计|单笔|[¥$])?"
_AT_MOST_BEFORE = re.compile(
    "(?:不得?(?:超过|超出|高于|多于|大于|超)|未(?:超过|满|达到?|到)|(?<![不得能会应])(?:低|少|小)于|不(?:足|满|到)|不能(?:超过|高于|多于)"
    f"|最(?:高|多|长|晚|迟)|至(?:多|迟)|上限)(?:不得?超过)?[为是:]?{_CURRENCY}$"
)
_AT_LEAST_BEFORE = re.compile(
    f"(?:超过|超出|(?:高|多|大)于|至少|最(?:低|少|短)|起点|下限|不得?(?:低于|少于|小于|短于)|不能(?:低|少)于|年?满|达到?)[为是:]?"
    f"{_CURRENCY}$"
)
_NEGATED = re.compile("(?:不得?|未|不能|不应|不可|不会|并未)(?:超过|超出|高于|多于|大于|达到?|满)$")
_AT_LEAST_AFTER = re.compile(r"(?:人民币|\(含[^)]{0,6}\))?(?:\(不?含\))?期?[及含]?(?:以上|之上|起存|起(?![诉草]))")
_AT_MOST_AFTER = re.compile(r"(?:人民币|\(含[^)]{0,6}\))?(?:\(不?含\))?期?[及含]?(?:以下|以内|之内|之下|封顶)")
_WITHIN = re.compile("内")
_BEFORE_DATE = re.compile("(?:以前|之前|前|止)")
_AFTER_DATE = re.compile("(?:以后|之后|后|起|以来)")
_REFERENCE = "(?:个|一)?(笔|月|年|日|天|人|户|次|张|份|股|季度?|周|单|万元|千元|百元|吨|平方米|台|件|套|本)"
_PER_BEFORE = re.compile(f"每{_REFERENCE}[^，。；、0-9]{{0,4}}$")
_PER_AFTER = re.compile(f"(?:/|每){_REFERENCE}")
_RATE_WORD = re.compile("(?:年化|月化|日化|年息|月息|日息|[年月日](?:贷款|存款)?(?:利率|费率|收益率))")


def bound_of(text: str, start: int, end: int, kind: Kind) -> Bound:
    """Which end of a range the figure in `[start, end)` is, by the words right before or else right behind it."""
    before = text[max(0, start - _REACH) : start]
    if kind is Kind.DATE:
        return _bound_of_date(text, end)
    if _AT_MOST_BEFORE.search(before) or _NEGATED.search(before):
        return Bound.AT_MOST
    if _AT_LEAST_BEFORE.search(before):
        return Bound.AT_LEAST
    if _AT_LEAST_AFTER.match(text, end):
        return Bound.AT_LEAST
    within = kind is Kind.TERM and _WITHIN.match(text, end)
    return Bound.AT_MOST if within or _AT_MOST_AFTER.match(text, end) else Bound.NONE


def _bound_of_date(text: str, end: int) -> Bound:
    if _BEFORE_DATE.match(text, end):
        return Bound.AT_MOST
    return Bound.AT_LEAST if _AFTER_DATE.match(text, end) else Bound.NONE


def per_of(text: str, start: int, end: int, kind: Kind) -> str:
    """What an amount or count is for (5元/笔, 每笔5元), or the period of a rate (日利率, 年化); else empty."""
    before = text[max(0, start - _REACH) : start]
    if kind in (Kind.RATE, Kind.RATIO):
        words = _RATE_WORD.findall(before)
        return str(words[-1][0]) if words else ""
    if kind not in (Kind.AMOUNT, Kind.COUNT, Kind.NUMBER):
        return ""
    found = _PER_AFTER.match(text, end) or _PER_BEFORE.search(before)
    return "日" if found and found[1] == "天" else found[1] if found else ""
