"""Below an answer that was stopped or cut off: what that means, and the way on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ask.turn import Turn, TurnState
from desktop.look import ask_text, text
from desktop.look.controls import IconLabel, label, push_button
from desktop.look.theme import Theme


class GoOnRow(QWidget):
    wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.words = label("", "muted", wrap=True)
        self.button = push_button(ask_text.GO_ON)
        self.button.setToolTip(text.tooltip(ask_text.GO_ON_NOTE))
        self.button.setAccessibleDescription(ask_text.GO_ON_NOTE)
        self.button.clicked.connect(self.wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(9)
        row.addWidget(IconLabel(theme, "pause", "text_faint", 16))
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self.hide()

    def show_turn(self, turn: Turn) -> None:
        """Nothing is shown of an answer that is complete; what others follow is not written on."""
        stopped = turn.state is TurnState.STOPPED and bool(turn.text)
        self.words.setText(ask_text.STOPPED_UNCHECKED if stopped else ask_text.CUT_OFF)
        self.button.setVisible(turn.can_go_on and not turn.children)
        self.setVisible(stopped or (turn.state is TurnState.DONE and bool(turn.unfinished)))
