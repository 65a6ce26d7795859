"""The canvas in its scroll area: keys and wheel that turn pages and zoom, and what is brought into sight."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea

from desktop.look.theme import Theme
from desktop.viewer.canvas import MARGIN_PX, PageCanvas

TOP, BOTTOM = "top", "bottom"
_WHEEL_RESTED_MS = 250  # a wheel that runs on stays on its page; turned anew at the page's end it goes to the next


class PageArea(QScrollArea):
    """Page Down, Page Up and Space go on to the next page at a page's end; Ctrl+Home and Ctrl+End to the ends."""

    stepped = Signal(int, str)  # by how many pages, and where to come in: TOP or BOTTOM
    end_wanted = Signal(bool)  # the last page, else the first
    zoomed = Signal(bool)  # in, else out

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.canvas = PageCanvas(theme)
        self._turned = QElapsedTimer()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setWidget(self.canvas)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide_margins(True)

    @property
    def room(self) -> QSizeF:
        """What is free for a page. The scroll bar's room is always kept, so that its coming and going does not change
        the page's width."""
        bar = self.verticalScrollBar().sizeHint().width()
        return QSizeF(self.width() - bar - 2 * MARGIN_PX, self.height() - 2 * MARGIN_PX)

    def hide_margins(self, hidden: bool) -> None:
        """Without a bar below for what is only the paper's margins."""
        policy = Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(policy.ScrollBarAlwaysOff if hidden else policy.ScrollBarAsNeeded)

    def scroll_to(self, end: str) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum() if end == BOTTOM else 0)

    def bring_into_sight(self, boxes: Sequence[QRectF]) -> None:
        """The first box at a third of the height."""
        view = self.viewport()
        self.verticalScrollBar().setValue(round(boxes[0].top() - view.height() / 3))
        left, right = min(box.left() for box in boxes), max(box.right() for box in boxes)
        across = self.horizontalScrollBar()
        if left < across.value() or right > across.value() + view.width():
            across.setValue(round(left - MARGIN_PX))

    def centre(self, left: float, right: float) -> None:
        """Bring what is between two x into the middle, without changing what is in sight up and down."""
        self.horizontalScrollBar().setValue(round((left + right - self.viewport().width()) / 2))

    def stretch(self, width: int) -> None:
        """Show the same picture at another width until the sharp one comes; the middle of what is in sight stays."""
        shown = self.canvas.shown
        if shown is None:
            return
        bar, across, view = self.verticalScrollBar(), self.horizontalScrollBar(), self.viewport().size()
        x, y = across.value() + view.width() / 2, bar.value() + view.height() / 2
        before = max(1, self.canvas.page_width)
        self.canvas.show_page(shown, width)
        grown = width / before
        bar.setValue(round(y * grown - view.height() / 2))
        across.setValue(round(x * grown - view.width() / 2))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        match event.key():
            case Qt.Key.Key_PageDown | Qt.Key.Key_Space if control or bar.value() == bar.maximum():
                self.stepped.emit(1, TOP)
            case Qt.Key.Key_PageUp if control or bar.value() == bar.minimum():
                self.stepped.emit(-1, TOP if control else BOTTOM)
            case Qt.Key.Key_Space:
                bar.triggerAction(bar.SliderAction.SliderPageStepAdd)
            case Qt.Key.Key_Home | Qt.Key.Key_End if control:
                self.end_wanted.emit(event.key() == Qt.Key.Key_End)
            case _:
                super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if turned:
                self.zoomed.emit(turned > 0)
            event.accept()
            return
        rested = not self._turned.isValid() or self._turned.elapsed() > _WHEEL_RESTED_MS
        self._turned.restart()
        bar = self.verticalScrollBar()
        if rested and turned and bar.value() == (bar.minimum() if turned > 0 else bar.maximum()):
            self.stepped.emit(-1 if turned > 0 else 1, BOTTOM if turned > 0 else TOP)
            event.accept()
        else:
            super().wheelEvent(event)
