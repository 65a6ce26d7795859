"""What is quoted for a point, and how quotes and a model's text are made fit to stand in a draft."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.answering.evidence import excerpt
from engine.answering.text import bigrams, containment, split_sentences
from engine.answering.units import Unit, opening, units
from engine.values import Passage

ABOUT = 0.45  # of the subject's bigrams must stand in a passage, its headings and its document's name
NOT_IN_DOCUMENTS = "所选文档中没有写明，请补充或者删去"  # in the place of a fact that is not there
QUOTE_CHARS = 300  # at most, of what is quoted for a point

_NOISE = re.compile(r"^(?:#+\s*|[-*•]\s+|\d{1,2}[.、)）]\s*|[一二三四五六七八九十]+、\s*)")
_CHATTER = re.compile(
    r"^(?:好的|当然|明白|没问题|我明白|收到|以下是|下面是|感谢您的|希望(?:以上|这|对)|如有(?:任何)?(?:疑问|问题)|作为).*"
)
_SOURCE_TOLD = re.compile(r"^(?:尊敬的客户[，,:：])?(?:根据|依据|按照|依照)(?:资料|《)[^，。]{0,70}[，,]\s*")
_ARTICLE = re.compile(r"^第[〇零一二三四五六七八九十百千\d]+条(?:之[一二三四五六七八九十]+)?\s*")
_CAPTION = re.compile(r"^表[一二三四五六七八九十\d]+\s.{0,40}$")
_ITEM = re.compile(r"^(?:[（(][一二三四五六七八九十\d]+[）)]|\d{1,2}[.、．](?!\d)|[①-⑳])\s*")


def is_about(subject: str, passage: Passage) -> bool:
    """Whether a passage speaks of the subject: what is like it in words only (大额存单, 大额现金) does not."""
    return containment(bigrams(subject), bigrams(f"{passage.name}\n{passage.text}")) >= ABOUT


def quote(passages: Sequence[Passage], words: Sequence[str]) -> tuple[Passage, str] | None:
    """What the first passage that uses one of the words says with it, word for word, with all that it needs."""
    for passage in passages:
        if is_row(passage.text):
            cells = [cell for cell in passage.text.split("|")[1:] if any(word in cell for word in words)]
            if cells:
                return passage, _row(passage.text, cells)
            continue
        found = units(passage.text)
        holding = [unit for unit in found if not unit.is_source and any(word in unit.text for word in words)]
        if holding:
            return passage, running_text(excerpt(passage.text, _needed(found, holding)))
    return None


def _needed(found: Sequence[Unit], holding: Sequence[Unit]) -> frozenset[int]:
    """The units with what they cannot be read without, a lead-in with its items, as far as there is room."""
    taken: set[int] = set()
    for unit in holding:
        wanted = {unit.number, *unit.needs}
        if unit.text.rstrip().endswith(("：", ":")):
            wanted |= {other.number for other in found if other.is_item and unit.number in other.needs}
        if taken and sum(len(found[number].text) for number in taken | wanted) > QUOTE_CHARS:
            break
        taken |= wanted
    return frozenset(taken)


def is_row(text: str) -> bool:
    """Rows of tables are passages of one line, 「《标题》路径 表名|列=值」; see `engine.ingestion.chunker`."""
    return text.startswith("《") and "|" in text and "\n" not in text


def running_text(quoted: str) -> str:
    """A passage's excerpt without title, 第X条 and captions; a table's row as its columns, items in lines."""
    if is_row(quoted):
        return _row(quoted, quoted.split("|")[1:])
    lines = [_ARTICLE.sub("", line.strip()) for line in quoted[len(opening(quoted)) :].replace("…", "\n").split("\n")]
    told = [line for line in lines if line and not _CAPTION.match(line)]
    text = "".join(_ITEM.sub("\n  - ", line) for line in told).strip("\n")
    return f"{text[:-1]}。" if text.endswith(("；", "，", "、")) else text


def _row(text: str, cells: Sequence[str]) -> str:
    """The chosen cells, behind the row's own name in its first."""
    first = text.split("|")[1]
    named = [first, *(cell for cell in cells if cell != first)]
    return "，".join(cell.replace("=", "：", 1).strip() for cell in named) + "。"


def tidied(text: str, sentences: int) -> str:
    """What the model wrote as one paragraph of at most so many sentences: none twice, none cut off, no chatter."""
    found: list[str] = []
    for line in text.split("\n"):
        for sentence in split_sentences(_NOISE.sub("", line.strip())):
            whole = _SOURCE_TOLD.sub("", sentence.text.strip())
            ended = whole.endswith(("。", "！", "？", "；"))
            if whole and whole not in found and not _CHATTER.match(whole) and (ended or not found):
                found.append(whole)
    kept = found[:sentences]
    return "".join([*kept[:-1], kept[-1].rstrip("；，：") + ("" if kept[-1][-1] in "。！？" else "。")]) if kept else ""
