"""Numbers of a folded text, before anything is known about their units.

Left out is what looks like a figure and claims nothing: citation markers [1], list marks (1. (一) 第一，), addresses of
pages, digits in names (P2P, 5G), set phrases (万一, 千万别, 第三方), 「24小时」 of a service that never closes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal

from engine.figures.chinese_numerals import NUMERALS, chinese_value
from engine.figures.units import POWERS, currency_before, unit_at

_SMALL = "一二三四五六七八九十"
_NUMBER = re.compile(
    r"(?P<half>(?<![一两过])半(?=年|个?月|个?小时|天|日|数)|[一过]半(?!径))"
    r"|(?P<arabic>(?>\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:\.\d+)?)"
    rf"|(?P<chinese>[{NUMERALS}]++(?:点[〇零一二三四五六七八九]++(?:[万亿]|(?=[%‰倍折成个，。；]|$))?)?)"
    r"|(?P<roman>(?<![A-Za-z])(?:I{1,3}|IV|V)(?=[类级]))"
)
_LONGEST = 40  # characters; nobody states a figure of more digits
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}
_NO_CLAIM = re.compile(
    r"\[\d{1,3}(?:[,、-]\d{1,3})*\](?!第?\d+号)"
    rf"|^[ \t>#*•-]*(?:\d{{1,2}}(?:\.\d{{1,2}}){{0,3}}[.、)](?!\d)"
    rf"|[{_SMALL}]{{1,3}}[、.)](?!第?[{_SMALL}]{{1,3}}[条款项年个月类])"
    r"|\d{1,2}(?:\.\d{1,2}){2,3}(?!\d))"
    rf"|(?<!第)\((?:\d{{1,2}}|[{_SMALL}]{{1,3}})\)"
    rf"|(?<=[；。:，])(?:\d{{1,2}}[)、]|[{_SMALL}]、)(?![\d{_SMALL}])"
    rf"|第(?:[{_SMALL}]{{1,2}}|\d{{1,2}})(?:(?=[，:])|、(?![第{_SMALL}\d])|步(?!行))"
    rf"|其[{_SMALL}](?=[，、:是为])"
    r"|https?://[^\s，。；)]+|www\.[\w./-]+|(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]+"
    r"|(?:7[×xX*]|每天|全天)?24小时(?=[^，。；]{0,4}(?:客服|服务|热线|自助|营业|在线|不间断|开放|电话|人工|值守|监控|运营|便民))"
    r"|7[×xX*]24(?:小时)?"
    "|万一(?![千百])|千万(?=[别不要勿记注小莫])|千家万户|千千万万|第[三3](?:方|人(?!次)|者|产业)|第一(?:时间|手资料|责任人|产业)|第二产业"
    "|一次性|五一(?=劳动|假|期间|小长)|十一(?=假|黄金周|国庆)|双十[一二]|五险一金|一成不变|一五一十|一年一度|有朝一日|一日三餐"
    "|十(?:分(?!之|钟)|足|全十美)|三三两两|四舍五入|百分百|不一(?=[年日])",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A number in `[start, end)` of the folded text; `value` is None where it is no exact one (百, 两三, 十几)."""

    start: int
    end: int
    raw: str
    value: Decimal | None
    arabic: bool


def tokens(text: str) -> list[Token]:
    """The numbers of a folded text, in order."""
    silent = [match.span() for match in _NO_CLAIM.finditer(text)]
    begins = [start for start, _ in silent]
    found: list[Token] = []
    end = 0
    for match in _NUMBER.finditer(text):
        if match.start() < end:  # powers that the number before has taken
            continue
        place = bisect_right(begins, match.start()) - 1
        if place >= 0 and match.start() < silent[place][1]:
            continue
        if match.lastgroup == "arabic":
            if not _is_part_of_a_name(text, *match.span()):
                found.append(_with_power(text, match))
                end = found[-1].end
        else:
            found.append(_worded(text, match))
    return _joined(text, found)


def _worded(text: str, match: re.Match[str]) -> Token:
    raw = match[0]
    if match.lastgroup == "half":
        return Token(*match.span(), raw, Decimal("0.5"), False)
    if match.lastgroup == "roman":
        return Token(*match.span(), raw, Decimal(_ROMAN[raw]), True)
    vague = text[match.start() - 1 : match.start()] in ("几", "数") or text[match.end() :][:1] == "几"
    last = raw[-1] if "点" in raw and raw[-1] in "万亿" else ""
    value = None if vague else chinese_value(raw.removesuffix(last))
    return Token(*match.span(), raw, value * POWERS[last] if value is not None and last else value, False)


def _with_power(text: str, match: re.Match[str]) -> Token:
    """The number with the powers behind it: 5千万, 3.5亿, but not 5百分点."""
    start, end = match.span()
    value, last = Decimal(match[0].replace(",", "")), end
    if end - start > _LONGEST:
        return Token(start, end, match[0], None, True)
    while text[last : last + 1] in POWERS and not text.startswith("分之", last + 1):
        value *= POWERS[text[last]]
        last += 1
    return Token(start, last, text[start:last], value, True)


def _joined(text: str, found: list[Token]) -> list[Token]:
    """3万5千 and 1亿2000万 are one number each; so is 3万5000 before a currency."""
    joined: list[Token] = []
    for token in found:
        before = joined[-1] if joined else None
        if before and before.end == token.start and before.arabic and token.arabic and _goes_on(text, before, token):
            joined[-1] = Token(before.start, token.end, before.raw + token.raw, _sum(before, token), True)
        else:
            joined.append(token)
    return joined


def _goes_on(text: str, before: Token, token: Token) -> bool:
    power = POWERS.get(before.raw[-1], 0)
    if not power or token.value is None or token.value >= power:
        return False
    following = unit_at(text, token.end)
    return token.raw[-1] in POWERS or bool(following and following[0].kind == "amount")


def _sum(first: Token, second: Token) -> Decimal:
    return (first.value or Decimal(0)) + (second.value or Decimal(0))


def _is_part_of_a_name(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if before.isascii() and before.isalpha() and not currency_before(text, start):
        return True
    return after.isascii() and after.isalpha() and unit_at(text, end) is None
