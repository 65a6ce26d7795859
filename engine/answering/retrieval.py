"""From a question to passages, in the order of the evidence ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import Rejection, RequestRejected
from engine.values import Passage, Rung

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeBase
    from engine.runtime.embedder import Embedder

# A built-in entry goes before the branch's documents when it is nearer to the question than their best
# passage, less this margin of cosine: the ladder decides between equals, it does not promote what is off topic.
BUILTIN_MARGIN = 0.01


class Retriever:
    """Hybrid search over built-in knowledge first, then the branch's documents."""

    def __init__(self, knowledge: KnowledgeBase, embedder: Embedder) -> None:
        self._knowledge = knowledge
        self._embedder = embedder

    def retrieve(
        self, question: str, k: int, limit_chars: int, *, include_superseded: bool = False
    ) -> tuple[Passage, ...]:
        """The `k` best passages, best first; of older versions of a document only with `include_superseded`.

        Raises:
            RequestRejected: the question is empty, holds no letter or digit, or is over `limit_chars` characters.
        """
        checked = check_question(question, limit_chars)
        vector = self._embedder.embed_query(checked)
        branch = self._knowledge.search(checked, vector, k, Rung.BRANCH, include_superseded=include_superseded)
        builtin = self._knowledge.search(checked, vector, 2, Rung.BUILTIN, include_superseded=include_superseded)
        nearest = max((passage.similarity for passage in branch), default=-1.0)
        first = [passage for passage in builtin if passage.similarity >= nearest - BUILTIN_MARGIN]
        rest = [passage for passage in builtin if passage not in first]
        return tuple([*first, *branch, *rest][:k])


def check_question(question: str, limit_chars: int) -> str:
    """The question without surrounding blanks; raises RequestRejected when it cannot be one."""
    text = question.strip()
    if not any(char.isalnum() for char in text):
        raise RequestRejected(Rejection.QUESTION_EMPTY)
    if len(text) > limit_chars:
        raise RequestRejected(Rejection.QUESTION_TOO_LONG, limit=limit_chars, length=len(text))
    return text
