"""Documents that are no longer in force though nothing in the library replaces them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from engine.knowledge.canonical import normalize
from engine.ranking.weights import FOLDER

_NOT_WORDS = re.compile(r"[\W_]+")
_LAW = "中华人民共和国"


def is_repealed(heading_path: Sequence[str], version: str = "") -> bool:
    """Whether the document of that title (the first heading) is one that has ended.

    A law's title must be the whole title, a rule's title may be part of it; a document dated later is another one.
    """
    title = _plain(heading_path[0]) if heading_path else ""
    return any(
        (title == name if name.startswith(_LAW) else name in title) and version < ended for name, ended in _repealed()
    )


def _plain(text: str) -> str:
    return _NOT_WORDS.sub("", normalize(text))


@cache
def _repealed() -> tuple[tuple[str, str], ...]:
    lines = (FOLDER / "repealed.txt").read_text(encoding="utf-8").splitlines()
    entries = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return tuple((_plain(title), ended) for title, ended in entries)
