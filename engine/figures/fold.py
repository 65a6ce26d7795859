"""Text in one notation, with the way back: NFKC character by character, blanks inside figures left out.

NFKC (Unicode Standard Annex 15) brings full-width and compatibility characters to their plain form. Left as they are:
circled digits (list marks, no figures), superscripts, and the full-width comma, which separates clauses; between
full-width digits it separates thousands.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_KEPT = frozenset("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳²³¹㎡，；：！？")
_PLAIN = {"⁄": "/", "∶": ":", "：": ":", "–": "-", "—": "-", "―": "-", "−": "-", "﹣": "-", "〜": "~", "○": "〇"}
_WIDE_DIGITS = frozenset("０１２３４５６７８９")
_BLANKS = frozenset(" \t\u00a0\u3000\u2002\u2003\u2009\u202f\u200b")
_SPACED_DIGITS = re.compile(r"(?<![\d.])\d(?: \d){2,}(?![\d.]) ?(?=[年月日元万亿%人户个])")
_SPACED_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d,]) ?(?=[万亿]?[元人户名])")


@dataclass(frozen=True, slots=True)
class Folded:
    """`starts[n]` is the offset in the given text of the folded text's character n; one more entry for its end."""

    text: str
    starts: tuple[int, ...]


def fold(text: str) -> Folded:
    """The text in one notation. Linear in its length."""
    chars: list[str] = []
    starts: list[int] = []
    for offset, char in enumerate(text):
        for plain in _folded(text, offset, char):
            chars.append(plain)
            starts.append(offset)
    keep = _kept_blanks("".join(chars))
    return Folded("".join(chars[n] for n in keep), (*(starts[n] for n in keep), len(text)))


def _folded(text: str, offset: int, char: str) -> str:
    if char in _BLANKS:
        return " "
    if char == "，" and offset and text[offset - 1] in _WIDE_DIGITS and text[offset + 1 : offset + 2] in _WIDE_DIGITS:
        return ","
    if char in _PLAIN:
        return _PLAIN[char]
    return char if char < "\x80" or char in _KEPT else unicodedata.normalize("NFKC", char)


def _kept_blanks(text: str) -> list[int]:
    """Offsets of all characters but the blanks beside an ideograph or a percent sign, and those inside one number."""
    dropped: set[int] = set()
    for pattern in (_SPACED_DIGITS, _SPACED_THOUSANDS):
        for match in pattern.finditer(text):
            dropped.update(n for n in range(match.start(), match.end()) if text[n] == " ")
    keep: list[int] = []
    for n, char in enumerate(text):
        if char == " " and (n in dropped or _is_inside(text, n)):
            continue
        keep.append(n)
    return keep


def _is_inside(text: str, blank: int) -> bool:
    before, after = text[blank - 1 : blank], text[blank + 1 : blank + 2]
    if not before or not after:
        return False
    figure_before = before.isdecimal() or _is_ideograph(before)
    return figure_before and (after in "%‰" or _is_ideograph(after) or (_is_ideograph(before) and after.isdecimal()))


def _is_ideograph(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or char == "〇"
