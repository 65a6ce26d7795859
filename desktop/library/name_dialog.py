"""Asks for the name of a collection."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.look import library_text, text
from desktop.look.controls import label, push_button

_WIDTH_PX = 380


class NameDialog(QDialog):
    """`name` is what was typed, once accepted."""

    def __init__(self, parent: QWidget, title: str, confirm: str, name: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setFixedWidth(_WIDTH_PX)
        self.edit = QLineEdit(name)
        self.edit.setMaxLength(60)
        self.edit.setPlaceholderText(library_text.COLLECTION_NAME)
        self.edit.setAccessibleName(library_text.COLLECTION_NAME)
        self.edit.selectAll()
        self._yes = push_button(confirm, "primary")
        self._yes.clicked.connect(self.accept)
        self._yes.setDefault(True)
        no = push_button(text.CANCEL)
        no.clicked.connect(self.reject)
        self.edit.textChanged.connect(self._check)
        self._check()
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(no)
        buttons.addWidget(self._yes)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(14)
        column.addWidget(label(title, "title"))
        column.addWidget(self.edit)
        column.addLayout(buttons)

    @property
    def name(self) -> str:
        return self.edit.text().strip()

    def _check(self) -> None:
        self._yes.setEnabled(bool(self.name))
