"""A conversation as one Markdown text, which all formats are made from: questions, answers, sources, label."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.labels import VISIBLE_LABEL
from engine.values import Citation

_SPECIAL = re.compile(r"([\\`*_~\[\]<>#|])")
_LINE_STARTS = re.compile(r"^(\s*)([-+>]|\d+[.)])(?=\s)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ExportedTurn:
    """`answer` is Markdown as shown, with its markers and marks; `asked_at` is ISO 8601, UTC, or empty."""

    question: str
    answer: str
    citations: tuple[Citation, ...] = ()
    asked_at: str = ""


def to_markdown(turns: Sequence[ExportedTurn], title: str) -> str:
    """The label stands before the first answer and at the end."""
    parts = [f"# {escaped(title)}", VISIBLE_LABEL]
    for turn in turns:
        parts.append(f"## {escaped(' '.join(turn.question.split()))}")
        if turn.asked_at:
            parts.append(escaped(turn.asked_at[:16].replace("T", " ") + " UTC"))
        parts.append(turn.answer.strip())
        if turn.citations:
            parts.append("**来源**")
            parts.append("\n".join(f"- {source_line(citation)}" for citation in turn.citations))
    parts += ["---", VISIBLE_LABEL]
    return "\n\n".join(part for part in parts if part) + "\n"


def source_line(citation: Citation) -> str:
    """[1] document, page, version and quote; of a page on the web its title, site, address and time."""
    if citation.web:
        web = citation.web
        read_at = web.fetched_at[:16].replace("T", " ") + " UTC"
        where = "，".join(map(escaped, (web.title, web.site, web.url, read_at)))
    else:
        where = f"{escaped(citation.name)}，第 {citation.page_no} 页"
    version = f"，版本 {citation.version}" if citation.version else ""
    superseded = "（已被新版本替代）" if citation.superseded else ""
    return f"\\[{citation.marker}\\] {where}{version}{superseded}：「{escaped(' '.join(citation.quote.split()))}」"


def escaped(text: str) -> str:
    """Plain text that Markdown shows as it is."""
    return _LINE_STARTS.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text))
