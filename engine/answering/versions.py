"""Versions of one document, told by the date in the file's name: 反洗钱法(2006-10-31).pdf, 反洗钱法(2024-11-08).pdf."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.values import Passage

_DATED = re.compile(r"^(.*?)\s*[(（](\d{4}-\d{2}-\d{2})[)）]")


def current_first(passages: Sequence[Passage]) -> list[Passage]:
    """Passages of a version that a newer one among them replaces go behind all others; the order stays otherwise."""
    newest: dict[str, str] = {}
    for passage in passages:
        family, date = _version(passage)
        newest[family] = max(date, newest.get(family, ""))
    return sorted(passages, key=lambda passage: _version(passage)[1] < newest[_version(passage)[0]])


def _version(passage: Passage) -> tuple[str, str]:
    match = _DATED.match(passage.name)
    return (match[1], match[2]) if match else (passage.name, "")
