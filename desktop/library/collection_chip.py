"""Above the question box while questions are asked of one collection only: which one, and the way out."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout

from desktop.ask.conversation_model import ConversationModel
from desktop.library.collection_model import CollectionModel
from desktop.look import library_text
from desktop.look.controls import ElidedLabel, IconButton, IconLabel
from desktop.look.theme import Theme


class CollectionChip(QFrame):
    """Hidden while the whole library is asked. A new conversation asks the whole library again."""

    def __init__(self, theme: Theme, conversation: ConversationModel, collections: CollectionModel) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setProperty("tone", "plain")
        self._conversation = conversation
        self._collections = collections
        self._words = ElidedLabel()
        self.leave = IconButton(theme, "close", library_text.ASK_EVERYTHING, size_px=14)
        self.leave.clicked.connect(self.ask_everything)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 6, 3)
        row.setSpacing(10)
        row.addWidget(IconLabel(theme, "collection", "accent", 16))
        row.addWidget(self._words, 1)
        row.addWidget(self.leave)
        conversation.cleared.connect(self.ask_everything)
        collections.changed.connect(self._refresh)
        self._refresh()

    def ask_within(self, collection_id: str) -> None:
        """From now on only the documents of this collection are answered from."""
        self._conversation.collection = collection_id
        self._refresh()

    def ask_everything(self) -> None:
        self.ask_within("")

    def _refresh(self) -> None:
        wanted = self._conversation.collection
        found = next((one for one in self._collections.collections if one.collection_id == wanted), None)
        if found is None:
            self._conversation.collection = ""
        else:
            words = library_text.asked_within(found.name, len(found.document_ids))
            self._words.set_text(words)
            self.setAccessibleName(words)
        self.setVisible(found is not None)
