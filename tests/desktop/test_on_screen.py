from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.on_screen import OnScreen, fit_into

LEFT, RIGHT = QRect(0, 0, 1600, 900), QRect(1600, 0, 1024, 600)


@pytest.mark.parametrize(
    ("frame", "screens", "expected"),
    [
        (QRect(100, 100, 800, 500), [LEFT], QRect(100, 100, 800, 500)),
        (QRect(1500, 50, 300, 300), [LEFT, RIGHT], QRect(1500, 50, 300, 300)),  # across both, all of it visible
        (QRect(1700, 50, 800, 500), [LEFT], QRect(800, 50, 800, 500)),  # its screen was taken away
        (QRect(5000, -3000, 800, 500), [LEFT], QRect(800, 0, 800, 500)),
        (QRect(-200, 10, 800, 500), [LEFT], QRect(0, 10, 800, 500)),
        (QRect(10, 10, 1500, 880), [RIGHT], QRect(1600, 0, 1024, 600)),  # larger than what is left
        (QRect(1500, 300, 900, 550), [LEFT, RIGHT], QRect(1600, 50, 900, 550)),  # most of it is on the right
        (QRect(5, 5, 10, 10), [], QRect(5, 5, 10, 10)),  # no screen for a moment
    ],
)
def test_all_of_the_window_is_on_a_screen(frame: QRect, screens: list[QRect], expected: QRect) -> None:
    assert fit_into(frame, screens) == expected


def test_a_window_beyond_the_screens_comes_back_when_they_change(application, wait) -> None:
    window = QWidget()
    keeper = OnScreen(window)
    window.setGeometry(10_000, 10_000, 400, 300)
    window.show()
    screen = QGuiApplication.primaryScreen()
    screen.availableGeometryChanged.emit(screen.availableGeometry())
    wait(lambda: screen.availableGeometry().contains(window.frameGeometry()))
    assert window.size().toTuple() == (400, 300)
    window.showMaximized()
    keeper.fit()
    assert window.isMaximized()
    window.close()
