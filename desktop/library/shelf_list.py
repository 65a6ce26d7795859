"""The column at the left of the library: what to look at. Rows of the list can be dropped onto a collection."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPen,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from desktop.library.shelf_model import DOCUMENTS_MIME
from desktop.library.shelves import EVERYTHING, Shelf, ShelfKind, ShelfRow
from desktop.look import icons, library_text, text
from desktop.look.theme import Theme
from desktop.look.type_scale import BODY_PX, CAPTION_PX, font

_ROLE = Qt.ItemDataRole.UserRole + 1
_ROW_PX, _HEADING_PX, _NOTE_PX, _INSET_PX = 34, 36, 17, 8


class ShelfList(QListView):
    shelf_chosen = Signal(object)  # Shelf
    documents_dropped = Signal(str, object)  # collection_id, list[str]
    rename_wanted = Signal(str)  # collection_id
    delete_wanted = Signal(str)
    ask_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("shelfList")
        self.setAccessibleName(library_text.SHELVES)
        self._items = QStandardItemModel(self)
        self._rows: list[ShelfRow] = []
        self._target: QModelIndex | None = None
        self.menu_shown: QMenu | None = None
        self.setModel(self._items)
        self.setItemDelegate(_ShelfDelegate(theme, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.changed.connect(self.viewport().update)

    @property
    def rows(self) -> tuple[ShelfRow, ...]:
        return tuple(self._rows)

    @property
    def chosen(self) -> Shelf:
        row = self._row(self.currentIndex())
        return row.shelf if row is not None and row.shelf is not None else EVERYTHING

    def show_rows(self, rows: Sequence[ShelfRow]) -> None:
        """Keeps what is chosen where it is still there."""
        if list(rows) == self._rows:
            return
        chosen = self.chosen
        same = [row.shelf for row in rows] == [row.shelf for row in self._rows]
        self._rows = list(rows)
        self.blockSignals(True)
        if not same:
            self._items.clear()
            self._items.invisibleRootItem().appendRows([_item(row) for row in rows])
        for at, row in enumerate(rows):
            self._items.item(at).setData(row, _ROLE)
            self._items.item(at).setAccessibleText(row.spoken)
            self._items.item(at).setToolTip(text.tooltip("\n".join(filter(None, (row.name, row.note)))))
        self.choose(chosen)
        self.blockSignals(False)
        self.viewport().update()

    def choose(self, shelf: Shelf) -> None:
        at = next((n for n, row in enumerate(self._rows) if row.shelf == shelf), 0)
        if self.currentIndex().row() != at:
            self.setCurrentIndex(self._items.index(at, 0))

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802  Qt names it
        super().selectionChanged(selected, deselected)
        self.shelf_chosen.emit(self.chosen)

    def _row(self, index: QModelIndex) -> ShelfRow | None:
        return index.data(_ROLE) if index.isValid() else None

    # ---- a collection's menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        key = self._collection(self.indexAt(event.pos()))
        if not key:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(library_text.ASK_WITHIN).triggered.connect(lambda: self.ask_wanted.emit(key))
        menu.addAction(library_text.RENAME).triggered.connect(lambda: self.rename_wanted.emit(key))
        menu.addAction(library_text.DELETE_COLLECTION).triggered.connect(lambda: self.delete_wanted.emit(key))
        self.menu_shown = menu
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = self._collection(self.currentIndex())
        if key and event.key() == Qt.Key.Key_F2:
            self.rename_wanted.emit(key)
        elif key and event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit(key)
        else:
            super().keyPressEvent(event)

    def _collection(self, index: QModelIndex) -> str:
        row = self._row(index)
        shelf = row.shelf if row else None
        return shelf.key if shelf is not None and shelf.kind is ShelfKind.COLLECTION else ""

    # ---- dropping rows of the list

    @property
    def target(self) -> QModelIndex | None:
        """The collection under the rows that are being dragged."""
        return self._target

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(DOCUMENTS_MIME):
            event.acceptProposedAction()
        else:
            event.ignore()  # files are the window's

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._aim_at(index if self._collection(index) else None)
        if self._target is None:
            event.ignore()
        else:
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: object) -> None:
        self._aim_at(None)

    def dropEvent(self, event: QDropEvent) -> None:
        key = self._collection(self.indexAt(event.position().toPoint()))
        self._aim_at(None)
        ids = bytes(event.mimeData().data(DOCUMENTS_MIME).data()).decode().split()
        if key and ids:
            event.acceptProposedAction()
            self.documents_dropped.emit(key, ids)

    def _aim_at(self, index: QModelIndex | None) -> None:
        self._target = index
        self.viewport().update()


def _item(row: ShelfRow) -> QStandardItem:
    item = QStandardItem(row.name)
    flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
    item.setFlags(flags if row.shelf is not None else Qt.ItemFlag.NoItemFlags)
    return item


class _ShelfDelegate(QStyledItemDelegate):
    """Headings in the caption's size; rows with an icon, a name, a count at the right, a note below."""

    def __init__(self, theme: Theme, parent: ShelfList) -> None:
        super().__init__(parent)
        self._theme = theme
        self._list = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        row: ShelfRow = index.data(_ROLE)
        if row is None or row.shelf is None:
            return QSize(120, _HEADING_PX)
        return QSize(120, _ROW_PX + (_NOTE_PX if row.note else 0))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: ShelfRow = index.data(_ROLE)
        rect: QRect = option.rect  # type: ignore[attr-defined]  # the stub lacks the base class
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]  # as above
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.shelf is None:
            self._write(painter, row.name, QRectF(rect).adjusted(_INSET_PX, 12, -8, 0), "text_faint", CAPTION_PX)
        else:
            self._paint_ground(painter, rect, state, index)
            self._paint_row(painter, row, QRectF(rect), chosen=bool(state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tokens = self._theme.tokens
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        target = self._list.target
        aimed = target is not None and target.row() == index.row()
        painter.setPen(Qt.PenStyle.NoPen)
        if (chosen and self._list.hasFocus()) or aimed:
            painter.setPen(QPen(QColor(tokens.accent), 1.4))
        if chosen or aimed or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(tokens.accent_soft if chosen or aimed else tokens.hover))
            painter.drawRoundedRect(QRectF(rect).adjusted(0.7, 1.7, -0.7, -1.7), 8, 8)

    def _paint_row(self, painter: QPainter, row: ShelfRow, rect: QRectF, *, chosen: bool) -> None:
        color = "danger" if row.alarming and not row.note else "accent" if chosen else "text_muted"
        icons.paint(
            painter,
            row.icon,
            QRectF(rect.left() + _INSET_PX, rect.top() + 8, 18, 18),
            getattr(self._theme.tokens, color),
        )
        right = rect.right() - 8
        if row.count is not None:
            width = QFontMetricsF(font(CAPTION_PX)).horizontalAdvance(str(row.count)) + 2
            place = QRectF(right - width, rect.top(), width, _ROW_PX)
            self._write(painter, str(row.count), place, "text_faint", CAPTION_PX)
            right -= width + 6
        words = QRectF(rect.left() + 34, rect.top(), right - rect.left() - 34, _ROW_PX)
        self._write(painter, row.name, words, "text", BODY_PX)
        if row.note:
            place = QRectF(words.left(), rect.top() + _ROW_PX - 7, rect.right() - 8 - words.left(), _NOTE_PX)
            self._write(painter, row.note, place, "warning" if row.alarming else "text_faint", CAPTION_PX)

    def _write(self, painter: QPainter, words: str, place: QRectF, color: str, size_px: int) -> None:
        face = font(size_px)
        painter.setFont(face)
        painter.setPen(QColor(getattr(self._theme.tokens, color)))
        shown = QFontMetricsF(face).elidedText(words, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
