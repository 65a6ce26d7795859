"""One question, from retrieval to the cited answer, as a generator of events."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.answering.abstain import evidence_suffices
from engine.answering.checking import check
from engine.answering.citations import complete
from engine.answering.dialogues import Dialogue, Dialogues
from engine.answering.evidence import choose_evidence
from engine.answering.follow_up import understand
from engine.answering.prompt import NOT_FOUND, NOT_FOUND_ANSWER
from engine.answering.retrieval import Retriever, check_question
from engine.cancel import CancelToken
from engine.errors import BugError
from engine.events import (
    AnswerFinished,
    AnswerWritten,
    GenerationFinished,
    ModelLoaded,
    ModelLoading,
    PassagesFound,
    PromptRead,
    QuestionUnderstood,
    SharedMissed,
    TextDelta,
)
from engine.requests import AskRequest
from engine.settings import Settings
from engine.values import Message, Passage, Timings

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeBase
    from engine.runtime.model_slot import ModelSlot


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as it was understood. `history` is what of the earlier turns it goes on from; `started` a clock."""

    request: AskRequest
    question: str
    searched: str
    history: tuple[Message, ...]
    started: float

    @property
    def topic_changed(self) -> bool:
        return self.history != self.request.history


@dataclass(frozen=True, slots=True)
class _Found:
    passages: tuple[Passage, ...]
    seconds: float  # since the question


class Answerer:
    """Answers questions over one knowledge base; the generator is loaded when first needed."""

    def __init__(
        self,
        settings: Settings,
        knowledge: KnowledgeBase,
        retriever: Retriever,
        model: ModelSlot,
        dialogues: Dialogues,
    ) -> None:
        self._settings = settings
        self._knowledge = knowledge
        self._retriever = retriever
        self._model = model
        self._dialogues = dialogues

    def answer(
        self, request: AskRequest, cancel: CancelToken
    ) -> Iterator[
        QuestionUnderstood
        | ModelLoading
        | ModelLoaded
        | SharedMissed
        | PassagesFound
        | PromptRead
        | TextDelta
        | AnswerWritten
        | AnswerFinished
    ]:
        """See `Engine.ask`."""
        asked = self._understand(request)
        yield QuestionUnderstood(asked.question, asked.searched, asked.topic_changed)
        found = self._find(asked)
        if self._knowledge.shared and self._knowledge.shared.fault:
            yield SharedMissed(self._knowledge.shared.policy.name, str(self._knowledge.shared.fault.code))
        yield PassagesFound(found.passages, found.seconds)
        cancel.raise_if_cancelled()
        if not evidence_suffices(asked.searched, found.passages):
            yield TextDelta(NOT_FOUND_ANSWER)
            timings = Timings(found.seconds, 0, time.perf_counter() - asked.started, 0, 0.0)
            yield AnswerFinished(NOT_FOUND_ANSWER, False, (), timings)
            return
        yield from self._model.load(cancel)
        yield from self._generate(asked, found, cancel)

    def _understand(self, request: AskRequest) -> _Asked:
        started = time.perf_counter()
        question = check_question(request.question, self._settings.question_limit_chars)
        embedder = self._retriever.embedder
        understood = understand(question, request.history, embedder.similarity)
        history = () if understood.topic_changed and not request.searched else request.history
        return _Asked(request, question, request.searched or understood.searched, history, started)

    def _find(self, asked: _Asked) -> _Found:
        passages = self._retriever.retrieve(
            asked.searched,
            self._settings.passages,
            self._settings.question_limit_chars,
            include_superseded=asked.request.include_superseded,
        )
        return _Found(passages, time.perf_counter() - asked.started)

    def _generate(
        self, asked: _Asked, found: _Found, cancel: CancelToken
    ) -> Iterator[PassagesFound | PromptRead | TextDelta | AnswerWritten | AnswerFinished]:
        from engine.runtime.sampling import Sampling

        given = asked.request.max_tokens
        limit = self._settings.max_answer_tokens if given is None else given
        first_text_s = 0.0
        finished: GenerationFinished | None = None
        with self._model.use(cancel) as generator:
            dialogue = self._ask(asked, found.passages, generator.count_tokens)
            numbered = _by_marker(dialogue, found.passages)
            if numbered != found.passages:
                yield PassagesFound(numbered, found.seconds)
            for event in generator.generate(dialogue.messages, Sampling(temperature=0.0), limit, cancel):
                if isinstance(event, GenerationFinished):
                    finished = event
                    continue
                if isinstance(event, TextDelta) and not first_text_s:
                    first_text_s = time.perf_counter() - asked.started
                yield event
            if finished is None:
                raise BugError("generation_unfinished")
            yield AnswerWritten()
            speed = finished.decode_tokens / finished.decode_s if finished.decode_s > 0 else 0.0
            timings = Timings(found.seconds, finished.prompt_tokens, first_text_s, finished.decode_tokens, speed)
            answer = self._finish(finished.text.strip(), dialogue, asked.searched, timings)
            shown = (*asked.request.history, Message("user", asked.question), Message("assistant", answer.text))
            self._dialogues.remember(shown, dialogue.answered(finished.text))
        yield answer

    def _ask(self, asked: _Asked, passages: Sequence[Passage], count_tokens: Callable[[str], int]) -> Dialogue:
        """The dialogue to go on from. What was removed since the search is left out: a removal waits for an answer."""
        present = [passage for passage in passages if self._knowledge.find(passage.document_id)]
        evidence = choose_evidence(asked.searched, present, count_tokens)
        if not asked.history:
            evidence = self._dialogues.arrange(evidence)
        return self._dialogues.resume(asked.history, count_tokens).ask(asked.searched, evidence)

    def _finish(self, text: str, dialogue: Dialogue, question: str, timings: Timings) -> AnswerFinished:
        """The checked answer; one that no passage supports is not shown as an answer."""
        evidence = [self._labelled(passage) for passage, _ in (*dialogue.evidence, *dialogue.carried)]
        if NOT_FOUND in text or not evidence:
            return AnswerFinished(NOT_FOUND_ANSWER, False, (), timings)
        whole = complete(text, question, evidence, self._knowledge, best=dialogue.asked[0] if dialogue.asked else 1)
        checked = check(whole, evidence, self._knowledge, question=question)
        if not checked.citations:
            return AnswerFinished(NOT_FOUND_ANSWER, False, (), timings)
        return AnswerFinished(checked.text, True, checked.citations, timings, checked.claims)

    def _labelled(self, passage: Passage) -> Passage:
        """A dialogue may be older than the version that replaces what it rests on."""
        info = self._knowledge.find(passage.document_id)
        return replace(passage, superseded=bool(info.superseded_by)) if info else passage


def _by_marker(dialogue: Dialogue, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages of the dialogue in the order of their markers, then those that were found besides."""
    numbered = [passage for passage, _ in dialogue.evidence]
    shown = {passage.chunk_id for passage in numbered}
    return (*numbered, *(passage for passage in passages if passage.chunk_id not in shown))
