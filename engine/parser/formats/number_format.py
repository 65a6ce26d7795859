"""Numbers and dates as a spreadsheet shows them: number formats of ECMA-376 part 1, 18.8.31.

What is implemented is what tables of a bank use: digits, grouping, decimals, percent, scaling by thousands,
scientific, literals, sections for positive, negative, zero and text, dates, times and elapsed hours. A fraction is
shown as a decimal number, and colours and conditions are left out.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from functools import lru_cache

_TOKEN = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[\$[^\]]*\]|\[[^\]]*\]|AM/PM|A/P|上午/下午|General|G/通用格式|E[+-]0+'
    r"|[#0?][#0?,]*(?:\.[#0?]*)?,*|\.[#0?]+|yyyy|yy|y|mmmmm|mmmm|mmm|mm|m|dddd|ddd|dd|d|aaaa|aaa|hh|h|ss|s|.",
    re.IGNORECASE | re.DOTALL,
)
_DATE = re.compile(r"^(y+|m+|d+|a{3,4}|h+|s+|am/pm|a/p|上午/下午)$", re.IGNORECASE)
_ELAPSED = re.compile(r"^\[(h+|m+|s+)\]$", re.IGNORECASE)
_DIGITS = re.compile(r"^[#0?][#0?,]*(\.[#0?]*)?,*$|^\.[#0?]+$")
_WEEKDAYS = "一二三四五六日"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def shown(value: object, number_format: str) -> str:
    """The text of a cell. `value` is what the cell stores: text, a number, a date, a time, a truth value or None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return _number(value, number_format)
    if isinstance(value, (dt.datetime, dt.date, dt.time, dt.timedelta)):
        return _moment(value, _sections(number_format)[0])
    return _text(str(value), number_format)


@lru_cache(maxsize=512)
def _sections(number_format: str) -> tuple[tuple[str, ...], ...]:
    """The tokens of each section."""
    sections: list[list[str]] = [[]]
    for token in _TOKEN.findall(number_format or "General"):
        if token == ";":
            sections.append([])
        else:
            sections[-1].append(token)
    return tuple(tuple(section) for section in sections)


def _text(value: str, number_format: str) -> str:
    sections = _sections(number_format)
    if len(sections) < 4:
        return value
    return "".join(value if token == "@" else _literal(token) for token in sections[3])


def _number(value: float, number_format: str) -> str:
    sections = _sections(number_format)
    section, signed = sections[0], value < 0
    if value < 0 and len(sections) > 1:
        section, signed = sections[1], False
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    if any(token.lower() in ("general", "g/通用格式", "@") for token in section) or (not section and value):
        digits = _general(abs(value))
        parts = [digits if token.lower() in ("general", "g/通用格式", "@") else _literal(token) for token in section]
        return ("-" if signed else "") + ("".join(parts) or digits)
    try:
        return ("-" if signed else "") + _filled(abs(value), section)
    except InvalidOperation:  # infinity, or more digits than any sheet holds
        return str(value)


def _general(value: float) -> str:
    """Up to 11 characters' worth of digits, as spreadsheets show what has no format."""
    if value == int(value) and value < 1e15:
        return str(int(value))
    text = f"{value:.10g}"
    return text.replace("e", "E") if "e" in text else text


def _filled(value: float, section: tuple[str, ...]) -> str:
    number = Decimal(repr(value))
    number = number.scaleb(2 * sum(1 for token in section if token == "%") + 3 * section.count("‰"))
    places = [token for token in section if _DIGITS.match(token)]
    number = number.scaleb(-3 * sum(len(token) - len(token.rstrip(",")) for token in places))
    exponent = next((token for token in section if re.match(r"^E[+-]0+$", token)), "")
    power = 0
    if exponent and number:
        power = number.adjusted()
        number = number.scaleb(-power)
    done = False
    parts: list[str] = []
    for token in section:
        if _DIGITS.match(token):
            parts.append("" if done else _digits(number, token))
            done = True
        elif token == exponent:
            parts.append(f"E{'-' if power < 0 else '+' if '+' in token else ''}{abs(power):0{len(token) - 2}d}")
        else:
            parts.append(_literal(token))
    return "".join(parts).strip()


