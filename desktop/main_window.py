"""The window: wires models, pages and lanes together. Whatever it does by itself is layout, dropping and closing."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from desktop.ask.ask_page import PANEL_PX, AskPage
from desktop.ask.draft_keeper import DraftKeeper
from desktop.ask.turn import Source
from desktop.calculate.calculators_page import CalculatorsPage
from desktop.collector import spare_what_stays
from desktop.engine_opener import EngineOpener, OpenEngine
from desktop.exporter import ask_where
from desktop.feedback.desk import FeedbackDesk
from desktop.history.history_desk import HistoryDesk
from desktop.jobs import shut_down
from desktop.library.collection_chip import CollectionChip
from desktop.library.drop_area import DropOverlay, dropped_paths
from desktop.library.knowledge_pack_model import SUFFIX
from desktop.library.library_page import LibraryPage
from desktop.library.progress_strip import ProgressStrip
from desktop.look import export_text, text
from desktop.look.controls import Notice
from desktop.look.theme import Theme
from desktop.on_screen import OnScreen
from desktop.preferences.desk import PreferencesDesk
from desktop.shell.banner_place import BannerPlace
from desktop.shell.beside import Beside
from desktop.shell.engine_state import EngineState
from desktop.shell.help_menu import HelpMenu
from desktop.shell.models import Lanes, Models
from desktop.shell.places import Pages, Place
from desktop.shell.rail import Rail
from desktop.shell.shortcuts import Command, bind
from desktop.shell.tab_order import step
from desktop.status_line import StatusLine
from desktop.viewer.page_view import PageView
from desktop.web.web_dialog import WebDialog
from desktop.welcome.desk import WelcomeDesk
from desktop.writing.writing_page import WritingPage
from engine.api import ENDPOINT, Engine, Settings

CLOSE_TIMEOUT_S = 30.0  # every job ends within a second of its cancel; a write to a slow disk may take longer


class MainWindow(QMainWindow):
    """Rail, page, viewer. `close` cancels all work, joins its threads and closes the engine."""

    engine_opened = Signal()

    def __init__(self, settings: Settings, theme: Theme, open_engine: OpenEngine = Engine.open) -> None:
        super().__init__()
        self.setWindowTitle(text.APP_NAME)
        self.setMinimumSize(560, 380)  # 1366 by 768 at 200 %
        self.setAcceptDrops(True)
        self.all_joined = True
        self._theme = theme
        self._lanes = Lanes()
        self.models = Models(self._lanes, settings)
        self.conversation, self.library = self.models.conversation, self.models.library
        self.exporter = self.models.exporter
        self._opener = EngineOpener(self, settings, open_engine, self._lanes.opening)
        self._build(theme, settings)
        self.question_box.set_limit(settings.question_limit_chars)
        self._overlay = DropOverlay(theme, self)
        self._wire()
        self._ini = QSettings(str(settings.home / "window.ini"), QSettings.Format.IniFormat)
        self._on_screen = OnScreen(self)
        self._restore()
        QTimer.singleShot(0, self._opener, self._opener.start)  # the first paint comes before the engine's imports

    # ---- building

    def _build(self, theme: Theme, settings: Settings) -> None:
        self._status = StatusLine(theme, self.models.packs)
        self._status.badge.show_intranet(settings.generator_pack == ENDPOINT)
        self.rail = Rail(theme)
        self.help = HelpMenu(self)
        self._banner = Notice(theme, closable=True)
        self.page_view = PageView(theme, self._lanes.pages, self._lanes.finding, self._lanes.files)
        self.pages = self._build_pages(theme)
        self._beside = Beside(self._build_centre(), self.page_view)
        self.state = EngineState(self._opener, self._banner, self._status, self.conversation)
        self._preferences = PreferencesDesk(self, theme, self.models, self.state)
        self._welcome = WelcomeDesk(theme, self.models, self.conversation_view)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self._beside, 1)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row, 1)
        layout.addWidget(self._status)
        self.setCentralWidget(body)

    def _build_pages(self, theme: Theme) -> Pages:
        """The first page now, the others when they are wanted."""
        models = self.models
        self.library_view = LibraryPage(theme, models)
        self.history = HistoryDesk(self, theme, models.history, models.exporter)
        self.progress_strip = ProgressStrip(theme, models.library)
        self.collection_chip = CollectionChip(theme, models.conversation, models.collections)
        strips = (self.progress_strip, self.collection_chip)
        self.ask_page = AskPage(theme, models.conversation, self.history.panel, strips)
        self.conversation_view, self.question_box = self.ask_page.conversation_view, self.ask_page.question_box
        self.question_box.files_pasted.connect(self.take_in)
        self._draft = DraftKeeper(self.question_box, models.history)
        pages = Pages()
        pages.add(Place.ASK, lambda: self.ask_page)
        pages.add(Place.LIBRARY, lambda: self.library_view)
        pages.add(Place.WRITING, self._make_writing)
        pages.add(Place.CALCULATORS, CalculatorsPage)
        pages.add(Place.PREFERENCES, lambda: self._preferences.page())
        pages.show_place(Place.ASK)
        pages.page(Place.LIBRARY)
        return pages

    def _make_writing(self) -> WritingPage:
        page = WritingPage(self._theme, self.models.writing)
        page.source_opened.connect(self.open_source)
        return page

    def _build_centre(self) -> QWidget:
        centre = QWidget()
        centre.setObjectName("centre")
        centre.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(BannerPlace(self._banner))
        layout.addWidget(self.pages, 1)
        return centre

    def _wire(self) -> None:
        header = self.ask_page.header
        header.conversation_wanted.connect(self._new_conversation)
        header.export_wanted.connect(self.export)
        header.web_wanted.connect(self.open_web)
        self.rail.place_wanted.connect(self.show_place)
        self.rail.help_wanted.connect(lambda: self.help.open_at(self.rail.help))
        self.help.welcome_wanted.connect(self._show_welcome)
        self.exporter.saved.connect(self._show_saved)
        self.exporter.failed.connect(self.state.show_sentence)
        self.conversation.model_reported.connect(spare_what_stays)
        self.question_box.edit.textChanged.connect(self.conversation.typing.note)
        self._opener.opened.connect(self._use_engine)
        self._opener.refused.connect(self.close)
        self.library_view.recovery_key_wanted.connect(self.state.offer_recovery_key)
        self.conversation.busy_changed.connect(self.models.packs.set_answering)
        self.models.packs.reported.connect(self.state.show_model)
        self.models.web.changed.connect(self._show_network)
        self.conversation_view.source_opened.connect(self.open_source)
        self.history.panel.new_wanted.connect(self._new_conversation)
        self.history.panel.conversation_chosen.connect(self._go_to_question)
        self.history.failed.connect(self.state.show_sentence)
        desk = FeedbackDesk(self._theme, self.models.feedback, self.conversation, self.conversation_view)
        desk.failed.connect(self.state.show_sentence)
        self.library.summary_changed.connect(self._show_documents)
        self.library_view.paths_chosen.connect(self.take_in)
        self.library_view.source_opened.connect(self.open_source)
        self.progress_strip.library_wanted.connect(partial(self.show_place, Place.LIBRARY))
        self.progress_strip.failures_wanted.connect(partial(self.show_place, Place.LIBRARY))
        self.progress_strip.failures_wanted.connect(self.library_view.show_trouble)
        self.library_view.collection_asked.connect(self.collection_chip.ask_within)
        self.library_view.collection_asked.connect(self._go_to_question)
        self.library.failed.connect(self.state.show_failure)
        self.models.folders.failed.connect(self.state.show_failure)
        self.page_view.closed.connect(self.close_viewer)
        self.page_view.source_chosen.connect(self.conversation_view.mark_open)
        self._beside.narrowed.connect(self.ask_page.set_narrow)
        bind(self, {Command(place): partial(self.show_place, place) for place in Place})
        bind(
            self,
            {
                Command.STOP_OR_CLOSE: self._escape,
                Command.NEW_CONVERSATION: self._new_conversation,
                Command.GO_TO_QUESTION: self._go_to_question,
                Command.TOGGLE_HISTORY: self.ask_page.toggle_panel,
                Command.SEARCH_HISTORY: self._search_history,
                Command.EXPORT: self.export,
                Command.GUIDE: self.help.open_guide,
                Command.SHORTCUTS: self.help.open_shortcuts,
                Command.CLOSE_WINDOW: self.close,
            },
        )

    # ---- the engine

    @property
    def engine_ready(self) -> bool:
        """True once the model is loaded."""
        return self.state.model_loaded

    def _use_engine(self, engine: Engine) -> None:
        self.page_view.set_engine(engine)
        self.models.set_engine(engine)
        self.engine_opened.emit()

    def _show_documents(self) -> None:
        self._status.show_documents(self.library.document_count)

    # ---- pages and viewer

    def show_place(self, place: Place) -> None:
        self.pages.show_place(place)
        self.rail.mark(place)

    def open_source(self, source: Source) -> None:
        """Show the source's page beside the page that is open."""
        self._beside.open_viewer(self.ask_page.panel_px if self.pages.place is Place.ASK else 0)
        self.page_view.open_source(source, self.conversation.sources_beside(source))
        self.conversation_view.mark_open(source)

    def close_viewer(self) -> None:
        self._beside.close_viewer()
        self.conversation_view.mark_open(None)
        self.question_box.edit.setFocus()

    def export(self) -> None:
        """Save the conversation on screen to a file."""
        turns = self.conversation.exported()
        if not turns:
            self._banner.show_message(export_text.EXPORT_NOTHING, export_text.EXPORT_NOTHING_ACTION, tone="plain")
            return
        said, title = self.conversation.conversation_id, text.EXPORT_TITLE

        def save(path: Path) -> None:
            self.exporter.save(path, lambda engine, to, token: engine.export(turns, to, title, token, said))

        ask_where(self, export_text.EXPORT_CONVERSATION, title, save)

    def _show_saved(self, path: Path) -> None:
        self._banner.show_message(*export_text.saved(path.name, str(path.parent)), tone="plain", icon="check")

    def open_web(self) -> None:
        """The switch of the web search, its key, and the list of all requests."""
        WebDialog(self, self._theme, self.models.web).open()

    def _show_network(self) -> None:
        facts = self.models.web.facts
        online = facts is not None and facts.state.allowed and facts.state.switched_on
        self._status.badge.show_online(online)

    def _new_conversation(self) -> None:
        self.conversation.clear()
        if self._beside.viewer_open:
            self.close_viewer()
        self._go_to_question()

    def _show_welcome(self) -> None:
        self.show_place(Place.ASK)
        self._welcome.show_again()

    def _go_to_question(self) -> None:
        self.show_place(Place.ASK)
        self.question_box.edit.setFocus()

    def _search_history(self) -> None:
        self.show_place(Place.ASK)
        self.ask_page.show_panel()
        self.history.panel.focus_search()

    def _escape(self) -> None:
        if self.conversation.busy:
            self.conversation.stop()
        elif self._beside.viewer_open:
            self.close_viewer()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        return step(self, forwards)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._overlay.resize(self.size())

    # ---- dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()
            self._overlay.raise_()
            self._overlay.show()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._overlay.hide()
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.take_in(paths)

    def take_in(self, paths: list[Path]) -> None:
        """Knowledge packs are installed; documents and folders go to the library."""
        for path in paths:
            if path.suffix.lower() == SUFFIX:
                self.models.knowledge_packs.install(path)
        self.library.add_paths(path for path in paths if path.suffix.lower() != SUFFIX)

    # ---- coming and going

    def _restore(self) -> None:
        geometry = self._ini.value("geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            self.resize(1280, 800)
        self._on_screen.fit()
        self.conversation.pace.restore(self._ini)
        with contextlib.suppress(ValueError, KeyError):  # a place of another version
            self.show_place(Place(str(self._ini.value("place", Place.ASK))))
        self.ask_page.restore_panel(int(str(self._ini.value("panel", PANEL_PX))))

    def _remember(self) -> None:
        self._ini.setValue("geometry", self.saveGeometry())
        self._ini.setValue("place", str(self.pages.place))
        if not (self._beside.viewer_open or self.ask_page.narrow):  # else the panel may have lost its room
            self._ini.setValue("panel", self.ask_page.panel_px)
        self.conversation.pace.remember(self._ini)
        self._ini.sync()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hide at once, then cancel and join all work within a limit; the engine closes last."""
        self._remember()
        self.hide()
        self._opener.give_up()
        self.models.folders.stop()
        self.conversation.stop()  # what is written of the answer is kept
        self._draft.keep()
        self.all_joined = shut_down(self._lanes.all, CLOSE_TIMEOUT_S)
        if self.all_joined:
            self.models.history.flush()
            self._opener.close_engine()
        event.accept()
