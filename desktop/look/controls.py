"""Small shared controls. Labels show plain text only: document names must never be read as markup."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.look import icons, text
from desktop.look.theme import Theme


def label(words: str = "", role: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """A plain-text label; `role` picks its style."""
    result = QLabel(words)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setWordWrap(wrap)
    if role:
        result.setProperty("role", role)
    if selectable:
        result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        result.setCursor(Qt.CursorShape.IBeamCursor)
    return result


def push_button(words: str, kind: str = "", parent: QWidget | None = None) -> QPushButton:
    result = QPushButton(words, parent)
    result.setCursor(Qt.CursorShape.PointingHandCursor)
    result.setAutoDefault(False)
    if kind:
        result.setProperty("kind", kind)
    return result


def line(parent: QWidget | None = None) -> QFrame:
    """A hairline between two regions."""
    result = QFrame(parent)
    result.setObjectName("line")
    result.setFixedHeight(1)
    return result


class CheckBox(QCheckBox):
    """The style sheet paints the box; the tick is one of our icons."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isChecked():
            option = QStyleOptionButton()
            self.initStyleOption(option)
            box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
            painter = QPainter(self)
            color = self.palette().color(QPalette.ColorRole.HighlightedText).name()
            icons.paint(painter, "check", QRectF(box).adjusted(2, 2, -2, -2), color)
            painter.end()


class EscapableArea(QWidget):
    """Escape within it leaves it, before the window hears of the key."""

    left = Signal()

    def event(self, event: QEvent) -> bool:
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escape and event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if escape and event.type() is QEvent.Type.KeyPress:
            self.left.emit()
            return True
        return super().event(event)


class ComboBox(QComboBox):
    """The style sheet paints the field; the arrow is one of our icons. The wheel scrolls what is around it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.width() - 24, (self.height() - 14) / 2, 14, 14)
        icons.paint(painter, "down", place, self.palette().color(QPalette.ColorRole.PlaceholderText).name())
        painter.end()


class IconButton(QToolButton):
    """A button with one of our icons; its name is both tooltip and accessible name."""

    def __init__(self, theme: Theme, icon: str, name: str, color: str = "text_muted", size_px: int = 18) -> None:
        super().__init__()
        self._theme = theme
        self._icon = icon
        self._color = color
        self._size_px = size_px
        self.setToolTip(text.tooltip(name))
        self.setAccessibleName(name)
        self.setIconSize(QSize(size_px, size_px))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()

    def set_icon(self, icon: str, color: str | None = None) -> None:
        self._icon = icon
        self._color = color or self._color
        self._paint_icon()

    def _paint_icon(self) -> None:
        self.setIcon(icons.icon(self._icon, getattr(self._theme.tokens, self._color), self._size_px))


class IconLabel(QWidget):
    """One icon that follows the theme."""

    def __init__(self, theme: Theme, icon: str, color: str, size_px: int = 16) -> None:
        super().__init__()
        self._theme = theme
        self._icon = icon
        self._color = color
        self.setFixedSize(size_px, size_px)
        theme.changed.connect(self.update)

    def set_icon(self, icon: str, color: str) -> None:
        self._icon, self._color = icon, color
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        icons.paint(painter, self._icon, QRectF(self.rect()), getattr(self._theme.tokens, self._color))
        painter.end()


class ElidedLabel(QWidget):
    """One line of plain text that loses its middle, not its ends, when there is no room (names end in dates)."""

    def __init__(self, role: str = "") -> None:
        super().__init__()
        self._label = label("", role)
        self._full = ""
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._label)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_text(self, words: str) -> None:
        self._full = words
        self.setToolTip(text.tooltip(words))
        self.setAccessibleName(words)
        self._elide()

    def resizeEvent(self, event: object) -> None:
        self._elide()

    def _elide(self) -> None:
        metrics = self._label.fontMetrics()
        self._label.setText(metrics.elidedText(self._full, Qt.TextElideMode.ElideMiddle, self.width()))


class Spinner(QWidget):
    """A quiet ring that turns while something is worked on, and stops its timer when hidden."""

    def __init__(self, theme: Theme, size_px: int = 14) -> None:
        super().__init__()
        self._theme = theme
        self._step = 0
        self._timer = QTimer(self)
        self._timer.setInterval(60)
        self._timer.timeout.connect(self._turn)
        self.setFixedSize(size_px, size_px)

    def showEvent(self, event: object) -> None:
        self._timer.start()

    def hideEvent(self, event: object) -> None:
        self._timer.stop()

    def _turn(self) -> None:
        self._step = (self._step + 1) % 20
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.setPen(QPen(QColor(self._theme.tokens.border_strong), 2))
        painter.drawEllipse(box)
        painter.setPen(QPen(QColor(self._theme.tokens.accent), 2, c=Qt.PenCapStyle.RoundCap))
        eased = QEasingCurve(QEasingCurve.Type.InOutSine).valueForProgress(self._step / 20)
        painter.drawArc(box, int(-eased * 360 * 16), 100 * 16)
        painter.end()


_TONE_COLORS = {"warning": "warning", "danger": "danger"}


class Notice(QFrame):
    """A calm message: what happened, what to do, details to copy. `tone` is warning, danger or plain."""

    closed = Signal()
    retried = Signal()

    def __init__(self, theme: Theme, *, closable: bool = False, compact: bool = False) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._theme = theme
        self._detail = ""
        self._icon = IconLabel(theme, "alert", "warning", 18)
        self._text = label(wrap=True, selectable=True)
        self._action = label(role="caption" if compact else "muted", wrap=True, selectable=True)
        self._copy = push_button(text.COPY_DETAILS, "link")
        self._copy.clicked.connect(self._copy_detail)
        self._retry = push_button(text.RETRY, "link")
        self._retry.clicked.connect(self.retried)
        links = QHBoxLayout()
        links.setSpacing(16)
        links.addWidget(self._retry)
        links.addWidget(self._copy)
        links.addStretch()
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self._text)
        words.addWidget(self._action)
        words.addLayout(links)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 11, 10, 11)
        row.setSpacing(11)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        if closable:
            close = IconButton(theme, "close", text.CLOSE_MESSAGE, size_px=14)
            close.clicked.connect(self.hide)
            close.clicked.connect(self.closed)
            row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_message(
        self, words: str, action: str = "", detail: str = "", *, tone: str = "warning", retry: str = "", icon: str = ""
    ) -> None:
        """`retry` names the link that emits `retried`, if there is to be one."""
        self._detail = detail
        self._text.setText(words)
        self.show_action(action)
        self._copy.setText(text.COPY_DETAILS)
        self._copy.setVisible(bool(detail))
        self._retry.setText(retry)
        self._retry.setVisible(bool(retry))
        self._icon.set_icon(icon or "alert", _TONE_COLORS.get(tone, "accent" if icon else "warning"))
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)
        self.setAccessibleName(f"{words} {action}".strip())
        self.show()

    def show_action(self, action: str) -> None:
        self._action.setText(action)
        self._action.setVisible(bool(action))

    def _copy_detail(self) -> None:
        QGuiApplication.clipboard().setText(f"{self._text.text()}\n{self._action.text()}\n{self._detail}".strip())
        self._copy.setText(text.COPIED)
