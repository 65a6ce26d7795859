"""The line at the bottom: which model on which device, how many documents, and that nothing leaves this machine."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.look import text
from desktop.look.controls import IconLabel, Spinner, label
from desktop.look.theme import Theme


class StatusLine(QWidget):
    """State of the engine in words; a spinner while something is being loaded."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(32)
        self._busy = Spinner(theme, 12)
        self._ready = IconLabel(theme, "check", "accent", 14)
        self._failed = IconLabel(theme, "alert", "danger", 14)
        self._engine = label(role="caption")
        self._library = label(role="caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(7)
        for widget in (self._busy, self._ready, self._failed, self._engine):
            row.addWidget(widget)
        row.addSpacing(14)
        row.addWidget(self._library)
        row.addStretch()
        row.addWidget(_offline_badge(theme), 0, Qt.AlignmentFlag.AlignVCenter)
        self.show_engine(text.STARTING_ENGINE, "busy")
        self.show_documents(0)

    @property
    def engine_words(self) -> str:
        return self._engine.text()

    def show_engine(self, words: str, state: str) -> None:
        """`state` is busy, ready or failed."""
        self._engine.setText(words)
        self._busy.setVisible(state == "busy")
        self._ready.setVisible(state == "ready")
        self._failed.setVisible(state == "failed")

    def show_documents(self, count: int) -> None:
        self._library.setText(text.library_count(count) if count else "")


def _offline_badge(theme: Theme) -> QFrame:
    badge = QFrame()
    badge.setObjectName("badge")
    badge.setFixedHeight(20)
    badge.setToolTip(text.tooltip(text.OFFLINE_NOTE))
    badge.setAccessibleName(f"{text.OFFLINE}：{text.OFFLINE_NOTE}")
    row = QHBoxLayout(badge)
    row.setContentsMargins(8, 0, 9, 0)
    row.setSpacing(4)
    row.addWidget(IconLabel(theme, "shield", "accent", 14))
    row.addWidget(label(text.OFFLINE))
    return badge
