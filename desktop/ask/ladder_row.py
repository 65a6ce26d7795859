"""The evidence ladder of one answer: where was looked, in which order, and how each step ended."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QWidget

from desktop.look import proof_text, text
from desktop.look.controls import IconLabel, label
from desktop.look.theme import Theme
from engine.api import LadderStep, Rung, StepOutcome

WIDE_GAP_PX, NARROW_GAP_PX = 7, 3
_RUNG_COLORS = {Rung.BUILTIN: "builtin", Rung.BRANCH: "accent", Rung.WEB: "web"}
_ICONS = {
    StepOutcome.FELL_SHORT: ("minus", "text_faint"),
    StepOutcome.NOT_NEEDED: ("minus", "text_faint"),
    StepOutcome.NOT_ALLOWED: ("lock", "text_faint"),
    StepOutcome.SWITCHED_OFF: ("off", "text_faint"),
    StepOutcome.AWAITS_CONSENT: ("ask", "warning"),
    StepOutcome.FAILED: ("alert", "danger"),
}


class LadderRow(QWidget):
    """One line of steps, or a line for each where it is narrow."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[LadderStep, ...] = ()
        self._arrows: list[QWidget] = []
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(WIDE_GAP_PX)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # it goes by the room there is
        self.hide()

    def show_ladder(self, steps: Sequence[LadderStep]) -> None:
        if self._shown != tuple(steps):
            self._shown = tuple(steps)
            self._rebuild()
            self.setAccessibleName(text.named(proof_text.LADDER, proof_text.ladder(steps)) if steps else "")
        self.setVisible(bool(steps))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _rebuild(self) -> None:
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._arrows = []
        for number, step in enumerate(self._shown):
            if number:
                arrow = IconLabel(self._theme, "right", "text_faint", 12)
                self._arrows.append(arrow)
                self._layout.addWidget(arrow)
            self._layout.addWidget(self._step(step))
        self._layout.addStretch()
        self._arrange()

    def _step(self, step: LadderStep) -> QWidget:
        icon, color = _ICONS.get(step.outcome, ("check", _RUNG_COLORS[step.rung]))
        widget = QWidget()
        widget.setToolTip(text.tooltip(proof_text.step_note(step)))
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        row.addWidget(IconLabel(self._theme, icon, color, 14))
        row.addWidget(label(proof_text.step(step), "caption"))
        widget.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        return widget

    def _arrange(self) -> None:
        parts = [item for number in range(self._layout.count()) if (item := self._layout.itemAt(number)).widget()]
        wide = self.width() >= sum(part.widget().sizeHint().width() + WIDE_GAP_PX for part in parts)
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._layout.direction() is not direction:
            self._layout.setDirection(direction)
            self._layout.setSpacing(WIDE_GAP_PX if wide else NARROW_GAP_PX)
        for arrow in self._arrows:
            arrow.setVisible(wide)
