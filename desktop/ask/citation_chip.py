"""The small numbered chip that stands in an answer for [n]: an inline object, as [1](cite:1) loses its brackets."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPyTextObject, QTextDocument, QTextFormat

from desktop.look.theme import Theme
from desktop.look.tokens import rung_colors
from desktop.look.type_scale import font
from engine.api import Rung

CHIP_OBJECT = QTextFormat.ObjectTypes.UserObject + 1
MARKER_PROPERTY = QTextFormat.Property.UserProperty + 1
_GAP_PX = 2.0
_HEIGHT_PX = 16.0


class CitationChip(QPyTextObject):
    """Draws the chips of one document. `hovered` is the marker under the pointer, 0 for none; `rungs` where the sources
    of the markers stand on the ladder."""

    def __init__(self, theme: Theme, parent: QTextDocument) -> None:
        super().__init__(parent)
        self._theme = theme
        self._font = font(11, bold=True)
        self.hovered = 0
        self.rungs: dict[int, Rung] = {}

    def intrinsicSize(self, doc: QTextDocument, position: int, look: QTextFormat) -> QSizeF:  # noqa: N802  Qt's name
        width = QFontMetricsF(self._font).horizontalAdvance(str(look.intProperty(MARKER_PROPERTY)))
        return QSizeF(max(_HEIGHT_PX, width + 9) + 2 * _GAP_PX, _HEIGHT_PX)

    def drawObject(  # noqa: N802  Qt's name
        self, painter: QPainter, rect: QRectF | QRect, doc: QTextDocument, position: int, look: QTextFormat
    ) -> None:
        marker = look.intProperty(MARKER_PROPERTY)
        tokens = self._theme.tokens
        lit = marker == self.hovered
        ink, ground = rung_colors(tokens, self.rungs.get(marker, Rung.BRANCH))
        # Raised by two pixels: beside CJK text a chip on the baseline looks sunken.
        box = QRectF(rect.left() + _GAP_PX, rect.top() - 2, rect.width() - 2 * _GAP_PX, _HEIGHT_PX)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink if lit else ground))
        painter.drawRoundedRect(box, 5, 5)
        painter.setFont(self._font)
        painter.setPen(QColor(tokens.window if lit else ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(marker))
        painter.restore()
