"""Screen readers: the real program on a real accessibility bus."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.accessibility_session import CANNOT_RUN
from tests.flows.running import QUESTION

LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")


def test_a_screen_reader_finds_every_control_and_hears_the_answer(
    display: dict[str, str], law_home: tuple[Path, Path], qwen05_pack: Path, embedder_pack: Path
) -> None:
    if not shutil.which("dbus-run-session") or not any(Path(path).exists() for path in LAUNCHERS):
        pytest.skip("dbus-run-session or at-spi2-core is not installed")
    home, passphrase_file = law_home
    script = str(Path(__file__).with_name("accessibility_session.py"))
    command = ["dbus-run-session", "--", sys.executable, script, str(home), str(passphrase_file)]
    done = subprocess.run(command, env=display, capture_output=True, encoding="utf-8", timeout=400, check=False)
    if done.returncode == CANNOT_RUN:
        pytest.skip(f"no accessibility bus can be had: {done.stderr[-300:]}")
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["nameless"] == []
    assert sum(seen["counted"].values()) > 120, "all pages were walked"
    assert seen["focused"] and seen["typed"] == QUESTION
    assert "回答" in seen["announced"]
    assert any("50" in words for words in seen["answers"])
