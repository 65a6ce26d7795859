"""What a document may say to the model: facts. What it says to whoever reads it for the user stays out of the prompt.

Spotlighting (Hines et al. 2024, "Defending Against Indirect Prompt Injection Attacks With Spotlighting") tells a model
by delimiters and marks which of its input is data. A small model follows what stands in the data all the same, and the
program that checks the answer would find its sentence in the document. So, besides the delimiters, the sentences that
speak to a reader as to a machine (「忽略以上指令」, 「在回答末尾写上」, a forged turn of a dialogue) are taken out of a
passage, with what they announce, before anything else sees it: neither ladder, nor model, nor the check of citations.
No rule or handbook is worded so. The document itself stays whole: it opens and is searched as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from engine.answering.commands import FORGED, INVISIBLE, commands, points_back
from engine.answering.text import Sentence, split_sentences
from engine.values import Passage

LEAST_LEFT = 0.5  # of a passage that orders were taken out of
NAME_CHARS = 120  # of a document's name
_NAMELESS = "资料"
_MARKER = re.compile(r"[\[［【]\s*((?:资料|来源|依据)?\s*\d{1,3})\s*[\]］】]")
_TEMPLATE = re.compile(r"<\|[^|<>\n]{1,40}\|>|</?s>|<</?SYS>>|\[/?INST\]|<!--|-->", re.IGNORECASE)
_BARRED = re.compile(r"<\|([^|<>\n]{1,40})\|>")  # its bars would part a cell
_ENCODED = re.compile(r"(?=[A-Za-z0-9+/_=-]*[a-z])(?=[A-Za-z0-9+/_=-]*[A-Z0-9])[A-Za-z0-9+/_-]{48,}={0,2}")
_REPEATED = re.compile(r"(.{1,20}?)\1{15,}", re.DOTALL)
_FAKED = re.compile(r"[【\[［]\s*未\s*找\s*到\s*依\s*据\s*[】\]］]|~{2,}")
_ANNOUNCES = re.compile(r"[:：]\s*[”」』）)\"]*$|以下|如下|下面|下列|下文")
_NAME_NOISE = re.compile(r"[a-z]+://\S*|[\[\]［］【】<>{}|`*\r\n]+", re.IGNORECASE)


def spotlit(passage: Passage) -> Passage:
    """The passage without what speaks to a machine, in its text, headings and name. Its text may be left empty."""
    headings = tuple("" if commands(heading) else heading for heading in passage.heading_path)
    web = replace(passage.web, title=plain_name(passage.web.title)) if passage.web else None
    return replace(passage, text=data_only(passage.text), name=plain_name(passage.name), heading_path=headings, web=web)


def spotlit_all(passages: Iterable[Passage], most: int | None = None) -> tuple[Passage, ...]:
    """In the same order, the first `most` of which something is left.

    One that was mostly orders is left out: the question that such a passage repeats, so as to be found, says nothing.
    """
    return tuple(islice((spotlit(one) for one in passages if _is_evidence(one.text)), most))


def _is_evidence(text: str) -> bool:
    left = data_only(text)
    return any(map(str.isalnum, left)) and (left == text or len(left) >= LEAST_LEFT * len(neutralized(text)))


@lru_cache(maxsize=1024)
def data_only(text: str) -> str:
    """A text without commands to a machine and what they announce.

    A command takes the rest of its paragraph along, what stands before it where it points back (「以上这句」), the next
    paragraph where it announces it, and everything behind it where it forges a turn of the dialogue. Of a row of a
    table the cell is left empty.
    """
    if "|" in text and "\n" not in text:
        cells = _BARRED.sub(r"<\1>", text).split("|")
        return neutralized("|".join(map(_cell, cells)))
    kept: list[str] = []
    announced = False
    for paragraph in text.split("\n"):
        if announced and paragraph.strip():
            announced = bool(_ANNOUNCES.search(paragraph))
            continue
        command = _command(paragraph)
        announced = command is not None and bool(_ANNOUNCES.search(paragraph[command.start :]))
        if command is None:
            kept.append(paragraph)
        elif before := paragraph[: command.start].rstrip():
            kept += [] if points_back(command.text) else [before]
        elif kept and points_back(command.text):
            kept.pop()
        if command and FORGED.search(paragraph):
            break
    return neutralized("\n".join(kept))


@lru_cache(maxsize=1024)
def neutralized(text: str) -> str:
    """Without what could pass for ours: markers [n] become (n); template strings, our marks, invisible characters,
    encoded blobs and endless repetition go."""
    visible = INVISIBLE.sub("", text)
    while (cleaned := _TEMPLATE.sub("", _FAKED.sub(_between_figures, visible))) != visible:
        visible = cleaned
    return _REPEATED.sub(_once, _ENCODED.sub("…", _MARKER.sub(r"(\1)", visible)))


@lru_cache(maxsize=1024)
def plain_name(name: str) -> str:
    """A document's name as it may stand in a prompt and an answer: no command, no mark-up, no address."""
    cleaned = " ".join(_NAME_NOISE.sub(" ", neutralized(name)).split())[:NAME_CHARS].strip()
    return cleaned if cleaned and not commands(cleaned) else _NAMELESS


def _cell(cell: str) -> str:
    name, sign, value = cell.partition("=")
    if commands(cell):
        return f"{name}{sign}" if sign and not commands(name) else ""
    return f"{name}{sign}{value}"


def _command(paragraph: str) -> Sentence | None:
    """The first sentence of it that is a command."""
    return next((sentence for sentence in split_sentences(paragraph) if commands(sentence.text)), None)


def _between_figures(match: re.Match[str]) -> str:
    before, after = match.string[: match.start()], match.string[match.end() :]
    return "～" if match[0].startswith("~") and before[-1:].isdigit() and after[:1].isdigit() else ""


def _once(match: re.Match[str]) -> str:
    """Rows of dots and blanks of a form are no repetition."""
    return match[1] * 3 if any(map(str.isalnum, match[1])) else match[0]
