"""The library as a list: name, what is going on, and one button per row. Rows are painted, not built of widgets."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.library.drop_area import DropArea
from desktop.library.library_model import ROW_ROLE, UNFINISHED, LibraryModel, LibraryRow, RowState
from desktop.look import icons, text
from desktop.look.controls import Notice, label, push_button
from desktop.look.theme import BODY_PX, CAPTION_PX, Theme, font

INSET_PX = 8  # the list's hover reaches this far beyond the column that all words keep
_ROW_PX = 54
_BUTTON_PX = 30


class RowDelegate(QStyledItemDelegate):
    """Paints one row; its button cancels, removes or dismisses."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(180, _ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: LibraryRow = index.data(ROW_ROLE)
        tokens = self._theme.tokens
        rect: QRect = option.rect  # type: ignore[attr-defined]  # the stub lacks the base class
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]  # as above
        over = bool(state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 1, 0, -1), 8, 8)
        icon, color = _icon(row)
        icons.paint(painter, icon, QRectF(rect.left() + INSET_PX, rect.top() + 9, 20, 20), getattr(tokens, color))
        with_button = over or row.can_cancel or row.state is RowState.FAILED
        right = button_rect(rect).left() if with_button else rect.right() - 8
        self._paint_words(painter, row, rect.left() + 38, right, rect.top())
        if with_button and row.state is not RowState.REMOVING:
            place = QRectF(button_rect(rect)).adjusted(7, 7, -7, -7)
            icons.paint(painter, "trash" if row.can_remove else "close", place, tokens.text_faint)
        painter.restore()

    def _paint_words(self, painter: QPainter, row: LibraryRow, left: int, right: int, top: int) -> None:
        tokens = self._theme.tokens
        name_font, note_font = font(BODY_PX), font(CAPTION_PX)
        width = right - left
        vertical = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(name_font)
        painter.setPen(QColor(tokens.text if row.state is not RowState.REMOVING else tokens.text_faint))
        name = QFontMetricsF(name_font).elidedText(text.without_suffix(row.name), Qt.TextElideMode.ElideMiddle, width)
        painter.drawText(QRectF(left, top + 7, width, 21), vertical, name)
        painter.setFont(note_font)
        painter.setPen(QColor(getattr(tokens, _NOTE_COLORS.get(row.state, "text_faint"))))
        note = QFontMetricsF(note_font).elidedText(row.note, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRectF(left, top + 27, width, 18), vertical, note)
        if row.state is RowState.WORKING:
            track = QRectF(left, top + _ROW_PX - 7, width, 3)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.border))
            painter.drawRoundedRect(track, 1.5, 1.5)
            painter.setBrush(QColor(tokens.accent))
            track.setWidth(max(3.0, track.width() * row.done / max(1, row.total)))
            painter.drawRoundedRect(track, 1.5, 1.5)


_NOTE_COLORS = {RowState.FAILED: "danger", RowState.PARTIAL: "warning", RowState.WORKING: "accent"}


def _icon(row: LibraryRow) -> tuple[str, str]:
    if row.state in (RowState.FAILED, RowState.PARTIAL):
        return "alert", "danger" if row.state is RowState.FAILED else "warning"
    return "document", "text_faint" if row.state in UNFINISHED else "accent"


