from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer, qCritical
from PySide6.QtWidgets import QApplication

from desktop.crash_notes import KEPT_NOTES, CrashNotes

REPOSITORY = Path(__file__).resolve().parents[2]
SECRET = "张三的账户 6222020000000000"


@pytest.fixture
def told(tmp_path: Path, application: QApplication) -> Iterator[list[str]]:
    notes = CrashNotes(tmp_path / "home" / "crash")
    assert notes.install() == ""
    told: list[str] = []
    notes.happened.connect(told.append)
    yield told
    notes.uninstall()


def written(tmp_path: Path) -> list[str]:
    return [path.read_text("utf-8") for path in sorted((tmp_path / "home" / "crash").glob("0*.txt"))]


def fail() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        raise RuntimeError(SECRET) from error


def test_a_slot_that_fails_is_noted_once_without_words(told: list[str], tmp_path: Path, application) -> None:
    for _ in range(3):
        QTimer.singleShot(0, fail)
    QTimer.singleShot(50, application.quit)
    application.exec()
    assert len(told) == 1
    assert written(tmp_path) == told
    assert "builtins.RuntimeError" in told[0] and "builtins.ValueError" in told[0]
    assert "desktop/test_crash_notes.py:" in told[0] and " fail" in told[0]
    assert SECRET[:2] not in told[0] and str(tmp_path) not in told[0]


def test_a_thread_that_fails_is_noted_on_the_window_s_thread(told: list[str], tmp_path: Path, wait) -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    wait(lambda: told)
    assert written(tmp_path) == told


def test_what_qt_calls_critical_is_noted(told: list[str], tmp_path: Path) -> None:
    qCritical(SECRET)
    assert len(told) == 1 and SECRET not in told[0]


def test_only_a_few_notes_are_kept(tmp_path: Path, application: QApplication) -> None:
    folder = tmp_path / "home" / "crash"
    for _ in range(2):
        notes = CrashNotes(folder)
        notes.install()
        for number in range(KEPT_NOTES + 3):
            notes._tell(f"place {number}")
        notes.uninstall()
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == KEPT_NOTES and names[-1] == f"{2 * KEPT_NOTES:06d}.txt"


def test_a_disk_that_takes_no_note_is_no_second_error(tmp_path: Path, application: QApplication) -> None:
    (tmp_path / "home").write_text("not a folder", "utf-8")
    notes = CrashNotes(tmp_path / "home" / "crash")
    assert notes.install() == ""
    told: list[str] = []
    notes.happened.connect(told.append)
    notes._tell("place")
    notes.uninstall()
    assert len(told) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signal")
def test_the_interpreter_s_own_crash_is_told_at_the_next_start(tmp_path: Path, application: QApplication) -> None:
    folder = tmp_path / "home" / "crash"
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from desktop.crash_notes import CrashNotes\n"
        "notes = CrashNotes(Path(sys.argv[1]))\n"
        "notes.install()\n"
        "def last_place(): os.kill(os.getpid(), signal.SIGSEGV)\n"
        "last_place()\n"
    )
    died = subprocess.run([sys.executable, "-c", script, str(folder)], cwd=REPOSITORY, check=False, timeout=60)
    assert died.returncode != 0
    notes = CrashNotes(folder)
    assert "last_place" in notes.install()
    notes.uninstall()
    again = CrashNotes(folder)
    assert again.install() == "", "it is told once"
    again.uninstall()
