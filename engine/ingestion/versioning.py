"""Which documents are versions of one another, told by the date in a file's name or title.

A wrong guess hides a document behind another one, a missed guess shows both: where name and title disagree, both count,
and documents that come in series (reports, minutes, notices) are never versions of one another.
"""

from __future__ import annotations

import re
import unicodedata

RULE = "1"  # counted up when `family_and_version` says something else of a document that is stored already
_YEAR = r"(?<!\d)((?:19|20)\d{2})"
_MONTH, _DAY = r"(1[0-2]|0?[1-9])", r"(3[01]|[12]\d|0?[1-9])"
_WORDS = r"年?(?:修订|修正|修改|版)(?:版|本|稿)?"
_DATES = (
    re.compile(rf"{_YEAR}[-./_]{_MONTH}[-./_]{_DAY}(?!\d)(?:{_WORDS})?"),
    re.compile(rf"{_YEAR}年{_MONTH}月{_DAY}日(?:{_WORDS})?"),
    re.compile(rf"{_YEAR}(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])(?!\d)(?:{_WORDS})?"),
    re.compile(rf"{_YEAR}年{_MONTH}月(?:{_WORDS})?"),
    re.compile(rf"{_YEAR}{_WORDS}"),
    # a year alone counts in brackets only, and not in 「法释(2022)5号」: 「2023年年度报告」 is no version
    re.compile(rf"(?<=\(){_YEAR}年?(?=\)(?!第?\d+号))"),
)
_NUMBERED = re.compile(r"(?<![A-Za-z])[Vv](?:er(?:sion)?)?\.?\s?(\d{1,3})(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?(?![\d.]*\d)")
_BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_VERSION_WORD = re.compile(r"(?:修订|修正|修改|最新|新)(?:版|本|稿)$|最新$")
_ALONE = re.compile(r"(?:最新|现行)?(?:修订|修正|修改)?(?:版|本|稿)?")
_COPY = re.compile(r"[(\[]\d{1,2}[)\]]$|[-_ ]*副本$|[-_ ]*copy$", re.IGNORECASE)
_SUFFIX = re.compile(r"\.[A-Za-z]\w{0,4}$")
_SERIES = re.compile(
    r"(?:报告|年报|季报|月报|周报|日报|报表|纪要|总结|简报|通报|公报|公告|通知|计划|预算|决算|统计)(?:摘要|正文|全文)?$"
)
_CJK = re.compile(r"[\u3400-\u9fff]")


def family_and_version(title: str, name: str) -> tuple[str, str]:
    """What all versions of a document have in common, and the version's date.

    `name` is the file's name, `title` what stands on the document. The date is ISO 8601, as exact as it is given:
    「(2024-11-08)」, 「20240701」, 「2024年11月」 (2024-11), 「2023修订」 (2023), 「2024年版」 (2024); the latest of
    several, the file name's before the title's. Versions that are only numbered make a family of their own, 「V2.1」 →
    V002.001: text order is their order. Without date or number, and for documents in series, the version is empty.
    """
    names, titles = _parted(_SUFFIX.sub("", name)), _parted(title)
    family = _family(titles[0], names[0])
    if _SERIES.search(family):
        return family, ""
    date = names[1] or titles[1]
    number = "" if date else names[2] or titles[2]
    return (f"{family}#" if number else family), date or number


def _parted(text: str) -> tuple[str, str, str]:
    """The text without what tells versions apart, normalized; its latest date; its version number."""
    rest = unicodedata.normalize("NFKC", text).strip()
    rest = _BRACKETS.sub(_without_version, _COPY.sub("", rest))
    rest, number = _cut_number(rest)
    rest = _cut_dates(rest)[0]
    found = unicodedata.normalize("NFKC", text)
    return _plain(rest), _cut_dates(found)[1], number or _cut_number(found)[1]


def _without_version(match: re.Match[str]) -> str:
    """Brackets that say which version it is go whole: (2024年11月8日第十四届全国人大常委会修订); 「(二)」 stays."""
    inside = match[1].strip()
    versioned = _cut_dates(match[0])[1] or _cut_number(inside)[1] or _ALONE.fullmatch(inside)
    return " " if versioned else match[0]


def _cut_dates(text: str) -> tuple[str, str]:
    latest = ""
    for pattern in _DATES:
        for match in pattern.finditer(text):
            latest = max(latest, "-".join(part.zfill(2) for part in match.groups()))
        text = pattern.sub(" ", text)
    return text, latest


def _cut_number(text: str) -> tuple[str, str]:
    match = _NUMBERED.search(text)
    if match is None:
        return text, ""
    parts = (part.zfill(3) for part in match.groups() if part)
    return text[: match.start()] + " " + text[match.end() :], "V" + ".".join(parts)


def _plain(text: str) -> str:
    """Letters and digits alone, without the state's name and words such as 修订版 at either end of a part."""
    parts = [_VERSION_WORD.sub("", part) for part in re.split(r"[\W_]+", text)]
    return "".join(parts).lower().replace("中华人民共和国", "")


def _family(title: str, name: str) -> str:
    """The longer of both where one contains the other; else both, or the title alone where the name is no words."""
    if not _CJK.search(name) and _CJK.search(title):
        return title
    if title in name:
        return name
    return title if name in title else f"{name} {title}"
