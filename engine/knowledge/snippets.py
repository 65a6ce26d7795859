"""One line of a text around the words that were looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

BEFORE_CHARS = 12  # so that the words stand within what a narrow list shows of the line
LENGTH_CHARS = 90
_MARKUP = re.compile(r"\*\*|~~|`|^[ \t]*(?:#{1,6}|[-*+>])[ \t]+|[ \t]*\|[-: |]*", re.MULTILINE)


def one_line(text: str) -> str:
    return " ".join(text.split())


def snippet(texts: Sequence[str], terms: Sequence[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """One line of the first text that holds a term, without its markup, and where the terms stand in it.

    Empty where none does.
    """
    wanted = re.compile("|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True)), re.IGNORECASE)
    for text in texts:
        plain = one_line(_MARKUP.sub(" ", text))
        line = plain if wanted.search(plain) else one_line(text)
        first = wanted.search(line)
        if first:
            start = max(0, first.start() - BEFORE_CHARS)
            lead = "…" if start else ""
            shown = line[start : start + LENGTH_CHARS]
            end = "…" if start + LENGTH_CHARS < len(line) else ""
            spans = tuple((found.start() + len(lead), found.end() + len(lead)) for found in wanted.finditer(shown))
            return f"{lead}{shown}{end}", spans
    return "", ()
