"""How large a page is shown: fitted to the room there is, or in per cent of its size on paper."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QSizeF

LEAST_PERCENT, MOST_PERCENT = 50, 400
STEPS = (50, 67, 75, 90, 100, 110, 125, 150, 175, 200, 250, 300, 400)
_PX_PER_PT = 96 / 72  # a logical pixel is 1/96 inch
_LEAST_WIDTH_PX = 120


class Fit(StrEnum):
    TEXT = "text"  # as WIDTH, or larger where that is small: the paper's margins may be out of sight
    WIDTH = "width"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Zoom:
    """`fit`, or `percent` where it is None."""

    fit: Fit | None = Fit.TEXT
    percent: int = 100

    def width_px(self, page_pt: QSizeF, room: QSizeF, text_share: float = 1.0) -> int:
        """Logical pixels that the page is wide; `room` is what is free for it, `text_share` how much of its width the
        text takes."""
        match self.fit:
            case Fit.TEXT:
                width = max(room.width(), min(room.width() / text_share, page_pt.width() * _PX_PER_PT))
            case Fit.WIDTH:
                width = room.width()
            case Fit.PAGE:
                width = min(room.width(), room.height() * page_pt.width() / page_pt.height())
            case None:
                width = page_pt.width() * _PX_PER_PT * self.percent / 100
        return max(_LEAST_WIDTH_PX, int(width))

    def larger(self, shown_percent: int) -> Zoom:
        """The next step above what is on screen."""
        return Zoom(None, next((step for step in STEPS if step > shown_percent), MOST_PERCENT))

    def smaller(self, shown_percent: int) -> Zoom:
        return Zoom(None, next((step for step in reversed(STEPS) if step < shown_percent), LEAST_PERCENT))


def shown_percent(width_px: float, page_pt: QSizeF) -> int:
    """What a page `width_px` wide is of its size on paper."""
    return round(100 * width_px / (page_pt.width() * _PX_PER_PT))
