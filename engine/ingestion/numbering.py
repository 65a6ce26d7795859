"""Chinese numerals, and the numbers that laws and reports give their parts."""

from __future__ import annotations

import re

NUMERAL = "〇零一二三四五六七八九十百千"
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGEST = 9999

# 第三条, 第十条之一, 第 12 条; what follows on the line is the article itself.
ARTICLE = re.compile(rf"第\s?([{NUMERAL}]+|\d{{1,4}})\s?条(?:之([{NUMERAL}]+))?(?![{NUMERAL}\d])")
# 第一编, 第一分编, 第二章, 第三节: group 2 is the level's name.
DIVISION = re.compile(rf"第\s?([{NUMERAL}]+|\d{{1,3}})\s?(编|分编|部分|章|节)(?=\s|[^\s的至和、，,]|$)")


def parse_numeral(text: str) -> int:
    """一百二十三 → 123, 二〇二四 → 2024, 123 → 123.

    Raises:
        ValueError: not a numeral below 10,000.
    """
    if text.isdecimal():
        return int(text)
    if not any(char in _UNITS for char in text):
        return int("".join(str(_digit(char)) for char in text))
    total, digit = 0, None
    for char in text:
        if char in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[char]
            digit = None
        else:
            digit = _digit(char)
    return total + (digit or 0)


def format_numeral(number: int) -> str:
    """123 → 一百二十三, 10 → 十, 105 → 一百零五. Raises ValueError outside [0, 9999]."""
    if not 0 <= number <= _LARGEST:
        raise ValueError(f"{number} is not within 0 to {_LARGEST}")
    names = "零一二三四五六七八九"
    if number < 10:
        return names[number]
    parts: list[str] = []
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            parts.append(names[digit] + name)
        elif parts and parts[-1] != "零":
            parts.append("零")
    text = "".join(parts).rstrip("零")
    return text.removeprefix("一") if text.startswith("一十") else text


def article_label(match: re.Match[str]) -> str:
    """The article's name in one spelling: 第 12 条 → 第十二条, 第十条之一 as it is. `match` comes from `ARTICLE`."""
    number = format_numeral(parse_numeral(match[1]))
    return f"第{number}条" + (f"之{match[2]}" if match[2] else "")


def _digit(char: str) -> int:
    if char not in _DIGITS:
        raise ValueError(f"{char!r} is not a numeral")
    return _DIGITS[char]
