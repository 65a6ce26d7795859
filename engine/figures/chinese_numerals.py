"""Values of numbers written in Chinese: 三万五千, 二〇二四, 伍拾万, 三点六, 一百五, 廿三."""

from __future__ import annotations

from decimal import Decimal

NUMERALS = "〇零一二两三四五六七八九十百千万亿壹贰貳叁叄肆伍陆陸柒捌玖拾佰仟萬億廿卅"
_PLAIN = str.maketrans("零两壹贰貳叁叄肆伍陆陸柒捌玖拾佰仟萬億", "〇二一二二三三四五六六七八九十百千万亿")
_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_LONGEST = 32


def chinese_value(text: str) -> Decimal | None:
    """The value, or None for what is no exact number: 两三, 十四五, 百, 千万, 万亿."""
    if len(text) > _LONGEST:
        return None
    plain = text.translate(_PLAIN).replace("廿", "二十").replace("卅", "三十")
    whole, point, decimals = plain.partition("点")
    value = _integer(whole)
    if value is None or not point:
        return None if value is None else Decimal(value)
    return Decimal(f"{value}.{''.join(str(_DIGITS[char]) for char in decimals)}")


def digit_string(text: str) -> str:
    """Digits read one by one, as in years and numbers of documents: 二〇二四 is "2024"; empty where it is no such."""
    plain = text.translate(_PLAIN)
    return "".join(str(_DIGITS[char]) for char in plain) if all(char in _DIGITS for char in plain) else ""


def _integer(text: str) -> int | None:
    if all(char in _DIGITS for char in text):
        one_by_one = len(text) >= 3 or text[:1] in "〇" or "〇" in text
        return int(digit_string(text)) if len(text) == 1 or one_by_one else None  # 两三 is neither 2 nor 23
    for mark, power in (("亿", 100_000_000), ("万", 10_000)):
        left, found, right = text.rpartition(mark)
        if found:
            above, below = _integer(left) if left else None, _below(right, power)
            return None if above is None or below is None else above * power + below
    return _thousands(text)


def _below(text: str, power: int) -> int | None:
    """What follows 万 or 亿: nothing, a smaller number, or one digit for the next power (三万五)."""
    if not text:
        return 0
    if len(text) == 1 and text in _DIGITS:
        return _DIGITS[text] * power // 10
    value = _integer(text.lstrip("〇") or "〇")
    return value if value is not None and value < power else None


def _thousands(text: str) -> int | None:
    total, digit, last = 0, -1, 10_000
    for index, char in enumerate(text):
        if char in _POWERS:
            power = _POWERS[char]
            if power >= last or (digit < 0 and not (char == "十" and (not total or text[index - 1] == "〇"))):
                return None
            total, digit, last = total + (1 if digit < 0 else digit) * power, -1, power
        elif char == "〇":
            digit = 0 if digit <= 0 else -2
        elif digit > 0:
            return None
        else:
            digit = _DIGITS[char]
        if digit == -2:
            return None
    if digit > 0 and last > 10 and last < 10_000 and text[-2] != "〇":
        return total + digit * last // 10  # 一百五
    return total + max(digit, 0)
