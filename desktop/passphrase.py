"""Asks for the passphrase when no keyring is usable: the engine asks on its thread, a dialog answers."""

from __future__ import annotations

from concurrent.futures import Future

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop.look import text
from desktop.look.controls import label, push_button
from engine.api import Cancelled

MIN_CHARS = 8
WIDTH_PX = 420
MARGIN_PX = 24


class PassphraseDialog(QDialog):
    """One field to open, two to choose. `wrong` says that the last attempt failed."""

    def __init__(self, parent: QWidget, *, new: bool, wrong: bool) -> None:
        super().__init__(parent)
        self.setObjectName("passphraseDialog")
        self.setWindowTitle(text.PASSPHRASE_TITLE)
        self.setFixedWidth(WIDTH_PX)
        self._new = new
        self._first = self._field(text.PASSPHRASE_FIELD)
        self._second = self._field(text.PASSPHRASE_AGAIN)
        self._second.setVisible(new)
        self._problem = label(text.PASSPHRASE_WRONG if wrong else "", "danger", wrap=True)
        self._problem.setVisible(wrong)
        confirm = push_button(text.PASSPHRASE_OK, "primary")
        confirm.setDefault(True)
        confirm.clicked.connect(self._confirm)
        leave = push_button(text.PASSPHRASE_CANCEL)
        leave.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(leave)
        buttons.addWidget(confirm)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN_PX, 22, MARGIN_PX, 20)
        layout.setSpacing(12)
        layout.addWidget(label(text.PASSPHRASE_TITLE, "title"))
        layout.addWidget(label(text.PASSPHRASE_NEW if new else text.PASSPHRASE_OPEN, "muted", wrap=True))
        layout.addWidget(self._first)
        layout.addWidget(self._second)
        layout.addWidget(self._problem)
        layout.addSpacing(4)
        layout.addLayout(buttons)
        self._fit_height()

    @property
    def passphrase(self) -> str:
        return self._first.text()

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setPlaceholderText(name)
        field.setAccessibleName(name)
        return field

    def _fit_height(self) -> None:
        """Wrapping labels need as many lines as the fixed width makes them."""
        self.ensurePolished()
        for words in self.findChildren(QLabel):
            if words.wordWrap() and words.text():
                words.setMinimumHeight(words.heightForWidth(WIDTH_PX - 2 * MARGIN_PX))
        self.adjustSize()

    def _confirm(self) -> None:
        problem = ""
        if self._new and len(self._first.text()) < MIN_CHARS:
            problem = text.PASSPHRASE_SHORT
        elif self._new and self._first.text() != self._second.text():
            problem = text.PASSPHRASE_DIFFERS
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._fit_height()
        if not problem and self._first.text():
            self.accept()


class PassphraseAsker(QObject):
    """`ask` blocks the engine's thread until the dialog is answered, or `give_up` is called."""

    refused = Signal()
    _asked = Signal(bool)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._answer: Future[str] = Future()
        self._closing = False
        self.wrong = False
        self._asked.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def ask(self, new: bool) -> str:
        """The passphrase. Raises Cancelled when the user leaves instead. Called on the engine's thread."""
        if self._closing:
            raise Cancelled
        self._answer = Future()
        self._asked.emit(new)
        return self._answer.result()

    def give_up(self) -> None:
        """The window closes: nobody will answer."""
        self._closing = True
        if not self._answer.done():
            self._answer.set_exception(Cancelled())

    def _show(self, new: bool) -> None:
        if self._closing:
            return
        self._dialog = PassphraseDialog(self._window, new=new, wrong=self.wrong)
        self._dialog.accepted.connect(self._accept)
        self._dialog.rejected.connect(self._reject)
        self._dialog.open()

    def _accept(self) -> None:
        if not self._answer.done():
            self._answer.set_result(self._dialog.passphrase)

    def _reject(self) -> None:
        if not self._answer.done():
            self._answer.set_exception(Cancelled())
        self.refused.emit()
