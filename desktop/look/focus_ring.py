"""A ring around what has the keyboard's focus but shows none of its own: scrolling areas, texts, empty lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QApplication, QScrollArea, QTextBrowser, QWidget

if TYPE_CHECKING:
    from desktop.look.theme import Theme

WIDTH_PX, RADIUS_PX, OUTSIDE_PX = 2, 6, 3


class _Ring(QWidget):
    """Beside `around` in what that stands in, as far out as there is room."""

    def __init__(self, color: str, around: QWidget) -> None:
        super().__init__(around.parentWidget())
        self._color = color
        self._around = around
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        around.installEventFilter(self)
        self._place()
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._place()
        return False

    def _place(self) -> None:
        out = self._around.geometry().adjusted(-OUTSIDE_PX, -OUTSIDE_PX, OUTSIDE_PX, OUTSIDE_PX)
        parent = self.parentWidget()
        self.setGeometry(out & parent.rect() if parent is not None else out)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._color), WIDTH_PX))
        inset = WIDTH_PX / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), RADIUS_PX, RADIUS_PX)
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
        if now is not None and now.parentWidget() is not None and not clicked and _shows_none(now):
            self._ring = _Ring(self._theme.tokens.accent, now)


def _shows_none(widget: QWidget) -> bool:
    if isinstance(widget, QAbstractItemView):  # a row shows it
        return not widget.currentIndex().isValid()
    return isinstance(widget, (QScrollArea, QTextBrowser))