def _digits(number: Decimal, token: str) -> str:
    whole, _, decimals = token.rstrip(",").partition(".")
    with localcontext() as context:
        context.prec = 400
        rounded = number.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    least = whole.count("0")
    integer, _, fraction = f"{rounded:{',' if ',' in whole else ''}f}".partition(".")
    if integer == "0" and not least:
        integer = ""
    integer = integer if len(integer) >= least else integer.rjust(least, "0")
    optional = len(decimals) - len(decimals.rstrip("#?"))
    if optional:
        kept = len(fraction) - optional
        fraction = fraction[:kept] + fraction[kept:].rstrip("0")
    return f"{integer}.{fraction}" if fraction or (decimals and not optional) else integer or ("" if fraction else "0")


def _literal(token: str) -> str:
    if token.startswith('"'):
        return token[1:-1]
    if token.startswith("\\"):
        return token[1:]
    if token.startswith("[$"):
        return token[2:-1].partition("-")[0]
    if token.startswith("_"):
        return " "
    return "" if token.startswith(("[", "*")) or _DIGITS.match(token) else token


def _moment(value: dt.datetime | dt.date | dt.time | dt.timedelta, section: tuple[str, ...]) -> str:
    if isinstance(value, dt.timedelta):
        return _duration(value, section)
    if not any(_DATE.match(token) for token in section):
        return _iso(value)
    twelve = any(token.lower() in ("am/pm", "a/p", "上午/下午") for token in section)
    parts: list[str] = []
    for number, token in enumerate(section):
        if _DATE.match(token) or _ELAPSED.match(token):
            parts.append(_field(value, token.lower().strip("[]"), _is_minute(section, number), twelve))
        elif re.fullmatch(r"\.0+", token):
            parts.append("")
        else:
            parts.append(_literal(token))
    return "".join(parts).strip()


def _iso(value: dt.datetime | dt.date | dt.time) -> str:
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    return value.isoformat(sep=" ", timespec="seconds") if isinstance(value, dt.datetime) else value.isoformat()


def _is_minute(section: tuple[str, ...], number: int) -> bool:
    """m is a minute behind an hour or before a second."""
    fields = [(at, token.lower().strip("[]")) for at, token in enumerate(section) if _DATE.match(token.strip("[]"))]
    before = [token for at, token in fields if at < number]
    after = [token for at, token in fields if at > number]
    return bool((before and before[-1].startswith("h")) or (after and after[0].startswith("s")))


def _field(value: dt.datetime | dt.date | dt.time, token: str, minute: bool, twelve: bool) -> str:
    date = value if isinstance(value, dt.date) else dt.date(1900, 1, 1)
    time = value if isinstance(value, dt.time) else value.time() if isinstance(value, dt.datetime) else dt.time()
    wide = len(token) > 1
    match token[0]:
        case "y":
            return f"{date.year:04d}" if len(token) > 2 else f"{date.year % 100:02d}"
        case "m" if minute:
            return f"{time.minute:02d}" if wide else str(time.minute)
        case "m":
            return _MONTHS[date.month - 1] if len(token) > 2 else f"{date.month:02d}" if wide else str(date.month)
        case "d":
            return _DAYS[date.weekday()] if len(token) > 2 else f"{date.day:02d}" if wide else str(date.day)
        case "a" if token.startswith("aa"):
            return ("星期" if len(token) > 3 else "") + _WEEKDAYS[date.weekday()]
        case "h":
            hour = (time.hour - 1) % 12 + 1 if twelve else time.hour
            return f"{hour:02d}" if wide else str(hour)
        case "s":
            return f"{time.second:02d}" if wide else str(time.second)
        case "上":
            return "上午" if time.hour < 12 else "下午"
        case _:
            return "AM" if time.hour < 12 else "PM"


def _duration(value: dt.timedelta, section: tuple[str, ...]) -> str:
    """Elapsed time: hours may exceed 24."""
    seconds = round(abs(value).total_seconds())
    text = f"{seconds // 3600}:{seconds // 60 % 60:02d}"
    if any(token.lower().strip("[]").startswith("s") for token in section):
        text += f":{seconds % 60:02d}"
    return f"-{text}" if value < dt.timedelta() else text
