"""One question and what has become of it: events folded into a value that views show. No widgets, no threads."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from uuid import uuid4

from desktop.look import ask_text, text
from engine.api import (
    AnswerFinished,
    AnswerWritten,
    AskRequest,
    AuditMissed,
    Calculation,
    Citation,
    Claim,
    Conflict,
    EnvironmentFault,
    JobCancelled,
    JobFailed,
    LadderStep,
    Message,
    ModelLoaded,
    ModelLoading,
    Passage,
    PassagesFound,
    PromptRead,
    QuestionUnderstood,
    Rung,
    SharedMissed,
    Span,
    TextDelta,
    Timings,
    WebMissed,
    WebPage,
    WebPageRead,
    WebQuery,
    WebSearched,
    calculation_text,
    conflict_text,
)


class TurnState(StrEnum):
    WAITING = "waiting"  # for the engine to open
    LOADING = "loading"  # the model
    SEARCHING = "searching"
    FETCHING = "fetching"  # pages of the web
    READING = "reading"
    WRITING = "writing"
    CHECKING = "checking"  # all is written, nothing is proven yet
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
    web: WebPage | None = None
    version: str = ""
    passage: str = ""  # the text that the quote was found in

    @property
    def title(self) -> str:
        """The document's name, or what a page of the web calls itself."""
        return self.web.title or self.web.site if self.web else self.name

    @property
    def label(self) -> str:
        return text.superseded_name(self.title, self.superseded)

    @property
    def place(self) -> str:
        """Where it stands: page, version, headings."""
        page = "" if self.web else text.page_label(self.page_no)
        return ask_text.place(page, text.version(self.version), self.heading)

    @property
    def spoken_name(self) -> str:
        """All that a card shows but the text, in words."""
        name = text.source_name(self.marker, self.label, self.page_no)
        return ask_text.spoken_source(name, text.RUNGS[self.rung], text.version(self.version))


