"""Figures with a unit: amounts, rates, terms, ages, counts; in ranges and enumerations the last unit is lent to all."""

from __future__ import annotations

import re
from decimal import Decimal
from math import prod

from engine.figures.quantity import Kind
from engine.figures.structured import Found, next_token, year_of
from engine.figures.tokens import Token
from engine.figures.units import POWERS, Unit, currency_before, unit_at

_LENDING = re.compile("至|到|-{1,2}|~|、|/|或者?|和|及|与")
_LONGEST_CHAIN = 12
_APPROXIMATE = re.compile("[多余来](?=[十百千万亿]|.)")
_POWERS = re.compile("[十百千万亿]+(?!分之)")
_LIMITED = re.compile("(?:[只仅限共每同]|唯一|[最至]多|至少|超过|[少多]于)[^，。；、0-9]{0,5}$")
_LARGE = re.compile("[百千万亿佰仟萬億]")
_BOUNDED = re.compile("以[上下内]")
_SMALLER = {Decimal(12): Decimal(1), Decimal(3600): Decimal(60), Decimal(60): Decimal(1)}  # of the same base unit
_PERIODS = {"年度": "年", "个月": "月", "天": "日"}  # 第二天 is 第二日


def measured(text: str, tokens: list[Token], index: int) -> list[Found]:
    """The figure at token `index`, and those behind it that share its unit (3、6、12个月; 5-10万元)."""
    if tokens[index].value is None:
        return []
    chain = [index]
    while not (lent := _unit_behind(text, tokens[chain[-1]])):
        following = chain[-1] + 1
        if following >= len(tokens) or len(chain) >= _LONGEST_CHAIN or tokens[following].value is None:
            break
        if not _LENDING.fullmatch(text, tokens[chain[-1]].end, tokens[following].start):
            break
        chain.append(following)
    if lent is None:
        return _bare(text, tokens[index], index)
    unit, end, power = lent
    last = tokens[chain[-1]]
    found = [_figure(text, tokens, n, unit, tokens[n].end, _lent_power(tokens[n], last, power)) for n in chain[:-1]]
    return [piece for piece in (*found, _whole(text, tokens, chain[-1], unit, end, power)) if piece]


def _lent_power(token: Token, last: Token, power: Decimal) -> Decimal:
    """The power of ten that a range's end lends to its beginning: 10,000 in 5-10万元, none in 5000-1万元.

    Of a Chinese number only the last power is shared: 五十至一百万元, 二至三千元.
    """
    shared = last.raw[len(last.raw.rstrip("十百千万亿")) :]
    own = power * prod(POWERS[char] for char in (shared if last.arabic else shared[-1:]))
    if token.value is None or last.value is None or token.raw[-1] in POWERS:
        return Decimal(1)
    return own if token.value < last.value * power / own else Decimal(1)


def _unit_behind(text: str, token: Token) -> tuple[Unit, int, Decimal] | None:
    """Unit, its end, and the power of ten between number and unit (30余万元)."""
    position, power = token.end, Decimal(1)
    if match := _APPROXIMATE.match(text, position):
        position = match.end()
        if powers := _POWERS.match(text, position):
            for char in powers[0]:
                power *= POWERS[char]
            position = powers.end()
    found = unit_at(text, position)
    return (*found, power) if found else None


def _figure(text: str, tokens: list[Token], index: int, unit: Unit, end: int, power: Decimal) -> Found | None:
    token = tokens[index]
    value = (token.value or Decimal(0)) * power
    if unit.kind is Kind.TERM and unit.factor == 12 and (year := year_of(token)):
        return Found(token.start, end, Kind.DATE, year, "", index + 1)
    if text[token.start - 1 : token.start] == "第":
        word = text[token.end : end]
        name = _PERIODS.get(word, word) if unit.kind is Kind.TERM else unit.name
        return Found(token.start - 1, end, Kind.ORDINAL, value, name, index + 1)
    start, name = token.start, unit.name
    if unit.kind is Kind.AMOUNT and (currency := currency_before(text, start)):
        name, start = (currency[0] if name == "CNY" else name), currency[1]
    return Found(start, end, unit.kind, value * unit.factor, name, index + 1)


