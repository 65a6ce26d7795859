"""The window: wires models, views and lanes together. Whatever it does by itself is layout, dropping and closing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSplitter, QVBoxLayout, QWidget

from desktop import errors
from desktop.ask.conversation_model import ConversationModel
from desktop.ask.conversation_view import COLUMN_PX, MARGIN_PX, ConversationView
from desktop.ask.question_box import QuestionBox
from desktop.ask.turn import Source
from desktop.engine_opener import EngineOpener, OpenEngine
from desktop.exporter import Exporter, ask_where
from desktop.header import Header
from desktop.jobs import Gate, NewestLane, QueueLane, shut_down
from desktop.library.drop_area import DropOverlay, dropped_paths
from desktop.library.knowledge_pack_model import SUFFIX, KnowledgePackModel
from desktop.library.library_model import LibraryModel
from desktop.library.library_view import LibraryView
from desktop.library.page_accounts import PageAccounts
from desktop.library.row_delegate import INSET_PX
from desktop.library.watch_model import WatchModel
from desktop.look import export_text, recovery_text, text
from desktop.look.controls import Notice, label
from desktop.look.theme import Theme
from desktop.packs.pack_model import PackModel
from desktop.status_line import StatusLine
from desktop.tool_windows import ToolWindows
from desktop.viewer.page_view import PageView
from desktop.web.web_model import WebModel
from desktop.writing.writing_model import WritingModel
from engine.api import (
    ENDPOINT,
    Engine,
    IndexRebuilding,
    IndexRebuilt,
    JobFailed,
    ModelLoaded,
    ModelLoading,
    Settings,
)

CLOSE_TIMEOUT_S = 30.0  # every job ends within a second of its cancel; a write to a slow disk may take longer
SIDEBAR_PX = 276
ROOM_FOR_THREE_PX = 1180  # below this width the library steps aside for the viewer


class MainWindow(QMainWindow):
    """Library, conversation, page. `close` cancels all work, joins its threads and closes the engine."""

    def __init__(self, settings: Settings, theme: Theme, open_engine: OpenEngine = Engine.open) -> None:
        super().__init__()
        self.setWindowTitle(text.APP_NAME)
        self.setMinimumSize(760, 520)
        self.setAcceptDrops(True)
        self.all_joined = True
        self._model_loaded = False
        self._offering_key = False  # the banner's link makes a recovery key; else it opens the engine again
        self._theme = theme
        gate = Gate()
        self._opening, self._answers, self._library = NewestLane(), NewestLane(gate), QueueLane(gate)
        self._pages, self._counts = NewestLane(), NewestLane()
        self._web_lane, self._files = QueueLane(), QueueLane()
        self.conversation = ConversationModel(self._answers)
        self.library = LibraryModel(self._library)
        self.accounts = PageAccounts(self._counts)
        self.folders = WatchModel(self.library)
        self.knowledge_packs = KnowledgePackModel(self.library)
        self.packs = PackModel(self._answers)
        self.web = WebModel(self._web_lane)
        self.writing = WritingModel(self._answers, Exporter(self._files))
        self.exporter = Exporter(self._files)
        self.tools = ToolWindows(self, theme, self.web, self.writing)
        self.page_view = PageView(theme, self._pages)
        self._opener = EngineOpener(self, settings, open_engine, self._opening)
        self._build(theme, settings)
        self._overlay = DropOverlay(theme, self)
        self._wire()
        self._state = QSettings(str(settings.home / "window.ini"), QSettings.Format.IniFormat)
        self._restore()
        QTimer.singleShot(0, self._opener, self._opener.start)  # the first paint comes before the engine's imports

    # ---- building

    def _build(self, theme: Theme, settings: Settings) -> None:
        self._status = StatusLine(theme, self.packs)
        self._status.badge.show_intranet(settings.generator_pack == ENDPOINT)
        self._sidebar = self._build_sidebar(theme)
        viewer = QWidget()
        viewer.setObjectName("viewer")
        viewer.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(viewer)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page_view)
        viewer.setMinimumWidth(320)
        viewer.hide()
        self._viewer = viewer
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        for position, widget in enumerate((self._sidebar, self._build_centre(theme), viewer)):
            self._splitter.addWidget(widget)
            self._splitter.setStretchFactor(position, 1 if position == 1 else 0)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._splitter, 1)
        layout.addWidget(self._status)
        self.setCentralWidget(body)

    def _build_sidebar(self, theme: Theme) -> QWidget:
        sidebar = QWidget()
        sidebar.setObjectName("sidebar")
        sidebar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        sidebar.setMinimumWidth(230)
        self.library_view = LibraryView(theme, self.library, self.accounts, self.folders, self.knowledge_packs)
        layout = QVBoxLayout(sidebar)
        layout.setContentsMargins(8, 14, 8, 10)
        layout.setSpacing(14)
        title = label(text.APP_SHORT, "title")
        title.setContentsMargins(INSET_PX, 0, 0, 0)
        layout.addWidget(title)
        layout.addWidget(self.library_view, 1)
        return sidebar

    def _build_centre(self, theme: Theme) -> QWidget:
        centre = QWidget()
        centre.setObjectName("centre")
        centre.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        centre.setMinimumWidth(380)
        self.conversation_view = ConversationView(theme, self.conversation)
        self.question_box = QuestionBox(theme)
        self._banner = Notice(theme, closable=True)
        self._header = Header(theme)
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addLayout(_column(self._banner, bottom=8))
        layout.addWidget(self.conversation_view, 1)
        layout.addLayout(_column(self.question_box, bottom=12))
        return centre

    def _wire(self) -> None:
        self._header.library_toggled.connect(self._toggle_sidebar)
        self._header.conversation_wanted.connect(self._new_conversation)
        self._header.export_wanted.connect(self.export)
        self._header.calculators_wanted.connect(self.tools.open_calculators)
        self._header.web_wanted.connect(self.tools.open_web)
        self._header.writing_wanted.connect(self.tools.open_writing)
        self.tools.source_opened.connect(self.open_source)
        self.exporter.saved.connect(self._show_saved)
        self.exporter.failed.connect(self._show_sentence)
        self._opener.started.connect(self._show_start)
        self._opener.opened.connect(self._use_engine)
        self._opener.failed.connect(self._show_failed_start)
        self._opener.refused.connect(self.close)
        self._opener.renewal_failed.connect(self._show_failure)
        self._opener.renewed.connect(self._banner.hide)
        self._banner.retried.connect(self._follow_banner)
        self.library_view.recovery_key_wanted.connect(self._offer_recovery_key)
        self.conversation.engine_wanted.connect(self._opener.start)
        self.conversation.turn_added.connect(self._banner.hide)  # a question that fails says so itself
        self.conversation.busy_changed.connect(self.question_box.set_busy)
        self.conversation.busy_changed.connect(self.packs.set_answering)
        self.conversation.model_reported.connect(self._show_model)
        self.packs.reported.connect(self._show_model)
        self.web.changed.connect(self._show_network)
        self.conversation_view.source_opened.connect(self.open_source)
        self.conversation_view.empty.example_chosen.connect(self.conversation.ask)
        self.question_box.asked.connect(self.conversation.ask)
        self.question_box.stopped.connect(self.conversation.stop)
        self.library.summary_changed.connect(self._show_documents)
        self.library_view.paths_chosen.connect(self.take_in)
        self.library.failed.connect(self._show_failure)
        self.folders.failed.connect(self._show_failure)
        self.page_view.closed.connect(self.close_viewer)
        for keys, act in (
            (QKeySequence(Qt.Key.Key_Escape), self._escape),
            (QKeySequence(QKeySequence.StandardKey.New), self._new_conversation),
            (QKeySequence(QKeySequence.StandardKey.Save), self.export),
            (QKeySequence("Ctrl+K"), self.tools.open_calculators),
            (QKeySequence("Ctrl+J"), self.tools.open_writing),
        ):
            QShortcut(keys, self).activated.connect(act)

    # ---- the engine

    @property
    def engine_ready(self) -> bool:
        """True once the model is loaded."""
        return self._model_loaded

    def _use_engine(self, engine: Engine) -> None:
        self._banner.hide()
        self._status.show_engine(text.PREPARING, "busy")
        for part in (self.page_view, self.library, self.accounts, self.knowledge_packs, self.folders):
            part.set_engine(engine)
        for part in (self.conversation, self.packs, self.web, self.writing, self.exporter):
            part.set_engine(engine)
        if self._opener.lacks_recovery_key:
            self._offer_recovery_key()

    def _offer_recovery_key(self) -> None:
        words = recovery_text.RECOVERY_NONE if self._opener.lacks_recovery_key else recovery_text.RECOVERY_RENEW
        self._banner.show_message(words, recovery_text.RECOVERY_ADVICE, retry=recovery_text.RECOVERY_MAKE)
        self._offering_key = True

    def _follow_banner(self) -> None:
        if self._offering_key:
            self._opener.renew_recovery_key()
        else:
            self._opener.start()

    def _show_failed_start(self, failure: JobFailed) -> None:
        self._status.show_engine(text.ENGINE_FAILED, "failed")
        if not self.conversation.fail_waiting(failure):
            self._show_failure(failure, retry=True)

    def _show_model(self, event: object) -> None:
        match event:
            case ModelLoading():
                self._status.show_engine(f"{text.LOADING_MODEL} {text.model_name(event.pack)}", "busy")
                self._status.badge.show_intranet(event.pack == ENDPOINT)
            case ModelLoaded():
                self._model_loaded = True
                self._status.show_engine(text.pack_on_device(event.pack, event.device), "ready")
            case IndexRebuilding():
                self._status.show_engine(text.rebuilding(event.done, event.total), "busy")
            case IndexRebuilt():
                self._status.show_engine(text.PREPARING, "busy")
            case JobFailed():
                self._status.show_engine(text.MODEL_FAILED, "failed")
                self._show_failure(event)

    def _show_failure(self, failure: JobFailed, *, retry: bool = False) -> None:
        sentence = errors.describe(failure.error)
        detail = f"{sentence.detail}\n{failure.traceback}".strip()
        self._show_sentence(replace(sentence, detail=detail), retry=retry)

    def _show_sentence(self, sentence: errors.Sentence, *, retry: bool = False) -> None:
        self._offering_key = False
        self._banner.show_message(
            sentence.text, sentence.action, sentence.detail, tone="danger", retry=text.RETRY if retry else ""
        )

    def _show_start(self) -> None:
        self._banner.hide()
        self._status.show_engine(text.STARTING_ENGINE, "busy")

    def _show_documents(self) -> None:
        self._status.show_documents(self.library.document_count)

    # ---- layout

    def open_source(self, source: Source) -> None:
        """Show the source's page beside the conversation."""
        if not self._viewer.isVisible():
            if self.width() < ROOM_FOR_THREE_PX:
                self._sidebar.hide()
            sidebar = self._sidebar.width() if self._sidebar.isVisible() else 0
            viewer = max(320, int((self.width() - sidebar) * 0.46))
            self._viewer.show()
            self._splitter.setSizes([sidebar, self.width() - sidebar - viewer, viewer])
        self.page_view.open_source(source)
        self.conversation_view.mark_open(source)

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

    def _show_network(self) -> None:
        facts = self.web.facts
        online = facts is not None and facts.state.allowed and facts.state.switched_on
        self._status.badge.show_online(online)

    def close_viewer(self) -> None:
        self._viewer.hide()
        self._sidebar.show()
        self.conversation_view.mark_open(None)
        self.question_box.edit.setFocus()

    def _toggle_sidebar(self) -> None:
        self._sidebar.setVisible(not self._sidebar.isVisible())

    def _new_conversation(self) -> None:
        self.conversation.clear()
        if self._viewer.isVisible():
            self.close_viewer()
        self.question_box.edit.setFocus()

    def _escape(self) -> None:
        if self.conversation.busy:
            self.conversation.stop()
        elif self._viewer.isVisible():
            self.close_viewer()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.question_box.edit.setFocus()

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
            self._sidebar.show()
            self.take_in(paths)

    def take_in(self, paths: list[Path]) -> None:
        """Knowledge packs are installed; documents and folders go to the library."""
        for path in paths:
            if path.suffix.lower() == SUFFIX:
                self.knowledge_packs.install(path)
        self.library.add_paths(path for path in paths if path.suffix.lower() != SUFFIX)

    # ---- coming and going

    def _restore(self) -> None:
        geometry = self._state.value("geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            self.resize(1280, 800)
        sidebar = self._state.value("sidebar", SIDEBAR_PX, type=int)
        self._splitter.setSizes([int(str(sidebar)), 10_000, 0])
        self._theme.choose(str(self._state.value("theme", self._theme.choice)))

    def _remember(self) -> None:
        self._state.setValue("geometry", self.saveGeometry())
        if self._sidebar.isVisible():
            self._state.setValue("sidebar", self._sidebar.width())
        self._state.setValue("theme", self._theme.choice)
        self._state.sync()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hide at once, then cancel and join all work within a limit; the engine closes last."""
        self._remember()
        self.hide()
        self._opener.give_up()
        self.folders.stop()
        lanes = (self._opening, self._answers, self._library, self._pages, self._counts, self._web_lane, self._files)
        self.all_joined = shut_down(lanes, CLOSE_TIMEOUT_S)
        if self.all_joined:
            self._opener.close_engine()
        event.accept()


def _column(widget: QWidget, bottom: int) -> QHBoxLayout:
    """Centre `widget` in a column as wide as the conversation's."""
    widget.setMaximumWidth(COLUMN_PX)
    row = QHBoxLayout()
    row.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, bottom)
    row.addWidget(widget)
    return row
