"""What the pages show and the lanes that work for it, made before any widget."""

from __future__ import annotations

from desktop.ask.conversation_model import ConversationModel
from desktop.audit.audit_model import AuditModel
from desktop.exporter import Exporter
from desktop.feedback.feedback_model import FeedbackModel
from desktop.history.history_model import HistoryModel
from desktop.history.keeper import Keeper
from desktop.jobs import Gate, Lane, NewestLane, QueueLane
from desktop.library.collection_model import CollectionModel
from desktop.library.edit_lane import EditLane
from desktop.library.knowledge_pack_model import KnowledgePackModel
from desktop.library.library_model import LibraryModel
from desktop.library.page_accounts import PageAccounts
from desktop.library.removals import Removals
from desktop.library.watch_model import WatchModel
from desktop.packs.pack_model import PackModel
from desktop.preferences.preferences_model import PreferencesModel
from desktop.web.web_model import WebModel
from desktop.welcome.welcome_model import WelcomeModel
from desktop.writing.writing_model import WritingModel
from engine.api import Engine, Settings


class Lanes:
    """`answers` and `library` share a gate: the library stands still while an answer runs."""

    def __init__(self) -> None:
        gate = Gate()
        self.opening = NewestLane()
        self.answers = NewestLane(gate)
        self.library = QueueLane(gate)
        self.edits, self.background = EditLane(), QueueLane()
        self.pages = NewestLane()
        self.finding = NewestLane()
        self.counts = NewestLane()
        self.web = QueueLane()
        self.feedback = QueueLane()
        self.audit = QueueLane()
        self.history = QueueLane()
        self.files = QueueLane()
        self.preferences = QueueLane()

    @property
    def all(self) -> tuple[Lane, ...]:
        return tuple(vars(self).values())


class Models:
    """One of each; every attribute has `set_engine`."""

    def __init__(self, lanes: Lanes, settings: Settings) -> None:
        self.library = LibraryModel(lanes.library, lanes.edits, lanes.background)
        self.removals = Removals(self.library, lanes.edits, lanes.background)
        self.collections = CollectionModel(self.library, lanes.edits)
        self.accounts = PageAccounts(lanes.counts)
        self.knowledge_packs = KnowledgePackModel(self.library)
        self.folders = WatchModel(self.library)
        self.conversation = ConversationModel(lanes.answers)
        self.history = HistoryModel(lanes.history)
        Keeper(self.conversation, self.history)  # lives as long as the history does
        self.packs = PackModel(lanes.answers)
        self.web = WebModel(lanes.web)
        self.writing = WritingModel(lanes.answers, Exporter(lanes.files))
        self.exporter = Exporter(lanes.files)
        self.feedback = FeedbackModel(lanes.feedback)
        self.audit = AuditModel(lanes.audit)
        self.preferences = PreferencesModel(settings, lanes.preferences)
        self.welcome = WelcomeModel(settings, lanes.preferences, self.library, self.conversation)

    def set_engine(self, engine: Engine) -> None:
        """In the order of the attributes: the library is listed before folders are looked through."""
        for model in vars(self).values():
            model.set_engine(engine)