def button_rect(row: QRect) -> QRect:
    """Where the row's button is, in the list's coordinates."""
    return QRect(row.right() - _BUTTON_PX - 3, row.top() + (_ROW_PX - _BUTTON_PX) // 2, _BUTTON_PX, _BUTTON_PX)


class LibraryList(QListView):
    """The rows. A click on a row's button, or Delete on the selected row, emits `button_pressed`."""

    button_pressed = Signal(object)  # LibraryRow

    def __init__(self, theme: Theme, model: LibraryModel) -> None:
        super().__init__()
        self.setObjectName("libraryView")
        self.setAccessibleName(text.LIBRARY)
        self.setModel(model)
        self.setItemDelegate(RowDelegate(theme, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setAcceptDrops(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.changed.connect(self.viewport().update)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        hit = index.isValid() and button_rect(self.visualRect(index)).contains(event.position().toPoint())
        if hit and event.button() is Qt.MouseButton.LeftButton:
            self.button_pressed.emit(index.data(ROW_ROLE))
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.currentIndex().isValid():
            self.button_pressed.emit(self.currentIndex().data(ROW_ROLE))
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.viewport().update()


class LibraryView(QWidget):
    """Drop area, heading with progress, the list, and the question before a document is removed."""

    def __init__(self, theme: Theme, model: LibraryModel) -> None:
        super().__init__()
        self._model = model
        self._asked_about: LibraryRow | None = None
        self._explained: LibraryRow | None = None
        self.drop_area = DropArea(theme)
        self.drop_area.paths_chosen.connect(model.add_paths)
        self.list = LibraryList(theme, model)
        self.list.button_pressed.connect(self._press)
        self._reason = Notice(theme, closable=True)
        self._reason.retried.connect(self._retry)
        self.list.clicked.connect(self._explain)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(_inset(self.drop_area))
        layout.addLayout(self._heading_row())
        layout.addWidget(self.list, 1)
        layout.addWidget(self._empty_note(), 1)
        layout.addLayout(_inset(self._reason))
        layout.addLayout(_inset(self._question()))
        model.summary_changed.connect(self._refresh)
        self._refresh()

    def _heading_row(self) -> QHBoxLayout:
        self._working = label(role="caption")
        self._cancel_all = push_button(text.CANCEL_ALL, "link")
        self._cancel_all.clicked.connect(self._model.cancel_all)
        row = QHBoxLayout()
        row.setContentsMargins(INSET_PX, 8, INSET_PX, 0)
        row.setSpacing(10)
        row.addWidget(label(text.LIBRARY, "heading"))
        row.addWidget(self._working, 1)
        row.addWidget(self._cancel_all)
        return row

    def _empty_note(self) -> QWidget:
        self._empty = QWidget()
        column = QVBoxLayout(self._empty)
        column.setContentsMargins(INSET_PX, 0, INSET_PX, 0)
        column.addWidget(label(text.LIBRARY_EMPTY, "muted"))
        column.addWidget(label(text.LIBRARY_EMPTY_NOTE, "caption", wrap=True))
        column.addStretch()
        return self._empty

    def _question(self) -> QFrame:
        self._confirm = QFrame()
        self._confirm.setObjectName("notice")
        self._confirm.setProperty("tone", "danger")
        self._confirm_text = label(wrap=True)
        yes = push_button(text.REMOVE, "danger")
        yes.setObjectName("confirmRemove")
        yes.clicked.connect(self._remove)
        no = push_button(text.KEEP)
        no.clicked.connect(self._keep)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(no)
        buttons.addWidget(yes)
        column = QVBoxLayout(self._confirm)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addWidget(self._confirm_text)
        column.addLayout(buttons)
        self._confirm_yes = yes
        self._confirm.hide()
        return self._confirm

    def _press(self, row: LibraryRow) -> None:
        if row.can_cancel:
            self._model.cancel(row)
        elif row.can_remove:
            self._asked_about = row
            self._confirm_text.setText(text.remove_question(row.name))
            self._confirm.show()
            self._confirm_yes.setFocus()
        elif row.state is RowState.FAILED:
            self._model.dismiss(row)
            self._reason.hide()

    def _explain(self, index: QModelIndex) -> None:
        """A click on a row that is not whole says why, and offers to try again."""
        row: LibraryRow = index.data(ROW_ROLE)
        self._explained = row
        if row.state in (RowState.FAILED, RowState.PARTIAL):
            failed = row.state is RowState.FAILED
            self._reason.show_message(row.name, row.hint, tone="danger" if failed else "warning", retry=failed)
        else:
            self._reason.hide()

    def _retry(self) -> None:
        self._reason.hide()
        if self._explained:
            self._model.add_paths([Path(self._explained.path)])

    def _remove(self) -> None:
        if self._asked_about:
            self._model.remove(self._asked_about)
        self._keep()

    def _keep(self) -> None:
        self._asked_about = None
        self._confirm.hide()

    def _refresh(self) -> None:
        done, total = self._model.progress
        self._working.setText(text.working(done, total) if total else "")
        self._cancel_all.setVisible(bool(total))
        empty = self._model.rowCount() == 0
        self._empty.setVisible(empty)
        self.list.setVisible(not empty)


def _inset(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(INSET_PX, 0, INSET_PX, 0)
    row.addWidget(widget)
    return row
