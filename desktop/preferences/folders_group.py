"""Which folders are watched, which knowledge packs are installed, where the data lies and how much room it takes."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from desktop.library.folders_dialog import FoldersDialog
from desktop.library.knowledge_pack_model import KnowledgePackModel
from desktop.library.knowledge_packs_dialog import KnowledgePacksDialog
from desktop.library.watch_model import WatchModel
from desktop.look import preferences_text
from desktop.look.controls import push_button
from desktop.look.theme import Theme
from desktop.preferences.preferences_model import PreferencesModel
from desktop.preferences.rows import Group, Row, SettingRow


class FoldersGroup(Group):
    def __init__(
        self, theme: Theme, model: PreferencesModel, folders: WatchModel, knowledge_packs: KnowledgePackModel
    ) -> None:
        super().__init__(preferences_text.FOLDERS)
        self._theme = theme
        self._model = model
        self._watching = folders
        self._knowledge_packs = knowledge_packs
        self.manage_folders = push_button(preferences_text.MANAGE)
        self.manage_folders.clicked.connect(lambda: FoldersDialog(self.window(), theme, folders).open())
        self.manage_packs = push_button(preferences_text.MANAGE)
        self.manage_packs.clicked.connect(lambda: KnowledgePacksDialog(self.window(), theme, knowledge_packs).open())
        self.open_place = push_button(preferences_text.OPEN_PLACE)
        self.open_place.clicked.connect(self._open_place)
        self._watched = Row(theme, preferences_text.WATCHED, control=self.manage_folders)
        self._packs = Row(theme, preferences_text.KNOWLEDGE_PACKS, control=self.manage_packs)
        self._place = Row(theme, preferences_text.PLACE, control=self.open_place)
        self._sizes = Row(theme, preferences_text.SIZES)
        self.add(SettingRow(theme, model, "watch_folders"))
        for row in (self._watched, self._packs, self._place, self._sizes):
            self.add(row)
        for changed in (model.changed, folders.changed, knowledge_packs.changed):
            changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self._watched.say(preferences_text.watched(len(self._watching.rows)))
        self.manage_folders.setEnabled(self._model.settings.watch_folders)
        self._packs.say(preferences_text.packs(len(self._knowledge_packs.packs)))
        self._place.say(f"{self._model.settings.home}\n{preferences_text.PLACE_NOTE}")
        sizes = self._model.sizes
        if sizes is not None:
            words = (sizes.library_bytes, sizes.index_bytes, sizes.packs_bytes, sizes.cache_bytes)
            self._sizes.say(preferences_text.sizes(*words))

    def _open_place(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._model.settings.home)))
