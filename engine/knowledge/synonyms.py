"""From what customers and tellers say to what rules and contracts call it: 银行倒闭 → 投保机构 存款保险 …

The table is data (`assets/ranking/synonyms.txt`), written for this product.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from engine.knowledge.canonical import normalize

_TABLE = Path(__file__).parents[2] / "assets" / "ranking" / "synonyms.txt"


def formal_terms(question: str) -> tuple[str, ...]:
    """The formal terms for the everyday words of a question, each once, in the order of those words.

    Of words that overlap the longer counts: 信用卡不还 is not also 信用卡.
    """
    pattern, terms = _compiled()
    found = (term for match in pattern.finditer(normalize(question)) for term in terms[match[0]])
    return tuple(dict.fromkeys(found))


@cache
def synonym_table() -> Mapping[str, tuple[str, ...]]:
    """Everyday word → its formal terms."""
    table: dict[str, tuple[str, ...]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        words, _, terms = line.partition(">")
        for word in words.split():
            table[normalize(word)] = (*table.get(normalize(word), ()), *map(normalize, terms.split()))
    return table


@cache
def _compiled() -> tuple[re.Pattern[str], Mapping[str, tuple[str, ...]]]:
    table = synonym_table()
    return re.compile("|".join(map(re.escape, sorted(table, key=len, reverse=True)))), table
