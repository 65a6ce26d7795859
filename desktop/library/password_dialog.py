"""Asks for the password of a locked PDF. It opens the document this once and is kept nowhere."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.look import secret_text
from desktop.secret_dialog import SecretDialog


class PasswordDialog(SecretDialog):
    """`wrong` says that the last password did not open it."""

    def __init__(self, parent: QWidget, name: str, *, wrong: bool) -> None:
        problem = secret_text.PASSWORD_WRONG if wrong else ""
        super().__init__(
            parent,
            secret_text.PASSWORD_TITLE,
            secret_text.password_words(name),
            field=secret_text.PASSWORD_FIELD,
            problem=problem,
        )
        self.setObjectName("passwordDialog")
