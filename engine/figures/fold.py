"""Text in one notation, with the way back: NFKC character by character, blanks inside figures left out.

NFKC (Unicode Standard Annex 15) brings full-width and compatibility characters to their plain form. Left as they are:
circled digits (list marks, no figures), superscripts, and the full-width comma, which separates clauses; between
full-width digits it separates thousands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_KEPT = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳²³¹㎡，；！？"
_PLAIN = {"⁄": "/", "∶": ":", "：": ":", "–": "-", "—": "-", "―": "-", "−": "-", "〜": "~", "○": "〇"}
_BLANKS = " \t\u00a0\u3000\u2002\u2003\u2009\u202f\u200b"
_WIDE_COMMA = re.compile("(?<=[０-９])，(?=[０-９])")
_INSIDE = re.compile(
    "(?<=[\u3400-\u9fff〇]) ++(?=[\\d%‰\u3400-\u9fff〇])"  # 第 3 条
    "|(?<=\\d) ++(?=[%‰\u3400-\u9fff〇])"  # 5 万 元
    r"|(?<=\d) (?=\d(?: \d){0,12} ?[年月日元万亿%人户个])(?<=(?<![\d.])\d )"  # 2 0 2 4 年
    r"|(?<=\d)(?<!\d{4}) (?=\d{3}(?: \d{3}){0,5} ?[万亿]?[元人户名])"  # 50 000 元
)


@dataclass(frozen=True, slots=True)
class Folded:
    """`starts[n]` is the offset in the given text of the folded text's character n; one more entry for its end."""

    text: str
    starts: tuple[int, ...]


def fold(text: str) -> Folded:
    """The text in one notation. Linear in its length."""
    text = _WIDE_COMMA.sub(",", text)
    plain = text.translate(_TABLE)
    starts: Sequence[int] = range(len(text) + 1)
    if len(plain) != len(text):
        pieces = [char.translate(_TABLE) for char in text]
        starts = [*(offset for offset, piece in enumerate(pieces) for _ in piece), len(text)]
    kept: list[str] = []
    kept_starts: list[int] = []
    end = 0
    for blanks in _INSIDE.finditer(plain):
        kept.append(plain[end : blanks.start()])
        kept_starts += starts[end : blanks.start()]
        end = blanks.end()
    return Folded("".join((*kept, plain[end:])), (*kept_starts, *starts[end:]))


class _Table(dict[int, str]):
    """A table for `str.translate` that asks Unicode once for each character."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = unicodedata.normalize("NFKC", chr(code))
        return folded


_TABLE = _Table({ord(char): char for char in _KEPT} | {ord(char): " " for char in _BLANKS})
_TABLE.update({ord(char): plain for char, plain in _PLAIN.items()})
