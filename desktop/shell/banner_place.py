"""Room above the page for the banner, taken only while the banner is shown."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHBoxLayout, QWidget

_MARGINS_PX = (16, 10, 16, 0)


class BannerPlace(QWidget):
    """Margins around a hidden widget would leave a strip; this hides with it."""

    def __init__(self, banner: QWidget) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(*_MARGINS_PX)
        row.addWidget(banner)
        banner.installEventFilter(self)
        self.setVisible(banner.isVisibleTo(self))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShowToParent:
            self.show()
        elif event.type() is QEvent.Type.HideToParent:
            self.hide()
        return super().eventFilter(watched, event)
