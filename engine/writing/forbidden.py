"""Words that regulation forbids in marketing, found where they promise and left alone where they warn.

The check list is data (`assets/writing/forbidden.toml`), each entry with the law or rule and article that forbids it.
A word counts as used unless the sentence negates it (「不保本」「不得使用“保本”等字样」), warns of it
(「凡承诺保本的，均为骗局」) or asks about it (「理财保本吗？」). A negation reaches to the end of its clause and
not over 但 or 却; 「无论涨跌都保本」 and 「并非不保本」 are promises. Time is linear in the text: patterns hold no
nested repetition, and what is looked at before and after a word is bounded.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from engine.proof import WordingFinding, WordingScope
from engine.writing.templates import FOLDER, FORBIDDEN

_REACH_CHARS = 60  # before and after a word
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]?")
_CLAUSE_END = re.compile(r"(?<![”」』\"])[，,：:](?![“「『\"])|但(?!书)|却|而是|仍然?会?|照样|依然|，都")
_FORBIDS = re.compile(
    "不得|不能|不可(?!能)|不应|不宜|不许|不准|不要|不予|不再|不作|不做|不提供|不承诺|不保证|不保障|不构成|不代表|不等于|不意味"
    "|不属于|不具有|不使用|不含|不会|不是|并非|绝非|决非|禁止|严禁|禁用|杜绝|谨防|警惕|切勿|请勿|勿[信用以将把]|拒绝|避免|防止|防范|远离"
    "|不[对向为就]|不存在|无法|难以|从不|绝不|是否|能否|有无|未(?:承诺|保证|使用|作出|宣传|经)|没有(?:承诺|保证|使用|作出|宣传)|违规|违法|删除|去掉|改掉|更正"
)
_JUST_BEFORE = re.compile('(?:不|非|没有|未|无)(?:能|可|予|必|再|作|设|搞)?[“「『"‘]?$')
_WARNS = re.compile(
    "凡是?|自称|声称|号称|谎称|所谓|宣称|打着|名义|为名|幌子|诱饵|不法分子|骗子|诈骗|非法集资|骗局|陷阱|虚假|误导|假冒|套路|如遇|遇到|识破"
    "|下列(?:用语|字样|表述|词语)|以下(?:用语|字样|表述|词语)"
)
_OURS = re.compile("我行|本行|我们|本产品|该产品|这款|此款|您[的可]")
_DOUBLE = re.compile("(?:并非|不是|不会|绝不|绝非|没有|无)(?:不|非)$")
_CONDEMNED = re.compile(
    r"[^。！？!?；;\n]{0,24}?(?:违规|违法|诈骗|骗局|骗子|虚假|不实|误导|不可信|不要|不得|不能|切勿|请勿|谨防|警惕|拒绝|举报|禁用|禁止|非法集资"
    "|陷阱|不属实|不符合)(?!错过|犹豫)"
)
_DISCLAIMED = re.compile('[”」』"’]?(?:率|型)?(?:都|均|也|并)?(?:不是|不代表|不等于|并非|不构成|不意味)')
_ASKED = re.compile("[^。！？!?；;，,\n]{0,8}(?:吗|么|呢)?[？?]")


@dataclass(frozen=True, slots=True)
class ForbiddenWording:
    """An entry of the check list. `sources` are law or rule and article; `verified` where all of them were read."""

    patterns: tuple[re.Pattern[str], ...]
    scope: frozenset[WordingScope]
    reason: str
    source: str
    verified: bool
    allowed: str
    unless: re.Pattern[str] | None


@cache
def check_list() -> tuple[ForbiddenWording, ...]:
    data = tomllib.loads((FOLDER / FORBIDDEN).read_text(encoding="utf-8"))
    return tuple(
        ForbiddenWording(
            patterns=tuple(re.compile(pattern) for pattern in entry["patterns"]),
            scope=frozenset(WordingScope(name) for name in entry["scope"]),
            reason=entry["reason"],
            source="；".join(data["source"][name]["text"] for name in entry["sources"]),
            verified=all(data["source"][name].get("verified", False) for name in entry["sources"]),
            allowed=entry.get("allowed", ""),
            unless=re.compile(entry["unless"]) if "unless" in entry else None,
        )
        for entry in data["entry"]
    )


def check_wording(text: str, scope: WordingScope = WordingScope.ALL) -> tuple[WordingFinding, ...]:
    """What in a marketing text of this scope regulation forbids, in order, none within another."""
    found = [finding for sentence in _SENTENCE.finditer(text) for finding in _in_sentence(sentence, scope)]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[WordingFinding] = []
    for finding in found:
        if not kept or finding.end > kept[-1].end:
            kept.append(finding)
    return tuple(kept)


def _in_sentence(sentence: re.Match[str], scope: WordingScope) -> Iterator[WordingFinding]:
    words = sentence[0]
    for entry in check_list():
        if scope not in entry.scope or (entry.unless and entry.unless.search(words)):
            continue
        for pattern in entry.patterns:
            for match in pattern.finditer(words):
                if not _is_told(words, match.start(), match.end()):
                    start, end = sentence.start() + match.start(), sentence.start() + match.end()
                    about = (entry.reason, entry.source, entry.verified, entry.allowed)
                    yield WordingFinding(start, end, match[0], *about)


def _is_told(words: str, start: int, end: int) -> bool:
    """Whether the sentence speaks of the words without using them: negated, warned of, asked about."""
    before = words[max(0, start - _REACH_CHARS) : start]
    after = words[end : end + _REACH_CHARS]
    clause = _CLAUSE_END.split(before)[-1]
    if _DOUBLE.search(clause):
        return False
    if _JUST_BEFORE.search(clause) or _FORBIDS.search(clause):
        return True
    warned = list(_WARNS.finditer(before))
    if warned and not _OURS.search(before[warned[-1].end() :]):
        return True
    return bool(_DISCLAIMED.match(after) or _ASKED.match(after) or _CONDEMNED.match(after))
