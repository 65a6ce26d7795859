"""Nothing that is shown makes the window open a file, a share or an address: 500 hostile texts on every surface.

The real window runs in a process of its own under strace, which sees every file that is opened or looked at, every
program started and every connection, whatever part of Qt does it. A listener on the loopback counts connections too.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests import hostile_snippets

SESSION = Path(__file__).with_name("rendering_session.py")
SURFACES = {
    "answers, questions, sources, proposals",
    "question bubble",
    "answer, growing",
    "viewer",
    "labels, notices, tooltips, window title",
    "library rows",
    "history rows",
    "dialogs",
    "names of exports",
    "menu",
    "fields of all pages",
}
_FILE_CALLS = "open,openat,openat2,stat,lstat,newfstatat,statx,access,faccessat,faccessat2,readlink,readlinkat"


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A port of this machine, and where connections to it came from."""
    came: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def setup(self) -> None:
            came.append(str(self.client_address))
            super().setup()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port, came
    server.shutdown()
    server.server_close()
    thread.join()


def traced(folder: Path, home: Path, port: int, out: Path, trace: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed (Debian: strace); what is opened cannot be observed without it")
    calls = f"trace={_FILE_CALLS},connect,execve"
    watch = [strace, "-f", "-qq", "-s", "400", "-e", calls, "-e", "signal=none", "-o", str(trace)]
    if subprocess.run([*watch, "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here (ptrace is forbidden in this container)")
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    settings = {"CANARY_FOLDER": str(folder), "CANARY_PORT": str(port), "HOME": str(home), "PYTHONUTF8": "1"}
    command = [*watch, "--seccomp-bpf", sys.executable, str(SESSION), str(out)]
    done = subprocess.run(command, env=kept | settings, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="strace observes Linux")
def test_500_hostile_texts_open_nothing(tmp_path: Path, listener: tuple[int, list[str]]) -> None:
    port, came = listener
    folder, home = tmp_path / hostile_snippets.MARK, tmp_path / "home"
    folder.mkdir()
    home.mkdir(mode=0o700)
    for name in ("a.png", "b.png", "c.svg", "j.png", "control.png"):
        (folder / name).write_bytes(b"\x89PNG\r\n\x1a\n")
    out, trace = tmp_path / "seen.json", tmp_path / "trace"
    traced(folder, home, port, out, trace)
    seen: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    shown = {surface: count for surface, count in seen["surfaces"].items() if surface in SURFACES}
    assert seen["texts"] == 500 and set(shown) == SURFACES
    assert all(count == 500 for count in shown.values()), shown
    assert seen["loaded"] == [], "a document got what it asked for"
    assert seen["markup_labels"] == [], "a label would read markup"
    assert seen["markup_tips"] == [], "a tooltip would read markup"
    assert seen["open_documents"] == [], "a text field could load or open something"
    addresses = [target for target in hostile_snippets.targets(str(folder), port) if target.startswith("http")]
    assert seen["opened"] == addresses, "only pages of the web, each after its whole address was shown and pressed"

    calls = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    # in a path; a save dialog asks whether a file of a hostile title's harmless form is there, and that is none
    below = re.compile(rf"[/\\]{hostile_snippets.MARK}[/\\]")
    canaries = [call for call in calls if below.search(call) and "execve(" not in call]
    assert any("control.png" in call for call in canaries), "the watcher sees nothing"
    assert [call for call in canaries if "control.png" not in call] == []
    programs = [call for call in calls if re.search(r"\bexecve\(.* = 0$", call)]
    assert len(programs) == 1, "another program was started"
    connections = [call for call in calls if "connect(" in call and re.search("AF_INET6?", call)]
    assert len(connections) == 1, "only the session's own, for control"
    assert len(came) == 1


def test_there_are_500_different_hostile_texts() -> None:
    texts = hostile_snippets.snippets("/folder", 80)
    assert len(set(texts)) == 500
    assert all("folder" in text or hostile_snippets.MARK in text for text in texts)
