"""A dialog that asks for one secret: a passphrase, a document's password, a recovery key."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop.look import text
from desktop.look.controls import label, push_button

WIDTH_PX = 420
MARGIN_PX = 24


class SecretDialog(QDialog):
    """A title, what the secret is for, one field or two, and why the last attempt failed."""

    def __init__(
        self, parent: QWidget, title: str, words: str, *, field: str, again: str = "", problem: str = ""
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setFixedWidth(WIDTH_PX)
        self._first = self._field(field)
        self._second = self._field(again)
        self._second.setVisible(bool(again))
        self._problem = label(problem, "danger", wrap=True)
        self._problem.setVisible(bool(problem))
        confirm = push_button(text.OK, "primary")
        confirm.setDefault(True)
        confirm.clicked.connect(self._confirm)
        self._leave = push_button(text.CANCEL)
        self._leave.clicked.connect(self.reject)
        self.buttons = QHBoxLayout()
        self.buttons.addStretch()
        self.buttons.addWidget(self._leave)
        self.buttons.addWidget(confirm)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN_PX, 22, MARGIN_PX, 20)
        layout.setSpacing(12)
        layout.addWidget(label(title, "title"))
        layout.addWidget(label(words, "muted", wrap=True))
        layout.addWidget(self._first)
        layout.addWidget(self._second)
        layout.addWidget(self._problem)
        layout.addSpacing(4)
        layout.addLayout(self.buttons)
        fit_height(self, WIDTH_PX - 2 * MARGIN_PX)

    @property
    def secret(self) -> str:
        return self._first.text()

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setPlaceholderText(name)
        field.setAccessibleName(name)
        return field

    def _objection(self) -> str:
        """Why what was typed cannot be it; empty when it may be."""
        return ""

    def _confirm(self) -> None:
        problem = self._objection()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        fit_height(self, WIDTH_PX - 2 * MARGIN_PX)
        if not problem and self._first.text():
            self.accept()


def fit_height(dialog: QDialog, width_px: int) -> None:
    """Wrapping labels need as many lines as the fixed width makes them."""
    dialog.ensurePolished()
    for words in dialog.findChildren(QLabel):
        if words.wordWrap() and words.text():
            words.setMinimumHeight(words.heightForWidth(width_px))
    dialog.adjustSize()
