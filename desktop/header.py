"""The row above the conversation: the library, a new conversation, tools, appearance."""

from __future__ import annotations

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.look import export_text, proof_text, text, web_text, writing_text
from desktop.look.controls import IconButton
from desktop.look.theme import Theme


class Header(QWidget):
    library_toggled = Signal()
    conversation_wanted = Signal()
    export_wanted = Signal()
    calculators_wanted = Signal()
    web_wanted = Signal()
    writing_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 9, 10, 5)
        row.addWidget(_button(theme, "sidebar", text.TOGGLE_LIBRARY, self.library_toggled))
        row.addStretch()
        row.addWidget(_button(theme, "plus", text.NEW_CONVERSATION, self.conversation_wanted))
        row.addWidget(_button(theme, "save", export_text.EXPORT_NAME, self.export_wanted))
        row.addWidget(_button(theme, "pen", writing_text.WRITING_NAME, self.writing_wanted))
        row.addWidget(_button(theme, "calculator", proof_text.CALCULATORS_NAME, self.calculators_wanted))
        row.addWidget(_button(theme, "globe", web_text.WEB_TITLE, self.web_wanted))
        appearance = IconButton(theme, "appearance", text.APPEARANCE)
        appearance.clicked.connect(theme.toggle)
        row.addWidget(appearance)


def _button(theme: Theme, icon: str, name: str, wanted: SignalInstance) -> IconButton:
    button = IconButton(theme, icon, name)
    button.clicked.connect(wanted)
    return button
