"""The page as a picture with the passage boxed in gold and the words of a search in green."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.look.theme import Theme
from desktop.viewer.page_pictures import PageShown
from engine.api import Box

MARGIN_PX = 16
MARKER_INK = QColor(255, 200, 61, 96)  # a highlighter on white paper, the same in both themes
HIT_INK = QColor(70, 190, 175, 90)
PRESENT_INK = QColor(70, 190, 175, 150)
_HIT_EDGE = QColor("#0B6B62")  # paper is white in both themes
_LEADING_SHARE = 0.2  # of a line's height, above and below: the white between lines set at 1.4


class PageCanvas(QWidget):
    """Paints the page at its logical size."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self._theme = theme
        self._shown: PageShown | None = None
        self._width = 0
        self._hits: tuple[tuple[Box, ...], ...] = ()
        self._hits_width_px = 1
        self._present = -1

    @property
    def shown(self) -> PageShown | None:
        return self._shown

    @property
    def page_width(self) -> int:
        """Logical pixels that the page is wide."""
        return self._width

    def show_page(self, shown: PageShown | None, width: int) -> None:
        """Show a page `width` logical pixels wide; None clears."""
        if shown is not self._shown:
            self._hits, self._present = (), -1
        self._shown, self._width = shown, width
        height = round(width * shown.page.height_px / shown.page.width_px) if shown else 0
        self.setFixedSize(QSize(width + 2 * MARGIN_PX, height + 2 * MARGIN_PX) if shown else QSize(0, 0))
        self.update()

    def show_hits(self, hits: Sequence[Sequence[Box]], width_px: int, present: int) -> None:
        """Mark the places of a search: for each its boxes on a picture `width_px` wide; `present` stands out."""
        self._hits = tuple(tuple(boxes) for boxes in hits)
        self._hits_width_px, self._present = width_px, present
        self.update()

    def boxes(self) -> list[QRectF]:
        """The passage's boxes in this widget's coordinates, padded so that printed lines just touch."""
        if self._shown is None:
            return []
        return self._placed(self._shown.page.boxes, self._width / self._shown.page.width_px, _LEADING_SHARE)

    def hit_boxes(self, number: int) -> list[QRectF]:
        """The boxes of one place of the search, by its number on this page."""
        if self._shown is None or not 0 <= number < len(self._hits):
            return []
        return self._placed(self._hits[number], self._width / self._hits_width_px, 0.06)

    @property
    def text_edges(self) -> tuple[float, float]:
        """Where the page's text begins and ends across this widget."""
        if self._shown is None:
            return 0.0, 0.0
        scale = self._width / self._shown.page.width_px
        left, right = self._shown.page.text_px
        return left * scale + MARGIN_PX, right * scale + MARGIN_PX

    def outline(self) -> QPainterPath:
        """The lines of the passage as one shape: neighbouring lines grow together."""
        return _united(self.boxes())

    def _placed(self, boxes: Iterable[Box], scale: float, leading: float) -> list[QRectF]:
        found: list[QRectF] = []
        for box in boxes:
            height = (box.y1 - box.y0) * scale
            pad = height * leading
            plain = QRectF(box.x0 * scale, box.y0 * scale, (box.x1 - box.x0) * scale, height)
            side = 3 if leading == _LEADING_SHARE else 1
            found.append(plain.translated(MARGIN_PX, MARGIN_PX).adjusted(-side, -pad, side, pad))
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shown is None:
            return
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        page = QRectF(self.rect()).adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
        painter.fillRect(page.translated(0, 2).adjusted(-1, -1, 1, 1), QColor(0, 0, 0, 26))
        painter.drawImage(page, self._shown.image)
        outline = self.outline()
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        painter.fillPath(outline, MARKER_INK)
        for number in range(len(self._hits)):
            ink = PRESENT_INK if number == self._present else HIT_INK
            for box in self.hit_boxes(number):
                painter.fillRect(box, ink)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.strokePath(outline, QPen(QColor(self._theme.tokens.mark), 1.4, j=Qt.PenJoinStyle.RoundJoin))
        painter.setPen(QPen(_HIT_EDGE, 2.0, j=Qt.PenJoinStyle.RoundJoin))
        for box in self.hit_boxes(self._present):
            painter.drawRect(box)
        painter.end()


def _united(boxes: Iterable[QRectF]) -> QPainterPath:
    path = QPainterPath()
    for box in boxes:
        line_path = QPainterPath()
        line_path.addRect(box)
        path = path.united(line_path)
    return path.simplified()
