"""The line below an answer: copy, ask again, the label of what was generated, and how long it took."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ask.answer_html import answer_html
from desktop.ask.turn import Turn, TurnState
from desktop.look import ask_text, proof_text, text
from desktop.look.controls import IconButton, label
from desktop.look.flow_layout import FlowLayout
from desktop.look.theme import Theme


def copied(turn: Turn) -> QMimeData:
    """The answer with its sources, as text for any program, as Markdown, and as HTML that keeps lists and tables."""
    cited = [(c.marker, proof_text.cited_name(c), c.page_no) for c in turn.citations]
    words = text.copied_answer(turn.text, cited, generated=turn.generated)
    if turn.state is TurnState.STOPPED:
        words = f"{words}\n\n{ask_text.STOPPED_UNCHECKED}"
    below = words.removeprefix(turn.text).strip("\n")
    data = QMimeData()
    data.setText(words)
    data.setData("text/markdown", words.encode("utf-8", "replace"))
    data.setHtml(answer_html(turn.text, [part.split("\n") for part in below.split("\n\n")] if below else []))
    return data


class AnswerFooter(QWidget):
    ask_again = Signal()

    def __init__(self, theme: Theme, turn: Turn) -> None:
        super().__init__()
        self._turn = turn
        self._copy = IconButton(theme, "copy", text.COPY_ANSWER, "text_faint", 16)
        self._copy.clicked.connect(self._copy_answer)
        again = IconButton(theme, "again", text.ASK_AGAIN, "text_faint", 16)
        again.clicked.connect(self.ask_again)
        self.origin = label(role="caption")
        self._note = label(role="caption")
        self._tools: list[QWidget] = []
        buttons = QWidget()
        self._buttons = QHBoxLayout(buttons)
        self._buttons.setContentsMargins(0, 0, 0, 0)
        self._buttons.setSpacing(2)
        self._buttons.addWidget(self._copy)
        self._buttons.addWidget(again)
        row = FlowLayout(self, 10, 2)  # where there is no room the words stand in a line of their own
        for widget in (buttons, self.origin, self._note):
            row.addWidget(widget)

    def add_tools(self, tools: QWidget) -> None:
        """Further buttons, behind the first ones, of an answer that is complete."""
        self._buttons.addWidget(tools)
        self._tools.append(tools)
        self.refresh()

    def refresh(self) -> None:
        turn = self._turn
        self.setVisible(not turn.active and bool(turn.text))
        for tools in self._tools:
            tools.setVisible(turn.state is TurnState.DONE)
        self._copy.setVisible(turn.found)
        self.origin.setText(self._origin())
        if turn.timings and turn.generated:
            self._note.setText(text.answer_note(turn.timings.ttft_s, turn.timings.decode_tokens_per_s))
        else:
            self._note.clear()
        self._note.setVisible(bool(self._note.text()))

    def _origin(self) -> str:
        if not self._turn.found:
            return ""
        if self._turn.generated:
            return proof_text.AI_LABEL
        return proof_text.CALCULATED_LABEL if self._turn.calculation else ""

    def _copy_answer(self) -> None:
        turn = self._turn
        QGuiApplication.clipboard().setMimeData(copied(turn))
        self._copy.set_icon("check", "accent")
        QTimer.singleShot(1600, self._copy, lambda: self._copy.set_icon("copy", "text_faint"))
