"""The documents of the library as rows. A list model: ten thousand rows scroll as easily as ten.

Rows that are being worked on stand first, in the order they will be done; finished ones follow, newest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from desktop.jobs import Job, QueueLane
from desktop.library.library_row import UNFINISHED, LibraryRow, RowState, document_row
from desktop.library.taking_in import DocumentsListed, list_documents
from desktop.look import text
from engine.api import Engine, JobFailed

ROW_ROLE = Qt.ItemDataRole.UserRole + 1


class DocumentRows(QAbstractListModel):
    """What the ledger holds, with what is said of it. `edits` runs what is short."""

    failed = Signal(object)  # JobFailed of a whole job: disk full, parser unusable …
    summary_changed = Signal()
    listed = Signal()  # what the ledger holds is on the list

    def __init__(self, edits: QueueLane) -> None:
        super().__init__()
        self._edits = edits
        self._engine: Engine | None = None
        self._rows: list[LibraryRow] = []
        self._listing = False
        self._again = False  # to be listed once more
        self._hidden: set[str] = set()  # removed, and may come back
        self._summary = QTimer(self)  # many changes in one turn of the event loop make one summary
        self._summary.setSingleShot(True)
        self._summary.timeout.connect(self.summary_changed)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return row_data(self._rows[index.row()], role) if index.isValid() else None

    @property
    def rows(self) -> tuple[LibraryRow, ...]:
        return tuple(self._rows)

    def find(self, key: tuple[str, str]) -> LibraryRow | None:
        return next((row for row in self._rows if row.key == key), None)

    @property
    def document_count(self) -> int:
        return sum(1 for row in self._rows if row.document_id and row.state is not RowState.FAILED)

    # ---- what the ledger holds

    def refresh(self) -> None:
        """Read the list of documents again."""
        engine = self._engine
        if engine is None:
            return
        if self._listing:
            self._again = True
            return
        self._listing = True
        self._edits.submit(Job(lambda token: list_documents(engine), self._apply_listing))

    def hide(self, document_ids: Iterable[str]) -> None:
        """Take documents off the list that are being removed, until `unhide`."""
        self._hidden |= set(document_ids)
        for at in range(len(self._rows) - 1, -1, -1):
            if self._rows[at].document_id in self._hidden:
                self._drop_row(at)

    def unhide(self, document_ids: Iterable[str]) -> None:
        self._hidden -= set(document_ids)
        self.refresh()

    def _apply_listing(self, event: object) -> None:
        if isinstance(event, DocumentsListed):
            self._listing = False
            if self._again:
                self._again = False
                self.refresh()
            self._show_listing(_listed_rows(event, self._hidden))
            self.listed.emit()
        else:
            self._listing = self._again = False
            if isinstance(event, JobFailed):
                self.failed.emit(event)

    def _show_listing(self, listed: dict[str, LibraryRow]) -> None:
        """Rows that are there keep their places; documents that are new come after the unfinished ones."""
        rows = [_brought_up_to_date(row, listed) for row in self._rows]
        known = {row.document_id for row in self._rows}
        fresh = [row for key, row in listed.items() if key not in known]
        if not fresh and None not in rows:
            for at, row in enumerate(rows):
                if row is not None and row != self._rows[at]:
                    self._replace(at, row)
            return
        at = self._unfinished()
        self.beginResetModel()
        self._rows = [row for row in [*rows[:at], *fresh, *rows[at:]] if row is not None]
        self.endResetModel()
        self._tell()

    # ---- rows

    def _tell(self) -> None:
        if not self._summary.isActive():
            self._summary.start()

    def _unfinished(self) -> int:
        """How many rows at the top are queued or worked on."""
        return sum(1 for _ in takewhile(lambda row: row.state in UNFINISHED, self._rows))

    def _find_work(self, path: str) -> int | None:
        unfinished = takewhile(lambda row: row.state in UNFINISHED, self._rows)
        return next((at for at, row in enumerate(unfinished) if row.path == path), None)

    def _find_document(self, document_id: str) -> int | None:
        return next((at for at, row in enumerate(self._rows) if row.document_id == document_id), None)

    def _insert(self, at: int, rows: Sequence[LibraryRow]) -> None:
        if rows:
            self.beginInsertRows(QModelIndex(), at, at + len(rows) - 1)
            self._rows[at:at] = rows
            self.endInsertRows()
            self._tell()

    def _replace(self, at: int, row: LibraryRow) -> None:
        self._rows[at] = row
        index = self.index(at)
        self.dataChanged.emit(index, index)

    def _drop_row(self, at: int | None) -> None:
        if at is not None:
            self.beginRemoveRows(QModelIndex(), at, at)
            del self._rows[at]
            self.endRemoveRows()
            self._tell()


def row_data(row: LibraryRow, role: int) -> object:
    """What a view is told of a row."""
    if role == ROW_ROLE:
        return row
    if role == Qt.ItemDataRole.DisplayRole:
        return row.name
    if role == Qt.ItemDataRole.ToolTipRole:
        return text.tooltip("\n".join(filter(None, (row.name, row.hint or row.shown_note))))
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return row.spoken
    return None


def _listed_rows(listing: DocumentsListed, hidden: set[str]) -> dict[str, LibraryRow]:
    """Rows by document, newest first."""
    names = {document.document_id: document.name for document in listing.documents}
    newest_first = (document for document in reversed(listing.documents) if document.document_id not in hidden)
    return {document.document_id: document_row(document, names, listing.pack_titles) for document in newest_first}


def _brought_up_to_date(row: LibraryRow, listed: Mapping[str, LibraryRow]) -> LibraryRow | None:
    """The row as the ledger has it; None where its document is gone."""
    if not row.document_id or row.state is RowState.REMOVING:
        return row
    fresh = listed.get(row.document_id)
    return replace(fresh, remark=row.remark) if fresh is not None and row.remark else fresh
