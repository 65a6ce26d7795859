"""One QApplication, and no Qt warning goes unnoticed: a test during which Qt complains fails."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # for tests.fakes, however pytest was started

from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from desktop.app import make_application
from desktop.look.theme import Theme
from desktop.main_window import MainWindow
from engine.api import Settings, load_settings
from tests.fakes import FakeEngine

WAIT_S = 10.0
OFFSCREEN_LIMIT = "This plugin does not support propagateSizeHints()"  # said of every window with a minimum size
Wait = Callable[[Callable[[], object]], None]


@pytest.fixture(autouse=True)
def no_qt_warnings() -> Iterator[None]:
    messages: list[str] = []

    def collect(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if message == OFFSCREEN_LIMIT:
            return
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
            messages.append(f"{kind.name}: {message}")

    previous = qInstallMessageHandler(collect)
    yield
    qInstallMessageHandler(previous)
    assert not messages, messages


@pytest.fixture(scope="session")
def application() -> QApplication:
    return make_application()


@pytest.fixture(scope="session")
def theme(application: QApplication) -> Theme:
    return Theme(application, "light")


@pytest.fixture
def wait(application: QApplication) -> Wait:
    """Process events until the condition holds; fail after ten seconds."""

    def until(condition: Callable[[], object]) -> None:
        end = time.monotonic() + WAIT_S
        while not condition():
            assert time.monotonic() < end, "timed out"
            application.processEvents()
            time.sleep(0.001)

    return until


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path)


@pytest.fixture
def engine(settings: Settings) -> FakeEngine:
    return FakeEngine(settings)


@pytest.fixture
def open_window(application: QApplication, theme: Theme, settings: Settings) -> Iterator[Callable[..., MainWindow]]:
    """Shows a window over a scripted engine, or over what opens one; at the end each is closed and leaves no thread."""
    windows: list[MainWindow] = []

    def show(engine: FakeEngine | Callable[..., FakeEngine]) -> MainWindow:
        opening = (lambda *_: engine) if isinstance(engine, FakeEngine) else engine
        window = MainWindow(settings, theme, opening)  # type: ignore[arg-type]
        window.show()
        windows.append(window)
        return window

    yield show
    for window in windows:
        window.close()
        assert window.all_joined
        delete(window)


def delete(window: MainWindow) -> None:
    """Delete now: windows that pile up make every change of theme slower."""
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
