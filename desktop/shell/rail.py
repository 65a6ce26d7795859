"""The narrow column at the left edge: one button per page, settings and help at its foot."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QVBoxLayout, QWidget

from desktop.look import icons, shell_text, text
from desktop.look.theme import Theme
from desktop.look.type_scale import CAPTION_PX, font
from desktop.shell.places import Place
from desktop.shell.shortcuts import Command, shortcut

WIDTH_PX = 68
ICON_PX = 22
_ICONS = {
    Place.ASK: "ask",
    Place.LIBRARY: "books",
    Place.WRITING: "pen",
    Place.CALCULATORS: "calculator",
    Place.PREFERENCES: "gear",
}
_NAMES = {
    Place.ASK: shell_text.ASK,
    Place.LIBRARY: shell_text.LIBRARY,
    Place.WRITING: shell_text.WRITING,
    Place.CALCULATORS: shell_text.CALCULATORS,
    Place.PREFERENCES: shell_text.PREFERENCES,
}


class RailButton(QPushButton):
    """Icon above name; a dot says that something is going on there.

    A QToolButton would draw this by itself, but calls itself a check box to screen readers.
    """

    def __init__(self, theme: Theme, icon: str, name: str, tip: str) -> None:
        super().__init__()
        self._theme = theme
        self._icon = icon
        self._name = name
        self._dot = False
        self.setObjectName("railButton")
        self.setAccessibleName(name)
        self.setToolTip(text.tooltip(tip))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    def show_dot(self, on: bool, words: str = "") -> None:
        """`words` say to a screen reader what the dot means."""
        self._dot = on
        self.setAccessibleDescription(words if on else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens = self._theme.tokens
        ink = tokens.accent if self.isChecked() else tokens.text_muted
        left = (self.width() - ICON_PX) / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        icons.paint(painter, self._icon, QRectF(left, 7, ICON_PX, ICON_PX), ink)
        painter.setFont(font(CAPTION_PX, bold=self.isChecked()))
        painter.setPen(QColor(ink))
        words = painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRectF(0, 31, self.width(), 18), Qt.AlignmentFlag.AlignCenter, words)
        if self._dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.mark))
            painter.drawEllipse(QRectF(left + ICON_PX - 3, 6, 8, 8))
        painter.end()


class Rail(QWidget):
    place_wanted = Signal(object)  # Place
    help_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(shell_text.RAIL)
        self.setFixedWidth(WIDTH_PX)
        self._group = QButtonGroup(self)
        self.buttons = {place: self._button(theme, place) for place in Place}
        self.help = RailButton(theme, "help", shell_text.HELP, shell_text.HELP)
        self.help.clicked.connect(self.help_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(5, 10, 5, 10)
        column.setSpacing(4)
        self._add(column, (self.buttons[place] for place in Place if place is not Place.PREFERENCES))
        column.addStretch()
        self._add(column, (self.buttons[Place.PREFERENCES], self.help))
        self.mark(Place.ASK)

    def mark(self, place: Place) -> None:
        """The page that is shown."""
        self.buttons[place].setChecked(True)
        for each, button in self.buttons.items():  # Tab comes to this one, the arrow keys go to the others
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if each is place else Qt.FocusPolicy.NoFocus)

    def _button(self, theme: Theme, place: Place) -> RailButton:
        name = _NAMES[place]
        button = RailButton(theme, _ICONS[place], name, shell_text.page_name(name, shortcut(Command(place)).shown))
        button.setCheckable(True)
        button.setAutoExclusive(True)  # to a screen reader one of several, not a box to be ticked
        button.clicked.connect(lambda: self.place_wanted.emit(place))
        self._group.addButton(button)
        return button

    @staticmethod
    def _add(column: QVBoxLayout, buttons: Iterable[RailButton]) -> None:
        for button in buttons:
            button.setFixedSize(WIDTH_PX - 10, 54)
            column.addWidget(button)
