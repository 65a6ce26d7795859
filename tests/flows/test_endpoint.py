"""The installed commands with the bank's own server: policy in /etc, key in a keyring, a real server process.

Each command runs in a mount namespace of its own, whose /etc has the policy file of the test and is else the real one.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.runtime.endpoint_server import KEY
from tests.engine.runtime.running_endpoint import Server
from tests.flows.running import QUESTION, SMALL, Jinpan

NAMESPACE = ["unshare", "--mount", "--map-root-user"]
WITH_POLICY = """
set -e
mkdir -p "$1/etc"
mount --bind /etc "$1/etc"
mount -t tmpfs tmpfs /etc
for entry in "$1"/etc/*; do ln -s "$entry" /etc/; done
rm -f /etc/jinpan
mkdir /etc/jinpan
cp "$1/policy.toml" /etc/jinpan/
shift
exec "$@"
"""
WITH_KEYRING = 'printf x | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$@"'


def has_namespaces() -> bool:
    if sys.platform != "linux" or not shutil.which("unshare"):
        return False
    return subprocess.run([*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True).returncode == 0


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_namespaces(), reason="this machine does not let us mount anything in a namespace"),
    pytest.mark.skipif(not shutil.which("dbus-run-session"), reason="dbus-run-session is not installed"),
    pytest.mark.skipif(not shutil.which("gnome-keyring-daemon"), reason="gnome-keyring-daemon is not installed"),
]


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def bank(
    law_home: tuple[Path, Path], server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Jinpan, Path]:
    """A branch PC whose policy allows `server`, with a keyring that works, and its policy file."""
    for name, variable in (("data", "XDG_DATA_HOME"), ("run", "XDG_RUNTIME_DIR")):
        (tmp_path / name).mkdir(mode=0o700)
        monkeypatch.setenv(variable, str(tmp_path / name))
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    policy = tmp_path / "policy.toml"
    policy.write_text(
        f'[endpoint]\nallowed = true\nurl = "http://127.0.0.1:{server.port}/v1"\nmodel = "normal"\n', encoding="utf-8"
    )
    prefix = [*NAMESPACE, "sh", "-c", WITH_POLICY, "sh", str(tmp_path)]
    prefix += ["dbus-run-session", "--", "sh", "-c", WITH_KEYRING, "sh"]
    return Jinpan(*law_home, prefix=prefix), policy


def doctor(jinpan: Jinpan) -> dict[str, Any]:
    """Its line about the server, whatever else this machine lacks."""
    rows = [json.loads(line) for line in jinpan.run("--json", "doctor").stdout.splitlines()]
    return next(row for row in rows if row.get("name") == "endpoint")


def test_from_the_key_to_a_cited_answer(bank: tuple[Jinpan, Path], server: Server) -> None:
    jinpan, _ = bank
    assert jinpan.rows("ask", QUESTION, "--pack", "endpoint", exit_code=4)[-1]["code"] == "endpoint_key_missing"
    assert not server.take(), "without a key nobody is asked"
    done = jinpan.run("endpoint", "set-key", stdin=f"{KEY}\n")
    assert done.returncode == 0 and KEY not in done.stdout + done.stderr, done.stderr
    tested = jinpan.rows("endpoint", "test")[-1]
    assert (tested["kind"], tested["model"]) == ("endpoint_tested", "normal") and tested["first_token_s"] > 0
    server.take()
    rows = jinpan.rows("ask", QUESTION, "--pack", "endpoint")
    assert rows[0]["kind"] == "passages_found"
    assert "".join(row["text"] for row in rows if row["kind"] == "text_delta") == "存款保险最高偿付50万元，😀完。"
    answer = rows[-1]
    assert answer["found"] and any("50万元" in citation["quote"] for citation in answer["citations"])
    assert answer["timings"]["decode_tokens"] == 9
    (request,) = server.take()
    assert QUESTION in request["body"]["messages"][-1]["content"]
    assert jinpan.rows("endpoint", "remove-key")[-1]["removed"] is True
    assert jinpan.rows("endpoint", "test", exit_code=4)[-1]["code"] == "endpoint_key_missing"


def test_doctor_says_how_it_stands_and_contacts_nobody(bank: tuple[Jinpan, Path], server: Server) -> None:
    jinpan, policy = bank
    row = doctor(jinpan)
    assert row["ok"] and f":{server.port}/v1" in row["value"]
    policy.write_text("[endpoint]\nallowed = maybe\n", encoding="utf-8")
    row = doctor(jinpan)
    assert not row["ok"] and "第 2 行" in row["action"] and "科技部门" in row["action"]
    assert not server.take()


def test_without_the_users_choice_nobody_is_contacted(
    bank: tuple[Jinpan, Path], server: Server, qwen05_pack: Path
) -> None:
    jinpan, _ = bank
    assert jinpan.rows("ask", QUESTION, "--pack", SMALL, "--max-tokens", "8")[-1]["kind"] == "answer_finished"
    assert not server.take()


def test_without_the_administrators_word_nobody_is_contacted(bank: tuple[Jinpan, Path], server: Server) -> None:
    jinpan, policy = bank
    policy.write_text(policy.read_text(encoding="utf-8").replace("true", "false"), encoding="utf-8")
    row = jinpan.rows("ask", QUESTION, "--pack", "endpoint", exit_code=4)[-1]
    assert row["code"] == "endpoint_not_allowed" and "/etc/jinpan/policy.toml" in row["action"]
    assert jinpan.rows("endpoint", "test", exit_code=4)[-1]["code"] == "endpoint_not_allowed"
    assert not server.take()


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_without_a_policy_no_connection_is_attempted(law_home: tuple[Path, Path], tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    jinpan = Jinpan(*law_home, prefix=["strace", "-f", "-qq", "-e", "trace=network", "-o", str(trace)])
    assert jinpan.rows("ask", QUESTION, "--pack", "endpoint", exit_code=4)[-1]["code"] == "endpoint_not_allowed"
    calls = trace.read_text(encoding="utf-8", errors="replace")
    assert "socket" in calls, "the trace itself must see something"
    assert not re.findall(r"(?:connect|sendto|sendmsg)\(.*AF_INET.*", calls)
