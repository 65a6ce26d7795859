"""The rows of the history: a click opens, a right click or the row's button offers the rest, keys do it as well."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu

from desktop.history.history_delegate import HistoryDelegate, button_rect, row_rect
from desktop.history.history_model import ROW_ROLE, HistoryModel
from desktop.history.history_row import HistoryRow
from desktop.look import history_text
from desktop.look.theme import Theme

_RENAME = QKeySequence("F2")
_DELETE = QKeySequence("Del")
_PIN = QKeySequence("Ctrl+D")
_EXPORT = QKeySequence("Ctrl+E")


class HistoryList(QListView):
    chosen = Signal(object)  # HistoryRow
    delete_wanted = Signal(object)  # HistoryRow
    export_wanted = Signal(object)  # HistoryRow

    def __init__(self, theme: Theme, model: HistoryModel) -> None:
        super().__init__()
        self.setObjectName("historyList")
        self.setAccessibleName(history_text.HISTORY)
        self._model = model
        self.menu_shown: QMenu | None = None
        self.setModel(model)
        self.setItemDelegate(HistoryDelegate(theme, self))
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        theme.changed.connect(self.viewport().update)

    def rename(self, index: QModelIndex) -> None:
        self.setCurrentIndex(index)
        self.edit(index)

    def open_menu(self, index: QModelIndex, place: QPoint) -> None:
        """What can be done with a row, at a place of the screen."""
        row: HistoryRow = index.data(ROW_ROLE)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        pin = history_text.UNPIN if row.info.pinned else history_text.PIN
        for words, keys, act in (
            (history_text.RENAME, _RENAME, lambda: self.rename(index)),
            (pin, _PIN, lambda: self._model.pin(row.conversation_id, not row.info.pinned)),
            (history_text.EXPORT, _EXPORT, lambda: self.export_wanted.emit(row)),
            (history_text.DELETE, _DELETE, lambda: self.delete_wanted.emit(row)),
        ):
            action = menu.addAction(words)
            action.setShortcut(keys)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown here; the list hears the keys
            action.setShortcutVisibleInContextMenu(True)
            action.triggered.connect(act)
        self.menu_shown = menu
        menu.popup(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        index = self.indexAt(place)
        super().mouseReleaseEvent(event)
        if not index.isValid() or event.button() is not Qt.MouseButton.LeftButton:
            return
        row: HistoryRow = index.data(ROW_ROLE)
        rect = row_rect(self.visualRect(index), row)
        if button_rect(rect, row).contains(place):
            self.open_menu(index, self.viewport().mapToGlobal(button_rect(rect, row).bottomLeft()))
        elif rect.contains(place):
            self.chosen.emit(row)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.viewport().mapToGlobal(self.visualRect(index).center())
        else:
            index, place = self.indexAt(event.pos()), event.globalPos()
        if index.isValid():
            self.open_menu(index, place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if not index.isValid():
            super().keyPressEvent(event)
            return
        row: HistoryRow = index.data(ROW_ROLE)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(row)
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit(row)
        elif QKeySequence(event.keyCombination()) == _PIN:
            self._model.pin(row.conversation_id, not row.info.pinned)
        elif QKeySequence(event.keyCombination()) == _EXPORT:
            self.export_wanted.emit(row)
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.viewport().update()
