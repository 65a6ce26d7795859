"""The documents as a list: several can be chosen, dragged onto a collection, removed with one key."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelection, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from desktop.library.document_rows import ROW_ROLE
from desktop.library.library_row import LibraryRow
from desktop.library.row_delegate import RowDelegate, button_rect, unlock_rect
from desktop.library.shelf_model import ShelfModel
from desktop.look import text
from desktop.look.theme import Theme


class LibraryList(QListView):
    """Rows are painted, not built of widgets."""

    button_pressed = Signal(object)  # LibraryRow
    unlock_pressed = Signal(object)  # LibraryRow
    opened = Signal(object)  # LibraryRow
    removed = Signal()  # the chosen rows
    chosen_changed = Signal()
    menu_wanted = Signal(object)  # QPoint of the screen

    def __init__(self, theme: Theme, model: ShelfModel) -> None:
        super().__init__()
        self.setObjectName("libraryView")
        self.setAccessibleName(text.LIBRARY)
        self._shelf = model
        self.setModel(model)
        self.setItemDelegate(RowDelegate(theme, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.data(ROW_ROLE)))
        theme.changed.connect(self.viewport().update)

    @property
    def chosen(self) -> list[LibraryRow]:
        """In the order of the list."""
        rows = self._shelf.rows
        selection = self.selectionModel().selection()
        ranges = (selection.at(n) for n in range(selection.count()))
        spans = sorted((one.top(), one.bottom() + 1) for one in ranges)
        return [row for begin, end in spans for row in rows[begin:end]]

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802  Qt names it
        super().selectionChanged(selected, deselected)
        self.chosen_changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on what can be clicked within a row chooses nothing."""
        if self._pressed(event) is None:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed = self._pressed(event)
        if pressed is None:
            super().mouseReleaseEvent(event)
        else:
            signal, row = pressed
            (self.button_pressed if signal == "button" else self.unlock_pressed).emit(row)

    def _pressed(self, event: QMouseEvent) -> tuple[str, LibraryRow] | None:
        place = event.position().toPoint()
        index = self.indexAt(place)
        if not index.isValid() or event.button() is not Qt.MouseButton.LeftButton:
            return None
        row: LibraryRow = index.data(ROW_ROLE)
        rect = self.visualRect(index)
        if row.has_button and button_rect(rect).contains(place):
            return "button", row
        if row.can_unlock and unlock_rect(rect).contains(place):
            return "unlock", row
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Delete):
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().data(ROW_ROLE))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.indexAt(event.pos()).isValid() or event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.viewport().update()
