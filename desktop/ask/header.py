"""The row above the conversation: the history, a new conversation, export, the web search."""

from __future__ import annotations

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.look import export_text, shell_text, text, web_text
from desktop.look.controls import IconButton
from desktop.look.theme import Theme
from desktop.shell.shortcuts import Command, shortcut


class Header(QWidget):
    history_toggled = Signal()
    conversation_wanted = Signal()
    export_wanted = Signal()
    web_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 9, 10, 5)
        toggle = shell_text.page_name(shell_text.TOGGLE_HISTORY, shortcut(Command.TOGGLE_HISTORY).shown)
        row.addWidget(_button(theme, "sidebar", toggle, self.history_toggled))
        row.addStretch()
        fresh = shell_text.page_name(text.NEW_CONVERSATION, shortcut(Command.NEW_CONVERSATION).shown)
        row.addWidget(_button(theme, "plus", fresh, self.conversation_wanted))
        row.addWidget(_button(theme, "save", export_text.EXPORT_NAME, self.export_wanted))
        row.addWidget(_button(theme, "globe", web_text.WEB_TITLE, self.web_wanted))


def _button(theme: Theme, icon: str, name: str, wanted: SignalInstance) -> IconButton:
    button = IconButton(theme, icon, name)
    button.clicked.connect(wanted)
    return button
