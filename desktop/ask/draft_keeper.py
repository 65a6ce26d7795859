"""Keeps a question that is begun but not asked: in the encrypted ledger, never in the window's plain state."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from desktop.ask.question_box import QuestionBox
from desktop.ask.question_text import cleaned
from desktop.history.history_model import HistoryModel

PAUSE_MS = 1500  # of typing, after which it is kept
MOST_CHARS = 100_000  # a book that was pasted by mistake is not written again at every pause


class DraftKeeper(QObject):
    """What was begun stands in the box again when the window opens, unless something was typed in the meantime."""

    def __init__(self, box: QuestionBox, history: HistoryModel) -> None:
        super().__init__(box)
        self._box = box
        self._history = history
        self._kept = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self.keep)
        box.edit.textChanged.connect(self._timer.start)
        history.read_draft(self._put_back)

    def keep(self) -> None:
        """Now; the window is about to close, or typing pauses."""
        self._timer.stop()
        words = cleaned(self._box.edit.toPlainText())[:MOST_CHARS]
        if words != self._kept:
            self._kept = words
            self._history.keep_draft(words)

    def _put_back(self, words: str) -> None:
        self._kept = words
        if words and not self._box.edit.toPlainText():
            self._box.put_draft(words)
