"""What was searched for, where that is not the question as it was typed; the pencil changes it in place."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.look import proof_text, text
from desktop.look.controls import EscapableArea, IconButton, IconLabel, label, push_button
from desktop.look.theme import Theme
from engine.api import QuestionUnderstood


class SearchedChip(QWidget):
    """Emits `changed` with the wording that the user wants searched instead."""

    changed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._understood: QuestionUnderstood | None = None
        self._chip = QFrame()
        self._chip.setObjectName("chip")
        self._words = label("", wrap=True)
        self._pencil = IconButton(theme, "pencil", proof_text.EDIT_SEARCHED, "text_faint", 14)
        self._pencil.clicked.connect(self._begin)
        row = QHBoxLayout(self._chip)
        row.setContentsMargins(9, 2, 4, 2)
        row.setSpacing(6)
        row.addWidget(IconLabel(theme, "search", "text_faint", 14))
        row.addWidget(self._words, 1)
        row.addWidget(self._pencil)
        self._topic = label(proof_text.TOPIC_CHANGED, "caption")
        self._editor = _Editor()
        self._editor.accepted.connect(self._finish)
        self._editor.left.connect(self._leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._chip)
        column.addWidget(self._editor)
        column.addWidget(self._topic)
        self._editor.hide()
        self.hide()

    def show_understood(self, understood: QuestionUnderstood | None, *, editable: bool) -> None:
        """Nothing is shown where the question was searched as it was typed, on the topic it continues."""
        other = understood is not None and understood.searched.strip() != understood.question.strip()
        changed = understood is not None and understood.topic_changed
        self._pencil.setVisible(editable)
        self._topic.setVisible(changed)
        if understood != self._understood and understood is not None:
            self._words.setText(proof_text.searched(understood.searched))
        self._understood = understood
        editing = not self._editor.isHidden()
        self._chip.setVisible(other and not editing)
        self.setVisible(other or changed)

    def _begin(self) -> None:
        if self._understood:
            self._chip.hide()
            self._editor.begin(self._understood.searched)

    def _leave(self) -> None:
        self._editor.hide()
        self._chip.show()
        self._pencil.setFocus()

    def _finish(self, words: str) -> None:
        self._leave()
        if self._understood and words != self._understood.searched:
            self.changed.emit(words)


class _Editor(EscapableArea):
    accepted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._field = QLineEdit()
        self._field.setObjectName("compact")
        self._field.setAccessibleName(proof_text.EDIT_SEARCHED)
        self._field.returnPressed.connect(self._accept)
        search = push_button(proof_text.SEARCH_AGAIN, "link")
        search.clicked.connect(self._accept)
        leave = push_button(text.CANCEL, "link")
        leave.clicked.connect(self.left)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._field, 1)
        row.addWidget(search)
        row.addWidget(leave)

    def begin(self, words: str) -> None:
        self._field.setText(words)
        self.show()
        self._field.setFocus()
        self._field.selectAll()

    def _accept(self) -> None:
        if self._field.text().strip():
            self.accepted.emit(self._field.text().strip())
