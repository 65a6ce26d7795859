"""Composes the application: Qt, theme, window. `desktop.cli` calls `run_window` when no command is given."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop.allocator import give_memory_back
from desktop.collector import collect_seldom
from desktop.crash_notes import CrashNotes
from desktop.errors import Sentence
from desktop.look import crash_text, icons, text
from desktop.look.theme import Theme
from desktop.main_window import MainWindow
from desktop.single_window import SingleWindow
from engine.api import Settings

SWITCH_INTERVAL_S = 0.0005  # Python work on other threads then delays the window by 10 ms instead of 34 (p95, measured)


def run_window(settings: Settings, documents: Sequence[Path] = ()) -> int:
    """Open the window, take in `documents`, and return the exit code when it is closed. Needs a display.

    Where a window over the same home is open, that one takes the documents and comes to the front.
    """
    application = make_application(settings.text_scale_percent)
    single = SingleWindow(settings.home, application)
    if single.hand_over(documents):
        return 0
    notes = CrashNotes(settings.home / "crash")
    last_crash = notes.install()
    theme = Theme(application, settings.theme)
    window = MainWindow(settings, theme)
    notes.happened.connect(lambda note: window.state.show_sentence(_unexpected(note)))
    single.called.connect(lambda paths: _come_to_front(window, paths))
    window.engine_opened.connect(single.listen)  # again, where a window that hung held the home at first
    single.listen()
    if last_crash:
        window.state.show_sentence(Sentence(crash_text.ENDED, crash_text.ENDED_ACTION, last_crash))
    window.take_in(list(documents))
    window.show()
    _close_on_signals(application, window)
    code = application.exec()
    single.close()
    notes.uninstall()
    if not window.all_joined:
        # A thread inside a library call that cannot be stopped outlived the limit; the ledger survives this (WAL).
        sys.stdout.flush()
        os._exit(code)
    return code


def _unexpected(note: str) -> Sentence:
    return Sentence(crash_text.UNEXPECTED, crash_text.UNEXPECTED_ACTION, note)


def _come_to_front(window: MainWindow, documents: list[Path]) -> None:
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
    QApplication.alert(window)  # a desktop that lets no window push forward marks it at least
    window.take_in(documents)


def make_application(scale_percent: int = 100) -> QApplication:
    """The one QApplication, with what must be set before it is made.

    `scale_percent` enlarges text and everything around it alike, on top of the screen's own scaling: a layout whose
    words alone grow breaks sooner.
    """
    if scale_percent != 100:
        present = float(os.environ.get("QT_SCALE_FACTOR") or 1)
        os.environ["QT_SCALE_FACTOR"] = f"{present * scale_percent / 100:.2f}"
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    collect_seldom()
    give_memory_back()
    if os.environ.get("QT_IM_MODULE", "").startswith("fcitx"):
        os.environ["QT_IM_MODULE"] = "ibus"  # the wheel carries no fcitx plugin; fcitx5 answers ibus as well
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("jinpan")
    application.setApplicationDisplayName(text.APP_NAME)
    application.setDesktopFileName("jinpan")
    application.setWindowIcon(icons.app_icon())
    return application


def _close_on_signals(application: QApplication, window: MainWindow) -> None:
    """Ctrl+C and a polite kill close the window like its button; the timer lets Python see the signal."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: window.close())
    heartbeat = QTimer(application)
    heartbeat.setInterval(250)
    heartbeat.timeout.connect(_let_python_run)
    heartbeat.start()


def _let_python_run() -> None:
    """Signals are handled between Python instructions; this is one."""
