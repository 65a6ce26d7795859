"""The library as a page: shelves at the left, the documents in the middle, a card about what is chosen at the right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QDialog, QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.ask.turn import Source
from desktop.library.collection_menu import fill_collections
from desktop.library.detail_card import DetailCard, Subject
from desktop.library.drop_area import DropArea
from desktop.library.folders_dialog import FoldersDialog
from desktop.library.knowledge_packs_dialog import KnowledgePacksDialog
from desktop.library.library_head import EmptyNote, SearchRow, UndoRow, WorkRow
from desktop.library.library_list import LibraryList
from desktop.library.library_row import LibraryRow, RowState
from desktop.library.list_dialog import Question
from desktop.library.name_dialog import NameDialog
from desktop.library.password_dialog import PasswordDialog
from desktop.library.shelf_list import ShelfList
from desktop.library.shelf_model import ShelfModel
from desktop.library.shelves import TROUBLE, Shelf, ShelfKind, shelf_rows
from desktop.look import library_text, recovery_text, text
from desktop.look.controls import IconButton, label, line, push_button
from desktop.look.theme import Theme
from engine.api import BUILTIN_PACK, DocumentFault, FolderUnreachable

if TYPE_CHECKING:
    from desktop.library.library_models import LibraryModels

_SHELVES_PX, _CARD_PX = 232, 300
_UNBOUNDED_PX = 16_777_215  # QWIDGETSIZE_MAX
_ROOM_FOR_SHELVES_PX, _ROOM_FOR_CARD_PX = 620, 860


class LibraryPage(QWidget):
    """Holds no state but what is chosen: the models do."""

    recovery_key_wanted = Signal()
    paths_chosen = Signal(object)  # list[Path]
    source_opened = Signal(object)  # Source
    collection_asked = Signal(str)  # collection_id

    def __init__(self, theme: Theme, models: LibraryModels) -> None:
        super().__init__()
        self.setObjectName("libraryPage")
        self._theme = theme
        self._models = models
        self._model = models.library
        self.menu_shown: QMenu | None = None
        self.shelf_model = ShelfModel(models.library, models.collections.members)
        self.list = LibraryList(theme, self.shelf_model)
        self.card = DetailCard(theme)
        self.shelves = ShelfList(theme)
        self._build(theme)
        self._wire()
        self._refresh_shelves()
        self._refresh()

    # ---- building

    def _build(self, theme: Theme) -> None:
        self._left = self._build_left(theme)
        middle = self._build_middle(theme)
        self.card.setMinimumWidth(220)
        self._work = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._work.setSpacing(0)
        self._work.addWidget(middle, 1)
        self._edge = line()
        self._work.addWidget(self._edge)
        self._work.addWidget(self.card)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._left)
        layout.addLayout(self._work, 1)

    def _build_left(self, theme: Theme) -> QWidget:
        left = QWidget()
        left.setObjectName("libraryShelves")
        left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        left.setFixedWidth(_SHELVES_PX)
        self.drop_area = DropArea(theme)
        self.drop_area.paths_chosen.connect(self.paths_chosen)
        new = push_button(library_text.NEW_COLLECTION, "link")
        new.setObjectName("newCollection")
        new.clicked.connect(lambda: self.new_collection())
        new_row = QHBoxLayout()
        new_row.setContentsMargins(8, 0, 8, 0)
        new_row.addWidget(new)
        new_row.addStretch()
        self._question = Question()
        column = QVBoxLayout(left)
        column.setContentsMargins(8, 14, 8, 12)
        column.setSpacing(8)
        column.addWidget(self.shelves, 1)
        column.addWidget(self._question)
        column.addLayout(new_row)
        column.addWidget(self.drop_area)
        return left

    def _build_middle(self, theme: Theme) -> QWidget:
        self._count = label(role="caption")
        self._menu_button = IconButton(theme, "more", text.LIBRARY_MENU)
        self._menu_button.clicked.connect(self.open_menu)
        self._ask_within = push_button(library_text.ASK_WITHIN, "link")
        self._ask_within.setObjectName("askWithin")
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(label(text.LIBRARY, "title"))
        head.addWidget(self._count)
        head.addStretch()
        head.addWidget(self._ask_within)
        head.addWidget(self._menu_button)
        self.search = SearchRow(theme)
        self._working = WorkRow(theme, self._model)
        self._retry_all = push_button("", "link")
        self._retry_all.setObjectName("retryAll")
        self._empty = EmptyNote(theme)
        middle = QWidget()
        middle.setMinimumWidth(300)
        column = QVBoxLayout(middle)
        column.setContentsMargins(16, 14, 12, 12)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.search)
        column.addWidget(self._working)
        column.addWidget(self._retry_all, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.list, 1)
        column.addWidget(self._empty, 1)
        column.addWidget(UndoRow(theme, self._models.removals))
        return middle

    def _wire(self) -> None:
        models = self._models
        self._shelves_soon = QTimer(self)  # the column counts all rows: not at each of many changes
        self._shelves_soon.setSingleShot(True)
        self._shelves_soon.setInterval(120)
        self._shelves_soon.timeout.connect(self._refresh_shelves)
        for changed in (models.library.summary_changed, models.folders.changed, models.knowledge_packs.changed):
            changed.connect(self._shelves_soon.start)
        models.collections.changed.connect(self._refresh_collections)
        models.collections.made.connect(lambda key: self.shelves.choose(Shelf(ShelfKind.COLLECTION, key)))
        models.accounts.counted.connect(self.card.show_account)
        self.shelf_model.changed.connect(self._refresh)
        self.shelf_model.dataChanged.connect(self._refresh_card)
        self.search.searched.connect(self.shelf_model.search)
        self.search.order_chosen.connect(self.shelf_model.sort_by)
        self.shelves.shelf_chosen.connect(self._choose_shelf)
        self.shelves.documents_dropped.connect(models.collections.add)
        self.shelves.rename_wanted.connect(self._ask_new_name)
        self.shelves.delete_wanted.connect(self._ask_delete)
        self.shelves.ask_wanted.connect(self.collection_asked)
        self._ask_within.clicked.connect(lambda: self.collection_asked.emit(self.shelf_model.shelf.key))
        self.list.button_pressed.connect(self._press)
        self.list.unlock_pressed.connect(self._ask_password)
        self.list.removed.connect(self.remove_chosen)
        self.list.opened.connect(self._open)
        self.list.chosen_changed.connect(self._refresh_card)
        self.list.menu_wanted.connect(self._open_row_menu)
        self._retry_all.clicked.connect(self._retry_failed)
        self.card.open_wanted.connect(self._open)
        self.card.replace_wanted.connect(self._choose_replacement)
        self.card.unlock_wanted.connect(self._ask_password)
        self.card.cancel_wanted.connect(self._model.cancel)
        self.card.version_wanted.connect(self.show_document)
        self.card.remove_wanted.connect(self.remove_chosen)
        self.card.retry_wanted.connect(self._retry_chosen)
        self.card.dismiss_wanted.connect(self._dismiss_chosen)
        self.card.collections_wanted.connect(self._open_collections)
        self.card.take_out_wanted.connect(self._take_out)
        for keys, act in ((QKeySequence.StandardKey.Find, self.search.edit.setFocus),):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # ---- showing

    def show_document(self, document_id: str) -> None:
        """Choose a document's row, on the shelf with everything if it is not on this one."""
        key = ("", document_id)
        self.shelf_model.follow()
        if not self.shelf_model.place_of(key).isValid():
            self.search.edit.clear()
            self.shelves.choose(Shelf())
        place = self.shelf_model.place_of(key)
        if place.isValid():
            self.list.setCurrentIndex(place)

    def show_trouble(self) -> None:
        """What is not finished or failed."""
        self.shelves.choose(TROUBLE)

    def _choose_shelf(self, shelf: Shelf) -> None:
        if shelf != self.shelf_model.shelf:
            self.shelf_model.choose(shelf)
            self.list.scrollToTop()

    def _refresh_collections(self) -> None:
        self._refresh_shelves()
        self.shelf_model.follow()
        self._refresh_card()

    def _refresh_shelves(self) -> None:
        models = self._models
        away = frozenset(row.path for row in models.folders.rows if isinstance(row.last, FolderUnreachable))
        packs = [pack for pack in models.knowledge_packs.packs if pack.pack != BUILTIN_PACK]
        rows = models.library.rows
        self.shelves.show_rows(shelf_rows(rows, models.collections.collections, packs, models.folders.rows, away))
        self._choose_shelf(self.shelves.chosen)  # the one before may be gone

    def _refresh(self) -> None:
        shown, total = self.shelf_model.rowCount(), self._model.rowCount()
        self._count.setText(library_text.count_of(shown, total) if total else "")
        within = self.shelf_model.shelf.kind is ShelfKind.COLLECTION
        self._ask_within.setVisible(within and shown > 0)
        failed = len(self._failed()) if self.shelf_model.shelf == TROUBLE else 0
        self._retry_all.setVisible(failed > 1)
        self._retry_all.setText(library_text.retry_all(failed))
        self.list.setVisible(shown > 0)
        self._empty.setVisible(shown == 0)
        if not total:
            self._empty.say(text.LIBRARY_EMPTY, text.LIBRARY_EMPTY_NOTE)
        elif self.shelf_model.words:
            self._empty.say(library_text.NOTHING_MATCHES, library_text.NOTHING_MATCHES_NOTE)
        elif self.shelf_model.shelf == TROUBLE:
            self._empty.say(library_text.NO_TROUBLE)
        else:
            self._empty.say(library_text.SHELF_EMPTY, library_text.COLLECTION_EMPTY if within else "")
        self._refresh_card()

    def _refresh_card(self) -> None:
        rows = tuple(self.list.chosen)
        before = self.card.subject
        single = rows[0] if len(rows) == 1 else None
        names = tuple(one.name for one in self._models.collections.of(single.document_id)) if single else ()
        within = self.shelf_model.shelf.kind is ShelfKind.COLLECTION
        self.card.show_subject(Subject(rows, self._versions(single), names, within))
        if single is not None and single.can_open and self.card.subject is not before:
            self._models.accounts.request(single.document_id)
        self._fit()

    def _versions(self, row: LibraryRow | None) -> tuple[LibraryRow, ...]:
        """The documents of the row's family, newest first."""
        family = row.info.family if row is not None and row.info is not None else ""
        if not family:
            return ()
        found = [other for other in self._model.rows if other.info is not None and other.info.family == family]
        return tuple(sorted(found, key=lambda other: other.info.version if other.info else "", reverse=True))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is little room the card stands below the list, and only while something is chosen."""
        self._left.setVisible(self.width() >= _ROOM_FOR_SHELVES_PX)
        wide = self.width() >= _ROOM_FOR_CARD_PX
        chosen = self.card.subject is not None and bool(self.card.subject.rows)
        shown = chosen or (wide and self._model.rowCount() > 0)
        self.card.setVisible(shown)
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._work.setDirection(beside if wide else below)
        self._edge.setVisible(shown)
        self._edge.setMinimumSize(int(wide), int(not wide))
        self._edge.setMaximumSize(1 if wide else _UNBOUNDED_PX, _UNBOUNDED_PX if wide else 1)
        self.card.setMaximumSize(_CARD_PX if wide else _UNBOUNDED_PX, _UNBOUNDED_PX if wide else 230)
        self.card.setMinimumSize(_CARD_PX if wide else 220, 0 if wide else 150)

    # ---- what is chosen

    def remove_chosen(self) -> None:
        self._models.removals.remove(self.list.chosen)
        self._dismiss_chosen()

    def _dismiss_chosen(self) -> None:
        for row in self.list.chosen:
            if row.state is RowState.FAILED:
                self._model.dismiss(row)

    def _retry_chosen(self) -> None:
        self._model.intake.retry([row for row in self.list.chosen if row.state is RowState.FAILED])

    def _failed(self) -> list[LibraryRow]:
        return [row for row in self._model.rows if row.state is RowState.FAILED and not row.can_unlock]

    def _retry_failed(self) -> None:
        self._model.intake.retry(self._failed())

    def _press(self, row: LibraryRow) -> None:
        if row.can_cancel:
            self._model.cancel(row)
        elif row.can_remove:
            self._models.removals.remove([row])
        elif row.state is RowState.FAILED:
            self._model.dismiss(row)

    def _open(self, row: LibraryRow) -> None:
        if row.can_open and row.info is not None:
            self.source_opened.emit(Source(0, row.document_id, row.name, 1, "", row.info.rung))

    def _ask_password(self, row: LibraryRow) -> None:
        dialog = PasswordDialog(self.window(), row.name, wrong=row.reason == DocumentFault.PASSWORD_WRONG)
        dialog.accepted.connect(lambda: self._model.intake.add([row.path], dialog.secret, row.replaces))
        self._show(dialog)

    def _choose_replacement(self, row: LibraryRow) -> None:
        dialog = QFileDialog(self.window(), library_text.REPLACE_WITH)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(text.DOCUMENT_FILTER)
        dialog.fileSelected.connect(lambda name: self._model.intake.replace(row, Path(name)))
        self._show(dialog)

    def _chosen_ids(self) -> list[str]:
        return [row.document_id for row in self.list.chosen if row.document_id]

    # ---- collections

    def new_collection(self, document_ids: tuple[str, ...] = ()) -> None:
        dialog = NameDialog(self.window(), library_text.NEW_COLLECTION, library_text.CREATE)
        dialog.accepted.connect(lambda: self._models.collections.create(dialog.name, document_ids))
        self._show(dialog)

    def _ask_new_name(self, key: str) -> None:
        name = next(one.name for one in self._models.collections.collections if one.collection_id == key)
        dialog = NameDialog(self.window(), library_text.RENAME, library_text.RENAME, name)
        dialog.accepted.connect(lambda: self._models.collections.rename(key, dialog.name))
        self._show(dialog)

    def _ask_delete(self, key: str) -> None:
        one = next(one for one in self._models.collections.collections if one.collection_id == key)
        words = library_text.delete_collection_question(one.name, len(one.document_ids))
        self._question.ask(words, [(library_text.DELETE, "danger", lambda: self._models.collections.delete(key))])

    def _take_out(self) -> None:
        self._models.collections.take_out(self.shelf_model.shelf.key, self._chosen_ids())

    def _open_collections(self, button: QWidget) -> None:
        menu = self._menu()
        self._fill(menu)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _fill(self, menu: QMenu) -> None:
        fill_collections(menu, self._models.collections, self._chosen_ids(), self.new_collection)

    # ---- menus

    def open_menu(self) -> None:
        """What concerns the library as a whole, below the button."""
        menu = self._menu()
        menu.addAction(text.SYNC_MENU).triggered.connect(self.open_folders)
        menu.addAction(text.PACKS_MENU).triggered.connect(self.open_packs)
        menu.addSeparator()
        menu.addAction(recovery_text.RECOVERY_MENU).triggered.connect(self.recovery_key_wanted)
        right = self._menu_button.mapToGlobal(self._menu_button.rect().bottomRight())
        menu.popup(right - QPoint(menu.sizeHint().width(), -4))

    def _open_row_menu(self, place: QPoint) -> None:
        chosen = self.list.chosen
        if not chosen:
            return
        menu = self._menu()
        single = chosen[0] if len(chosen) == 1 else None
        if single is not None and single.can_open:
            menu.addAction(library_text.OPEN).triggered.connect(lambda: self._open(single))
        if single is not None and single.can_remove:
            menu.addAction(library_text.REPLACE).triggered.connect(lambda: self._choose_replacement(single))
        if self._chosen_ids():
            into = menu.addMenu(library_text.PUT_INTO)
            self._fill(into)
        if any(row.state is RowState.FAILED for row in chosen):
            menu.addAction(text.RETRY).triggered.connect(self._retry_chosen)
            menu.addAction(library_text.DISMISS).triggered.connect(self._dismiss_chosen)
        if any(row.can_remove for row in chosen):
            menu.addAction(text.REMOVE).triggered.connect(self.remove_chosen)
        if not menu.isEmpty():
            menu.popup(place)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu_shown = menu
        return menu

    def open_folders(self) -> None:
        self._show(FoldersDialog(self.window(), self._theme, self._models.folders))

    def open_packs(self) -> None:
        self._show(KnowledgePacksDialog(self.window(), self._theme, self._models.knowledge_packs))

    def _show(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
