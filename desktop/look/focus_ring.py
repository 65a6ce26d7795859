"""A ring around what has the keyboard's focus but shows none of its own: areas that scroll, texts that are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFocusFrame, QScrollArea, QTextBrowser, QWidget

if TYPE_CHECKING:
    from desktop.look.theme import Theme

WIDTH_PX, RADIUS_PX = 2, 6


class _Ring(QFocusFrame):
    def __init__(self, color: str, around: QWidget) -> None:
        super().__init__(around)
        self._color = color
        self.setWidget(around)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._color), WIDTH_PX))
        inset = WIDTH_PX / 2
        seen = self.rect() & self.parentWidget().rect().translated(-self.pos())  # what it is around may fill its parent
        painter.drawRoundedRect(QRectF(seen).adjusted(inset, inset, -inset, -inset), RADIUS_PX, RADIUS_PX)
        painter.end()


class FocusRing(QObject):
    """Not drawn where the pointer put the focus: who clicks knows where."""

    def __init__(self, application: QApplication, theme: Theme) -> None:
        super().__init__(theme)
        self._theme = theme
        self._ring: _Ring | None = None
        application.focusChanged.connect(self._follow)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        if self._ring is not None and shiboken6.isValid(self._ring):  # it goes with what it stands in
            self._ring.hide()
            self._ring.deleteLater()
        self._ring = None
        clicked = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if isinstance(now, (QScrollArea, QTextBrowser)) and not clicked:
            self._ring = _Ring(self._theme.tokens.accent, now)
