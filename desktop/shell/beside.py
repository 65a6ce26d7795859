"""The pages and, beside them while a source is open, the viewer. Where there is no room for both, the viewer alone."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

VIEWER_LEAST_PX, PAGE_LEAST_PX = 320, 380
VIEWER_SHARE = 0.46
ROOM_FOR_THREE_PX = 1110  # below this width a page's side panel steps aside for the viewer


class Beside(QSplitter):
    narrowed = Signal(bool)  # the page has lost the room for its side panel, or has it again

    def __init__(self, pages: QWidget, viewer: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self._pages = pages
        self._shown = viewer
        self._viewer = QWidget()
        self._viewer.setObjectName("viewer")
        self._viewer.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._viewer.setMinimumWidth(VIEWER_LEAST_PX)
        column = QVBoxLayout(self._viewer)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(viewer)
        self._viewer.hide()
        self.addWidget(pages)
        self.addWidget(self._viewer)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)

    @property
    def viewer_open(self) -> bool:
        return self._viewer.isVisibleTo(self)

    def open_viewer(self, panel_px: int) -> None:
        """The page and the viewer share what the page's side panel leaves."""
        if self.viewer_open:
            return
        self._viewer.show()
        self._fit()
        panel = panel_px if self.width() >= ROOM_FOR_THREE_PX else 0  # it has just stepped aside
        viewer = max(VIEWER_LEAST_PX, int((self.width() - panel) * VIEWER_SHARE))
        self.setSizes([self.width() - viewer, viewer])

    def close_viewer(self) -> None:
        self._viewer.hide()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        beside = self.viewer_open
        self.narrowed.emit(beside and self.width() < ROOM_FOR_THREE_PX)
        room = not beside or self.width() >= PAGE_LEAST_PX + VIEWER_LEAST_PX
        if not room and self._pages.isVisible():
            self._shown.setFocus()  # what had the focus is about to be hidden
        self._pages.setVisible(room)
