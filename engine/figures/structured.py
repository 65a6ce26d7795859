"""Figures with an inner structure: dates, times of day, numbers of articles and of documents, fractions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from engine.figures.chinese_numerals import digit_string
from engine.figures.quantity import Kind
from engine.figures.tokens import Token

JOINED = re.compile("至|到|-{1,2}|~|、|和|及|与|或|以及|或者|,|/")  # between two figures of which the second lends
_ISO = re.compile(r"((?:19|20)\d{2})([-./])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)")
_ISO_MONTH = re.compile(r"((?:19|20)\d{2})-(0[1-9]|1[0-2])(?![\d-])")
_PACKED = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![\d.])")
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::[0-5]\d)?(?!\d)|(\d{1,2})[点时](?:([0-5]?\d)分|(半)|整|钟)?(?![间期候效])")
_AFTERNOON = ("下午", "晚上", "傍晚", "晚")
_LEVELS = ("分编", "编", "章", "节", "条", "款", "项", "目")
_ORDER = {level: place for place, level in enumerate(("编", "分编", "章", "节", "条", "款", "项", "目"))}
_ISSUER = re.compile(
    "[银发办保监国财税法释证会汇金规令函复公告市场农商人力社建房最高检民务院主席中华共和行总局部委厅字通证监管支付科技条消稽反洗"
    "]{1,16}$"
)
_OPEN, _CLOSE = "〔[(【", "〕])】"
_BASES = {"百": 100, "千": 1000, "万": 10_000, "十": 10}


@dataclass(frozen=True, slots=True)
class Found:
    """A figure in `[start, end)` of the folded text; `following` is the number of the next token to be read."""

    start: int
    end: int
    kind: Kind
    value: Decimal | str
    unit: str
    following: int


def next_token(tokens: list[Token], first: int, end: int) -> int:
    """The first token from number `first` on that begins at `end` or later."""
    while first < len(tokens) and tokens[first].start < end:
        first += 1
    return first


def date(text: str, tokens: list[Token], index: int, last: Found | None) -> Found | None:
    """2024年3月1日, 3月1日, 2024年, 2024-03-01, 20240301, 每月15日; after 「…日至」 what is left out is taken over."""
    token = tokens[index]
    for pattern in (_ISO, _ISO_MONTH, _PACKED):
        if match := pattern.match(text, token.start):
            numbers = [group for group in match.groups() if group.isdecimal()]
            return _dated(numbers, token.start, match.end(), next_token(tokens, index, match.end()))
    year, end, following = "", token.start, index
    if text.startswith("年", token.end) and (year := year_of(token)):
        end, following = token.end + 1, index + 1
    month, end, following = _part(text, tokens, end, following, "月", 12)
    day, end, following = _part(text, tokens, end, following, "日号", 31) if month else ("", end, following)
    if not (year or month):
        return _day_alone(text, token, index, last)
    if month and not (year or day) and re.match("之?内|以[内上下]|期", text[end : end + 2]):
        return None
    if not year and last and last.kind is Kind.DATE and JOINED.fullmatch(text, last.end, token.start):
        year = str(last.value)[:4].strip("-") if not str(last.value).startswith("--") else ""
    return _dated([year, month, day], token.start, end, following)


def _part(text: str, tokens: list[Token], end: int, index: int, marks: str, most: int) -> tuple[str, int, int]:
    """The month or day that begins at `end`, two digits, with what follows it; empty where there is none."""
    if index >= len(tokens) or tokens[index].start != end:
        return "", end, index
    token = tokens[index]
    value = token.value
    if value is None or value != int(value) or not 1 <= value <= most or text[token.end : token.end + 1] not in marks:
        return "", end, index
    if not text[token.end : token.end + 1]:
        return "", end, index
    return f"{int(value):02d}", token.end + 1, index + 1


def _day_alone(text: str, token: Token, index: int, last: Found | None) -> Found | None:
    """The day behind 每月, or behind 「2024年3月1日至」."""
    if token.value is None or text[token.end : token.end + 1] not in ("日", "号") or not 1 <= token.value <= 31:
        return None
    day = f"{int(token.value):02d}"
    if re.search("[每当次该本]月(?:的|第)?$", text[max(0, token.start - 4) : token.start]):
        return Found(token.start, token.end + 1, Kind.DATE, f"---{day}", "", index + 1)
    if not last or last.kind is not Kind.DATE or not JOINED.fullmatch(text, last.end, token.start):
        return None
    value = str(last.value)
    if len(value.removeprefix("--").split("-")) < (2 if value.startswith("--") else 3):
        return None
    return Found(token.start, token.end + 1, Kind.DATE, value[:-2] + day, "", index + 1)


def _dated(numbers: list[str], start: int, end: int, following: int) -> Found:
    year, month, day = (*numbers, "", "")[:3]
    value = (year or "-") + (f"-{int(month):02d}" if month else "") + (f"-{int(day):02d}" if day else "")
    return Found(start, end, Kind.DATE, value, "", following)


def year_of(token: Token) -> str:
    """The four digits of a year from 1900 to 2100, or empty."""
    digits = token.raw if token.arabic else digit_string(token.raw)
    return digits if len(digits) == 4 and digits.isdecimal() and "1900" <= digits <= "2100" else ""


def clock(text: str, tokens: list[Token], index: int) -> Found | None:
    """9:30, 9时30分, 下午5点 (17:00)."""
    token = tokens[index]
    match = _CLOCK.match(text, token.start) if token.arabic else None
    if not match:
        return None
    hour = int(match[1] or match[3])
    minute = int(match[2] or match[4] or (30 if match[5] else 0))
    if hour > 24:
        return None
    if hour < 12 and text[max(0, token.start - 2) : token.start].endswith(_AFTERNOON):
        hour += 12
    following = next_token(tokens, index, match.end())
    return Found(token.start, match.end(), Kind.TIME, f"{hour:02d}:{minute:02d}", "", following)


def fraction(text: str, tokens: list[Token], index: int, last: Found | None) -> Found | None:
    """百分之三, 千分之五, 三分之二, 2/3; 「百分之三至五」 is read as two."""
    token = tokens[index]
    if text.startswith("分之", token.end) and index + 1 < len(tokens) and tokens[index + 1].start == token.end + 2:
        base = _BASES.get(token.raw) or token.value
        share = tokens[index + 1]
        if base and share.value is not None:
            kind = Kind.RATE if token.raw in _BASES else Kind.RATIO
            return Found(token.start, share.end, kind, share.value / base, "1", index + 2)
    if text.startswith("/", token.end) and index + 1 < len(tokens) and tokens[index + 1].start == token.end + 1:
        above, below = token.value, tokens[index + 1].value
        after = text[tokens[index + 1].end : tokens[index + 1].end + 1]
        if above is not None and below and above < below and after not in ("/", "个", "年", "月", "日", "天", "%"):
            return Found(token.start, tokens[index + 1].end, Kind.RATIO, above / below, "1", index + 2)
    if token.raw in ("一半", "过半") or (token.raw == "半" and text.startswith("数", token.end)):
        return Found(token.start, token.end, Kind.RATIO, Decimal("0.5"), "1", index + 1)
    return None


def document(text: str, tokens: list[Token], index: int) -> Found | None:
    """银发〔2019〕41号, 国务院令第660号, 令2020年第9号."""
    token = tokens[index]
    year = year_of(token)
    number = tokens[index + 1] if index + 1 < len(tokens) else None
    if year and number and number.value is not None and text.startswith("号", number.end):
        before, between = text[token.start - 1 : token.start], text[token.end : number.start]
        bracketed = bool(before) and before in _OPEN and between.rstrip("第")[:1] in tuple(_CLOSE) and len(between) <= 2
        if bracketed or between == "年第":
            start, issuer = _issuer(text, token.start - bracketed)
            return Found(start, number.end + 1, Kind.DOCUMENT_NO, f"{year}/{int(number.value)}", issuer, index + 2)
    if text[token.start - 1 : token.start] == "第" and text.startswith("号", token.end) and token.value is not None:
        start, issuer = _issuer(text, token.start - 1)
        return Found(start, token.end + 1, Kind.DOCUMENT_NO, f"/{int(token.value)}", issuer, index + 1)
    return None


def _issuer(text: str, end: int) -> tuple[int, str]:
    match = _ISSUER.search(text, max(0, end - 16), end)
    return (match.start(), match[0]) if match else (end, "")


def article(text: str, tokens: list[Token], index: int, last: Found | None) -> list[Found]:
    """第三十一条, 第10条第二款第(三)项, 第五、六条, 第一百二十条之一; 款 behind 「第十条第一款、」 is of 第十条."""
    token = tokens[index]
    if not _is_numbered(text, token.start):
        return []
    numbers = [index]
    while not (level := _level(text, tokens[numbers[-1]].end)):
        following = numbers[-1] + 1
        if following >= len(tokens) or len(numbers) >= 12:
            return []
        between = text[tokens[numbers[-1]].end : tokens[following].start].removesuffix("第")
        if not JOINED.fullmatch(between):
            return []
        numbers.append(following)
    values = [tokens[number].value for number in numbers]
    if any(value is None for value in values):
        return []
    above = _above(text, tokens[index].start, level, last)
    found = [
        Found(tokens[n].start, tokens[n].end, Kind.ARTICLE_NO, f"{above}{level}{value}", "", n + 1)
        for n, value in zip(numbers, values, strict=True)
    ]
    found[0] = _starting(found[0], text)
    found[-1] = _with_parts(text, tokens, found[-1], level)
    return found


def _starting(found: Found, text: str) -> Found:
    start = text.rfind("第", max(0, found.start - 2), found.start)
    return Found(start if start >= 0 else found.start, found.end, found.kind, found.value, found.unit, found.following)


def _is_numbered(text: str, start: int) -> bool:
    return text[start - 1 : start] == "第" or text[max(0, start - 2) : start] == "第("


def _level(text: str, end: int) -> str:
    end += text.startswith(")", end)
    return next((level for level in _LEVELS if text.startswith(level, end)), "")


def _above(text: str, start: int, level: str, last: Found | None) -> str:
    if not last or last.kind is not Kind.ARTICLE_NO:
        return ""
    begin = text.rfind("第", max(0, start - 2), start)
    if not JOINED.fullmatch(text, last.end, begin):
        return ""
    parts = [part for part in str(last.value).split(".") if _ORDER[part.rstrip("0123456789-")] < _ORDER[level]]
    return ".".join(parts) + "." if parts else ""


def _with_parts(text: str, tokens: list[Token], found: Found, level: str) -> Found:
    """The article with 之一 and with the 款, 项 and 目 right behind it."""
    value, following = str(found.value), found.following
    end = text.index(level, found.end) + len(level)
    if text.startswith("之", end) and following < len(tokens) and tokens[following].start == end + 1:
        value, end, following = f"{value}-{tokens[following].value}", tokens[following].end, following + 1
    while following < len(tokens) and (match := re.compile(r"第\(?").match(text, end)):
        token = tokens[following]
        lower = _level(text, token.end)
        if match.end() != token.start or token.value is None or not lower or _ORDER[lower] <= _ORDER[level]:
            break
        value, level, following = f"{value}.{lower}{token.value}", lower, following + 1
        end = text.index(lower, token.end) + len(lower)
    return Found(found.start, end, found.kind, value, "", following)
