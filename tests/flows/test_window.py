"""The real window on a real display, used from outside by mouse and keyboard."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.flows.running import LAW, PASSPHRASE, QUESTION

OTHER_LAW = "人民币管理条例(2018-03-19).pdf"
OTHER_QUESTION = "人民币的单位是什么？"
NO_NETWORK = ["unshare", "--net", "--map-root-user"]


def test_drop_ask_click_twice_without_a_network(
    display: dict[str, str], tmp_path: Path, shared_data: Path, qwen05_pack: Path, embedder_pack: Path
) -> None:
    if not shutil.which("unshare"):
        pytest.skip("unshare (util-linux) is not installed")
    passphrase_file = tmp_path / "passphrase"
    passphrase_file.write_text(PASSPHRASE, encoding="utf-8")
    laws = shared_data / "laws_pdf"
    rounds = (str(laws / LAW), QUESTION, str(laws / OTHER_LAW), OTHER_QUESTION)
    script = str(Path(__file__).with_name("window_session.py"))
    command = [*NO_NETWORK, sys.executable, script, str(tmp_path / "home"), str(passphrase_file), str(tmp_path)]
    done = subprocess.run(
        [*command, *rounds], env=display, capture_output=True, encoding="utf-8", timeout=580, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["interfaces"] == ["lo"], "there is no network to send anything to"
    first, second = seen["rounds"]
    assert (first["typed"], second["typed"]) == (QUESTION, OTHER_QUESTION)
    assert "50万元" in first["answer"] and "元" in second["answer"]
    assert {"name": LAW, "page_no": 1} in first["sources"]
    assert OTHER_LAW in [source["name"] for source in second["sources"]]
    for each in (first, second):
        assert each["page_no"] == each["sources"][-1]["page_no"], "the boxed page is the cited one"
    assert seen["joined"], "closing during an answer ends its thread"
    assert seen["warnings"] == []
    orphans = [p for p in psutil.process_iter(["cmdline", "ppid"]) if _is_orphaned_parser(p)]
    assert not orphans, "no parser child outlives the window"


def _is_orphaned_parser(process: psutil.Process) -> bool:
    return process.info["ppid"] == 1 and "engine.parser" in (process.info["cmdline"] or [])
