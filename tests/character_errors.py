"""The character error rate of recognized text: edits over the characters of the true text, without white space."""

from __future__ import annotations

import unicodedata
from typing import Any

from engine.parser.lines import by_rows
from engine.parser.printed import read_printed


def printed_text(page: Any) -> str:
    """What is printed on a page of a PDF (pymupdf.Page), from top to bottom."""
    return "".join(line.chars for line in by_rows(read_printed(page).lines))


def errors_and_length(true: str, read: str) -> tuple[int, int]:
    """Levenshtein distance of the NFKC forms without white space, and the length of the true one."""
    a, b = ("".join(unicodedata.normalize("NFKC", text).split()) for text in (true, read))
    row = list(range(len(b) + 1))
    for number, char in enumerate(a, 1):
        left = row[0] = number
        diagonal = number - 1
        for place, other in enumerate(b, 1):
            above = row[place]
            left = min(above + 1, left + 1, diagonal + (char != other))
            row[place], diagonal = left, above
    return row[-1], len(a)
