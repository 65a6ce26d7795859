"""The state of one conversation. No widgets: views listen to it, tests drive it without a window.

A conversation is a tree: asking a turn's question again, or changing it, makes a second turn in the same place. The
path of chosen turns is what is on screen and what the engine is told as history.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from desktop.ask.reading_pace import ReadingPace
from desktop.ask.turn import Source, Turn, TurnState
from desktop.jobs import Job, NewestLane
from desktop.typing_pause import TypingPause
from engine.api import (
    Calculation,
    CancelToken,
    Engine,
    ExportedTurn,
    JobFailed,
    Message,
    ModelLoaded,
    ModelLoading,
)

HISTORY_TURNS = 2  # enough for the engine to know the conversation by; where it does not, they are read again


class ConversationModel(QObject):
    """Turns of the chosen path in order, newest last. At most one turn is active; a new question stops it."""

    turn_added = Signal(int)
    turn_changed = Signal(int)
    path_changed = Signal(int)  # the turns from this one on are others than before
    turn_kept = Signal(object, str)  # a turn began, ended or was corrected; the turn_id of the one it replaces
    version_chosen = Signal(object)  # the turn that is now on screen in its place
    cleared = Signal()
    restored = Signal()  # the turns are those of another conversation
    busy_changed = Signal(bool)
    engine_wanted = Signal()  # a question waits for the engine to open
    model_reported = Signal(object)  # ModelLoading, ModelLoaded, IndexRebuilt, or JobFailed of the warm-up

    def __init__(self, lane: NewestLane, pace: ReadingPace | None = None) -> None:
        super().__init__()
        self._lane = lane
        self.pace = pace or ReadingPace()
        self._engine: Engine | None = None
        self._job: Job | None = None
        self._active: Turn | None = None
        self._runs = 0  # how many jobs there were
        self.collection = ""  # the one that is asked, by its id; empty for the whole library
        self.typing = TypingPause(lambda: self.busy)
        self._begin()

    def _begin(self) -> None:
        self._root = Turn("")  # what the first questions hang on; never shown
        self.conversation_id = uuid4().hex

    @property
    def busy(self) -> bool:
        return self._active is not None

    @property
    def active(self) -> Turn | None:
        return self._active

    @property
    def turns(self) -> list[Turn]:
        """The chosen path."""
        path: list[Turn] = []
        turn = self._root
        while turn.children:
            turn = turn.children[turn.chosen]
            path.append(turn)
        return path

    def exported(self) -> tuple[ExportedTurn, ...]:
        """The turns on screen that have ended with a checked text."""
        done = [turn for turn in self.turns if turn.state is TurnState.DONE and turn.text]
        return tuple(ExportedTurn(turn.question, turn.text, turn.citations, turn.asked_at) for turn in done)

    def sources_beside(self, source: Source) -> tuple[Source, ...]:
        """The citations among which a source of a turn on screen stands, or the passages its answer does not cite."""
        for turn in reversed(self.turns):
            for sources in (turn.sources, turn.others):
                if source in sources:
                    return sources
        return (source,)

    def versions(self, turn: Turn) -> tuple[int, int]:
        """Which of how many turns in its place this one is, from 1."""
        siblings = self._parent(turn).children
        return siblings.index(turn) + 1, len(siblings)

    def set_engine(self, engine: Engine) -> None:
        """Start loading the model, and answer the question that has waited for this."""
        self._engine = engine
        warm_up = partial(_warm_up, engine, self.typing)
        self._lane.submit(Job(warm_up, self.model_reported.emit, patient=True))
        if self._active:
            self._submit(self._active)

    def ask(self, question: str) -> None:
        """Add a question. Without an engine it waits; an empty one is ignored."""
        question = question.strip()
        if question:
            path = self.turns
            self._start(Turn(question, parent=path[-1] if path else None))

    def ask_again(self, index: int, question: str = "", *, searched: str = "", web_query: str = "") -> None:
        """Ask a turn's question anew in its place, or another one: the former turn and what followed it stay beside.

        A turn that came to nothing, or only to a proposal that `web_query` now accepts, is replaced, unless others
        follow it.
        """
        former = self.turns[index]
        asked = (question.strip() or former.question, searched.strip())
        siblings = self._parent(former).children
        answered = [turn for turn in siblings if (turn.question, turn.searched) == asked and turn.found and turn.text]
        turn = Turn(*asked, web_query, 0 if web_query else len(answered), former.parent)
        replaced = not former.children and (bool(web_query) or not former.text)
        self._start(turn, instead_of=former if replaced else None)

    def go_on(self, index: int) -> None:
        """Let the model write on where an answer was stopped or cut off; not once others follow it."""
        turn = self.turns[index]
        if turn.can_go_on and not turn.children:
            was_busy = self.busy
            if self._active:
                self._conclude(self._active)
            turn.go_on()
            self._run(turn, was_busy=was_busy)
            self._notify(turn)

    def choose_version(self, index: int, number: int) -> None:
        """Show another of the turns that were asked in the place of this one, counted from 1."""
        parent = self._parent(self.turns[index])
        if 1 <= number <= len(parent.children) and number - 1 != parent.chosen:
            parent.chosen = number - 1
            self.version_chosen.emit(parent.children[parent.chosen])
            self.path_changed.emit(index)

    def recalculate(self, index: int, made: Calculation) -> None:
        """The user has corrected a calculation: the answer says what comes out now."""
        turn = self.turns[index]
        if turn.state is TurnState.DONE and made != turn.calculation:
            turn.recalculate(made)
            self.turn_kept.emit(turn, "")
            self._notify(turn)

    def stop(self) -> None:
        """Stop the active turn; what has been written stays."""
        if self._job:
            self._lane.cancel(self._job)
        self._end_active()

    def fail_waiting(self, failure: JobFailed) -> bool:
        """The engine cannot be opened: the question that waits for it gets the reason. False if none waits."""
        waiting = self._active
        if waiting:
            self._apply(waiting, failure)
        return waiting is not None

    def clear(self) -> None:
        self.stop()
        self._begin()
        self.cleared.emit()

    def restore(self, conversation_id: str, root: Turn) -> None:
        """Go on with an earlier conversation: `root` is never shown, the first questions hang on it as its children,
        whose `parent` is None. The active turn of the present one is stopped."""
        self.clear()
        self._root, self.conversation_id = root, conversation_id
        if root.children:
            self.restored.emit()

    # ---- a turn's life

    def _start(self, turn: Turn, instead_of: Turn | None = None) -> None:
        was_busy = self.busy
        if self._active:
            self._conclude(self._active)
        siblings = self._parent(turn).children
        place = siblings.index(instead_of) if instead_of else len(siblings)
        siblings[place : place + 1 if instead_of else place] = [turn]
        self._parent(turn).chosen = place
        self._active = turn
        self.turn_kept.emit(turn, instead_of.turn_id if instead_of else "")
        index = len(self.turns) - 1
        if len(siblings) == 1 and not instead_of:
            self.turn_added.emit(index)
        else:
            self.path_changed.emit(index)
        self._run(turn, was_busy=was_busy)

    def _run(self, turn: Turn, *, was_busy: bool) -> None:
        self._active = turn
        if not was_busy:
            self.busy_changed.emit(True)
        if self._engine:
            self._submit(turn)
        else:
            self.engine_wanted.emit()

    def _submit(self, turn: Turn) -> None:
        engine = self._engine
        if engine is None:
            return
        if not self._lane.busy:
            turn.enter(TurnState.SEARCHING)
            self._notify(turn)
        self.pace.begin()
        turn.pack = engine.pack_name
        request = turn.request(self._history(turn), self.conversation_id, self.collection)
        self._runs += 1
        self._job = Job(lambda token: engine.ask(request, token), partial(self._hear, turn, self._runs))
        self._lane.submit(self._job)

    def _history(self, turn: Turn) -> tuple[Message, ...]:
        told: list[Turn] = []
        earlier = turn.parent
        while earlier:
            if earlier.state is TurnState.DONE and earlier.found and earlier.question != turn.question:
                told.append(earlier)
            earlier = earlier.parent
        answered = reversed(told[:HISTORY_TURNS])
        pairs = [(Message("user", t.question), Message("assistant", t.text)) for t in answered]
        return tuple(message for pair in pairs for message in pair)

    def _hear(self, turn: Turn, run: int, event: object) -> None:
        """Late events of a job that another has followed change nothing: its turn may be written on by now."""
        if isinstance(event, (ModelLoading, ModelLoaded)):
            self.model_reported.emit(event)
        if run == self._runs:
            self._apply(turn, event)

    def _apply(self, turn: Turn, event: object) -> None:
        """Fold one event into its turn; late events of a turn that has ended change nothing."""
        if turn.active and self._engine:
            usual_s = self.pace.hear(self._engine.pack_name, event)
            turn.usual_s = turn.usual_s if usual_s is None else usual_s
        if turn.active and turn.apply(event):
            self._notify(turn)
            if not turn.active:
                self.turn_kept.emit(turn, "")
                self._end_active()

    def _end_active(self) -> None:
        if self._active:
            self._conclude(self._active)
            self._active = None
            self.busy_changed.emit(False)

    def _conclude(self, turn: Turn) -> None:
        if turn.active:
            turn.enter(TurnState.STOPPED)
            self.turn_kept.emit(turn, "")
            self._notify(turn)

    def _parent(self, turn: Turn) -> Turn:
        return turn.parent or self._root

    def _notify(self, turn: Turn) -> None:
        path = self.turns
        if turn in path:  # another version may be on screen
            self.turn_changed.emit(path.index(turn))


def _warm_up(engine: Engine, typing: TypingPause, token: CancelToken) -> Iterator[object]:
    yield from engine.prepare()
    typing.wait(token)
    yield from engine.warm_up(token)
