"""What was said is there at the next start, also when the last one ended by force."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.flows.running import LAW, QUESTION

pytestmark = pytest.mark.slow

SCRIPT = str(Path(__file__).with_name("history_session.py"))


@pytest.fixture
def command(law_home: tuple[Path, Path], qwen05_pack: Path, tmp_path: Path) -> list[str]:
    home, passphrase_file = law_home
    return [sys.executable, SCRIPT, "", str(home), str(passphrase_file), str(tmp_path)]


def environment() -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


def run(command: list[str], step: str) -> dict[str, Any]:
    command = [part or step for part in command]
    done = subprocess.run(command, env=environment(), capture_output=True, encoding="utf-8", timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_ask_close_reopen_click_the_source_and_go_on(command: list[str]) -> None:
    asked = run(command, "ask")
    again = run(command, "reopen")
    assert again["empty"], "the next start begins with a new conversation"
    assert again["turns"][0] == asked["turns"][0]
    assert "50万元" in again["turns"][0]["text"]
    assert f"{LAW} 1" in again["turns"][0]["cited"]
    assert again["page_no"] in [int(cited.split()[-1]) for cited in again["turns"][0]["cited"]]
    assert "存款保险" in again["turns"][1]["searched"], "the follow-up is understood from what was said before"
    assert again["rows"] == 1, "it is still the same conversation"
    assert run(command, "look")["turns"] == again["turns"]


def test_a_kill_in_the_middle_of_an_answer_loses_only_what_came_since_the_last_save(command: list[str]) -> None:
    parts = [part or "long" for part in command]
    running = subprocess.Popen(parts, env=environment(), stdout=subprocess.PIPE, encoding="utf-8")
    assert running.stdout is not None
    seen = json.loads(running.stdout.readline())
    running.kill()
    running.wait()
    assert seen["busy"], "it was still answering"
    (turn,) = run(command, "look")["turns"]
    assert turn["state"] == "stopped" and turn["question"] == seen["turns"][0]["question"] != QUESTION
    assert len(turn["text"]) >= seen["saved_chars"] > 0
    assert turn["text"].startswith(seen["turns"][0]["text"][: seen["saved_chars"]])
