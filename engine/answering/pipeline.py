"""One question, from retrieval to the cited answer, as a generator of events."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.answering.abstain import evidence_suffices
from engine.answering.checking import check
from engine.answering.citations import complete
from engine.answering.dialogues import Dialogue, Dialogues
from engine.answering.follow_up import standalone
from engine.answering.prompt import NOT_FOUND, NOT_FOUND_ANSWER, choose_evidence
from engine.answering.retrieval import Retriever, check_question
from engine.cancel import CancelToken
from engine.errors import BugError
from engine.events import (
    AnswerFinished,
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
        | AnswerFinished
    ]:
        """See `Engine.ask`."""
        started = time.perf_counter()
        checked = check_question(request.question, self._settings.question_limit_chars)
        searched = request.searched or standalone(checked, request.history)
        yield QuestionUnderstood(checked, searched)
        passages = self._retriever.retrieve(
            searched,
            self._settings.passages,
            self._settings.question_limit_chars,
            include_superseded=request.include_superseded,
        )
        retrieval_s = time.perf_counter() - started
        shared = self._knowledge.shared
        if shared and shared.fault:
            yield SharedMissed(shared.policy.name, str(shared.fault.code))
        yield PassagesFound(passages, retrieval_s)
        cancel.raise_if_cancelled()
        if not evidence_suffices(searched, passages):
            yield TextDelta(NOT_FOUND_ANSWER)
            timings = Timings(retrieval_s, 0, time.perf_counter() - started, 0, 0.0)
            yield AnswerFinished(NOT_FOUND_ANSWER, False, (), timings)
            return
        yield from self._model.load(cancel)
        yield from self._generate(checked, request.history, passages, request.max_tokens, retrieval_s, started, cancel)

    def _generate(
        self,
        question: str,
        history: Sequence[Message],
        passages: Sequence[Passage],
        max_tokens: int | None,
        retrieval_s: float,
        started: float,
        cancel: CancelToken,
    ) -> Iterator[PassagesFound | PromptRead | TextDelta | AnswerFinished]:
        from engine.runtime.sampling import Sampling

        limit = self._settings.max_answer_tokens if max_tokens is None else max_tokens
        first_text_s = 0.0
        finished: GenerationFinished | None = None
        with self._model.use(cancel) as generator:
            dialogue = self._ask(question, history, passages, generator.count_tokens)
            numbered = _by_marker(dialogue, passages)
            if numbered != tuple(passages):
                yield PassagesFound(numbered, retrieval_s)
            for event in generator.generate(dialogue.messages, Sampling(temperature=0.0), limit, cancel):
                if isinstance(event, GenerationFinished):
                    finished = event
                    continue
                if isinstance(event, TextDelta) and not first_text_s:
                    first_text_s = time.perf_counter() - started
                yield event
            if finished is None:
                raise BugError("generation_unfinished")
            speed = finished.decode_tokens / finished.decode_s if finished.decode_s > 0 else 0.0
            timings = Timings(retrieval_s, finished.prompt_tokens, first_text_s, finished.decode_tokens, speed)
            answer = self._finish(finished.text.strip(), dialogue, question, timings)
            shown = (*history, Message("user", question), Message("assistant", answer.text))
            self._dialogues.remember(shown, dialogue.answered(finished.text))
        yield answer

    def _ask(
        self,
        question: str,
        history: Sequence[Message],
        passages: Sequence[Passage],
        count_tokens: Callable[[str], int],
    ) -> Dialogue:
        """The dialogue to go on from. What was removed since the search is left out: a removal waits for an answer."""
        present = [passage for passage in passages if self._knowledge.find(passage.document_id)]
        evidence = choose_evidence(present, count_tokens)
        if not history:
            evidence = self._dialogues.arrange(evidence)
        return self._dialogues.resume(history, count_tokens).ask(question, evidence)

    def _finish(self, text: str, dialogue: Dialogue, question: str, timings: Timings) -> AnswerFinished:
        """The checked answer; one that no passage supports is not shown as an answer."""
        evidence = [self._labelled(passage) for passage, _ in dialogue.evidence]
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
