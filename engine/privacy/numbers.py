"""Numbers that belong to a person: ID numbers, bank cards, phones. All functions expect ASCII digits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

Span = tuple[int, int]

_RUN = re.compile(r"\d+(?:(?: ?- ?| )\d+)*[xX]?")
_GROUP = re.compile(r"\d+")
_FEWEST_DIGITS = 11
_MOST_DIGITS = 22
_BEFORE_CHARS = 14  # how far a label may stand before its number

# Province codes of GB/T 2260; 81–83 are residence permits for Hong Kong, Macao and Taiwan (GB 11643 since 2018).
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123]")
_OLDEST_BIRTH_YEAR = 1880
_WEIGHTS = tuple(pow(2, 17 - i, 11) for i in range(17))  # GB 11643-1999, 4.2
_CHECK_CHARACTERS = "10X98765432"

_ID_LABEL = re.compile(r"身份证|证件号|公民身份")
_CARD_LABEL = re.compile(r"卡号|银行卡|信用卡|借记卡|储蓄卡|账号|帐号|[Cc]ard")
_PHONE_LABEL = re.compile(r"电话|座机|固话|传真|致电|拨打|联系方式|[Tt][Ee][Ll]|[Pp]hone|号码[为是:]? ?$")
_LOCAL_LABEL = re.compile(r"(?:电话|座机|固话|家电|传真|[Tt][Ee][Ll])(?:号码)?[::是为. ]*$")
_SERIAL_LABEL = re.compile(
    r"(?:订单|流水|凭证|合同|批次|工单|单据|交易|业务|受理|回执|发票|运单|快递|产品|机构|设备|序列|文件|文|档案)"
    r"(?:流水)?(?:编号|代码|单号|号码|号|码)?[::是为. ]*$|(?:编号|代码|单号|[Nn][Oo]\.?)[::是为. ]*$"
)
_PHONE_WORD = re.compile(r"(?:tel|phone|mobile|cell|fax|ph|t|m)[.: ]*$", re.IGNORECASE)
_LETTER_BEFORE = re.compile(r"[A-Za-z_]$")
_AMOUNT_BEFORE = re.compile(r"(?:[¥$€£]|RMB|CNY|USD|人民币|金额[::为是]?|[\d][.,]) ?$")
_AMOUNT_AFTER = re.compile(r" ?(?:[,.]\d|元|圆|万|亿|千元|百万|%|‰|股|份|美元|港元|日元|欧元|笔|户|个|张|吨|克)")
_MOBILE = re.compile(r"(?:(?:00)?86)?1[3-9]\d{9}")
_CARD_SHAPES = re.compile(r"\d+|(?:4,)+[1-4]|6,1[0-3]|4,6,5|4,6,4")
_MOBILE_SHAPES = re.compile(r"(?:[24],)?(?:11|3,4,4|3,8|7,4|4,4,3|3,3,5)|13|15|[57],(?:4,4|8)")  # 86 or 0086 first


def id_numbers(text: str) -> Iterator[Span]:
    """Citizen ID numbers of 18 characters that pass their check, also set apart in groups; of 15 after a label."""
    yield from _windows(text, _is_id)


def bank_cards(text: str) -> Iterator[Span]:
    """Card numbers of the ranges in use in China that pass Luhn, in one piece or in groups as printed on cards."""
    yield from _windows(text, _is_card)


def mobiles(text: str) -> Iterator[Span]:
    """Mobile numbers of the mainland, with or without +86."""
    for start, end in _windows(text, _is_mobile):
        yield (start - 1 if start and text[start - 1] == "+" else start), end


_AREA = r"(?:10|2[0-57-9]|[3-9]\d{2})"
_LANDLINE = re.compile(
    rf"(?<![\dA-Za-z-])(?:\(0{_AREA}\) ?|(?:\+?86 ?-? ?\(?0?|0){_AREA}\)?[- ])"
    r"[2-8]\d{2,3}[ -]?\d{4}(?:(?:-| ?转 ?)\d{1,6})?(?![\d.,]*\d)"
)
_LANDLINE_IN_ONE = re.compile(rf"(?<![\dA-Za-z.,-])0{_AREA}[2-8]\d{{6,7}}(?![\d.,]*\d)")
_LOCAL = re.compile(r"(?<![\dA-Za-z.,-])[2-8]\d{2,3}-?\d{4}(?![\d.,-]*\d)")


def landlines(text: str) -> Iterator[Span]:
    """Fixed lines with their area code; in one piece, or without the code, only where a label says so."""
    for match in _LANDLINE.finditer(text):
        yield match.span()
    for match in _LANDLINE_IN_ONE.finditer(text):
        if _PHONE_LABEL.search(_before(text, match.start())):
            yield match.span()
    for match in _LOCAL.finditer(text):
        if _LOCAL_LABEL.search(_before(text, match.start())) and not _AMOUNT_AFTER.match(text, match.end()):
            yield match.span()


def _windows(text: str, accepts: Callable[[str, tuple[int, ...], str, int, int], bool]) -> Iterator[Span]:
    """Spans of whole groups of digits within one run that `accepts(digits, group lengths, text, start, end)`."""
    for run in _RUN.finditer(text):
        groups = [match.span() for match in _GROUP.finditer(text, run.start(), run.end())]
        if run.group()[-1] in "xX" and not re.match(r"[A-Za-z0-9]", text[run.end() : run.end() + 1]):
            groups[-1] = (groups[-1][0], run.end())
        first = 0
        while first < len(groups):
            last = _longest(text, groups, first, accepts)
            if last >= 0:
                yield groups[first][0], groups[last][1]
            first = max(first, last) + 1


def _longest(
    text: str,
    groups: list[Span],
    first: int,
    accepts: Callable[[str, tuple[int, ...], str, int, int], bool],
) -> int:
    """The last group of the longest accepted window from `first` on, -1 for none."""
    found, digits, lengths = -1, "", ()
    for last in range(first, len(groups)):
        start, end = groups[last]
        digits += text[start:end]
        lengths = (*lengths, end - start)
        if len(digits) > _MOST_DIGITS:
            break
        if len(digits) >= _FEWEST_DIGITS and accepts(digits, lengths, text, groups[first][0], end):
            found = last
    return found


def _is_id(digits: str, lengths: tuple[int, ...], text: str, start: int, end: int) -> bool:
    if len(digits) == 18:
        return _passes_mod_11_2(digits) and bool(_PROVINCE.match(digits)) and _is_birth_date(digits[6:14])
    labelled = len(digits) == 15 and digits.isdigit() and _ID_LABEL.search(_before(text, start))
    return bool(labelled and _PROVINCE.match(digits)) and _is_birth_date("19" + digits[6:12])


def _passes_mod_11_2(number: str) -> bool:
    if not number[:17].isdigit():
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return number[17].upper() == _CHECK_CHARACTERS[total % 11]


def _is_birth_date(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return born.year >= _OLDEST_BIRTH_YEAR and born <= date.today()


def _is_card(digits: str, lengths: tuple[int, ...], text: str, start: int, end: int) -> bool:
    if not 13 <= len(digits) <= 19 or not digits.isdigit() or not _CARD_SHAPES.fullmatch(_shape(lengths)):
        return False
    before = _before(text, start)
    if _is_part_of_more(text, start, end, before) or _SERIAL_LABEL.search(before):
        return False
    return _in_card_range(digits, bool(_CARD_LABEL.search(before))) and _passes_luhn(digits)


def _in_card_range(digits: str, labelled: bool) -> bool:
    """UnionPay 62 and 81, the older 9558, Visa, Mastercard, JCB, American Express; rare lengths only after a label."""
    length, prefix = len(digits), int(digits[:4])
    if digits.startswith(("62", "81")) or prefix == 9558 or (digits.startswith(("60", "68", "9")) and labelled):
        return 16 <= length <= 19
    if digits[0] == "4":
        return length == 16 or (labelled and length in (13, 19))
    if 5100 <= prefix <= 5599 or 2221 <= prefix <= 2720 or 3528 <= prefix <= 3589:
        return length == 16
    if digits.startswith(("34", "37")):
        return length == 15
    return labelled and digits.startswith(("30", "36", "38")) and length == 14


def _passes_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_mobile(digits: str, lengths: tuple[int, ...], text: str, start: int, end: int) -> bool:
    if not _MOBILE.fullmatch(digits) or not _MOBILE_SHAPES.fullmatch(_shape(lengths)):
        return False
    before = _before(text, start)
    return not (_is_part_of_more(text, start, end, before) or _SERIAL_LABEL.search(before))


def _is_part_of_more(text: str, start: int, end: int, before: str) -> bool:
    """An amount, or a code with letters: `A13812345678`, `¥13812345678`, `13812345678元`."""
    if _AMOUNT_BEFORE.search(before) or _AMOUNT_AFTER.match(text, end):
        return True
    if text[end : end + 1].isascii() and (text[end : end + 1].isalpha() or text[end : end + 1] == "_"):
        return True
    return bool(_LETTER_BEFORE.search(before)) and not _PHONE_WORD.search(before) and not _CARD_LABEL.search(before)


def _shape(lengths: tuple[int, ...]) -> str:
    return ",".join(map(str, lengths))


def _before(text: str, start: int) -> str:
    return text[max(0, start - _BEFORE_CHARS) : start]
