"""Names of people in Chinese text: a surname beside a title (张三先生), a label (户名：王小明) or a role (客户李四)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.privacy.name_words import (
    COMPOUND_SURNAMES,
    FOLLOWING,
    LABELS,
    NEVER_GIVEN,
    ROLES,
    SURNAMES,
    WORDLIKE_SURNAMES,
    WORDS,
)

Span = tuple[int, int]

_TITLE = re.compile(r"先生|女士|小姐|太太|夫人|阿姨|叔叔|大爷|大妈|大叔|大娘|奶奶|爷爷|师傅|老板|同学|同志|老师")
_OF_STAFF = re.compile(r"(?:经理|柜员|行长|主任|主管|专员|顾问|坐席|大堂经理)(?=[\u4e00-\u9fff])")
_LABEL = re.compile(
    rf"(?:{'|'.join(sorted(LABELS, key=len, reverse=True))})(?:名称|名|姓名|的姓名|名字)?"
    r"(?: ?[:为是叫] ?|\s*\(\s*|\s+)(?=[\u4e00-\u9fff])"
)
_ROLE = re.compile("|".join(sorted(ROLES, key=len, reverse=True)))
_INTRODUCTION = re.compile(r"我叫|我是|本人|名叫|叫做|叫作|我姓名是|名字叫|名字是|这里是|代表")
_DOTTED = re.compile(r"[\u4e00-\u9fff]{2,6}[·•・][\u4e00-\u9fff]{2,8}")
_HAN = re.compile(r"[\u4e00-\u9fff]*")


def names(text: str) -> Iterator[Span]:
    """Names without their titles."""
    yield from _before_titles(text)
    for pattern, closed in ((_LABEL, False), (_ROLE, True), (_OF_STAFF, True), (_INTRODUCTION, True)):
        for match in pattern.finditer(text):
            if span := _name_at(text, match.end(), closed=closed):
                yield span
    for match in _LABEL.finditer(text):
        if dotted := _DOTTED.match(text, match.end()):
            yield dotted.span()


def _before_titles(text: str) -> Iterator[Span]:
    for title in _TITLE.finditer(text):
        end = title.start()
        for length in (4, 3, 2, 1):
            start = end - length
            if start >= 0 and _is_name(text[start:end], shortest_given=0):
                yield start, end
                break
        else:
            dotted = re.search(rf"{_DOTTED.pattern}$", text[max(0, end - 15) : end])
            if dotted:
                yield end - len(dotted.group()), end


def _name_at(text: str, start: int, *, closed: bool) -> Span | None:
    """The name that begins at `start`: of the possible lengths the one that the surest word, or an end, follows.

    A `closed` one may not be followed by any word but those of `FOLLOWING`, one after a label by more names as well.
    """
    if closed and text[start : start + 1] in WORDLIKE_SURNAMES:
        return None
    best: tuple[int, int] | None = None
    for length in (2, 3, 4):
        end = start + length
        if end > len(text) or not _is_name(text[start:end], shortest_given=1):
            continue
        certainty = _end_certainty(text, end)
        if certainty and (best is None or certainty >= best[0]):
            best = (certainty, end)
    if best is None and not closed and _is_name(text[start : start + 3], shortest_given=1):
        following = _HAN.match(text, start)
        if following and following.end() - start == 3:
            return start, start + 3
    return (start, best[1]) if best else None


def _end_certainty(text: str, end: int) -> int:
    """How sure a name is to end at `end`: 9 at a boundary, else the length of the word that follows; 0 for unlikely."""
    if end == len(text) or not "\u4e00" <= text[end] <= "\u9fff":
        return 9
    longest = 0
    for length in (1, 2, 3):
        if text[end : end + length] in FOLLOWING:
            longest = length
    return longest


def _is_name(characters: str, shortest_given: int) -> bool:
    surname = 2 if characters[:2] in COMPOUND_SURNAMES else 1
    given = characters[surname:]
    if surname == 1 and (characters[:1] not in SURNAMES or characters[:2] in WORDS):
        return False
    return (
        shortest_given <= len(given) <= 2
        and all("\u4e00" <= character <= "\u9fff" for character in given)
        and not NEVER_GIVEN.intersection(given)
    )
