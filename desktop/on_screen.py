"""Keeps a window where its user can reach it when screens go, come or change their size."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtGui import QGuiApplication, QRegion, QScreen
from PySide6.QtWidgets import QWidget

_SETTLE_MS = 300  # docking and waking up change screens several times within a moment


class OnScreen(QObject):
    """Watches the screens for `window`; `fit` moves it at once."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._settled = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settled.timeout.connect(self.fit)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenAdded.connect(self._watch)
        application.screenRemoved.connect(self._changed)
        application.primaryScreenChanged.connect(self._changed)
        for screen in application.screens():
            screen.availableGeometryChanged.connect(self._changed)

    def fit(self) -> None:
        """Bring all of the window onto a screen. One that fills its screen is the system's to place."""
        window = self._window
        if window.isMaximized() or window.isFullScreen():
            return
        frame = window.frameGeometry()
        fitted = fit_into(frame, [screen.availableGeometry() for screen in QGuiApplication.screens()])
        if fitted != frame:
            border = frame.size() - window.size()
            window.resize(fitted.size() - border)
            window.move(fitted.topLeft())

    def _watch(self, screen: QScreen) -> None:
        screen.availableGeometryChanged.connect(self._changed)
        self._changed()

    def _changed(self) -> None:
        self._settled.start()


def fit_into(frame: QRect, screens: Sequence[QRect]) -> QRect:
    """`frame` as it is where the screens show all of it; else within the one that shows most of it (or the first)."""
    everywhere = QRegion()
    for screen in screens:
        everywhere += screen
    if not screens or QRegion(frame).subtracted(everywhere).isEmpty():
        return frame
    best = max(screens, key=lambda screen: _area(screen.intersected(frame)))
    size = frame.size().boundedTo(best.size())
    x = min(max(frame.x(), best.x()), best.right() + 1 - size.width())
    y = min(max(frame.y(), best.y()), best.bottom() + 1 - size.height())
    return QRect(x, y, size.width(), size.height())


def _area(rect: QRect) -> int:
    return max(0, rect.width()) * max(0, rect.height())
