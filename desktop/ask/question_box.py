"""Where a question is typed: grows with its text, Enter sends, Shift+Enter breaks the line."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.look import text
from desktop.look.controls import IconButton, label
from desktop.look.theme import Theme

MAX_LINES = 7


class QuestionEdit(QPlainTextEdit):
    """The field itself. While an input method composes, Enter belongs to it and never reaches `keyPressEvent`."""

    submitted = Signal()
    focus_changed = Signal(bool)

    def __init__(self, name: str = "questionBox", padding_px: int = 0) -> None:
        super().__init__()
        self._padding_px = padding_px  # above and below the text, as the style sheet has it
        self.setObjectName(name)
        self.setAccessibleName(text.QUESTION_NAME)
        self.setPlaceholderText(text.QUESTION_PLACEHOLDER)
        self.setAcceptDrops(False)  # files dropped here go to the window
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(self._fit_height)
        self._fit_height()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.submitted.emit()
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802  Qt's name
        if source.hasText():
            self.insertPlainText(source.text())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # the stub names a narrower event
        self._fit_height()

    def _fit_height(self) -> None:
        # The document of a QPlainTextEdit measures its height in lines.
        lines = max(1, min(MAX_LINES, round(self.document().size().height())))
        line_px = self.fontMetrics().lineSpacing()
        self.setFixedHeight(lines * line_px + 8 + 2 * self._padding_px)
        policy = Qt.ScrollBarPolicy
        full = self.document().size().height() > MAX_LINES
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if full else policy.ScrollBarAlwaysOff)


class QuestionBox(QWidget):
    """The field with its send and stop button, and a line that says what to keep in mind."""

    asked = Signal(str)
    stopped = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.edit = QuestionEdit()
        self._send = self._round_button(theme, "send", "sendButton", text.SEND)
        self._stop = self._round_button(theme, "stop", "stopButton", text.STOP)
        self._stop.hide()
        self._frame = QFrame()
        self._frame.setObjectName("questionFrame")
        row = QHBoxLayout(self._frame)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self.edit, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._send, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self._stop, 0, Qt.AlignmentFlag.AlignBottom)
        notes = QHBoxLayout()
        notes.addWidget(label(text.QUESTION_NOTE, "caption"))
        notes.addStretch()
        self._keys = label(text.QUESTION_KEYS, "caption")
        notes.addWidget(self._keys)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(7)
        layout.addWidget(self._frame)
        layout.addLayout(notes)
        self.edit.submitted.connect(self._submit)
        self._send.clicked.connect(self._submit)
        self._stop.clicked.connect(self.stopped)
        self.edit.textChanged.connect(self._enable)
        self.edit.focus_changed.connect(self._outline)
        self._enable()

    def set_busy(self, busy: bool) -> None:
        """Show the stop button while an answer is being made, the send button otherwise."""
        had_focus = self._stop.hasFocus() or self._send.hasFocus()
        self._stop.setVisible(busy)
        self._send.setVisible(not busy)
        if had_focus:
            self.edit.setFocus()

    def resizeEvent(self, event: object) -> None:
        self._keys.setVisible(self.width() > 560)

    def _round_button(self, theme: Theme, icon: str, name: str, words: str) -> IconButton:
        button = IconButton(theme, icon, words, "on_accent", 20)
        button.setObjectName(name)
        button.setFixedSize(QSize(34, 34))
        return button

    def _submit(self) -> None:
        question = self.edit.toPlainText().strip()
        if question:
            self.edit.clear()
            self.asked.emit(question)

    def _enable(self) -> None:
        ready = bool(self.edit.toPlainText().strip())
        self._send.setEnabled(ready)
        self._send.set_icon("send", "on_accent" if ready else "text_faint")

    def _outline(self, focused: bool) -> None:
        self._frame.setProperty("focused", focused)
        self._frame.style().unpolish(self._frame)
        self._frame.style().polish(self._frame)
