"""Words that stand against one another: 个人 and 单位, 口头挂失 and 书面挂失 (`assets/dialogue/contrasts.txt`)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ASSETS = Path(__file__).parents[2] / "assets" / "dialogue"


@cache
def contrast_groups() -> tuple[tuple[str, ...], ...]:
    """The groups, the longest member of each first."""
    return tuple(tuple(sorted(re.split(r"[ =]", line), key=len, reverse=True)) for line in read_lines("contrasts.txt"))


def contrasting(first: str, second: str, first_context: str = "", second_context: str = "") -> bool:
    """Whether both texts name members of one group and none that is the same.

    A text that names no member of a group itself is about the one that its context (headings) names.
    """
    for group, synonyms in zip(contrast_groups(), _synonyms(), strict=True):
        mine = _members(group, first) or _members(group, first_context)
        theirs = _members(group, second) or _members(group, second_context)
        if mine and theirs and {synonyms[m] for m in mine}.isdisjoint(synonyms[m] for m in theirs):
            return True
    return False


@cache
def _synonyms() -> tuple[dict[str, str], ...]:
    """For each group: what each member stands for, the first of its synonyms."""
    return tuple(
        {word: words.split("=")[0] for words in line.split() for word in words.split("=")}
        for line in read_lines("contrasts.txt")
    )


def read_lines(name: str) -> list[str]:
    """The lines of a word list, without comments."""
    text = (ASSETS / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _members(group: tuple[str, ...], text: str) -> frozenset[str]:
    """The members that a text names; one that is part of another named member is not counted."""
    found: set[str] = set()
    for member in group:
        if member in text:
            found.add(member)
            text = text.replace(member, " ")
    return frozenset(found)
