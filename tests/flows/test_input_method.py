"""A real Chinese input method: what is being composed is no question yet."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.input_method_session import CANNOT_RUN
from tests.flows.running import PASSPHRASE

PINYIN = Path("/usr/share/ibus/component/libpinyin.xml")


def test_pinyin_is_composed_and_enter_belongs_to_it(display: dict[str, str], tmp_path: Path) -> None:
    if not all(map(shutil.which, ("ibus-daemon", "dbus-run-session"))) or not PINYIN.exists():
        pytest.skip("ibus and ibus-libpinyin are not installed")
    passphrase_file = tmp_path / "passphrase"
    passphrase_file.write_text(PASSPHRASE, encoding="utf-8")
    script = str(Path(__file__).with_name("input_method_session.py"))
    command = ["dbus-run-session", "--", sys.executable, script, str(tmp_path / "home"), str(passphrase_file)]
    done = subprocess.run(
        [*command, str(tmp_path)], env=display, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    if done.returncode == CANNOT_RUN:
        pytest.skip("ibus does not start on this machine")
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["composed"] == "存款" and seen["text_meanwhile"] == ""
    assert seen["text"].startswith("存款") and len(seen["text"]) > 2
    assert seen["turns"] == 0, "Enter ended the composing and sent nothing"
    assert seen["joined"] and seen["warnings"] == []
