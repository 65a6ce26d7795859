"""The rows of one shelf that match what is looked for, in the chosen order. Follows the library row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCollator,
    QLocale,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from desktop.library.document_rows import DocumentRows, row_data
from desktop.library.library_row import UNFINISHED, LibraryRow
from desktop.library.shelves import EVERYTHING, Shelf, belongs

DOCUMENTS_MIME = "application/x-jinpan-documents"  # document_ids, one a line
Members = Callable[[str], frozenset[str]]


class Order(StrEnum):
    """The values are keys of `library_text.ORDERS`."""

    ADDED = "added"
    NAME = "name"
    SIZE = "size"
    PAGES = "pages"
    VERSION = "version"


class ShelfModel(QAbstractListModel):
    """What is queued or being taken in stands first, whatever the order."""

    changed = Signal()

    def __init__(self, library: DocumentRows, members: Members) -> None:
        """`members` gives the documents of a collection."""
        super().__init__()
        self._library = library
        self._members = members
        self._rows: list[LibraryRow] = []
        self._places: dict[tuple[str, str], int] = {}
        self._names: dict[str, Any] = {}  # name -> its place among names
        self._collator = QCollator(QLocale("zh_CN"))
        self._collator.setNumericMode(True)
        self.shelf, self.words, self.order = EVERYTHING, "", Order.ADDED
        self._settle = QTimer(self)  # many changes in one turn of the event loop are followed once
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self.follow)
        for structure in (library.rowsInserted, library.rowsRemoved, library.modelReset):
            structure.connect(self._settle_soon)
        library.dataChanged.connect(self._follow_rows)
        self.follow()

    # ---- for views

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return row_data(self._rows[index.row()], role) if index.isValid() else None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else flags

    def mimeTypes(self) -> list[str]:  # noqa: N802  Qt names it
        return [DOCUMENTS_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        ids = [self._rows[index.row()].document_id for index in indexes]
        data = QMimeData()
        data.setData(DOCUMENTS_MIME, "\n".join(filter(None, ids)).encode())
        return data

    @property
    def rows(self) -> tuple[LibraryRow, ...]:
        return tuple(self._rows)

    def place_of(self, key: tuple[str, str]) -> QModelIndex:
        at = self._places.get(key)
        return QModelIndex() if at is None else self.index(at)

    # ---- what is shown

    def choose(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.follow()

    def search(self, words: str) -> None:
        """Documents whose name or title holds every one of these words."""
        self.words = words
        self.follow()

    def sort_by(self, order: Order) -> None:
        self.order = order
        self.follow()

    def follow(self) -> None:
        """Show what fits now; rows that stay keep their selection."""
        self._settle.stop()
        found = list(self._library.rows)
        if self.shelf != EVERYTHING:
            found = list(filter(belongs(self.shelf, self._members(self.shelf.key)), found))
        for word in self.words.casefold().split():
            found = [row for row in found if word in row.words]
        self._show(self._ordered(found))
        self.changed.emit()

    def _ordered(self, rows: list[LibraryRow]) -> list[LibraryRow]:
        if self.order is Order.ADDED:
            return rows
        first = [row for row in rows if row.state in UNFINISHED]
        rest = [row for row in rows if row.state not in UNFINISHED]
        match self.order:
            case Order.NAME:
                rest.sort(key=self._name_place)
            case Order.SIZE:
                rest.sort(key=lambda row: -row.info.size_bytes if row.info else 0)
            case Order.PAGES:
                rest.sort(key=lambda row: -row.info.page_count if row.info else 0)
            case _:
                rest.sort(key=lambda row: row.info.version if row.info else "", reverse=True)
        return first + rest

    def _name_place(self, row: LibraryRow) -> Any:
        if row.name not in self._names:
            self._names[row.name] = self._collator.sortKey(row.name)
        return self._names[row.name]

    def _show(self, rows: list[LibraryRow]) -> None:
        """Take out and put in only what differs, between what both begin and end with."""
        old, new = [row.key for row in self._rows], [row.key for row in rows]
        shorter = min(len(old), len(new))
        begin = next((at for at in range(shorter) if old[at] != new[at]), shorter)
        end = next((n for n in range(shorter - begin) if old[-1 - n] != new[-1 - n]), shorter - begin)
        if len(old) > begin + end:
            self.beginRemoveRows(QModelIndex(), begin, len(old) - end - 1)
            del self._rows[begin : len(old) - end]
            self.endRemoveRows()
        if len(new) > begin + end:
            self.beginInsertRows(QModelIndex(), begin, len(new) - end - 1)
            self._rows[begin:begin] = rows[begin : len(new) - end]
            self.endInsertRows()
        self._places = {key: at for at, key in enumerate(new)}
        changed = [at for at, row in enumerate(rows) if row is not self._rows[at]]
        self._rows = rows
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    # ---- the library changed

    def _settle_soon(self) -> None:
        self._settle.start()

    def _follow_rows(self, first: QModelIndex, last: QModelIndex) -> None:
        """A row that says something new is painted anew; what no longer fits goes with the next change."""
        if self._settle.isActive():
            return
        for row in self._library.rows[first.row() : last.row() + 1]:
            at = self._places.get(row.key)
            if at is not None:
                self._rows[at] = row
                self.dataChanged.emit(self.index(at), self.index(at))
