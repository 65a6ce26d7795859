"""A second start and the first window: real sockets, and a real process that crashed or hangs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication

from desktop import single_window
from desktop.single_window import LIMIT_BYTES, SingleWindow, address, documents_of

REPOSITORY = Path(__file__).resolve().parents[2]
LISTEN = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop.single_window import SingleWindow
application = QCoreApplication([])
single = SingleWindow(Path(sys.argv[1]))
print(single.listen(), flush=True)
application.exec()
"""
pytestmark = pytest.mark.usefixtures("application")


CALL = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop.single_window import SingleWindow
application = QCoreApplication([])
sys.exit(not SingleWindow(Path(sys.argv[1])).hand_over([Path(path) for path in sys.argv[2:]]))
"""


def call(wait: Callable[[Callable[[], object]], None], home: Path, *documents: str) -> bool:
    """Another start, in a process of its own; True when its documents were taken."""
    command = [sys.executable, "-c", CALL, str(home), *documents]
    process = subprocess.Popen(command, cwd=REPOSITORY)
    wait(lambda: process.poll() is not None)
    return process.returncode == 0


@pytest.fixture(autouse=True)
def runtime_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


@pytest.fixture
def first(home: Path) -> Iterator[SingleWindow]:
    single = SingleWindow(home)
    assert single.listen()
    yield single
    single.close()


def test_documents_reach_the_first_window(first: SingleWindow, home: Path, wait) -> None:
    calls: list[list[Path]] = []
    first.called.connect(calls.append)
    assert call(wait, home, "/资料/存款 😀.pdf", "乙.pdf")
    assert calls == [[Path("/资料/存款 😀.pdf"), REPOSITORY / "乙.pdf"]]


def test_a_plain_second_start_only_raises_the_first(first: SingleWindow, home: Path, wait) -> None:
    calls: list[list[Path]] = []
    first.called.connect(calls.append)
    assert call(wait, home)
    assert calls == [[]]


def test_each_home_has_its_own_window(first: SingleWindow, tmp_path: Path) -> None:
    other = SingleWindow(tmp_path / "other")
    assert not other.hand_over([])
    assert other.listen()
    other.close()


def test_nobody_listens_twice(first: SingleWindow, home: Path) -> None:
    assert first.listen(), "it goes on listening"
    assert not SingleWindow(home).listen()


def listening_process(home: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", LISTEN, str(home)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "True\n"
    return process


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe goes with its process there")
def test_a_socket_left_behind_by_a_crash_is_replaced(home: Path) -> None:
    process = listening_process(home)
    process.kill()
    process.wait()
    assert Path(address(home)).exists(), "or the test tests nothing"
    single = SingleWindow(home)
    assert not single.hand_over([Path("/a.pdf")])
    assert single.listen()
    single.close()


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be held there")
def test_a_first_window_that_hangs_is_not_waited_for(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_window, "ANSWER_MS", 200)
    process = listening_process(home)
    os.kill(process.pid, signal.SIGSTOP)
    try:
        single = SingleWindow(home)
        assert not single.hand_over([Path("/a.pdf")])
        assert not single.listen(), "its socket is not taken from it"
    finally:
        os.kill(process.pid, signal.SIGCONT)
        process.kill()
        process.wait()
    assert single.listen(), "it takes calls once the other is gone"
    single.close()


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"{}",
        b"\xff[]",
        b"[" * 100_000,
        json.dumps(["relative.pdf"]).encode(),
        json.dumps([7]).encode(),
        json.dumps([""]).encode(),
        json.dumps(["/a\0b"]).encode(),
        json.dumps(["/" + "a" * 5000]).encode(),
        json.dumps(["/a"] * 2001).encode(),
    ],
)
def test_a_message_out_of_range_is_no_list_of_documents(message: bytes) -> None:
    assert documents_of(message) is None


@pytest.mark.parametrize("message", [b"[1]\n", b"x" * (LIMIT_BYTES + 2)])
def test_a_caller_that_talks_nonsense_is_sent_away(first: SingleWindow, home: Path, wait, message: bytes) -> None:
    calls: list[list[Path]] = []
    first.called.connect(calls.append)
    socket = QLocalSocket()
    socket.connectToServer(address(home))
    assert socket.waitForConnected(1000)
    socket.write(message)
    wait(lambda: socket.state() is QLocalSocket.LocalSocketState.UnconnectedState)
    assert calls == []


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no folder")
def test_a_folder_that_others_may_enter_is_not_used(home: Path, runtime_folder: Path, monkeypatch, tmp_path) -> None:
    runtime_folder.chmod(0o755)
    monkeypatch.setattr(single_window.tempfile, "gettempdir", lambda: str(tmp_path))
    (tmp_path / f"jinpan-{os.getuid()}").symlink_to(tmp_path)
    assert address(home) == ""
    single = SingleWindow(home)
    assert not single.listen() and not single.hand_over([])
    assert QApplication.instance() is not None
