"""What a confined process can still do, tried in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="system calls are filtered on Linux only")

REPOSITORY = Path(__file__).parents[3]
PROBE = """
import json, os, socket, subprocess, sys
from engine.parser.confine import confine

def tried(action):
    try:
        action()
    except BaseException as error:
        return type(error).__name__
    return "done"

def fill():
    return len(bytearray(400 << 20))

data = bytes(1000)
held = confine(200 << 20, 60)
results = {
    "read": tried(lambda: os.open("/etc/passwd", os.O_RDONLY)),
    "write": tried(lambda: os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)),
    "list": tried(lambda: os.listdir("/")),
    "delete": tried(lambda: os.unlink(sys.argv[1] + "-kept")),
    "socket": tried(lambda: socket.socket()),
    "exec": tried(lambda: os.execv("/bin/true", ["true"])),
    "fork": tried(os.fork),
    "kill": tried(lambda: os.kill(os.getppid(), 0)),
    "memory": tried(fill),
    "compute": tried(lambda: sum(data)),
}
os.write(1, json.dumps({"held": held, **results}).encode())
"""


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    path = tmp_path_factory.mktemp("probe") / "file"
    kept = path.with_name("file-kept")
    kept.touch()
    run = subprocess.run(
        [sys.executable, "-c", PROBE, str(path)], cwd=REPOSITORY, capture_output=True, check=True, timeout=60
    )
    assert kept.exists()
    assert not path.exists()
    return json.loads(run.stdout)


def test_files_sockets_programs_and_processes_are_out_of_reach(probed: dict[str, object]) -> None:
    if "seccomp" not in probed["held"]:  # type: ignore[operator]
        pytest.skip("this kernel or processor has no seccomp filter that we know")
    for action in ("read", "write", "list", "delete", "socket", "exec", "fork", "kill"):
        assert probed[action] == "PermissionError", action


def test_memory_is_bounded(probed: dict[str, object]) -> None:
    assert probed["memory"] == "MemoryError"


def test_computing_goes_on(probed: dict[str, object]) -> None:
    assert probed["compute"] == "done"
