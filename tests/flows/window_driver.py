"""A hand that drives the real window from outside: mouse and keyboard are moved by xdotool."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QPoint, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.app import make_application
from desktop.look.theme import Theme
from desktop.main_window import MainWindow
from engine.api import load_settings
from tests.flows.running import SMALL

TIMEOUT_S = 240.0
KEY_PAUSE_S = 0.3


class Driver:
    """Opens the window over the home; notes whatever Qt complains of in `warnings`."""

    def __init__(self, home: str, passphrase_file: str, screenshots: str) -> None:
        self.warnings: list[str] = []
        qInstallMessageHandler(self._note)
        self._application = make_application()
        self._screenshots = Path(screenshots)
        settings = load_settings(Path(home), passphrase_file=Path(passphrase_file), generator_pack=SMALL)
        self.theme = Theme(self._application, "light")
        self.window = MainWindow(settings, self.theme)
        self.window.setGeometry(140, 80, 1280, 800)
        self.window.show()

    def _note(self, kind: QtMsgType, _: QMessageLogContext, message: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
            self.warnings.append(message)

    def until(self, condition: Callable[[], object], what: str) -> None:
        end = time.monotonic() + TIMEOUT_S
        while not condition():
            if time.monotonic() > end:
                self.picture("stuck")
                raise TimeoutError(what)
            self._application.processEvents()
            time.sleep(0.002)

    def wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end, "a pause")

    def xdotool(self, *arguments: str) -> None:
        running = subprocess.Popen(["xdotool", *arguments])
        self.until(lambda: running.poll() is not None, "xdotool")

    def find(self, name: str) -> QWidget:
        return [widget for widget in self.window.findChildren(QWidget, name) if widget.isVisible()][-1]

    def click(self, widget: QWidget) -> None:
        self.xdotool("mousemove", *centre(widget), "click", "1")

    def type(self, edit: QPlainTextEdit, words: str) -> None:
        """xdotool maps each character to a spare key for a moment; one at a time, or a busy machine loses some."""
        self.click(edit)
        for typed in range(1, len(words) + 1):
            while edit.toPlainText() != words[:typed]:
                missing = edit.toPlainText() == words[: typed - 1]
                self.xdotool(*(("type", words[typed - 1]) if missing else ("key", "BackSpace")))
                self.wait(KEY_PAUSE_S)

    def answered(self) -> None:
        """Wait for the answer to a question that was just asked."""
        self.until(lambda: self.window.conversation.busy, "the answer's begin")
        self.until(lambda: not self.window.conversation.busy, "the answer's end")
        self.wait(0.5)

    def picture(self, name: str) -> None:
        self.window.grab().save(str(self._screenshots / f"{name}.png"))


def centre(widget: QWidget) -> tuple[str, str]:
    """The middle of a widget on the screen."""
    point = widget.mapToGlobal(QPoint(widget.width() // 2, widget.height() // 2))
    return str(point.x()), str(point.y())
