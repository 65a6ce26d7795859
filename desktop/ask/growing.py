"""How much of a Markdown text that still grows is finished."""

from __future__ import annotations

import re

_ROW = re.compile(r"[^\n]*\n|[^\n]+")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_LIST_ITEM = re.compile(r" {0,3}([-*+]|\d{1,9}[.)])(\s|$)")


def finished_length(text: str) -> int:
    """How many leading characters of a growing answer are whole blocks that later text cannot change.

    A run of blocks ends at a blank line, unless a code fence is open, or the next line continues a list (an item or
    an indented line). The last run is never finished: its continuation has not come yet.
    """
    finished = 0
    fence = ""
    in_list = False
    after_blank = False
    position = 0
    for row in _ROW.findall(text):
        line = row.rstrip("\n")
        opening = _FENCE.match(line)
        if fence:
            closes = opening and opening[1].startswith(fence) and not opening[2].strip()
            fence = "" if closes else fence
        elif not line.strip():
            after_blank = True
        else:
            item = bool(_LIST_ITEM.match(line))
            continues = in_list and (item or line.startswith((" ", "\t")))
            # A line that has only begun ("1", "-") may still turn out to be an item of the list above it.
            undecided = in_list and not row.endswith("\n") and re.fullmatch(r" {0,3}([-*+]|\d{1,9}[.)]?)?", line)
            if after_blank and not continues and not undecided:
                finished, in_list = position, False
            in_list = in_list or item
            after_blank = False
            fence = opening[1] if opening else ""
        position += len(row)
    return finished
