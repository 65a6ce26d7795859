"""What an answer says of sources that do not agree: one sentence for each, with both markers and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.answering.checking import CheckedAnswer
from engine.answering.citations import PageSource, citation
from engine.answering.conflicts import Dispute
from engine.answering.phrases import conflict_text
from engine.proof import Conflict, ConflictKind
from engine.values import Citation, Passage

MOST_TOLD = 3  # sources that say otherwise


def tell(
    checked: CheckedAnswer, found: Sequence[Dispute], pages: PageSource
) -> tuple[CheckedAnswer, tuple[Conflict, ...]]:
    """The answer with what contradicts it, for each document once; a dispute counts where the answer cites what
    stands."""
    conflicts: list[Conflict] = []
    citations = list(checked.citations)
    for dispute in found:
        stands = _cited(dispute.stands, checked.citations)
        told = {conflict.second.document_id for conflict in conflicts}
        if stands and dispute.contradicted.document_id not in told and len(conflicts) < MOST_TOLD:
            other = citation(len(citations) + 1, dispute.contradicted, dispute.other_statement, pages)
            citations.append(other)
            kind = ConflictKind.SUPERSEDED if dispute.contradicted.superseded else ConflictKind.DISAGREE
            conflicts.append(Conflict(kind, stands, other))
    text = f"{checked.text.rstrip()}\n\n{conflict_text(conflicts)}" if conflicts else checked.text
    return replace(checked, text=text, citations=tuple(citations)), tuple(conflicts)


def _cited(passage: Passage, citations: Sequence[Citation]) -> Citation | None:
    pages = {span.page_no for span in passage.spans} | {passage.page_no}
    return next((c for c in citations if c.document_id == passage.document_id and c.page_no in pages), None)
