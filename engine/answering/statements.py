"""What an answer states, piece by piece: sentences, list items and rows of tables of a Markdown text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from engine.answering.text import Sentence, bigrams, split_sentences, without_list_mark

_NAMED = r"\^?(?:资料|来源|依据)?\s*\d{1,3}"
_MARKER = re.compile(rf"[ \t]*(?:[\[［]{_NAMED}(?:\s*[,，、;；~～-]\s*\d{{1,3}})*\s*[\]］]|【{_NAMED}】)")
_DIGITS = re.compile(r"\d{1,3}")
_FAKED = re.compile(r"[【\[［]\s*未\s*找\s*到\s*依\s*据\s*[】\]］]|~{2,}")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$")
_EMPHASIS = re.compile(r"\*\*|__|`|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])")
_TITLE = re.compile(r"(?:\*\*|__)[^*_。！？\d]{1,20}(?:\*\*|__)[：:]?$")  # a line in bold that is no sentence
_INLINE_ITEM = re.compile(r"[：:]\s*(?=(?:\d{1,2}[.、)）]|[（(]\d{1,2}[）)])\s*[^\d\s])")
_COMMA = re.compile(r"[，,](?!\d)")
_COURTESY = re.compile(
    "(?:尊敬的)?(?:客户|用户)?[您你]好[！!。]?|(?:非常)?(?:感谢|谢谢)[^，。]{0,20}[。！!]?|希望[^，。]{0,12}帮助[您你]?[。！!]?"
    "|如(?:果)?(?:[您你])?(?:还)?(?:有|需)(?:其他|任何|更多|进一步)?[^，。]{0,8}(?:疑问|问题|帮助|了解)|(?:请)?随时(?:联系|咨询|提问)[^，。]{0,8}[。！!]?"
    "|作为[^，。]{0,12}(?:助手|模型|人工智能)|我(?:是|只是)[^，。]{0,12}(?:助手|模型|人工智能)[。！!]?"
    "|(?:很)?(?:抱歉|遗憾|对不起)[。！!]?|(?:我|目前|暂时)?(?:无法|不能)(?:回答|确定|判断|提供)[^，。]{0,16}[。！!]?"
    "|(?:以上|上述|所提供的|提供的|现有)?资料(?:中|里)?(?:并)?(?:没有|未)(?:提及|提到|涉及|说明|给出)[^，。]{0,24}[。！!]?"
    "|(?:根据|依据|按照)(?:以上|上述|所提供的|提供的|现有|相关)?资料(?:显示)?|总之|综上(?:所述)?|简而言之|具体来说|也就是说|是的|对"
)
_ANNOUNCEMENT = re.compile(
    "(?:如下|以下|下列|包括|分为|步骤|流程|方式|材料|条件|要求|规定|标准|情形|内容|规则|办法|注意|几点)[^，。：:]{0,6}[：:]$"
)
_STATES = re.compile("[不无没未免禁非]|\\d")


@dataclass(frozen=True, slots=True)
class Statement:
    """Characters `[start, end)` of a text. `claim` is what it says, without markers, list mark and Markdown signs;
    empty where it says nothing by itself: a heading, the head of a table. `claimed` are the model's own markers."""

    start: int
    end: int
    text: str
    claim: str
    claimed: tuple[int, ...]


def neutralized(text: str) -> str:
    """The text without what only the program may write: ~~ and the mark of a sentence without support.

    Taken out until nothing is left to take out: what is removed may not uncover another.
    """
    while (cleaned := _FAKED.sub(_between_figures, text)) != text:
        text = cleaned
    return text


def without_markers(text: str) -> str:
    """The text without the model's markers: [1], [1,2], ［资料1］, 【1】."""
    while (cleaned := _MARKER.sub("", text)) != text:
        text = cleaned
    return text


def statements(text: str) -> list[Statement]:
    """The pieces of a text in order; the rest between them is white space."""
    found: list[Statement] = []
    start = 0
    lines = text.split("\n")
    for index, line in enumerate(lines):
        follows = lines[index + 1] if index + 1 < len(lines) else ""
        if _ROW.match(line):
            heads = bool(_RULE.match(line) or _RULE.match(follows))
            cells = [cell.strip() for cell in without_markers(line).strip().strip("|").split("|")]
            found.append(_statement(start, line, "" if heads else "，".join(cell for cell in cells if cell)))
        else:
            heading = line.lstrip().startswith("#")
            for sentence in _items(line):
                claim = "" if heading else without_list_mark(without_markers(sentence.text))
                found.append(_statement(start + sentence.start, sentence.text, claim))
        start += len(line) + 1
    return found


def _items(line: str) -> list[Sentence]:
    """The sentences of a line. A list begins anew in the line that announces it (「步骤如下：1. …；2. …」)."""
    found: list[Sentence] = []
    for sentence in split_sentences(line):
        cuts = [0, *(match.end() for match in _INLINE_ITEM.finditer(sentence.text)), len(sentence.text)]
        for start, end in pairwise(cuts):
            text = sentence.text[start:end].rstrip()
            found.append(Sentence(sentence.start + start, sentence.start + start + len(text), text))
    return found


def _statement(start: int, text: str, claim: str) -> Statement:
    said = _without_courtesy(_EMPHASIS.sub("", claim).strip()) if not _TITLE.match(text.strip()) else ""
    claimed = tuple(int(digits) for marker in _MARKER.findall(text) for digits in _DIGITS.findall(marker))
    return Statement(start, start + len(text), text, said if bigrams(said) else "", claimed)


def _without_courtesy(claim: str) -> str:
    """The claim without what needs no proof: questions, greetings, what the model says of itself or of the material,
    and the announcement of a list. An announcement that denies something or names a figure is a claim."""
    if claim.endswith(("？", "?")):
        return ""
    parts = [part for part in _COMMA.split(claim) if not _COURTESY.fullmatch(part.strip())]
    if parts and _ANNOUNCEMENT.search(parts[-1]) and not _STATES.search(parts[-1]):
        parts.pop()
    return "，".join(parts)


def _between_figures(match: re.Match[str]) -> str:
    """5~~10万元 is a range, not a figure struck out."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    is_range = match[0].startswith("~") and before[-1:].isdigit() and after[:1].isdigit()
    return "～" if is_range else ""
