"""The library as a list: name, what is going on, and one button per row. Rows are painted, not built of widgets."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QDialog, QFrame, QHBoxLayout, QListView, QMenu, QVBoxLayout, QWidget

from desktop.library.drop_area import DropArea
from desktop.library.folders_dialog import FoldersDialog
from desktop.library.knowledge_pack_model import KnowledgePackModel
from desktop.library.knowledge_packs_dialog import KnowledgePacksDialog
from desktop.library.library_model import ROW_ROLE, LibraryModel
from desktop.library.library_row import LibraryRow, RowState
from desktop.library.page_accounts import PageAccounts, PagesCounted
from desktop.library.password_dialog import PasswordDialog
from desktop.library.row_delegate import INSET_PX, RowDelegate, button_rect, unlock_rect
from desktop.library.watch_model import WatchModel
from desktop.look import recovery_text, text
from desktop.look.controls import IconButton, Notice, label, push_button
from desktop.look.theme import Theme
from engine.api import DocumentFault


class LibraryList(QListView):
    """The rows. A click on a row's button, or Delete on the selected row, emits `button_pressed`."""

    button_pressed = Signal(object)  # LibraryRow
    unlock_pressed = Signal(object)  # LibraryRow

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
        place = event.position().toPoint()
        index = self.indexAt(place)
        if index.isValid() and event.button() is Qt.MouseButton.LeftButton:
            row: LibraryRow = index.data(ROW_ROLE)
            rect = self.visualRect(index)
            if row.has_button and button_rect(rect).contains(place):
                self.button_pressed.emit(row)
                return
            if row.can_unlock and unlock_rect(rect).contains(place):
                self.unlock_pressed.emit(row)
                return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.currentIndex().isValid():
            self.button_pressed.emit(self.currentIndex().data(ROW_ROLE))
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.viewport().update()


_TONES = {RowState.FAILED: "danger", RowState.PARTIAL: "warning"}


class LibraryView(QWidget):
    """Drop area, heading with progress, the list, and cards below it: about a document, or before it is removed."""

    recovery_key_wanted = Signal()
    paths_chosen = Signal(object)  # list[Path]: to be taken in, for the first time or once more

    def __init__(
        self, theme: Theme, model: LibraryModel, accounts: PageAccounts, folders: WatchModel, packs: KnowledgePackModel
    ) -> None:
        super().__init__()
        self._theme = theme
        self._folders = folders
        self._packs = packs
        self._menu_button = IconButton(theme, "more", text.LIBRARY_MENU)
        self._menu_button.clicked.connect(self.open_menu)
        self.menu_shown: QMenu | None = None
        self._model = model
        self._accounts = accounts
        self._asked_about: LibraryRow | None = None
        self._explained: LibraryRow | None = None
        self.drop_area = DropArea(theme)
        self.drop_area.paths_chosen.connect(self.paths_chosen)
        self.list = LibraryList(theme, model)
        self.list.button_pressed.connect(self._press)
        self.list.unlock_pressed.connect(self._ask_password)
        self.list.clicked.connect(self._explain)
        self.list.activated.connect(self._explain)
        self._reason = Notice(theme, closable=True, compact=True)
        self._reason.retried.connect(self._retry)
        accounts.counted.connect(self._show_account)
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
        row.addWidget(self._menu_button)
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

    def open_menu(self) -> None:
        """What concerns the library as a whole, below the button."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(text.SYNC_MENU).triggered.connect(self.open_folders)
        menu.addAction(text.PACKS_MENU).triggered.connect(self.open_packs)
        menu.addSeparator()
        menu.addAction(recovery_text.RECOVERY_MENU).triggered.connect(self.recovery_key_wanted)
        self.menu_shown = menu
        right = self._menu_button.mapToGlobal(self._menu_button.rect().bottomRight())
        menu.popup(right - QPoint(menu.sizeHint().width(), -4))

    def open_folders(self) -> None:
        self._open(FoldersDialog(self.window(), self._theme, self._folders))

    def open_packs(self) -> None:
        self._open(KnowledgePacksDialog(self.window(), self._theme, self._packs))

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _press(self, row: LibraryRow) -> None:
        if row.can_cancel:
            self._model.cancel(row)
        elif row.can_remove:
            self._close_explanation()
            self._asked_about = row
            self._confirm_text.setText(text.remove_question(row.name))
            self._confirm.show()
            self._confirm_yes.setFocus()
        elif row.state is RowState.FAILED:
            self._model.dismiss(row)
            self._close_explanation()
        else:
            self._show(row)

    def _explain(self, index: QModelIndex) -> None:
        self._show(index.data(ROW_ROLE))

    def _show(self, row: LibraryRow) -> None:
        """A card about the row: what a document is and how its pages ended, or why it failed, and what to do."""
        if row.can_cancel or row.state is RowState.REMOVING:
            self._close_explanation()
            return
        self._explained = row
        failed = row.state is RowState.FAILED
        tone = _TONES.get(row.state, "plain")
        retry = text.ENTER_PASSWORD if row.can_unlock else text.RETRY if failed else ""
        self._reason.show_message(
            row.name, row.hint, row.detail, tone=tone, retry=retry, icon=row.icon if not failed else ""
        )
        if row.document_id:
            self._accounts.request(row.document_id)

    def _show_account(self, counted: PagesCounted) -> None:
        row = self._explained
        if row is not None and row.document_id == counted.document_id:
            self._reason.show_action(f"{text.unbroken(text.page_account(counted.counts))}\n{row.hint}")

    def _close_explanation(self) -> None:
        self._explained = None
        self._reason.hide()

    def _retry(self) -> None:
        row = self._explained
        self._close_explanation()
        if row is not None and row.can_unlock:
            self._ask_password(row)
        elif row is not None:
            self.paths_chosen.emit([Path(row.path)])

    def _ask_password(self, row: LibraryRow) -> None:
        dialog = PasswordDialog(self.window(), row.name, wrong=row.reason == DocumentFault.PASSWORD_WRONG)
        dialog.accepted.connect(lambda: self._model.add_paths([Path(row.path)], dialog.secret))
        self._open(dialog)

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
        if self._explained is not None and not self._model.shows(self._explained):
            self._close_explanation()
        empty = self._model.rowCount() == 0
        self._empty.setVisible(empty)
        self.list.setVisible(not empty)


def _inset(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(INSET_PX, 0, INSET_PX, 0)
    row.addWidget(widget)
    return row
