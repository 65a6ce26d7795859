"""The history beside the conversation: a new one, a search, the list, and the question before something is erased."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop.history.history_list import HistoryList
from desktop.history.history_model import HistoryModel
from desktop.history.history_row import HistoryRow
from desktop.look import history_text, icons
from desktop.look.controls import EscapableArea, IconButton, label, push_button
from desktop.look.theme import Theme

_SEARCH_AFTER_MS = 180  # of the last key
_MARGIN_PX = 8
_ICON_PX = 15


class SearchField(QLineEdit):
    """Emits `wanted` when typing has paused, `left` when the list is to have the keyboard."""

    wanted = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setPlaceholderText(history_text.SEARCH)
        self.setAccessibleName(history_text.SEARCH)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_SEARCH_AFTER_MS)
        self._pause.timeout.connect(lambda: self.wanted.emit(self.text()))
        self.setTextMargins(_ICON_PX + 4, 0, 0, 0)
        self.textChanged.connect(self._pause.start)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escape and event.type() is QEvent.Type.ShortcutOverride and self.text():
            event.accept()  # it empties the field, and nothing else
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(10, (self.height() - _ICON_PX) / 2, _ICON_PX, _ICON_PX)
        icons.paint(painter, "search", place, self._theme.tokens.text_faint)
        painter.end()


class HistoryPanel(QWidget):
    conversation_chosen = Signal(str)  # conversation_id
    new_wanted = Signal()

    def __init__(self, theme: Theme, model: HistoryModel) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._model = model
        self._confirmed: Callable[[], None] | None = None
        self.menu_shown: QMenu | None = None
        self.search = SearchField(theme)
        self.list = HistoryList(theme, model)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._build_note())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN_PX, 10, _MARGIN_PX, 10)
        layout.setSpacing(8)
        layout.addLayout(self._build_top())
        layout.addWidget(self.search)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._build_question())
        self.search.wanted.connect(model.search)
        self.search.left.connect(self._go_to_list)
        self.list.chosen.connect(self._choose)
        self.list.delete_wanted.connect(self._ask_to_delete)
        self.list.export_wanted.connect(lambda row: model.export(row.info))
        model.changed.connect(self._refresh)
        model.modelReset.connect(self.list.scrollToTop)
        self._refresh()

    def _build_top(self) -> QHBoxLayout:
        self.new_button = push_button(history_text.NEW)
        self.new_button.setIconSize(QSize(16, 16))
        self.new_button.clicked.connect(self.new_wanted)
        self._theme.changed.connect(self._paint_icons)
        self._paint_icons()
        self._more = IconButton(self._theme, "more", history_text.MORE)
        self._more.clicked.connect(self.open_menu)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.new_button, 1)
        row.addWidget(self._more)
        return row

    def _build_note(self) -> QWidget:
        note = QWidget()
        self._note, self._note_more = label(role="muted"), label(role="caption", wrap=True)
        column = QVBoxLayout(note)
        column.setContentsMargins(10, 14, 10, 0)
        column.addWidget(self._note)
        column.addWidget(self._note_more)
        column.addStretch()
        return note

    def _build_question(self) -> QWidget:
        self._question = QFrame()
        self._question.setObjectName("notice")
        self._question.setProperty("tone", "danger")
        self._question_text = label(wrap=True)
        self.confirm = push_button(history_text.CONFIRM_YES, "danger")
        self.confirm.clicked.connect(self._act)
        keep = push_button(history_text.CONFIRM_NO)
        keep.clicked.connect(self._keep)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(keep)
        buttons.addWidget(self.confirm)
        column = QVBoxLayout(self._question)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._question_text)
        column.addWidget(label(history_text.CONFIRM_NOTE, "caption", wrap=True))
        column.addLayout(buttons)
        area = EscapableArea()
        area.left.connect(self._keep)
        around = QVBoxLayout(area)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self._question)
        self._question.hide()
        return area

    @property
    def asking(self) -> bool:
        """Whether it waits for a word before something is erased."""
        return self._question.isVisible()

    def open_menu(self) -> None:
        """What concerns the history as a whole, below the button."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        erase = menu.addAction(history_text.DELETE_ALL)
        erase.setEnabled(bool(self._model.rows))
        erase.triggered.connect(lambda: self._ask(history_text.CONFIRM_DELETE_ALL, self._model.delete_all))
        self.menu_shown = menu
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def focus_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _choose(self, row: HistoryRow) -> None:
        self._model.open(row.conversation_id, row.turn_id)
        self.conversation_chosen.emit(row.conversation_id)

    def _ask_to_delete(self, row: HistoryRow) -> None:
        words = history_text.CONFIRM_DELETE.format(title=row.info.title)
        self._ask(words, lambda: self._model.delete([row.conversation_id]))

    def _ask(self, words: str, act: Callable[[], None]) -> None:
        self._confirmed = act
        self._question_text.setText(words)
        self._question.show()
        self.confirm.setFocus()

    def _act(self) -> None:
        act, self._confirmed = self._confirmed, None
        self._question.hide()
        self.list.setFocus()
        if act:
            act()

    def _keep(self) -> None:
        self._confirmed = None
        self._question.hide()
        self.list.setFocus()

    def _go_to_list(self) -> None:
        if self._model.rows:
            self.list.setFocus()
            self.list.setCurrentIndex(self._model.index(0))

    def _paint_icons(self) -> None:
        self.new_button.setIcon(icons.icon("plus", self._theme.tokens.text_muted, 16))

    def _refresh(self) -> None:
        searched = bool(self._model.words)
        self._note.setText(history_text.NOTHING_FOUND if searched else history_text.NOTHING_YET)
        self._note_more.setText(history_text.NOTHING_FOUND_NOTE if searched else history_text.NOTHING_YET_NOTE)
        self._stack.setCurrentIndex(0 if self._model.rows or not self._model.ready else 1)
