"""The rows of the history: a click opens, a right click or the row's button offers the rest, keys do it as well."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu

from desktop.history.history_delegate import HistoryDelegate, button_rect, row_rect
from desktop.history.history_model import ROW_ROLE, HistoryModel
from desktop.history.history_row import HistoryRow
from desktop.look import history_text
from desktop.look.theme import Theme
from desktop.shell.shortcuts import Command, bind, shortcut


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
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        theme.changed.connect(self.viewport().update)
        acts = {command: partial(self._act_on_current, act) for command, act in self._acts().items()}
        bind(self, acts, Qt.ShortcutContext.WidgetShortcut)

    def _acts(self) -> dict[Command, Callable[[QModelIndex], None]]:
        """What can be done with a row, in the order of the menu."""
        return {
            Command.RENAME_CONVERSATION: self.rename,
            Command.PIN_CONVERSATION: self._pin,
            Command.EXPORT_CONVERSATION: lambda index: self.export_wanted.emit(index.data(ROW_ROLE)),
            Command.DELETE_CONVERSATION: lambda index: self.delete_wanted.emit(index.data(ROW_ROLE)),
        }

    def _act_on_current(self, act: Callable[[QModelIndex], None]) -> None:
        if self.currentIndex().isValid():
            act(self.currentIndex())

    def _act_on(self, act: Callable[[QModelIndex], None], index: QPersistentModelIndex, *_: object) -> None:
        """The row may have moved or gone while the menu was open."""
        if index.isValid():
            act(self._model.index(index.row()))

    def _pin(self, index: QModelIndex) -> None:
        row: HistoryRow = index.data(ROW_ROLE)
        self._model.pin(row.conversation_id, not row.info.pinned)

    def rename(self, index: QModelIndex) -> None:
        self.setCurrentIndex(index)
        self.edit(index)

    def open_menu(self, index: QModelIndex, place: QPoint) -> None:
        """What can be done with a row, at a place of the screen."""
        row: HistoryRow = index.data(ROW_ROLE)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        pin = history_text.UNPIN if row.info.pinned else history_text.PIN
        for command, act in self._acts().items():
            known = shortcut(command)
            action = menu.addAction(pin if command is Command.PIN_CONVERSATION else known.words)
            action.setShortcut(QKeySequence(known.keys[0]))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown here; the list hears the keys
            action.setShortcutVisibleInContextMenu(True)
            action.triggered.connect(partial(self._act_on, act, QPersistentModelIndex(index)))
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
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex().data(ROW_ROLE))
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.viewport().update()
