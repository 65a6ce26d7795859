"""The entries as a table that reads older ones when it is scrolled to its end."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop.audit.audit_model import AuditModel
from desktop.look import audit_text, audit_view_text, text
from engine.api import AuditEntry

Index = QModelIndex | QPersistentModelIndex
_NUMBER, _TIME, _ACTION, _CONTENT = range(4)
ROW_PX = 28
_ROOT = QModelIndex()


class EntryRows(QAbstractTableModel):
    def __init__(self, model: AuditModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._rows = 0
        model.reset.connect(self._reset)
        model.grown.connect(self._grow)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(audit_view_text.COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return audit_view_text.COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entry(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell(entry, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _cell(entry, index.column())
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == _CONTENT:
            return text.tooltip(audit_view_text.summary(entry)[:400])
        return None

    def entry(self, row: int) -> AuditEntry:
        return self._model.entries[row]

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._model.more and not self._model.loading

    def fetchMore(self, parent: Index) -> None:
        self._model.load_more()

    def _reset(self) -> None:
        self.beginResetModel()
        self._rows = 0
        self.endResetModel()

    def _grow(self, first: int) -> None:
        if len(self._model.entries) > first:
            self.beginInsertRows(QModelIndex(), first, len(self._model.entries) - 1)
            self._rows = len(self._model.entries)
            self.endInsertRows()


def _cell(entry: AuditEntry, column: int) -> str:
    if column == _NUMBER:
        return str(entry.sequence)
    if column == _TIME:
        return audit_view_text.when(entry.at)
    return audit_text.action(entry) if column == _ACTION else audit_view_text.summary(entry)


def entry_table(rows: EntryRows) -> QTableView:
    table = QTableView()
    table.setModel(rows)
    table.setAccessibleName(audit_view_text.TITLE)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(ROW_PX)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    widths = table.fontMetrics()
    for column, sample in ((_NUMBER, "0000000"), (_TIME, "2026-12-23 00:00:00"), (_ACTION, audit_view_text.WIDEST)):
        header.resizeSection(column, widths.horizontalAdvance(sample) + 26)  # never measured over all rows
    header.setSectionResizeMode(_CONTENT, QHeaderView.ResizeMode.Stretch)
    return table
