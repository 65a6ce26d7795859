"""Shows the folders that the library is kept in step with; adds and removes them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.library.list_dialog import ListDialog, ListRow
from desktop.library.watch_model import FolderRow, WatchModel
from desktop.look import text
from desktop.look.theme import Theme
from engine.api import FolderSynced, FolderUnreachable


class FoldersDialog(ListDialog):
    """Listens to the model while it is open."""

    def __init__(self, parent: QWidget, theme: Theme, model: WatchModel) -> None:
        super().__init__(parent, theme, text.SYNC_TITLE, text.SYNC_WORDS, text.SYNC_EMPTY)
        self.setObjectName("foldersDialog")
        self._model = model
        self.add_action(text.SYNC_NOW, model.look)
        self.add_action(text.SYNC_ADD, self._choose, "primary")
        self.remove_pressed.connect(self._ask_remove)
        model.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self.show_rows([_row(row) for row in self._model.rows])
        self.tell(text.SYNC_PAUSED if self._model.paused else text.SYNCING if self._model.busy else "", icon="again")

    def _choose(self) -> None:
        dialog = QFileDialog(self, text.SYNC_ADD)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self._model.add(Path(name)))
        dialog.open()

    def _ask_remove(self, path: str) -> None:
        self.ask(
            text.stop_sync_question(path),
            [
                (text.SYNC_DROP_DOCUMENTS, "danger", lambda: self._model.remove(path, keep_documents=False)),
                (text.SYNC_KEEP_DOCUMENTS, "primary", lambda: self._model.remove(path, keep_documents=True)),
            ],
        )


def _row(row: FolderRow) -> ListRow:
    match row.last:
        case FolderUnreachable():
            return ListRow(row.path, "folder", row.path, text.SYNC_UNREACHABLE, tone="caution")
        case FolderSynced():
            note = text.synced(row.last.added, row.last.changed, row.last.removed, row.last.failed, row.last.waiting)
            return ListRow(row.path, "folder", row.path, note)
        case None:
            return ListRow(row.path, "folder", row.path, text.SYNC_WAITING)
