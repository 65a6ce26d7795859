"""One form for every character: compatibility forms folded, radicals replaced by the ideographs they look like.

PDF fonts often map a glyph to a look-alike code point (行 as U+FA08, 页 as U+2EDA); a question typed on a keyboard
would never match those.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Ideographs equivalent to the radicals from U+2E80 on, 16 a row, · for none. After the Unicode property
# Equivalent_Unified_Ideograph; positional variants without a common ideograph go to the radical's main form.
_RADICALS = (
    "·厂乛乚乙亻冂几刀刂卜㔾小小兀尣"  # U+2E80
    "尢尢巳幺彑彐忄心扌攵·旡日月歺母"  # U+2E90
    "民氵氺灬爫爫丬牛犭王疋罒示礻竹糹"  # U+2EA0
    "纟罓罒㓁㓁网羊羊羊耂肀聿肉臼艹艹"  # U+2EB0
    "艹虎衤覀西见角角讠贝足车辶辶辶邑"  # U+2EC0
    "钅長镸长门阜阝雨青韦页风飞食食飠"  # U+2ED0
    "饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜"  # U+2EE0
    "龙龜亀龟············"  # U+2EF0
)
_IDEOGRAPHS = {chr(0x2E80 + n): ideograph for n, ideograph in enumerate(_RADICALS) if ideograph != "·"}
_KEPT = frozenset("，：；！？（）")  # NFKC would make them half-width, which no Chinese text is printed with
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}  # controls, invisible formatting, surrogates, private use, unassigned


@lru_cache(maxsize=65536)
def normalize_char(char: str) -> str:
    """NFKC of one character, radicals unified; any white space becomes a space, invisible characters vanish.

    The result may hold no, one or several characters: 行 (U+FA08) → 行, ㈠ → (一), soft hyphen → nothing.
    """
    if char in _KEPT:
        return char
    if char.isspace():
        return " "
    folded = unicodedata.normalize("NFKC", _IDEOGRAPHS.get(char, char))
    folded = "".join(_IDEOGRAPHS.get(part, part) for part in folded)
    return "".join(" " if part.isspace() else part for part in folded if unicodedata.category(part) not in _DROPPED)


def normalize_text(text: str) -> str:
    """`normalize_char` over a whole string, for questions and names that shall match page text."""
    return "".join(map(normalize_char, text))


def is_cjk(char: str) -> bool:
    """An ideograph, kana, or Chinese punctuation: no space is ever wanted beside it at a line's end."""
    code = ord(char)
    return (
        0x3000 <= code <= 0x30FF
        or 0x3400 <= code <= 0x4DBF
        or 0x4E00 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0xFF00 <= code <= 0xFFEF
        or 0x20000 <= code <= 0x323AF
        or char in "“”‘’…—·"
    )
