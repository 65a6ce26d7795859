"""What is known of the user's feedback. No widgets: views listen, tests drive it without a window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from desktop import errors
from desktop.ask.turn import Turn
from desktop.jobs import Job, QueueLane
from engine.api import Citation, Engine, Feedback, FeedbackConsent, FeedbackSource, JobFailed


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the ledger holds of these turns."""

    turn_ids: tuple[str, ...]
    found: dict[str, Feedback]
    saved: bool = False


class FeedbackModel(QObject):
    """`of` is what the user said, at once; it is taken back when it cannot be stored."""

    changed = Signal(str)  # turn_id
    saved = Signal(str)
    failed = Signal(str, object)  # turn_id (empty: of the consent), Sentence
    consent_changed = Signal()

    def __init__(self, lane: QueueLane) -> None:
        super().__init__()
        self._lane = lane
        self._engine: Engine | None = None
        self._known: dict[str, Feedback] = {}
        self._wanted: dict[str, None] = {}
        self._storing: Counter[str] = Counter()  # how often each is still being stored: what comes back is outdated
        self.consent = FeedbackConsent(asked=False, given=False)

    def set_engine(self, engine: Engine) -> None:
        self._engine = engine
        self.refresh_consent()
        self._load_wanted()

    # ---- what is said of an answer

    def of(self, turn_id: str) -> Feedback | None:
        return self._known.get(turn_id)

    def want(self, turn_id: str) -> None:
        """Look up what was said of an answer; those that are wanted at the same time are looked up together."""
        if not self._wanted:
            QTimer.singleShot(0, self, self._load_wanted)
        self._wanted[turn_id] = None

    def begin(self, turn: Turn, conversation_id: str) -> Feedback:
        """What was said of an answer, with the answer as it is shown now; nothing yet where nothing was."""
        said = self._known.get(turn.turn_id)
        fresh = Feedback(
            turn.turn_id,
            turn.question,
            turn.text,
            _sources(turn),
            conversation_id=conversation_id,
            pack=turn.pack or (self._engine.pack_name if self._engine else ""),
            generated=turn.generated,
            asked_at=turn.asked_at,
            consent=self.consent.given,
        )
        if said is None:
            return fresh
        return replace(said, answer=fresh.answer, sources=fresh.sources, generated=fresh.generated)

    def put(self, feedback: Feedback) -> None:
        """Store it; a `Feedback` that says nothing erases what was said."""

        def work(engine: Engine) -> _Stored:
            stored = engine.feedback.put(feedback)
            return _Stored((feedback.turn_id,), {feedback.turn_id: stored} if stored else {}, saved=True)

        self._store(feedback.turn_id, None if feedback.says_nothing else feedback, work)

    def remove(self, turn_id: str) -> None:
        """Erase what was said of an answer."""

        def work(engine: Engine) -> _Stored:
            engine.feedback.remove([turn_id])
            return _Stored((turn_id,), {}, saved=True)

        self._store(turn_id, None, work)

    # ---- consent

    def refresh_consent(self) -> None:
        """The preferences may have changed it."""
        self._run(lambda engine: engine.feedback.consent(), "")

    def set_consent(self, given: bool) -> None:
        self._run(lambda engine: engine.feedback.set_consent(given), "")

    # ---- inside

    def _load_wanted(self) -> None:
        if self._engine and self._wanted:
            turn_ids, self._wanted = tuple(self._wanted), {}
            self._load(turn_ids)

    def _load(self, turn_ids: tuple[str, ...]) -> None:
        self._run(lambda engine: _Stored(turn_ids, engine.feedback.of(turn_ids)), "")

    def _store(self, turn_id: str, said: Feedback | None, work: Callable[[Engine], _Stored]) -> None:
        if self._engine:
            self._storing[turn_id] += 1
            self._run(work, turn_id)
            self._know(turn_id, said)

    def _know(self, turn_id: str, said: Feedback | None) -> None:
        if said is None:
            self._known.pop(turn_id, None)
        else:
            self._known[turn_id] = said
        self.changed.emit(turn_id)

    def _run(self, act: Callable[[Engine], object], turn_id: str) -> None:
        engine = self._engine
        if engine is None:
            return

        def work() -> Iterator[object]:
            yield act(engine)

        self._lane.submit(
            Job(lambda token: work(), lambda event: self._apply(event, turn_id), must_finish=bool(turn_id))
        )

    def _apply(self, event: object, turn_id: str) -> None:
        if turn_id:
            self._storing[turn_id] -= 1
        match event:
            case _Stored():
                self._take(event)
            case FeedbackConsent():
                self.consent = event
                self.consent_changed.emit()
            case JobFailed():
                if turn_id:
                    self._load((turn_id,))  # what stands in the ledger is true
                self.failed.emit(turn_id, errors.describe(event.error))
            case _:
                pass

    def _take(self, stored: _Stored) -> None:
        for turn_id in stored.turn_ids:
            if self._storing[turn_id] == 0:
                self._know(turn_id, stored.found.get(turn_id))
            if stored.saved:
                self.saved.emit(turn_id)


def _sources(turn: Turn) -> tuple[FeedbackSource, ...]:
    """What the answer cites, and what the contradictions that it names quote beside."""
    disputed = [citation for conflict in turn.conflicts for citation in (conflict.first, conflict.second)]
    cited = {citation.document_id for citation in turn.citations}
    beside = [citation for citation in disputed if citation.document_id not in cited]
    return tuple(map(_source, (*turn.citations, *beside)))


def _source(citation: Citation) -> FeedbackSource:
    name, url = (citation.web.title or citation.web.site, citation.web.url) if citation.web else (citation.name, "")
    return FeedbackSource(
        citation.marker, citation.document_id, name, citation.page_no, citation.quote, citation.version, url
    )
