"""E-mail addresses, travel documents, messenger accounts, car plates and home addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

_LOCAL_PART = re.compile(r"[A-Za-z0-9._%+-]{1,64}$")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}(?![A-Za-z0-9])")


def emails(text: str) -> Iterator[Span]:
    """Addresses by RFC 5321's usual subset: no quoted local part, no literal address."""
    at = text.find("@")
    while at >= 0:
        local = _LOCAL_PART.search(text[max(0, at - 64) : at])
        domain = _DOMAIN.match(text, at + 1)
        if local and domain:
            yield at - len(local.group()), domain.end()
        at = text.find("@", at + 1)


# The label may stand a few characters before its number: 护照号码：E12345678.
_PASSPORT = re.compile(r"护照[^A-Za-z0-9\n]{0,8}([DEGPS][A-HJ-NP-Z]?\d{7,8})(?![A-Za-z0-9])", re.IGNORECASE)
_PERMIT = re.compile(
    r"(?:通行证|回乡证|台胞证|居留证|居住证)[^A-Za-z0-9\n]{0,8}([CHMWLT][A-Z]?\d{7,10}|\d{8})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_OFFICER = re.compile(r"[军士文]字第?(\d{6,8})号")


def travel_documents(text: str) -> Iterator[Span]:
    """Passports, permits for Hong Kong, Macao and Taiwan, and officers' cards, after their name."""
    for pattern in (_PASSPORT, _PERMIT, _OFFICER):
        for match in pattern.finditer(text):
            yield match.span(1)


_WECHAT = re.compile(r"(?:微信|[Ww]e[Cc]hat)(?:账号|号)?[:是为 ]{1,3}([A-Za-z][-_A-Za-z0-9]{5,19})(?![A-Za-z0-9])")
_QQ = re.compile(r"(?<![A-Za-z])[Qq]{2}(?:账号|号码|号)?[:是为 ]{0,3}([1-9]\d{4,10})(?!\d)")


def account_names(text: str) -> Iterator[Span]:
    """Accounts of WeChat and QQ after their name."""
    for pattern in (_WECHAT, _QQ):
        for match in pattern.finditer(text):
            yield match.span(1)


_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·. ]?"
    r"(?:[A-HJ-NP-Z0-9]{5,6}|[A-HJ-NP-Z0-9]{4}[学警港澳])(?![A-Za-z0-9])"
)


def plates(text: str) -> Iterator[Span]:
    """Car plates of GA 36: with at least two digits, so that a code of letters is none."""
    for match in _PLATE.finditer(text):
        if sum(character.isdigit() for character in match.group()) >= 2:
            yield match.span()


_HOUSE = re.compile(
    r"(?:路|街|大道|巷|弄|胡同|里|村|小区|花园|苑|新村|公寓|园|城|府)\d{0,5}(?:号|弄)?"
    r"(?:\d{1,4}|[A-Za-z]|[一二三四五六七八九十东南西北]{1,3})(?:幢|栋|号楼|座|单元|室|号院)"
    r"(?:[A-Za-z0-9一二三四五六七八九十甲乙丙丁]{1,5}(?:单元|层|楼|室|户|号|幢|栋)){0,4}(?:\d{3,4})?"
)
_STREET_CHARS = 30
_ADDRESS_HEAD = re.compile(r"(?:[住在于是为至到]|地址|址|[^\u4e00-\u9fffA-Za-z0-9])(?=[\u4e00-\u9fffA-Za-z0-9]{0,30}$)")


def addresses(text: str) -> Iterator[Span]:
    """Homes down to building or room: 文三路12号3幢2单元501室, with the places before it."""
    end = 0
    for match in _HOUSE.finditer(text):
        from_ = max(end, match.start() - _STREET_CHARS)
        heads = [head.end() for head in _ADDRESS_HEAD.finditer(text[from_ : match.start() + 1])]
        end = match.end()
        yield from_ + (heads[-1] if heads else 0), end
