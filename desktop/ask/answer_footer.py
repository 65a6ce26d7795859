"""The line below an answer: copy, ask again, the label of what was generated, and how long it took."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ask.turn import Turn, TurnState
from desktop.look import ask_text, proof_text, text
from desktop.look.controls import IconButton, label, push_button
from desktop.look.theme import Theme


class AnswerFooter(QWidget):
    ask_again = Signal()
    go_on = Signal()

    def __init__(self, theme: Theme, turn: Turn) -> None:
        super().__init__()
        self._turn = turn
        self._copy = IconButton(theme, "copy", text.COPY_ANSWER, "text_faint", 16)
        self._copy.clicked.connect(self._copy_answer)
        again = IconButton(theme, "again", text.ASK_AGAIN, "text_faint", 16)
        again.clicked.connect(self.ask_again)
        self.origin = label(role="caption")
        self._note = label(role="caption")
        self.go_on_button = push_button(ask_text.GO_ON, "link")
        self.go_on_button.setToolTip(text.tooltip(ask_text.GO_ON_NOTE))
        self.go_on_button.setAccessibleDescription(ask_text.GO_ON_NOTE)
        self.go_on_button.clicked.connect(self.go_on)
        self._tools: list[QWidget] = []
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self._copy)
        row.addWidget(again)
        row.addSpacing(8)
        row.addWidget(self.origin)
        row.addSpacing(12)
        row.addWidget(self._note)
        row.addSpacing(8)
        row.addWidget(self.go_on_button)
        row.addStretch()

    def add_tools(self, tools: QWidget) -> None:
        """Further buttons, behind the first ones, of an answer that is complete."""
        self._row.insertWidget(2 + len(self._tools), tools)
        self._tools.append(tools)
        self.refresh()

    def refresh(self) -> None:
        turn = self._turn
        self.setVisible(not turn.active and bool(turn.text))
        for tools in self._tools:
            tools.setVisible(turn.state is TurnState.DONE)
        self._copy.setVisible(turn.found)
        self.origin.setText(self._origin())
        self.go_on_button.setVisible(turn.can_go_on and not turn.children)
        if turn.state is TurnState.STOPPED:
            self._note.setText(ask_text.STOPPED_UNCHECKED)
        elif turn.unfinished:
            self._note.setText(ask_text.CUT_OFF)
        elif turn.timings and turn.generated:
            self._note.setText(text.answer_note(turn.timings.ttft_s, turn.timings.decode_tokens_per_s))

    def _origin(self) -> str:
        if not self._turn.found:
            return ""
        if self._turn.generated:
            return proof_text.AI_LABEL
        return proof_text.CALCULATED_LABEL if self._turn.calculation else ""

    def _copy_answer(self) -> None:
        turn = self._turn
        cited = [(c.marker, proof_text.cited_name(c), c.page_no) for c in turn.citations]
        QGuiApplication.clipboard().setText(text.copied_answer(turn.text, cited, generated=turn.generated))
        self._copy.set_icon("check", "accent")
        QTimer.singleShot(1600, self._copy, lambda: self._copy.set_icon("copy", "text_faint"))
