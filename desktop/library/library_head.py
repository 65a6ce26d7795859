"""Above the list: what is being taken in, search and order, and the way back after a removal."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from desktop.ask.announcing import announce
from desktop.library.library_model import LibraryModel
from desktop.library.removals import Removals
from desktop.library.shelf_model import Order
from desktop.look import library_text, text
from desktop.look.controls import ComboBox, IconButton, IconLabel, label, push_button
from desktop.look.theme import Theme


class SearchRow(QWidget):
    """Searching is instant; the order is kept while the window is open."""

    searched = Signal(str)
    order_chosen = Signal(object)  # Order

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.edit = QLineEdit()
        self.edit.setObjectName("librarySearch")
        self.edit.setPlaceholderText(library_text.SEARCH)
        self.edit.setAccessibleName(library_text.SEARCH)
        self.edit.setClearButtonEnabled(True)
        for button in self.edit.findChildren(QToolButton):
            button.setAccessibleName(library_text.CLEAR_SEARCH)
        self.edit.textChanged.connect(self.searched)
        self.order = ComboBox()
        self.order.setObjectName("libraryOrder")
        self.order.setAccessibleName(library_text.ORDER)
        for order in Order:
            self.order.addItem(library_text.ORDERS[order], order)
        self.order.currentIndexChanged.connect(lambda at: self.order_chosen.emit(Order(self.order.itemData(at))))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.edit, 1)
        row.addWidget(self.order)


class WorkRow(QWidget):
    """How far the work is, and how to hold or end it; hidden while there is none."""

    def __init__(self, theme: Theme, model: LibraryModel) -> None:
        super().__init__()
        self._model = model
        self._words = label(role="muted")
        self.pause = IconButton(theme, "pause", library_text.PAUSE)
        self.pause.setObjectName("pauseIntake")
        self.pause.clicked.connect(lambda: toggle(model))
        self.cancel_all = push_button(text.CANCEL_ALL, "link")
        self.cancel_all.clicked.connect(model.cancel_all)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self.pause)
        row.addWidget(self.cancel_all)
        model.summary_changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        done, total = self._model.progress
        self.setVisible(bool(total))
        if not total:
            return
        paused = self._model.queue.paused
        self._words.setText(library_text.paused(total - done) if paused else text.working(done, total))
        show_pause(self.pause, paused=paused)


class UndoRow(QFrame):
    """已移除 3 份 · 撤销, as long as it can be undone."""

    def __init__(self, theme: Theme, removals: Removals) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setProperty("tone", "plain")
        self._removals = removals
        self._words = label()
        self.undo = push_button(library_text.UNDO, "link")
        self.undo.setObjectName("undoRemove")
        self.undo.clicked.connect(removals.undo)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 14, 8)
        row.setSpacing(12)
        row.addWidget(IconLabel(theme, "trash", "text_muted", 16))
        row.addWidget(self._words)
        row.addWidget(self.undo)
        row.addStretch()
        removals.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self.setVisible(bool(self._removals.pending))
        self._words.setText(library_text.removed(self._removals.pending))
        self.setAccessibleName(self._words.text())
        if self._removals.pending:
            announce(self, f"{self._words.text()} {library_text.UNDO}")


class EmptyNote(QWidget):
    """In the place of the list while there is nothing in it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._words, self._note = label(role="heading"), label(role="muted", wrap=True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(IconLabel(theme, "books", "text_faint", 44), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(6)
        column.addWidget(self._words, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._note)
        column.addStretch(3)

    def say(self, words: str, note: str = "") -> None:
        self._words.setText(words)
        self._note.setText(note)


def toggle(model: LibraryModel) -> None:
    """Pause, or go on."""
    if model.queue.paused:
        model.queue.resume()
    else:
        model.queue.pause()


def show_pause(button: IconButton, *, paused: bool) -> None:
    name = library_text.RESUME if paused else library_text.PAUSE
    if button.accessibleName() != name:
        button.set_icon("play" if paused else "pause")
        button.setAccessibleName(name)
        button.setToolTip(text.tooltip(name))
