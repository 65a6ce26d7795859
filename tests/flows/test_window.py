"""The real window on a real display, used from outside by mouse and keyboard."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psutil

from tests.flows.running import LAW, PASSPHRASE, QUESTION


def test_drop_ask_click(
    display: dict[str, str], tmp_path: Path, shared_data: Path, qwen05_pack: Path, embedder_pack: Path
) -> None:
    passphrase_file = tmp_path / "passphrase"
    passphrase_file.write_text(PASSPHRASE, encoding="utf-8")
    pdf = shared_data / "laws_pdf" / LAW
    script = str(Path(__file__).with_name("window_session.py"))
    command = [sys.executable, script, str(tmp_path / "home"), str(passphrase_file), str(pdf), str(tmp_path)]
    done = subprocess.run(command, env=display, capture_output=True, encoding="utf-8", timeout=580, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["typed"] == QUESTION
    assert "50万元" in seen["answer"]
    assert {"name": LAW, "page_no": 1} in seen["sources"]
    assert seen["page_no"] == seen["sources"][-1]["page_no"], "the boxed page is the cited one"
    assert seen["joined"], "closing during an answer ends its thread"
    assert seen["warnings"] == []
    orphans = [p for p in psutil.process_iter(["cmdline", "ppid"]) if _is_orphaned_parser(p)]
    assert not orphans, "no parser child outlives the window"


def _is_orphaned_parser(process: psutil.Process) -> bool:
    return process.info["ppid"] == 1 and "engine.parser" in (process.info["cmdline"] or [])
