"""A teller's first minute: an empty home, three clicks, a cited page."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.flows.running import PASSPHRASE


def test_three_clicks_from_an_empty_home_to_a_cited_page(
    display: dict[str, str], tmp_path: Path, qwen05_pack: Path, embedder_pack: Path
) -> None:
    passphrase_file = tmp_path / "passphrase"
    passphrase_file.write_text(PASSPHRASE, encoding="utf-8")
    script = str(Path(__file__).with_name("first_run_session.py"))
    command = [sys.executable, script, str(tmp_path / "home"), str(passphrase_file), str(tmp_path)]
    done = subprocess.run(command, env=display, capture_output=True, encoding="utf-8", timeout=580, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["found"] and seen["cites_samples"] and "活期" in seen["answer"]
    assert not seen["welcomed_again"] and seen["joined"] and seen["warnings"] == []