def _whole(text: str, tokens: list[Token], index: int, unit: Unit, end: int, power: Decimal) -> Found | None:
    """The figure with what belongs to it: 5元3角, 1年6个月, 三年半, 3个半月, 伍万元整."""
    found = _figure(text, tokens, index, unit, end, power)
    if found is None or found.kind is Kind.DATE or isinstance(found.value, str):
        return found
    if unit.name == "个" and text.startswith("半", end) and (half := unit_at(text, end + 1)):
        value = ((tokens[index].value or Decimal(0)) + Decimal("0.5")) * half[0].factor
        return Found(found.start, half[1], half[0].kind, value, half[0].name, next_token(tokens, index, half[1]))
    if text.startswith("半", end) and unit.kind is Kind.TERM:
        value = found.value + unit.factor / 2
        return Found(found.start, end + 1, found.kind, value, found.unit, next_token(tokens, index, end + 1))
    total, following = found.value, found.following
    while (smaller := _smaller(text, tokens, following, end, unit)) is not None:
        number, unit, end = smaller
        total += (tokens[number].value or Decimal(0)) * unit.factor
        following = number + 1
    if unit.kind is Kind.AMOUNT and text[end : end + 1] in ("整", "正"):
        end += 1
    return Found(found.start, end, found.kind, total, found.unit, next_token(tokens, index, end))


def _smaller(text: str, tokens: list[Token], index: int, end: int, unit: Unit) -> tuple[int, Unit, int] | None:
    """The next figure where it goes on with a smaller unit of the same base: 3角 behind 5元, 6个月 behind 1年."""
    if index >= len(tokens) or not 0 <= tokens[index].start - end <= 1 or tokens[index].value is None:
        return None
    if text[end : tokens[index].start] not in ("", "零", "又"):
        return None
    behind = unit_at(text, tokens[index].end)
    if unit.kind is Kind.AMOUNT:
        if text.startswith("分", tokens[index].end) and unit.factor == Decimal("0.1"):
            return index, Unit(Kind.AMOUNT, unit.name, Decimal("0.01")), tokens[index].end + 1
        fits = behind and behind[0].kind is Kind.AMOUNT and behind[0].factor == Decimal("0.1") and unit.factor == 1
    else:
        fits = behind and behind[0].name == unit.name and behind[0].factor == _SMALLER.get(unit.factor)
        fits = fits and unit.kind is Kind.TERM
    return (index, *behind) if behind and fits else None


def is_article_of_speech(text: str, found: Found) -> bool:
    """一个, 一种, 一次 are "a" and "once", unless limited (只能开一个, 一人以下); 一类 and 一级 count before 账户."""
    if found.kind is not Kind.COUNT or found.value != 1 or not text.startswith("一", found.start):
        return False
    if found.unit == "户" or text.startswith("人", found.start + 1):
        return False
    if found.unit in ("类", "级"):
        return text[found.end : found.end + 1] not in tuple("户账卡") or not text[found.end : found.end + 1]
    return not _LIMITED.search(text[max(0, found.start - 10) : found.start]) and not _BOUNDED.match(text, found.end)


def _bare(text: str, token: Token, index: int) -> list[Found]:
    """A number without a unit. Small ones in Chinese are words (三方, 两会, 十足), not figures."""
    if token.value is None or not (token.arabic or _LARGE.search(token.raw)):
        return []
    if token.arabic and _begins_line(text, token):
        return []
    if text[token.start - 1 : token.start] == "第" and not token.arabic:
        return []
    currency = currency_before(text, token.start)
    if currency:
        return [Found(currency[1], token.end, Kind.AMOUNT, token.value, currency[0], index + 1)]
    if text.startswith("号", token.end):
        return [Found(token.start, token.end + 1, Kind.COUNT, token.value, "号", index + 1)]
    return [Found(token.start, token.end, Kind.NUMBER, token.value, "", index + 1)]


def _begins_line(text: str, token: Token) -> bool:
    """1.2 in front of a heading."""
    line = text[max(0, token.start - 8) : token.start].rpartition("\n")
    beginning = line[2].strip(" #>*") == "" and (bool(line[1]) or token.start <= len(line[2]))
    after = text[token.end : token.end + 1]
    return beginning and len(token.raw) <= 5 and token.raw.count(".") == 1 and "\u3400" <= after <= "\u9fff"
