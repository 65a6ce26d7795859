"""One question, from retrieval to the cited answer, as a generator of events."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.answering.checking import check
from engine.answering.citations import complete
from engine.answering.conflicts import COMPARED_PASSAGES, Dispute, disputes, settled, standing_of
from engine.answering.courtesy import courtesy
from engine.answering.dialogues import Dialogue, Dialogues
from engine.answering.disagreement import tell
from engine.answering.evidence import choose_evidence
from engine.answering.follow_up import understand
from engine.answering.ladder import Ladder, climb, concluded
from engine.answering.prompt import NOT_FOUND, NOT_FOUND_ANSWER
from engine.answering.quoting import quoted
from engine.answering.retrieval import Retriever, check_question
from engine.answering.sanitizing import showable
from engine.answering.statements import statements
from engine.answering.sufficiency import HOPELESS, REFUSE, SURE, after
from engine.answering.web_rung import WebRung, ended, without_text
from engine.calculators import calculation_text, from_question
from engine.cancel import CancelToken
from engine.errors import BugError
from engine.events import (
    AnswerFinished,
    AnswerProgress,
    AnswerWritten,
    GenerationFinished,
    PassagesFound,
    PromptRead,
    QuestionUnderstood,
    SharedMissed,
    TextDelta,
)
from engine.proof import Calculation, Claim, StepOutcome, Verdict
from engine.requests import AskRequest
from engine.settings import Settings
from engine.values import Message, Passage, Timings

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeBase
    from engine.runtime.model_slot import ModelSlot

VARIED_TEMPERATURE, VARIED_TOP_P = 0.7, 0.9  # of an answer that is asked for once more


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
    """`passages` stand; what they contradict among the best comes last, as `disputes` say. `seconds` since the
    question."""

    passages: tuple[Passage, ...]
    disputes: tuple[Dispute, ...]
    ladder: Ladder
    seconds: float

    @property
    def standing(self) -> tuple[Passage, ...]:
        contradicted = {dispute.contradicted.chunk_id for dispute in self.disputes}
        return tuple(passage for passage in self.passages if passage.chunk_id not in contradicted)


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

    def answer(self, request: AskRequest, cancel: CancelToken) -> Iterator[AnswerProgress | AnswerFinished]:
        """See `Engine.ask`."""
        asked = self._understand(request)
        yield QuestionUnderstood(asked.question, asked.searched, asked.topic_changed)
        if words := courtesy(asked.question):
            yield TextDelta(words)
            yield AnswerFinished(words, False, (), Timings(0.0, 0, time.perf_counter() - asked.started, 0, 0.0))
            return
        found = self._find(asked)
        if self._knowledge.shared and self._knowledge.shared.fault:
            yield SharedMissed(self._knowledge.shared.policy.name, str(self._knowledge.shared.fault.code))
        yield PassagesFound(found.passages, found.seconds)
        cancel.raise_if_cancelled()
        calculation = from_question(asked.searched)
        if calculation and (not calculation.missing or any(not told.assumed for told in calculation.inputs)):
            # What is missing is asked for: a model would take another example's figures for the user's.
            yield from _calculated(calculation, asked, found)
            return
        answer = yield from self._at_home(asked, found, cancel)
        if not answer.found:
            answer = yield from self._on_the_web(answer, asked, found, cancel)
        if not answer.found and not answer.timings.decode_tokens:
            yield TextDelta(answer.text)
        yield answer

    def _at_home(
        self, asked: _Asked, found: _Found, cancel: CancelToken
    ) -> Generator[AnswerProgress, None, AnswerFinished]:
        """What the first two rungs answer; where the web may come after them, without its text as it is written."""
        if found.ladder.score < HOPELESS:
            timings = Timings(found.seconds, 0, time.perf_counter() - asked.started, 0, 0.0)
            return self._refusal(found, found.ladder.score, timings)
        yield from self._model.load(cancel)
        writing = self._generate(asked, found, found.standing, cancel)
        return (yield from without_text(writing) if asked.request.web_query else writing)

    def _on_the_web(
        self, refused: AnswerFinished, asked: _Asked, found: _Found, cancel: CancelToken
    ) -> Generator[AnswerProgress, None, AnswerFinished]:
        """The third rung: what waits for the user's consent, or, where it is given, what the web answers."""
        rung = WebRung(self._settings, self._knowledge, self._retriever)
        outcome, query = rung.offer(asked.searched)
        if query is None or not asked.request.web_query:
            return ended(refused, outcome, query)
        passages = yield from rung.search(asked.request.web_query, asked.searched, self._settings.passages, cancel)
        if not passages:
            return ended(refused, StepOutcome.FAILED, query)
        shown = (*passages, *found.passages)
        on_web = replace(found, passages=shown, ladder=climb(asked.searched, shown))
        yield PassagesFound(shown, found.seconds)
        yield from self._model.load(cancel)
        answer = yield from self._generate(asked, on_web, passages, cancel)
        return answer if answer.found else ended(answer, StepOutcome.FELL_SHORT, None)

    def _understand(self, request: AskRequest) -> _Asked:
        started = time.perf_counter()
        question = check_question(request.question, self._settings.question_limit_chars)
        embedder = self._retriever.embedder
        understood = understand(question, request.history, embedder.similarity)
        history = () if understood.topic_changed and not request.searched else request.history
        return _Asked(request, question, request.searched or understood.searched, history, started)

    def _find(self, asked: _Asked) -> _Found:
        count = self._settings.passages
        passages = self._retriever.retrieve(
            asked.searched,
            max(count, COMPARED_PASSAGES),
            self._settings.question_limit_chars,
            include_superseded=asked.request.include_superseded,
            among=self._among(asked),
        )
        compared = (*passages, *self._older(asked, passages))
        found = disputes(asked.searched, compared, self._standing, self._retriever.embedder.similarity)
        ladder = climb(asked.searched, passages[:count])
        ordered = (*ladder.passages, *passages[count:])
        return _Found(settled(ordered, found)[:count], found, ladder, time.perf_counter() - asked.started)

    def _older(self, asked: _Asked, passages: Sequence[Passage]) -> tuple[Passage, ...]:
        """What older versions of the documents say: not searched, but told of where it differs."""
        older = self._knowledge.families.older({passage.document_id for passage in passages})
        if not older or asked.request.include_superseded:
            return ()
        limit_chars = self._settings.question_limit_chars
        every = self._retriever.retrieve(
            asked.searched, COMPARED_PASSAGES, limit_chars, include_superseded=True, among=self._among(asked)
        )
        return tuple(passage for passage in every if passage.document_id in older)

    def _among(self, asked: _Asked) -> frozenset[str] | None:
        """The documents of the collection that is asked, if one is. Raises RequestRejected COLLECTION_UNKNOWN."""
        collection = asked.request.collection
        return self._knowledge.collections.members(collection) if collection else None

    def _standing(self, passage: Passage) -> tuple[object, ...]:
        info = self._knowledge.find(passage.document_id)
        return standing_of(passage, info.added_at if info else "")

    def _generate(
        self, asked: _Asked, found: _Found, passages: Sequence[Passage], cancel: CancelToken
    ) -> Generator[PassagesFound | PromptRead | TextDelta | AnswerWritten, None, AnswerFinished]:
        """The checked answer from `passages`, some of those that were found."""
        from engine.runtime.protocol import MAX_TOKENS
        from engine.runtime.sampling import Sampling

        given = asked.request.max_tokens
        limit = self._settings.max_answer_tokens if given is None else given
        varied = asked.request.variation
        sampling = Sampling(VARIED_TEMPERATURE, VARIED_TOP_P, seed=varied) if varied else Sampling()
        first_text_s = 0.0
        finished: GenerationFinished | None = None
        with self._model.use(cancel) as generator:
            dialogue = self._ask(asked, passages, generator.count_tokens)
            numbered = _by_marker(dialogue, found.passages)
            if numbered != found.passages:
                yield PassagesFound(numbered, found.seconds)
            begun = (Message("assistant", asked.request.continued),) if asked.request.continued else ()
            for event in generator.generate((*dialogue.messages, *begun), sampling, limit, cancel):
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
            written = asked.request.continued + finished.text
            # What a page of the web had its part in would have to be fetched again.
            cut = finished.stop_reason == MAX_TOKENS and not asked.request.web_query
            answer = self._finish(written.strip(), dialogue, asked.searched, found, timings, cut=cut)
            shown = (*asked.request.history, Message("user", asked.question), Message("assistant", answer.text))
            self._dialogues.remember(shown, dialogue.answered(written))
        return answer

    def _ask(self, asked: _Asked, passages: Sequence[Passage], count_tokens: Callable[[str], int]) -> Dialogue:
        """The dialogue to go on from. What was removed since the search is left out: a removal waits for an answer."""
        present = [passage for passage in passages if self._knowledge.find(passage.document_id)]
        dialogue = self._dialogues.resume(asked.history, count_tokens)
        evidence = choose_evidence(asked.searched, present, count_tokens, shown=dialogue.evidence)
        if not asked.history:
            evidence = self._dialogues.arrange(evidence)
        return dialogue.ask(asked.searched, evidence)

    def _finish(
        self, text: str, dialogue: Dialogue, question: str, found: _Found, timings: Timings, *, cut: bool = False
    ) -> AnswerFinished:
        """The checked answer. Where no passage supports a word of it, or the model says that it found nothing, the
        source's own words stand in its place if the evidence is likely to hold the answer. `cut` says that the model
        had more to write."""
        evidence = [self._labelled(passage) for passage, _ in (*dialogue.evidence, *dialogue.carried)]
        score, least, checked = found.ladder.score, SURE, None
        if evidence and NOT_FOUND not in text:
            best = dialogue.asked[0] if dialogue.asked else 1
            whole = showable(complete(text, question, evidence, self._knowledge, best), evidence)
            checked = check(whole, evidence, self._knowledge, question=question)
            score, least = after(question, found.passages, checked), REFUSE
        if (checked is None or not checked.citations) and evidence and score >= least:
            words = showable(quoted(question, text if checked else "", evidence, self._knowledge), evidence)
            checked, cut = check(words, evidence, self._knowledge, question=question), False
        if checked is None or not checked.citations or score < least:
            return self._refusal(found, score, timings)
        shown, conflicts = tell(checked, found.disputes, self._knowledge)
        steps = concluded(found.ladder, {citation.rung for citation in shown.citations}, score)
        answer = AnswerFinished(shown.text, True, shown.citations, timings, shown.claims, steps, conflicts=conflicts)
        return replace(answer, unfinished=text) if cut else answer

    def _refusal(self, found: _Found, score: float, timings: Timings) -> AnswerFinished:
        """No answer; the nearest passages stay to be opened. `score` says how likely they held one."""
        return AnswerFinished(NOT_FOUND_ANSWER, False, (), timings, ladder=concluded(found.ladder, (), score))

    def _labelled(self, passage: Passage) -> Passage:
        """A dialogue may be older than the version that replaces what it rests on."""
        info = self._knowledge.find(passage.document_id)
        return replace(passage, superseded=bool(info.superseded_by)) if info else passage


def _by_marker(dialogue: Dialogue, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages of the dialogue in the order of their markers, then those that were found besides."""
    numbered = [passage for passage, _ in dialogue.evidence]
    shown = {passage.chunk_id for passage in numbered}
    return (*numbered, *(passage for passage in passages if passage.chunk_id not in shown))


def _calculated(calculation: Calculation, asked: _Asked, found: _Found) -> Iterator[TextDelta | AnswerFinished]:
    """The answer of a calculator; what was found stands below it."""
    text = calculation_text(calculation)
    claims = tuple(Claim(statement.text, Verdict.CALCULATED) for statement in statements(text) if statement.claim)
    yield TextDelta(text)
    timings = Timings(found.seconds, 0, time.perf_counter() - asked.started, 0, 0.0)
    yield AnswerFinished(text, True, (), timings, claims, calculation=calculation)
