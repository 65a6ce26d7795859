"""From a question to passages, in one order over all rungs of the evidence ladder."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from engine.answering.spotlight import spotlit_all
from engine.errors import Rejection, RequestRejected
from engine.knowledge.canonical import simplified
from engine.knowledge.search import Query
from engine.knowledge.synonyms import formal_terms
from engine.ranking.adapter import QueryAdapter
from engine.ranking.reranker import POOL, Reranker
from engine.values import Passage

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeBase
    from engine.runtime.embedder import Embedder

SEARCHED = 1000  # candidates of the whole library, among which those of chosen documents are kept

_adapter = cache(QueryAdapter.for_embedder)
_reranker = cache(Reranker.open)


class Retriever:
    """Hybrid search over built-in knowledge and the branch's documents, reordered by what answers the question."""

    def __init__(self, knowledge: KnowledgeBase, embedder: Embedder) -> None:
        self._knowledge = knowledge
        self.embedder = embedder

    def retrieve(
        self,
        question: str,
        k: int,
        limit_chars: int,
        *,
        include_superseded: bool = False,
        among: frozenset[str] | None = None,
    ) -> tuple[Passage, ...]:
        """The `k` best passages, best first; of older versions of a document only with `include_superseded`, and only
        of the documents `among` if they are given.

        What speaks to a machine in them is left out (`engine.answering.spotlight`).
        `score` falls from passage to passage; `similarity` is the plain cosine of question and passage, which says
        whether to answer at all.

        Raises:
            RequestRejected: the question is empty, holds no letter or digit, or is over `limit_chars` characters.
        """
        checked = check_question(question, limit_chars)
        query = self.query(checked)
        pool = max(POOL, k)
        searched = pool if among is None else max(SEARCHED, k)
        found = self._knowledge.candidates(query, searched, include_superseded=include_superseded)
        if among is not None:
            found = tuple(one for one in found if one.passage.document_id in among)[:pool]
        return spotlit_all(_reranker().rank(checked, found), k)

    def query(self, question: str) -> Query:
        """What the knowledge base is asked with: the question's words, the formal terms for them, and its vectors."""
        vector = self.embedder.embed_query(simplified(question))
        adapter = _adapter(self.embedder.fingerprint)
        return Query(question, vector, " ".join(formal_terms(question)), adapter.adapt(vector) if adapter else None)


def check_question(question: str, limit_chars: int) -> str:
    """The question without surrounding blanks; raises RequestRejected when it cannot be one."""
    text = question.strip()
    if not any(char.isalnum() for char in text):
        raise RequestRejected(Rejection.QUESTION_EMPTY)
    if len(text) > limit_chars:
        raise RequestRejected(Rejection.QUESTION_TOO_LONG, limit=limit_chars, length=len(text))
    return text
