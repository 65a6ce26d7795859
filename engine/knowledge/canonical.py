"""One spelling for what is written in many: characters, numerals, article numbers, amounts, document numbers."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parents[2] / "assets" / "ranking" / "simplified.txt"
_DIGITS = {
    char: value for digits in ("零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖") for value, char in enumerate(digits)
} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
_NUMERAL = "".join(_DIGITS) + "".join(_UNITS)
_AMOUNT_LIMIT = 40  # characters: a longer run of digits is no amount

_ARTICLE = re.compile(rf"第\s?([{_NUMERAL}]+|\d{{1,4}})\s?条(?:之([{_NUMERAL}]))?")
_PERCENT = re.compile(rf"(\d+(?:\.\d+)?)\s?%|百分之([{_NUMERAL}]+)(?:点([{_NUMERAL}]+))?")
# 银发〔2016〕302号, 法释[2020]17号: issuer, year, number
_DOCUMENT = re.compile(r"([\u4e00-\u9fff]{1,8})\s?[\[(〔【](\d{4})[\])〕】]\s?(?:第\s?)?(\d{1,5})\s?号")
_CODE = re.compile(r"(?=[a-z\d_-]*\d)(?=[\d_-]*[a-z])[a-z\d]+(?:[-_][a-z\d]+)+")  # product codes: zh-2024a
_AMOUNT = re.compile(
    rf"(?<![\da-z.])(\d[\d,]*(?:\.\d+)?)\s?(万亿|[十百千]?[万亿]|[千百])?(?![\da-z.%])"
    rf"|([{_NUMERAL}][{_NUMERAL}万亿]*[百千万亿佰仟拾十][{_NUMERAL}万亿]*)"
)


def normalize(text: str) -> str:
    """Full width to half width, compatibility forms to plain ones, lower case, traditional to simplified."""
    return simplified(unicodedata.normalize("NFKC", text).lower())


def simplified(text: str) -> str:
    """Traditional characters to simplified ones, all else as it is."""
    return text.translate(_simplified())


def canonical_tokens(text: str) -> list[str]:
    """Tokens of what a normalized text numbers, each in one spelling, in the order of their kinds.

    第5条 and 第五条 → §5, 第十条之一 → §10.1; 3.5% and 百分之三点五 → %3.5; 银发〔2016〕302号 → №银发2016.302;
    ZH-2024A → =zh2024a; 5万, 50,000, 伍万 and 五万 → #50000. Plain numbers below 10 are left out.
    """
    tokens = [article_token(match) for match in _ARTICLE.finditer(text)]
    tokens += [_percent(match) for match in _PERCENT.finditer(text)]
    tokens += [f"№{match[1][-4:]}{match[2]}.{match[3]}" for match in _DOCUMENT.finditer(text)]
    tokens += [f"={re.sub('[-_]', '', match[0])}" for match in _CODE.finditer(text)]
    rest = _DOCUMENT.sub(" ", _PERCENT.sub(" ", _ARTICLE.sub(" ", text)))
    amounts = (_amount(match) for match in _AMOUNT.finditer(rest) if len(match[0]) <= _AMOUNT_LIMIT)
    return tokens + [f"#{amount:.10g}" for amount in amounts if amount >= 10]


def article_tokens(text: str) -> list[str]:
    """The articles that a normalized text names, e.g. §5, in their order."""
    return [article_token(match) for match in _ARTICLE.finditer(text)]


def article_token(match: re.Match[str]) -> str:
    later = f".{numeral_value(match[2])}" if match[2] else ""
    return f"§{numeral_value(match[1])}{later}"


def numeral_value(text: str) -> int:
    """一百二十三, 壹佰贰拾叁 and 123 → 123; 五万 → 50000; 二〇二四 → 2024."""
    if text.isdecimal():
        return int(text)
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total, section, digit = 0, 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            section, digit = section + (digit or 1) * _UNITS[char], 0
        else:
            total, section, digit = (total + section + digit or 1) * _GROUPS[char], 0, 0
    return total + section + digit


def _percent(match: re.Match[str]) -> str:
    if match[1]:
        return f"%{float(match[1]):g}"
    fraction = "".join(str(_DIGITS.get(char, 0)) for char in match[3] or "0")
    return f"%{float(f'{numeral_value(match[2])}.{fraction}'):g}"


def _amount(match: re.Match[str]) -> float:
    if match[3]:
        return float(numeral_value(match[3]))
    value = float(match[1].replace(",", ""))
    for char in match[2] or "":
        value *= _UNITS.get(char) or _GROUPS[char]
    return value


@cache
def _simplified() -> dict[int, str]:
    """From each traditional character's code point to its simplified form."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    traditional, simplified = (line for line in lines if not line.startswith("#"))
    return {ord(old): new for old, new in zip(traditional, simplified, strict=True)}
