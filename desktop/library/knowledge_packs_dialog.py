"""Shows head office's knowledge packs; installs and removes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.library.knowledge_pack_model import KnowledgePackModel
from desktop.library.list_dialog import ListDialog, ListRow
from desktop.look import knowledge_pack_text, text
from desktop.look.theme import Theme
from engine.api import BUILTIN_PACK

if TYPE_CHECKING:
    from engine.api import KnowledgePackInfo


class KnowledgePacksDialog(ListDialog):
    """Listens to the model while it is open."""

    def __init__(self, parent: QWidget, theme: Theme, model: KnowledgePackModel) -> None:
        super().__init__(
            parent,
            theme,
            knowledge_pack_text.PACKS_TITLE,
            knowledge_pack_text.PACKS_WORDS,
            knowledge_pack_text.PACKS_EMPTY,
        )
        self.setObjectName("knowledgePacksDialog")
        self._model = model
        self.add_action(knowledge_pack_text.PACKS_INSTALL, self._choose, "primary")
        self.remove_pressed.connect(self._ask_remove)
        model.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self.show_rows([self._row(pack) for pack in self._model.packs])
        problem = self._model.problem
        if problem is not None:
            self.tell(problem.text, problem.action, problem.detail, tone="danger")
        else:
            self.tell(self._model.message, icon="check")

    def _row(self, pack: KnowledgePackInfo) -> ListRow:
        fixed = pack.pack == BUILTIN_PACK
        signer = "" if fixed else knowledge_pack_text.signed_by(pack.signer)
        note = text.joined([pack.publisher, text.library_count(pack.documents), signer])
        if self._model.is_removing(pack.pack):
            note = text.REMOVING
        removable = not fixed and not self._model.is_removing(pack.pack)
        return ListRow(
            pack.pack,
            "strata",
            text.joined([pack.title, knowledge_pack_text.pack_version(pack.version)]),
            note,
            removable,
        )

    def _choose(self) -> None:
        dialog = QFileDialog(self, knowledge_pack_text.PACKS_INSTALL)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(text.PACK_FILTER)
        dialog.fileSelected.connect(lambda name: self._model.install(Path(name)))
        dialog.open()

    def _ask_remove(self, name: str) -> None:
        pack = next(pack for pack in self._model.packs if pack.pack == name)
        question = knowledge_pack_text.remove_pack_question(pack.title, pack.documents)
        self.ask(question, [(text.REMOVE, "danger", lambda: self._model.remove(name))])
