"""Where a question is typed: grows with its text, Enter sends, Shift+Enter breaks the line."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QTextCursor, QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.ask.announcing import announce
from desktop.ask.question_text import QuestionHistory, cleaned
from desktop.look import ask_text, text
from desktop.look.controls import IconButton, IconLabel, label
from desktop.look.theme import Theme

MAX_LINES = 7
WINDOW_SHARE = 0.25  # of its height, at most
LONG_CHARS = 2000  # of these on a word boundary is not looked for: in a word of 100,000 letters that takes a second
TAB_CHARS = 4
TOLD_SHARE = 0.9  # of the limit, from which on the length is told


class QuestionEdit(QPlainTextEdit):
    """The field itself. While an input method composes, Enter belongs to it and never reaches `keyPressEvent`."""

    submitted = Signal()
    focus_changed = Signal(bool)
    stepped = Signal(int)  # -1 for the question before, 1 for the one after
    files_pasted = Signal(object)  # list[Path]
    image_pasted = Signal()

    def __init__(self, name: str = "questionBox", padding_px: int = 0) -> None:
        super().__init__()
        self._padding_px = padding_px  # above and below the text, as the style sheet has it
        self.setObjectName(name)
        self.setAccessibleName(text.QUESTION_NAME)
        self.setPlaceholderText(text.QUESTION_PLACEHOLDER)
        self.setAcceptDrops(False)  # files dropped here go to the window
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabStopDistance(TAB_CHARS * self.fontMetrics().horizontalAdvance("0"))
        self.document().contentsChanged.connect(lambda: self._wrap_for(self.document().characterCount()))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(self._fit_height)
        self._fit_height()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if not self.composing:
                self.submitted.emit()
        elif plain and event.key() in _STEPS and not self.composing:
            self._step_or_move(event)
        else:
            super().keyPressEvent(event)

    @property
    def composing(self) -> bool:
        """Whether an input method has letters in the field that are not chosen yet."""
        return bool(self.textCursor().block().layout().preeditAreaText())

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: N802  Qt's name
        return source.hasText() or source.hasImage() or bool(_files(source))

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802  Qt's name
        """Files go to the library; of what has words, the words."""
        if files := _files(source):
            self.files_pasted.emit(files)
        elif source.hasText():
            words = cleaned(source.text())
            self._wrap_for(self.document().characterCount() + len(words))  # before it is laid out
            self.insertPlainText(words)
            self.ensureCursorVisible()
        elif source.hasImage():
            self.image_pasted.emit()

    def _step_or_move(self, event: QKeyEvent) -> None:
        """The arrows leave an empty field, or one whose first or last line the cursor is in, for other questions."""
        before = self.textCursor().position()
        super().keyPressEvent(event)
        if self.textCursor().position() == before or not self.toPlainText():
            self.stepped.emit(_STEPS[Qt.Key(event.key())])

    def _wrap_for(self, chars: int) -> None:
        long = chars > LONG_CHARS
        mode = QTextOption.WrapMode.WrapAnywhere if long else QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
        if self.wordWrapMode() is not mode:
            self.setWordWrapMode(mode)

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
        line_px = self.fontMetrics().lineSpacing()
        most = max(2, min(MAX_LINES, int(self.window().height() * WINDOW_SHARE) // line_px))
        lines = max(1, min(most, round(self.document().size().height())))
        self.setFixedHeight(lines * line_px + 8 + 2 * self._padding_px)
        policy = Qt.ScrollBarPolicy
        full = self.document().size().height() > most
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if full else policy.ScrollBarAlwaysOff)


_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


def _files(source: QMimeData) -> list[Path]:
    """The files and folders that were copied in a file manager; none where anything else is among them."""
    urls = source.urls()
    local = [Path(url.toLocalFile()) for url in urls if url.isLocalFile() and url.toLocalFile()]
    return local if len(local) == len(urls) else []


class QuestionBox(QWidget):
    """The field with its send and stop button, and a line that says what to keep in mind."""

    asked = Signal(str)
    stopped = Signal()
    files_pasted = Signal(object)  # list[Path]

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._limit_chars = 0  # 0: not known yet
        self._history = QuestionHistory()
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
        notes.setSpacing(6)
        self._warning_icon = IconLabel(theme, "alert", "warning", 14)
        self.note = label(text.QUESTION_NOTE, "caption", wrap=True)
        notes.addWidget(self._warning_icon, 0, Qt.AlignmentFlag.AlignTop)
        notes.addWidget(self.note, 1)
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
        self.edit.stepped.connect(self._step)
        self.edit.files_pasted.connect(self.files_pasted)
        self.edit.image_pasted.connect(lambda: self._warn(ask_text.IMAGE_PASTED))
        self.edit.focus_changed.connect(self._outline)
        self._enable()

    def set_limit(self, chars: int) -> None:
        """The most characters (code points) a question may have."""
        self._limit_chars = chars
        self._enable()

    def put_draft(self, words: str) -> None:
        """Words to go on with, the cursor behind them."""
        self.edit.setPlainText(words)
        self.edit.moveCursor(QTextCursor.MoveOperation.End)

    def remember(self, question: str) -> None:
        """A question that was asked, for the arrow keys."""
        self._history.add(question)

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
        if self.edit.composing:
            QGuiApplication.inputMethod().commit()  # the button was pressed: what stands there is meant
        question = cleaned(self.edit.toPlainText()).strip()
        if question and not self._too_long(question):
            self.edit.clear()
            self.remember(question)
            self.asked.emit(question)
        self.edit.setFocus()

    def _too_long(self, question: str) -> bool:
        return bool(self._limit_chars) and len(question) > self._limit_chars

    def _enable(self) -> None:
        question = self.edit.toPlainText().strip()
        ready = bool(question) and not self._too_long(question)
        self._send.setEnabled(ready)
        self._send.set_icon("send", "on_accent" if ready else "text_faint")
        if self._too_long(question):
            self._warn(ask_text.too_long(self._limit_chars, len(question)))
        else:
            near = self._limit_chars and len(question) >= TOLD_SHARE * self._limit_chars
            self._tell(ask_text.length(len(question), self._limit_chars) if near else text.QUESTION_NOTE)

    def _tell(self, words: str) -> None:
        if self.note.text() != words:
            self.note.setText(words)
        self._warning_icon.hide()

    def _warn(self, words: str) -> None:
        """In the place of the note, until the text changes."""
        if self.note.text() != words:
            self.note.setText(words)
            announce(self.note, words, at_once=True)
        self._warning_icon.show()

    def _step(self, by: int) -> None:
        """Through the own questions, as long as nothing of one's own stands in the field."""
        written = self.edit.toPlainText()
        if written and written != self._history.shown:
            return
        if not written:
            self._history.leave()
        question = self._history.step(by)
        if question is not None:
            self.put_draft(question)

    def _outline(self, focused: bool) -> None:
        self._frame.setProperty("focused", focused)
        self._frame.style().unpolish(self._frame)
        self._frame.style().polish(self._frame)
