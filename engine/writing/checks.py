"""What a draft is held against, when it is finished and again when the user has edited it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.answering.checking import PageSource, check
from engine.answering.phrases import STRUCK_NOTE, UNSUPPORTED
from engine.answering.statements import statements
from engine.figures import Quantity, quantities
from engine.proof import Claim, DraftCheck
from engine.values import Passage
from engine.writing.forbidden import check_wording
from engine.writing.quoting import NOT_IN_DOCUMENTS
from engine.writing.templates import Template, Values, fill, items

_SPACE = re.compile(r"\s+")
_STRUCK_OUT = re.compile(r"~~[^~\n]*~~")


def check_draft(text: str, template: Template, values: Values, claims: Sequence[Claim] = ()) -> DraftCheck:
    """Whether every sentence that must stand in the text does, and no word stands in it that may not."""
    said = _SPACE.sub("", _STRUCK_OUT.sub("", text))
    missing = tuple(one for one in template.demanded(values) if _SPACE.sub("", one) not in said)
    wording = check_wording(text, template.scope(values)) if template.public else ()
    return DraftCheck(missing, wording, tuple(claims), max(0, len(text) - template.limit_chars))


def edited_claims(
    text: str, template: Template, values: Values, evidence: Sequence[Passage], pages: PageSource
) -> tuple[Claim, ...]:
    """The sentences of an edited text, held against the evidence, but for the template's and the user's own.

    Markers count the citations of this check, not those of the text.
    """
    ours = _bare(own_text(template, values))
    labels = [f"{point.label}：" for section in template.sections for point in section.points]
    said: list[str] = []
    for statement in statements(text.replace(UNSUPPORTED, "").replace(STRUCK_NOTE, "").replace("~~", "")):
        claim = statement.claim
        for label in labels:
            claim = claim.removeprefix(label)
        if claim and _bare(claim) not in ours:
            said.append(claim)
    return check("\n".join(said), evidence, pages, calculated=own_figures(values)).claims


def _bare(text: str) -> str:
    return _SPACE.sub("", text).rstrip("。；！？")


def own_text(template: Template, values: Values) -> str:
    """What needs no source: the template's wording and what the user typed."""
    fixed = [fill(f"{section.heading}\n{section.text}", values) for section in template.sections]
    own = [NOT_IN_DOCUMENTS, *(line for value in values.values() for line in (value, *items(value)))]
    return "\n".join([*fixed, *own, *template.demanded(values)])


def own_figures(values: Values) -> tuple[Quantity, ...]:
    """Figures that the user typed hold without a passage."""
    return tuple(quantity for value in values.values() for quantity in quantities(value))
