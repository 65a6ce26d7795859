"""Sources that do not agree: both named with their dates, both a click away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout

from desktop.look import proof_text, text
from desktop.look.controls import IconLabel, label
from desktop.look.theme import Theme
from engine.api import Citation, Conflict


class ConflictNotice(QFrame):
    source_wanted = Signal(object)  # Citation

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._theme = theme
        self._shown: tuple[Conflict, ...] = ()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(14, 11, 12, 11)
        self._rows.setSpacing(4)
        self.hide()

    def show_conflicts(self, conflicts: Sequence[Conflict]) -> None:
        """Those of a finished answer: they do not change again."""
        if self._shown == tuple(conflicts):
            return
        self._shown = tuple(conflicts)
        for number, conflict in enumerate(conflicts):
            if number:
                self._rows.addSpacing(8)
            self._add(conflict)
        self.setAccessibleName("\n".join(map(proof_text.conflict, conflicts)))
        self.setVisible(bool(conflicts))

    def _add(self, conflict: Conflict) -> None:
        heading = QHBoxLayout()
        heading.setSpacing(11)
        heading.addWidget(IconLabel(self._theme, "alert", "warning", 18), 0, Qt.AlignmentFlag.AlignTop)
        heading.addWidget(label(proof_text.CONFLICTS[conflict.kind], wrap=True), 1)
        self._rows.addLayout(heading)
        sides = (proof_text.RESTS_ON, proof_text.other_side(conflict))
        for side, citation in zip(sides, (conflict.first, conflict.second), strict=True):
            row = QHBoxLayout()
            row.setContentsMargins(29, 0, 0, 0)
            row.setSpacing(10)
            row.addWidget(label(side, "muted"))
            row.addWidget(self._link(side, citation), 1)
            self._rows.addLayout(row)

    def _link(self, side: str, citation: Citation) -> QPushButton:
        words = proof_text.conflict_source(citation)
        link = ElidedLink(words)
        link.setAccessibleName(f"{side} {words}")
        link.clicked.connect(lambda: self.source_wanted.emit(citation))
        return link


class ElidedLink(QPushButton):
    """A link that loses its middle, not its ends, when there is no room."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self._full = words
        self.setProperty("kind", "link")
        self.setStyleSheet("text-align: left;")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(text.tooltip(words))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setText(self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideMiddle, self.width() - 2))
