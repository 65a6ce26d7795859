"""The question as it was asked, changed in place, and which of several versions of the turn is shown."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.ask.question_box import QuestionEdit
from desktop.look import proof_text, text
from desktop.look.controls import EscapableArea, IconButton, label, push_button
from desktop.look.theme import Theme
from desktop.look.type_scale import ANSWER_PX, font

BUBBLE_LINES = 24
BUBBLE_CHARS = 1200  # a pasted book must not become a label of a thousand lines
BUBBLE_PADDING_PX = 34
EDIT_PADDING_PX = 8
_LONG_WORD = re.compile("[!-~]{24}(?=[!-~]{8})")  # a label breaks lines between words only: addresses need help
_SHARE = 0.82  # of the column


class QuestionBubble(QWidget):
    """Emits `edited` with the changed question, and `version_chosen` with the number of the version wanted."""

    edited = Signal(str)
    version_chosen = Signal(int)

    def __init__(self, theme: Theme, question: str) -> None:
        super().__init__()
        self._question = question
        self._version, self._versions = 1, 1
        shown = "\n".join(question[:BUBBLE_CHARS].split("\n")[:BUBBLE_LINES])
        long = len(shown) < len(question)
        words = text.long_question(shown, len(question)) if long else question
        self.words = label(_LONG_WORD.sub("\\g<0>\u200b", words), wrap=True, selectable=True)
        self.words.setObjectName("bubble")
        self._pencil = IconButton(theme, "pencil", proof_text.EDIT_QUESTION, "text_faint", 16)
        self._pencil.clicked.connect(self._begin)
        bubble = QHBoxLayout()
        bubble.setSpacing(4)
        bubble.addStretch()
        bubble.addWidget(self._pencil, 0, Qt.AlignmentFlag.AlignBottom)
        bubble.addWidget(self.words)
        self._editor = self._build_editor()
        self._switcher = self._build_switcher(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(bubble)
        column.addWidget(self._editor)
        column.addWidget(self._switcher)

    def show_versions(self, version: int, versions: int) -> None:
        """`version` of `versions`, from 1; a single one has no switcher."""
        self._version, self._versions = version, versions
        self._count.setText(proof_text.version_of(version, versions))
        self._earlier.setEnabled(version > 1)
        self._later.setEnabled(version < versions)
        self._switcher.setVisible(versions > 1)

    def allow_editing(self, allowed: bool) -> None:
        self._pencil.setVisible(allowed and self._editor.isHidden())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A wrapping label does not know how wide it wants to be: as its longest line, up to most of the column."""
        super().resizeEvent(event)
        natural = QFontMetrics(font(ANSWER_PX)).size(0, self.words.text()).width() + BUBBLE_PADDING_PX
        widest = int(self.width() * _SHARE)
        self.words.setWordWrap(natural > widest)
        self.words.setFixedWidth(min(natural, widest))

    def _build_editor(self) -> QWidget:
        editor = EscapableArea()
        editor.left.connect(self._leave)
        self.field = QuestionEdit("questionEdit", EDIT_PADDING_PX)
        self.field.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.field.submitted.connect(self._accept)
        leave = push_button(text.CANCEL)
        leave.clicked.connect(self._leave)
        ask = push_button(proof_text.ASK_EDITED, "primary")
        ask.clicked.connect(self._accept)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(leave)
        buttons.addWidget(ask)
        column = QVBoxLayout(editor)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addLayout(buttons)
        editor.hide()
        return editor

    def _build_switcher(self, theme: Theme) -> QWidget:
        switcher = QWidget()
        self._earlier = IconButton(theme, "left", proof_text.EARLIER_VERSION, "text_faint", 14)
        self._later = IconButton(theme, "right", proof_text.LATER_VERSION, "text_faint", 14)
        self._earlier.clicked.connect(lambda: self.version_chosen.emit(self._version - 1))
        self._later.clicked.connect(lambda: self.version_chosen.emit(self._version + 1))
        self._count = label("", "caption")
        row = QHBoxLayout(switcher)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        row.addStretch()
        for widget in (self._earlier, self._count, self._later):
            row.addWidget(widget)
        switcher.hide()
        return switcher

    def _begin(self) -> None:
        self.words.hide()
        self._pencil.hide()
        self._editor.show()
        self.field.setPlainText(self._question)
        self.field.selectAll()
        self.field.setFocus()

    def _leave(self) -> None:
        self._editor.hide()
        self.words.show()
        self._pencil.show()
        self._pencil.setFocus()

    def _accept(self) -> None:
        question = self.field.toPlainText().strip()
        if question:
            self._leave()
            self.edited.emit(question)
