"""The Markdown that answers use, as blocks and runs: what a writer of another format needs of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOGGLE = re.compile(r"(?<!\\)(~~|\*\*)")
_UNESCAPED = re.compile(r"\\([\\`*_~\[\]<>#|\-+>.)\d])")
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_BULLET = re.compile(r"\s*[-*+]\s+(.*)")
_NUMBERED = re.compile(r"\s*(\d+)[.)]\s+(.*)")
_RULE = re.compile(r"\s*(?:-{3,}|\*{3,})\s*")
_TABLE_RULE = re.compile(r"\|?[\s:|-]+\|?")
_CELL_BORDER = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Run:
    text: str
    bold: bool = False
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`mark` is what stands before it: a bullet, a number, or nothing."""

    runs: tuple[Run, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[tuple[tuple[Run, ...], ...], ...]


def blocks(text: str) -> Iterator[Heading | Paragraph | Table]:
    """Each line is a block of its own; lines that begin with | are rows of one table."""
    rows: list[tuple[tuple[Run, ...], ...]] = []
    for line in [*text.splitlines(), ""]:
        if line.lstrip().startswith("|"):
            if not _TABLE_RULE.fullmatch(line.strip()):
                rows.append(tuple(runs(cell.strip()) for cell in _CELL_BORDER.split(line.strip().strip("|"))))
            continue
        if rows:
            yield Table(tuple(rows))
            rows = []
        if line.strip() and not _RULE.fullmatch(line):
            yield _block(line)


def _block(line: str) -> Heading | Paragraph:
    if heading := _HEADING.match(line):
        return Heading(len(heading[1]), runs(heading[2]))
    if numbered := _NUMBERED.match(line):
        return Paragraph(runs(numbered[2]), f"{numbered[1]}.")
    if bullet := _BULLET.match(line):
        return Paragraph(runs(bullet[1]), "•")
    return Paragraph(runs(line.strip()))


def runs(text: str) -> tuple[Run, ...]:
    """`**` and `~~` open and close; one that nothing closes is a character like any other."""
    parts = _TOGGLE.split(text)
    open_marks: set[str] = set()
    found: list[Run] = []
    for place, part in enumerate(parts):
        if place % 2 == 0:
            if part:
                found.append(Run(_UNESCAPED.sub(r"\1", part), "**" in open_marks, "~~" in open_marks))
        elif part in open_marks:
            open_marks.remove(part)
        elif part in parts[place + 1 :: 2] or part in parts[place + 2 :: 2]:
            open_marks.add(part)
        else:
            found.append(Run(part, "**" in open_marks, "~~" in open_marks))
    return tuple(found)
