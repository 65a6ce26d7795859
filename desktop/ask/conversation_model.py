"""The state of one conversation. No widgets: views listen to it, tests drive it without a window."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.jobs import Job, NewestLane
from desktop.look import text
from engine.api import (
    AnswerFinished,
    AskRequest,
    CancelToken,
    Citation,
    Engine,
    JobCancelled,
    JobFailed,
    Message,
    ModelLoaded,
    ModelLoading,
    Passage,
    PassagesFound,
    PromptRead,
    Rung,
    SharedMissed,
    Span,
    TextDelta,
    Timings,
)

HISTORY_TURNS = 2  # enough for the engine to know the conversation by; where it does not, they are read again


class TurnState(StrEnum):
    WAITING = "waiting"  # for the engine to open
    LOADING = "loading"  # the model
    SEARCHING = "searching"
    READING = "reading"
    WRITING = "writing"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Source:
    """What a card shows and a click opens: a retrieved passage, later the citation made from it."""

    marker: int
    document_id: str
    name: str
    page_no: int
    snippet: str
    rung: Rung
    heading: str = ""
    quote: str = ""
    spans: tuple[Span, ...] = ()
    superseded: bool = False

    @property
    def label(self) -> str:
        return text.superseded_name(self.name, self.superseded)


@dataclass(slots=True, eq=False)
class Turn:
    """One question and what has become of it."""

    question: str
    state: TurnState = TurnState.WAITING
    pack: str = ""
    since_s: float = field(default_factory=time.monotonic)  # when the present state began
    passages: tuple[Passage, ...] = ()
    read_tokens: int = 0
    total_tokens: int = 0
    text: str = ""
    found: bool = True
    citations: tuple[Citation, ...] = ()
    timings: Timings | None = None
    missed: SharedMissed | None = None
    failure: JobFailed | None = None

    @property
    def active(self) -> bool:
        return self.state not in (TurnState.DONE, TurnState.STOPPED, TurnState.FAILED)

    @property
    def sources(self) -> tuple[Source, ...]:
        """What the numbers in the text stand for: the citations; until they are known, the passages by rank."""
        return tuple(self._cited(citation) for citation in self.citations) or self.others

    @property
    def others(self) -> tuple[Source, ...]:
        """The passages that the answer does not cite, numbered after those it does."""
        cited = [self._passage_of(citation) for citation in self.citations]
        rest = [passage for passage in self.passages if passage not in cited]
        return tuple(_from_passage(marker, passage) for marker, passage in enumerate(rest, len(self.citations) + 1))

    def source(self, marker: int) -> Source | None:
        """The source that [marker] in the text stands for; while the answer is unchecked, a passage by its rank."""
        return next((source for source in self.sources if source.marker == marker), None)

    def _passage_of(self, citation: Citation) -> Passage | None:
        """The passage that a citation was made from: of its document, holding the quote, else on its page."""
        same = [passage for passage in self.passages if passage.document_id == citation.document_id]
        quoting = [passage for passage in same if citation.quote in passage.text]
        on_page = [passage for passage in same if passage.page_no == citation.page_no]
        return next(iter(quoting + on_page), None)

    def _cited(self, citation: Citation) -> Source:
        passage = self._passage_of(citation)
        return Source(
            citation.marker,
            citation.document_id,
            citation.name,
            citation.page_no,
            citation.quote,
            citation.rung,
            heading=_heading(passage),
            quote=citation.quote,
            spans=passage.spans if passage else (),
            superseded=citation.superseded,
        )


class ConversationModel(QObject):
    """Turns in order, newest last. At most one is active; a new question stops it."""

    turn_added = Signal(int)
    turn_changed = Signal(int)
    cleared = Signal()
    busy_changed = Signal(bool)
    engine_wanted = Signal()  # a question waits for the engine to open
    model_reported = Signal(object)  # ModelLoading, ModelLoaded, IndexRebuilt, or JobFailed of the warm-up

    def __init__(self, lane: NewestLane) -> None:
        super().__init__()
        self.turns: list[Turn] = []
        self._lane = lane
        self._engine: Engine | None = None
        self._job: Job | None = None
        self._busy = False

    @property
    def busy(self) -> bool:
        return self._busy

    def set_engine(self, engine: Engine) -> None:
        """Start loading the model, and answer the question that has waited for this."""
        self._engine = engine
        self._lane.submit(Job(lambda token: _warm_up(engine, token), self.model_reported.emit, patient=True))
        if self.turns and self.turns[-1].active:
            self._submit(self.turns[-1])

    def ask(self, question: str) -> None:
        """Add a question. Without an engine it waits; an empty one is ignored."""
        question = question.strip()
        if not question:
            return
        self._end_active(TurnState.STOPPED)
        turn = Turn(question)
        self.turns.append(turn)
        self.turn_added.emit(len(self.turns) - 1)
        self._set_busy()
        if self._engine:
            self._submit(turn)
        else:
            self.engine_wanted.emit()

    def ask_again(self, index: int) -> None:
        """Ask the question of a finished turn anew, as the newest turn."""
        self.ask(self.turns[index].question)

    def stop(self) -> None:
        """Stop the active turn; what has been written stays."""
        if self._job:
            self._lane.cancel(self._job)
        self._end_active(TurnState.STOPPED)
        self._set_busy()

    def fail_waiting(self, failure: JobFailed) -> bool:
        """The engine cannot be opened: the question that waits for it gets the reason. False if none waits."""
        waits = self._busy
        if waits:
            self._apply(self.turns[-1], failure)
        return waits

    def clear(self) -> None:
        self.stop()
        self.turns = []
        self.cleared.emit()

    def _submit(self, turn: Turn) -> None:
        engine = self._engine
        if engine is None:
            return
        if not self._lane.busy:
            _enter(turn, TurnState.SEARCHING)
            self._notify(turn)
        request = AskRequest(turn.question, self._history(turn))
        self._job = Job(lambda token: engine.ask(request, token), partial(self._apply, turn))
        self._lane.submit(self._job)

    def _history(self, turn: Turn) -> tuple[Message, ...]:
        earlier = self.turns[: self.turns.index(turn)]
        told = [t for t in earlier if t.state is TurnState.DONE and t.found and t.question != turn.question]
        answered = told[-HISTORY_TURNS:]
        pairs = [(Message("user", t.question), Message("assistant", t.text)) for t in answered]
        return tuple(message for pair in pairs for message in pair)

    def _apply(self, turn: Turn, event: object) -> None:
        """Fold one event into its turn; late events of a turn that has ended change nothing."""
        if isinstance(event, (ModelLoading, ModelLoaded)):
            self.model_reported.emit(event)
        if not turn.active:
            return
        match event:
            case ModelLoading():
                turn.pack = event.pack
                _enter(turn, TurnState.LOADING)
            case ModelLoaded():
                _enter(turn, TurnState.READING if turn.passages else TurnState.SEARCHING)
            case SharedMissed():
                turn.missed = event
            case PassagesFound():
                turn.passages = event.passages
                _enter(turn, TurnState.READING)
            case PromptRead():
                turn.read_tokens, turn.total_tokens = event.done_tokens, event.total_tokens
                _enter(turn, TurnState.READING)
            case TextDelta():
                turn.text += event.text
                _enter(turn, TurnState.WRITING)
            case AnswerFinished():
                turn.text, turn.found = event.text, event.found
                turn.citations, turn.timings = event.citations, event.timings
                _enter(turn, TurnState.DONE)
            case JobCancelled():
                _enter(turn, TurnState.STOPPED)
            case JobFailed():
                turn.failure = event
                _enter(turn, TurnState.FAILED)
            case _:
                return
        self._notify(turn)
        self._set_busy()

    def _end_active(self, state: TurnState) -> None:
        for turn in self.turns[-1:]:
            if turn.active:
                _enter(turn, state)
                self._notify(turn)

    def _notify(self, turn: Turn) -> None:
        if turn in self.turns:
            self.turn_changed.emit(self.turns.index(turn))

    def _set_busy(self) -> None:
        busy = bool(self.turns) and self.turns[-1].active
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit(busy)


def _enter(turn: Turn, state: TurnState) -> None:
    if turn.state is not state:
        turn.state = state
        turn.since_s = time.monotonic()


def _warm_up(engine: Engine, token: CancelToken) -> Iterator[object]:
    yield from engine.prepare()
    yield from engine.warm_up(token)


def _from_passage(marker: int, passage: Passage) -> Source:
    return Source(
        marker,
        passage.document_id,
        passage.name,
        passage.page_no,
        passage.text,
        passage.rung,
        heading=_heading(passage),
        spans=passage.spans,
        superseded=passage.superseded,
    )


def _heading(passage: Passage | None) -> str:
    return " · ".join(passage.heading_path) if passage else ""