@dataclass(slots=True, eq=False)
class Turn:
    """A question with its answer. `parent` is the turn that it follows, None for the first; `children` are what was
    asked after it, several where a question was asked again or changed; `chosen` of them is on screen."""

    question: str
    searched: str = ""  # the user's own wording for the search
    web_query: str = ""  # what the user allowed to be sent
    variation: int = 0  # how often the same question was answered before in its place
    parent: Turn | None = None
    children: list[Turn] = field(default_factory=list)
    chosen: int = 0
    state: TurnState = TurnState.WAITING
    pack: str = ""
    asked_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    since_s: float = field(default_factory=time.monotonic)  # when the present state began
    understood: QuestionUnderstood | None = None
    passages: tuple[Passage, ...] = ()
    read_tokens: int = 0
    total_tokens: int = 0
    text: str = ""
    found: bool = True
    citations: tuple[Citation, ...] = ()
    claims: tuple[Claim, ...] = ()
    ladder: tuple[LadderStep, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    calculation: Calculation | None = None
    proposed: WebQuery | None = None
    timings: Timings | None = None
    pages_read: tuple[int, int] = (0, 0)  # of the web: how many of how many
    missed: tuple[EnvironmentFault, ...] = ()  # what could not be searched; the answer does without
    unrecorded: bool = False  # the audit log could not be written yet
    failure: JobFailed | None = None
    sources_removed: int = 0  # documents it was made from; its text went with them
    turn_id: str = field(default_factory=lambda: uuid4().hex)  # what history, feedback and audit know it by
    unfinished: str = ""  # the model's own words, where the limit of tokens cut them off
    continued: str = ""  # those that it writes on from
    usual_s: float = 0.0  # how long this reading usually takes on this computer; 0 while that is not known

    @property
    def active(self) -> bool:
        return self.state not in (TurnState.DONE, TurnState.STOPPED, TurnState.FAILED)

    @property
    def can_go_on(self) -> bool:
        """Whether the model may write on where it was stopped or cut off. What the web had a part in may not."""
        begun = self.text if self.state is TurnState.STOPPED else self.unfinished
        return not self.active and bool(begun) and not self.web_query and not self.calculation

    @property
    def shown_text(self) -> str:
        """The text without what cards show as well: a calculation's inputs, schedule, conventions and source, and what
        contradicts the answer."""
        words = self.text
        if self.conflicts:
            words = words.removesuffix(conflict_text(self.conflicts)).rstrip()
        whole = calculation_text(self.calculation) if self.calculation else ""
        if not whole or not words.startswith(whole):
            return words
        return whole.partition("\n\n")[0] + words[len(whole) :]

    @property
    def generated(self) -> bool:
        """Whether a model wrote any of the text, as against a calculator or the program itself."""
        return bool(self.text) and self.found and (self.timings is None or self.timings.decode_tokens > 0)

    @property
    def sources(self) -> tuple[Source, ...]:
        """What the numbers in the text stand for: the citations; until they are known, the passages by rank."""
        return tuple(self.cited(citation) for citation in self.citations) or self.others

    @property
    def others(self) -> tuple[Source, ...]:
        """The passages that the answer does not cite, numbered after those it does."""
        cited = [self._passage_of(citation) for citation in self.citations]
        rest = [passage for passage in self.passages if passage not in cited]
        return tuple(_from_passage(marker, passage) for marker, passage in enumerate(rest, len(self.citations) + 1))

    def source(self, marker: int) -> Source | None:
        """The source that [marker] in the text stands for; while the answer is unchecked, a passage by its rank."""
        return next((source for source in self.sources if source.marker == marker), None)

    def cited(self, citation: Citation) -> Source:
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
            web=citation.web,
            version=citation.version,
            passage=passage.text if passage else "",
        )

    def request(self, history: tuple[Message, ...], conversation_id: str, collection: str = "") -> AskRequest:
        return AskRequest(
            self.question,
            history,
            searched=self.searched,
            web_query=self.web_query,
            variation=self.variation,
            conversation_id=conversation_id,
            continued=self.continued,
            collection=collection,
        )

    def go_on(self) -> None:
        """Be asked once more, from the text so far; it counts as unchecked until all of it is."""
        self.continued = self.text = self.unfinished or self.text
        self.unfinished = ""
        self.citations, self.claims, self.ladder, self.conflicts = (), (), (), ()
        self.read_tokens = self.total_tokens = 0
        self.timings, self.failure, self.missed = None, None, ()
        self.enter(TurnState.WAITING)

    def enter(self, state: TurnState) -> None:
        if self.state is not state:
            self.state = state
            self.since_s = time.monotonic()

    def apply(self, event: object) -> bool:
        """Fold one event into the turn; False for one that says nothing about it."""
        match event:
            case QuestionUnderstood():
                self.understood = event
            case ModelLoading():
                self.pack = event.pack
                self.enter(TurnState.LOADING)
            case ModelLoaded():
                self.enter(TurnState.READING if self.passages else TurnState.SEARCHING)
            case SharedMissed():
                self.missed += (EnvironmentFault(event.code, name=event.name),)
            case WebMissed():
                self.missed += (EnvironmentFault(event.code, **dict(event.details)),)
            case WebSearched():
                self.pages_read = (0, event.results)
                self.enter(TurnState.FETCHING)
            case WebPageRead():
                self.pages_read = (event.done, event.total)
                self.enter(TurnState.FETCHING)
            case AuditMissed():
                self.unrecorded = True
            case PassagesFound():
                self.passages = event.passages
                self.enter(TurnState.READING)
            case PromptRead():
                self.read_tokens, self.total_tokens = event.done_tokens, event.total_tokens
                self.enter(TurnState.READING)
            case TextDelta():
                self.text += event.text
                self.enter(TurnState.WRITING)
            case AnswerWritten():
                self.enter(TurnState.CHECKING)
            case AnswerFinished():
                self._finish(event)
            case JobCancelled():
                self.enter(TurnState.STOPPED)
            case JobFailed():
                self.failure = event
                self.enter(TurnState.FAILED)
            case _:
                return False
        return True

    def recalculate(self, made: Calculation) -> None:
        """The calculation was corrected or completed: it stands at the head of the text, in the place of the former;
        a refusal gives way to it."""
        former = calculation_text(self.calculation) if self.calculation else ""
        rest = self.text[len(former) :] if former and self.text.startswith(former) else f"\n\n{self.text}"
        if not self.found:
            rest = ""
            self.timings = replace(self.timings, decode_tokens=0) if self.timings else None
        self.calculation, self.text = made, calculation_text(made) + rest
        self.found = self.found or bool(made.results)

    def _finish(self, answer: AnswerFinished) -> None:
        self.text, self.found = answer.text, answer.found
        self.citations, self.claims, self.conflicts = answer.citations, answer.claims, answer.conflicts
        self.ladder, self.calculation, self.proposed = answer.ladder, answer.calculation, answer.web_query
        self.timings, self.unfinished = answer.timings, answer.unfinished
        self.enter(TurnState.DONE)

    def _passage_of(self, citation: Citation) -> Passage | None:
        """The passage that a citation was made from: of its document, holding the quote, else on its page."""
        same = [passage for passage in self.passages if passage.document_id == citation.document_id]
        quoting = [passage for passage in same if citation.quote in passage.text]
        on_page = [passage for passage in same if passage.page_no == citation.page_no]
        return next(iter(quoting + on_page), None)


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
        web=passage.web,
        version=passage.version,
        passage=passage.text,
    )


def _heading(passage: Passage | None) -> str:
    """Where in the document it stands, without the document's own name."""
    if passage is None:
        return ""
    names = (passage.name, text.without_suffix(passage.name))
    return " · ".join(heading for heading in passage.heading_path if heading not in names)
