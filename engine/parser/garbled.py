"""Tells a text layer whose characters are not those that are printed: such a page must be read by its picture.

Four signs, each of which ordinary Chinese, traditional Chinese, English and minority-language documents lack:
replacement, private-use and control characters (fonts without a usable ToUnicode map); letters of Latin-1's upper half
(UTF-8 or GBK read byte by byte); letters of many unrelated scripts (glyph numbers taken for characters); ideographs
that nobody writes (UTF-8 read as GBK).
"""

from __future__ import annotations

import unicodedata
from collections import Counter

_MIN_CHARS = 20  # fewer say nothing
_MAX_BROKEN = 0.15  # share of characters that stand for none; bullets of symbol fonts stay far below
_MAX_LATIN = 0.25  # French, the richest in accents of the large languages, has about 0.04
_MAX_FOREIGN = 0.3
_MIN_SCRIPTS = 4  # a language other than Chinese or English has one script
_MAX_RARE = 0.5  # of the ideographs


def _level_one() -> frozenset[str]:
    """The common ideographs: level 1 of GB 2312 (3,755, rows 16–55) and of Big5 (5,401, A440–C67E)."""
    simplified = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    lows = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    traditional = (bytes((high, low)) for high in range(0xA4, 0xC7) for low in lows)
    return frozenset(b"".join(simplified).decode("gb2312", "ignore") + b"".join(traditional).decode("big5", "ignore"))


_COMMON = _level_one()


def is_garbled(text: str) -> bool:
    """Whether the characters, as the file gives them, are not what the page shows.

    Args:
        text: all characters of a page, before normalization; white space does not count.
    """
    counts = Counter(text)
    total = sum(count for char, count in counts.items() if not char.isspace())
    if total < _MIN_CHARS:
        return False
    broken = latin = foreign = ideographs = rare = 0
    scripts: set[str] = set()
    for char, count in counts.items():
        code = ord(char)
        if code < 0x80 and not (code < 0x20 and not char.isspace()):
            continue
        if char == "\ufffd" or (unicodedata.category(char) in ("Co", "Cn", "Cs", "Cc") and not char.isspace()):
            broken += count
            latin += count * (0x80 <= code < 0xA0)
        elif code <= 0x24F:
            latin += count
        elif 0x3400 <= code <= 0x9FFF or code >= 0x20000:
            ideographs += count
            rare += count * (char not in _COMMON)
        elif char.isalpha() and not 0x2E80 <= code <= 0x33FF and not 0xF900 <= code <= 0xFFEF:
            foreign += count
            scripts.add(unicodedata.name(char, "?").split(" ")[0])
    return (
        broken > _MAX_BROKEN * total
        or latin > _MAX_LATIN * total
        or (foreign > _MAX_FOREIGN * total and len(scripts) >= _MIN_SCRIPTS)
        or (ideographs >= _MIN_CHARS and rare > _MAX_RARE * ideographs)
    )
