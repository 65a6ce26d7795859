"""How much of a Markdown text that still grows is finished."""

from __future__ import annotations

import re

_ROW = re.compile(r"[^\n]*\n|[^\n]+")
_FENCE = re.compile(r"( {0,3})(`{3,}|~{3,})(.*)")
_LIST_ITEM = re.compile(r" {0,3}([-*+]|\d{1,9}[.)])(\s|$)")
_BEGUN_ITEM = re.compile(r" {0,3}([-*+]|\d{1,9}[.)]?)?")
_INDENTED = re.compile(r" {0,3}\t| {4}")


def finished_lengths(text: str) -> list[int]:
    """The lengths of `text` at which runs of blocks end that later text cannot change, in order.

    A run ends at a blank line or where a code fence closes, unless the next line continues a list (an item or an
    indented line) or indented code. The last run is never finished: its continuation has not come yet. Each length is
    one for every text that begins as this one does, so that a text falls into the same runs however it arrives.
    """
    lengths: list[int] = []
    fence, fence_indent = "", 0
    in_list = False
    after_blank = False
    position = 0
    for row in _ROW.findall(text):
        line = row.rstrip("\n")
        opening = _FENCE.match(line)
        if fence and in_list and fence_indent and line.strip() and not line.startswith((" ", "\t")):
            fence = ""  # the item that it stands in has ended
        if fence:
            if opening and opening[2].startswith(fence) and not opening[3].strip():
                fence, after_blank = "", not in_list
        elif not line.strip():
            after_blank = True
        else:
            item = bool(_LIST_ITEM.match(line))
            continues = _INDENTED.match(line) or (in_list and (item or line.startswith((" ", "\t"))))
            # A line that has only begun ("1", "-") may still turn out to be an item of the list above it.
            undecided = in_list and not row.endswith("\n") and _BEGUN_ITEM.fullmatch(line)
            if after_blank and not continues and not undecided:
                lengths.append(position)
                in_list = False
            in_list = in_list or item
            after_blank = False
            fence, fence_indent = (opening[2], len(opening[1])) if opening else ("", 0)
        position += len(row)
    return lengths
