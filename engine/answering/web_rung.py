"""The third rung as an answer meets it: whether it may be climbed, what would be sent, and what came of it.

Nothing about the web is even loaded unless policy allows it and the user switched it on.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from engine.answering.spotlight import spotlit_all
from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault
from engine.events import AnswerFinished, TextDelta, WebMissed, WebPageRead, WebSearched
from engine.proof import StepOutcome
from engine.settings import Settings
from engine.values import Passage, Rung, WebQuery
from engine.web.permit import permit, refused_outcome

if TYPE_CHECKING:
    from engine.answering.retrieval import Retriever
    from engine.knowledge.store import KnowledgeBase

Event = TypeVar("Event")
_OURS = frozenset({Fault.DISK_FULL.value, Fault.HOME_UNWRITABLE.value, Fault.LEDGER_DAMAGED.value})


class WebRung:
    """One for each question; policy is read afresh each time."""

    def __init__(self, settings: Settings, knowledge: KnowledgeBase, retriever: Retriever) -> None:
        self._settings = settings
        self._knowledge = knowledge
        self._retriever = retriever

    def offer(self, searched: str) -> tuple[StepOutcome, WebQuery | None]:
        """What becomes of this rung when the first two fall short, and the query that waits for consent, word for word.

        Without consent nothing is sent. A question of which nothing is left without its personal data is not offered.
        """
        try:
            given = permit(self._settings)
        except EnvironmentFault as fault:
            return refused_outcome(fault), None
        from engine.web.search import proposal

        query = proposal(searched, given)
        return (StepOutcome.AWAITS_CONSENT, query) if query else (StepOutcome.NOT_ALLOWED, None)

    def search(
        self, query_text: str, question: str, k: int, cancel: CancelToken
    ) -> Generator[WebSearched | WebPageRead | WebMissed, None, tuple[Passage, ...]]:
        """Send exactly `query_text`, which the user allowed; the `k` passages that answer `question` best, or none
        after `WebMissed`, which says why.

        Raises RequestRejected: WEB_QUERY_PERSONAL (kinds), WEB_QUERY_TOO_LONG (limit, length), QUESTION_EMPTY;
        EnvironmentFault: DISK_FULL, HOME_UNWRITABLE, LEDGER_DAMAGED; Cancelled.
        """
        from engine.web.search import WebSearch

        embedder = self._retriever.embedder
        try:
            web = WebSearch(permit(self._settings), self._knowledge, embedder, self._retriever.query)
            return spotlit_all((yield from web.search(query_text, question, k, cancel)))
        except EnvironmentFault as fault:
            if fault.code in _OURS:
                raise
            yield WebMissed(str(fault.code), tuple(fault.details.items()))
            return ()


def ended(refused: AnswerFinished, outcome: StepOutcome, query: WebQuery | None) -> AnswerFinished:
    """A refusal that says how the web search ended, and what waits for consent."""
    steps = tuple(replace(step, outcome=outcome) if step.rung is Rung.WEB else step for step in refused.ladder)
    return replace(refused, ladder=steps, web_query=query)


def without_text(
    writing: Generator[Event, None, AnswerFinished],
) -> Generator[Event, None, AnswerFinished]:
    """An answer without its text as it is written: it may be given up for another one."""
    while True:
        try:
            event = next(writing)
        except StopIteration as end:
            return end.value
        if not isinstance(event, TextDelta):
            yield event
