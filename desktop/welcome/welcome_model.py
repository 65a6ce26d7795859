"""Whether the first run is shown, and how far the samples are. No widgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop.ask.conversation_model import ConversationModel
from desktop.jobs import Job, QueueLane
from desktop.library.library_model import LibraryModel
from desktop.library.library_row import RowState
from engine.api import Engine, Settings, missing_packs, recovery, sample_documents, sample_questions

_TAKEN = (RowState.READY, RowState.PARTIAL)


@dataclass(frozen=True, slots=True)
class Samples:
    """`taken` of `total` are in the library, `working` are on the way."""

    total: int
    taken: int = 0
    working: int = 0
    failed: int = 0

    @property
    def ready(self) -> bool:
        return self.taken == self.total > 0


@dataclass(frozen=True, slots=True)
class _Found:
    empty: bool
    missing: tuple[str, ...]


class WelcomeModel(QObject):
    """Shown from the start on while a home has neither a document of the branch nor a conversation, until the first
    question; later when asked for."""

    changed = Signal()

    def __init__(
        self, settings: Settings, lane: QueueLane, library: LibraryModel, conversation: ConversationModel
    ) -> None:
        super().__init__()
        self.shown = not recovery.library_exists(settings)
        self.missing: tuple[str, ...] = ()  # packs without which nothing is answered
        self.folder = settings.packs_folder  # where they belong
        self.home = settings.home
        self.question = sample_questions()[0]
        self._settings = settings
        self._lane = lane
        self._library = library
        self._paths = sample_documents()
        self._asked = False  # the user pressed something here, or wanted to see this
        self._taking = False  # the samples were asked for
        self._over = False  # a conversation has begun
        library.summary_changed.connect(self.changed)
        library.rowsInserted.connect(self.changed)
        library.dataChanged.connect(self.changed)
        conversation.turn_added.connect(self._hide)
        conversation.restored.connect(self._hide)
        self._lane.submit(Job(lambda token: iter([missing_packs(settings)]), self._show_missing))

    def set_engine(self, engine: Engine) -> None:
        def look() -> Iterator[_Found]:
            empty = not engine.documents() and not engine.history.list(1)
            yield _Found(empty, missing_packs(engine.settings))

        self._lane.submit(Job(lambda token: look(), self._apply))

    @property
    def samples(self) -> Samples:
        names = {path.name for path in self._paths}
        rows = {row.name: row.state for row in self._library.rows if row.name in names}
        states = list(rows.values())
        taken = sum(state in _TAKEN for state in states)
        failed = states.count(RowState.FAILED)
        working = sum(state in (RowState.QUEUED, RowState.WORKING) for state in states)
        if self._taking and not states:
            working = len(names)  # the engine is still opening
        return Samples(len(names), taken, working, failed)

    def take_samples(self) -> None:
        self._asked = self._taking = True
        self._library.add_paths(list(self._paths))
        self.changed.emit()

    def show_again(self) -> None:
        """From the help menu, whatever there is."""
        self.shown = self._asked = True
        self.changed.emit()

    def _hide(self) -> None:
        self._over = True
        if self.shown:
            self.shown = False
            self.changed.emit()

    def _show_missing(self, event: object) -> None:
        if isinstance(event, tuple):
            self.missing = event
            self.changed.emit()

    def _apply(self, event: object) -> None:
        if isinstance(event, _Found):
            self.shown = not self._over and (event.empty or self._asked)
            self.missing = event.missing
            self.changed.emit()
