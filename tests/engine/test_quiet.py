"""Dependencies stay silent: no file of theirs in the user's home, no network call; and these checks can fail.

Every child runs without the variable CI, which would silence ONNX Runtime by itself, and in a fresh home.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.quiet import silence_dependencies
from engine.runtime.session import _PROBE_GRAPH

REPOSITORY = Path(__file__).resolve().parents[2]
NO_NETWORK = ["unshare", "--map-root-user", "--net"]
FIRST_CALL_S = 20  # unsilenced, ONNX Runtime 1.31 first calls home about 10 s after its import

OURS = """
import sys, time
from pathlib import Path
import numpy
from engine.runtime.session import create_session
create_session(Path(sys.argv[1]), 1, "auto").run({"x": numpy.zeros(1, numpy.float32)})
time.sleep(float(sys.argv[2]))
"""
UNSILENCED = """
import sys, time
import numpy, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
session.run(None, {"x": numpy.zeros(1, numpy.float32)})
time.sleep(float(sys.argv[2]))
"""
CALLING = """
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect_ex(("127.0.0.1", 9))
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="traces system calls and folders of Linux")


class Child:
    """A Python child in a home of its own, traced if asked."""

    def __init__(self, folder: Path, code: str, seconds: float = 0.0, traced: bool = False, **variables: str) -> None:
        folder.mkdir()
        self.home = folder / "home"
        self.home.mkdir()
        self._trace = folder / "trace"
        graph = folder / "probe.onnx"
        graph.write_bytes(_PROBE_GRAPH)
        wrapper = NO_NETWORK if network_can_be_cut() else []
        if traced:
            wrapper = [*wrapper, "strace", "-f", "-qq", "-e", "trace=network", "-o", str(self._trace)]
        self._process = subprocess.Popen(
            [*wrapper, sys.executable, "-c", code, str(graph), str(seconds)],
            cwd=REPOSITORY,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home), "PYTHONDONTWRITEBYTECODE": "1", **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait(self) -> None:
        _, complaint = self._process.communicate(timeout=120)
        assert self._process.returncode == 0, complaint

    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.home)) for path in self.home.rglob("*") if path.is_file())

    def internet_calls(self) -> list[str]:
        lines = self._trace.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if re.search(r"(socket|connect|sendto|sendmsg)\(.*AF_INET", line)]


def network_can_be_cut() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*NO_NETWORK, "true"], capture_output=True).returncode == 0


def test_our_sessions_leave_nothing_in_the_home(tmp_path: Path) -> None:
    child = Child(tmp_path / "ours", OURS)
    child.wait()
    assert child.files() == []


def test_a_users_shell_cannot_turn_telemetry_on(tmp_path: Path) -> None:
    child = Child(tmp_path / "ours", OURS, ORT_DISABLE_TELEMETRY="0")
    child.wait()
    assert child.files() == []


def test_unsilenced_it_writes_a_device_id(tmp_path: Path) -> None:
    """The control: were the switch lost, the tests above would see this file."""
    child = Child(tmp_path / "control", UNSILENCED)
    child.wait()
    assert any(name.endswith("deviceid") for name in child.files())


@pytest.mark.slow
def test_no_network_call_is_attempted(tmp_path: Path) -> None:
    if shutil.which("strace") is None or not network_can_be_cut():
        pytest.skip("needs strace and unshare with a network namespace")
    ours = Child(tmp_path / "ours", OURS, FIRST_CALL_S, traced=True)
    control = Child(tmp_path / "control", UNSILENCED, FIRST_CALL_S, traced=True)
    calling = Child(tmp_path / "calling", CALLING, traced=True)
    for child in (ours, control, calling):
        child.wait()
    assert calling.internet_calls(), "the trace itself must see a call"
    assert control.internet_calls(), "unsilenced, it would have called home"
    assert ours.internet_calls() == []


def test_the_switches_overwrite_what_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "0")
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    silence_dependencies()
    assert os.environ["ORT_DISABLE_TELEMETRY"] == os.environ["HF_HUB_OFFLINE"] == "1"
