"""The checked text: markers, marks and struck figures, all placed by program, none trusted from the model.

Every sentence, list item and table row is held against the evidence. One that a passage supports gets that passage's
marker, whatever the model wrote; one that none supports gets the mark that says so; a figure that no cited passage
holds is struck out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.answering.alignment import disputed, supporting
from engine.answering.citations import PageSource, citation, locate_quote
from engine.answering.echo import affirms, novel, without_lead_in
from engine.answering.phrases import STRUCK, STRUCK_NOTE, UNSUPPORTED
from engine.answering.slots import fills
from engine.answering.statements import Statement, neutralized, statements, without_markers
from engine.answering.text import letters
from engine.figures import Quantity, quantities, unsupported
from engine.proof import Claim, Verdict
from engine.values import Citation, Passage

__all__ = ["CheckedAnswer", "PageSource", "check"]

LEAST_VERBATIM_CHARS = 10  # a shorter piece may stand where it means something else
_TAIL = re.compile(r"[。！？!?；;\s”」』）)\"]*$")
_ROW_TAIL = re.compile(r"\s*\|\s*$")

_Source = tuple[int, int]  # number of a passage, from 1, and the page that is cited: a passage may span two


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """`text` is what is shown; its markers [n] are those of `citations`, in order of first use. `claims` are its
    sentences in order, those that state nothing included."""

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]


def check(
    text: str,
    evidence: Sequence[Passage],
    pages: PageSource,
    *,
    question: str = "",
    calculated: Sequence[Quantity] = (),
) -> CheckedAnswer:
    """Hold every sentence of a text against the evidence.

    Args:
        text: Markdown as the model wrote it, with or without markers [n] that count `evidence` from 1.
        evidence: the passages that the text may rest on.
        pages: where quotes and their boxes are read.
        question: its own words need no support where the text repeats them.
        calculated: the figures of a calculation, which hold without a passage, as those of the question do.
    """
    written = neutralized(text)
    found = [(statement, _sources(statement, evidence, pages, question)) for statement in statements(written)]
    order = list(dict.fromkeys(source for _, sources in found for source in sources))
    first = {source: statement.claim for statement, sources in reversed(found) for source in sources}
    cited = [evidence[number - 1].text for number, _ in order]
    held = _Held(cited, calculated, quantities(question))
    claims = [_claim(statement, tuple(order.index(s) + 1 for s in sources), held) for statement, sources in found]
    pieces: list[str] = []
    end = 0
    for (statement, _), claim in zip(found, claims, strict=True):
        pieces += [written[end : statement.start], _shown(claim)]
        end = statement.end
    shown = "".join([*pieces, written[end:]])
    if any(claim.struck for claim in claims):
        shown = f"{shown.rstrip()}\n\n{STRUCK_NOTE}"
    citations = (citation(n, evidence[source[0] - 1], first[source], pages) for n, source in enumerate(order, 1))
    return CheckedAnswer(shown, tuple(claims), tuple(citations))


def _sources(statement: Statement, evidence: Sequence[Passage], pages: PageSource, question: str) -> list[_Source]:
    claim = without_lead_in(statement.claim)
    if not claim or affirms(claim, question):
        return []
    numbers = supporting(claim, statement.claimed, evidence, question) or _verbatim(claim, evidence)
    if not numbers and (said := novel(claim, question)) and not disputed(claim, evidence, question):
        held = supporting(said, statement.claimed, evidence, "")
        numbers = [number for number in held if fills(question, said, evidence[number - 1], evidence)]
    return [(number, locate_quote(evidence[number - 1], claim, pages)[0].page_no) for number in numbers]


def _verbatim(claim: str, evidence: Sequence[Passage]) -> list[int]:
    """The first passage that holds a sentence word for word: it needs no alignment."""
    words = letters(claim)
    if len(words) < LEAST_VERBATIM_CHARS:
        return []
    return [number for number, passage in enumerate(evidence, 1) if words in letters(passage.text)][:1]


@dataclass(frozen=True, slots=True)
class _Held:
    """What figures may rest on: the texts that are cited, a calculation, and what the user said."""

    cited: Sequence[str]
    calculated: Sequence[Quantity]
    asked: Sequence[Quantity]


def _claim(statement: Statement, markers: tuple[int, ...], held: _Held) -> Claim:
    plain = without_markers(statement.text)
    if not statement.claim:
        return Claim(plain, Verdict.NO_CLAIM)
    struck = tuple(figure.text for figure in unsupported(plain, held.cited, (*held.calculated, *held.asked)))
    if markers:
        return Claim(plain, Verdict.SUPPORTED, markers, struck)
    computed = bool(held.calculated) and not struck and bool(unsupported(plain, held.cited))
    return Claim(plain, Verdict.CALCULATED if computed else Verdict.UNSUPPORTED, markers, struck)


def _shown(claim: Claim) -> str:
    """The sentence with its figures struck, and its markers or its mark before the punctuation at its end."""
    plain = claim.text
    end = 0
    pieces: list[str] = []
    for figure in claim.struck:
        start = plain.index(figure, end)
        pieces.append(f"{plain[end:start]}{STRUCK}{figure}{STRUCK}")
        end = start + len(figure)
    struck = "".join([*pieces, plain[end:]])
    if claim.verdict in (Verdict.NO_CLAIM, Verdict.CALCULATED):
        return struck
    mark = "".join(f"[{marker}]" for marker in claim.markers) or UNSUPPORTED
    tail = (_ROW_TAIL if struck.lstrip().startswith("|") else _TAIL).search(struck)
    cut = tail.start() if tail else len(struck)
    return struck[:cut] + mark + struck[cut:]
