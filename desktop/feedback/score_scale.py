"""A score from 1 to 10: by click, by digit (0 is ten), by arrow."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from desktop.look import feedback_text, text
from desktop.look.flow_layout import FlowLayout
from engine.api import HIGHEST_SCORE

_CLEARING = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
}


class _ScoreButton(QPushButton):
    """Leaves the keys of the scale to the scale."""

    def __init__(self, score: int) -> None:
        super().__init__(str(score))
        self.setProperty("kind", "score")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setCheckable(True)
        self.setAccessibleName(feedback_text.score_name(score))
        self.setAccessibleDescription(feedback_text.SCORE_HINT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _STEPS:
            event.ignore()
        else:
            super().keyPressEvent(event)


class ScoreScale(QWidget):
    """`score` is 0 while none is chosen. One stop for the Tab key: the chosen button, else the first."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(feedback_text.SCORE)
        self.setToolTip(text.tooltip(feedback_text.SCORE_HINT))
        self._group = QButtonGroup(self)
        row = FlowLayout(self, 4)
        self.buttons = [_ScoreButton(score) for score in range(1, HIGHEST_SCORE + 1)]
        for score, button in enumerate(self.buttons, 1):
            self._group.addButton(button, score)
            row.addWidget(button)
        self._group.idClicked.connect(self.choose)
        self._take_tab()

    @property
    def score(self) -> int:
        return max(self._group.checkedId(), 0)

    def show_score(self, score: int) -> None:
        self._group.setExclusive(False)  # an exclusive group does not let go of its last one
        for number, button in enumerate(self.buttons, 1):
            button.setChecked(number == score)
        self._group.setExclusive(True)
        self._take_tab()

    def choose(self, score: int) -> None:
        self.show_score(score)
        if self.isAncestorOf(self.window().focusWidget() or self):
            self._stop().setFocus()
        self.chosen.emit(self.score)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.text()
        if len(digit) == 1 and digit in "0123456789":
            self.choose(int(digit) or HIGHEST_SCORE)
        elif event.key() in _CLEARING:
            self.choose(0)
        elif step := _STEPS.get(Qt.Key(event.key()), 0):
            self.choose(min(max(self.score + step, 1), HIGHEST_SCORE))
        else:
            super().keyPressEvent(event)

    def _stop(self) -> QPushButton:
        return self.buttons[max(self.score, 1) - 1]

    def _take_tab(self) -> None:
        stop = self._stop()
        for button in self.buttons:
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if button is stop else Qt.FocusPolicy.ClickFocus)
