"""What a text may rest on: passages of the documents that were chosen, and of no others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.answering.retrieval import SEARCHED
from engine.answering.spotlight import spotlit_all
from engine.answering.sufficiency import HOPELESS, before
from engine.ranking.reranker import POOL, Reranker
from engine.values import Passage, Rung

if TYPE_CHECKING:
    from engine.answering.retrieval import Retriever
    from engine.knowledge.store import KnowledgeBase

PASSAGES = 5


class Material:
    """The chosen documents, as a search over them."""

    def __init__(
        self, knowledge: KnowledgeBase, retriever: Retriever, document_ids: Sequence[str], *, include_builtin: bool
    ) -> None:
        """Raises RequestRejected DOCUMENT_UNKNOWN for an id that is not in the library."""
        self._knowledge = knowledge
        self._retriever = retriever
        self._chosen = frozenset(knowledge.document(document_id).document_id for document_id in document_ids)
        self._include_builtin = include_builtin
        self._reranker = Reranker.open()

    @property
    def is_empty(self) -> bool:
        return not self._chosen and not self._include_builtin

    def find(self, question: str) -> tuple[Passage, ...]:
        """The best passages, best first; none where what was chosen has hardly anything to say to the question."""
        if self.is_empty:
            return ()
        found = self._knowledge.candidates(self._retriever.query(question), SEARCHED, include_superseded=True)
        ours = [one for one in found if self._is_chosen(one.passage)][:POOL]
        passages = spotlit_all(self._reranker.rank(question, ours), PASSAGES)
        return passages if before(question, passages) >= HOPELESS else ()

    def _is_chosen(self, passage: Passage) -> bool:
        if passage.document_id in self._chosen:
            return True
        return self._include_builtin and passage.rung is Rung.BUILTIN
