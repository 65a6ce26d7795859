"""Asks for the passphrase when no keyring is usable: the engine asks on its thread, a dialog answers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.look import secret_text
from desktop.look.controls import push_button
from desktop.secret_dialog import SecretDialog
from engine.api import Cancelled

MIN_CHARS = 8


class PassphraseDialog(SecretDialog):
    """One field to open, two to choose. `wrong` says that the last attempt failed; `recoverable`, that a forgotten
    passphrase is not the end."""

    forgotten = Signal()

    def __init__(self, parent: QWidget, *, new: bool, wrong: bool, recoverable: bool = False) -> None:
        super().__init__(
            parent,
            secret_text.PASSPHRASE_TITLE,
            secret_text.PASSPHRASE_NEW if new else secret_text.PASSPHRASE_OPEN,
            field=secret_text.PASSPHRASE_FIELD,
            again=secret_text.PASSPHRASE_AGAIN if new else "",
            problem=secret_text.PASSPHRASE_WRONG if wrong else "",
        )
        self.setObjectName("passphraseDialog")
        self._new = new
        self._leave.setText(secret_text.PASSPHRASE_CANCEL)
        if recoverable and not new:
            link = push_button(secret_text.PASSPHRASE_FORGOTTEN, "link")
            link.clicked.connect(self.forgotten)
            self.buttons.insertWidget(0, link)

    def _objection(self) -> str:
        if self._new and len(self._first.text()) < MIN_CHARS:
            return secret_text.PASSPHRASE_SHORT
        if self._new and self._first.text() != self._second.text():
            return secret_text.PASSPHRASE_DIFFERS
        return ""


class PassphraseAsker(QObject):
    """`ask` blocks the engine's thread until the dialog is answered, or `give_up` is called."""

    forgotten = Signal()  # the question is then answered with Cancelled
    _asked = Signal(bool, bool)

    def __init__(self, window: QWidget, recoverable: Callable[[], bool]) -> None:
        """`recoverable` tells whether there is a recovery key; called on the engine's thread."""
        super().__init__(window)
        self._window = window
        self._recoverable = recoverable
        self._answer: Future[str] = Future()
        self._closing = False
        self.wrong = False
        self._asked.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def ask(self, new: bool) -> str:
        """The passphrase. Raises Cancelled when the user leaves instead. Called on the engine's thread."""
        if self._closing:
            raise Cancelled
        self._answer = Future()
        self._asked.emit(new, self._recoverable())
        return self._answer.result()

    def give_up(self) -> None:
        """The window closes: nobody will answer."""
        self._closing = True
        if not self._answer.done():
            self._answer.set_exception(Cancelled())

    def _show(self, new: bool, recoverable: bool) -> None:
        if self._closing:
            return
        self._dialog = PassphraseDialog(self._window, new=new, wrong=self.wrong, recoverable=recoverable)
        self._dialog.accepted.connect(self._accept)
        self._dialog.rejected.connect(self._reject)
        self._dialog.forgotten.connect(self._forget)
        self._dialog.open()

    def _accept(self) -> None:
        if not self._answer.done():
            self._answer.set_result(self._dialog.secret)

    def _reject(self) -> None:
        if not self._answer.done():
            self._answer.set_exception(Cancelled())

    def _forget(self) -> None:
        self.forgotten.emit()
        self._dialog.reject()
