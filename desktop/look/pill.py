"""A small label painted on a row or a card."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

HEIGHT_PX = 18


def paint_pill(
    painter: QPainter, colors: tuple[str, str], words: str, corner: QPointF, *, leftwards: bool = False
) -> float:
    """Paint `words` in the painter's font from the top left `corner` (`leftwards`: top right); returns the width.

    `colors` are ink and ground.
    """
    width = QFontMetricsF(painter.font()).horizontalAdvance(words) + 12
    place = QRectF(corner.x() - width if leftwards else corner.x(), corner.y(), width, HEIGHT_PX)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors[1]))
    painter.drawRoundedRect(place, 5, 5)
    painter.setPen(QColor(colors[0]))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
    return width
