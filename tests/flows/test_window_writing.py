"""A text in the real window: the model's draft, the user's changes, the check of both, and the files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pymupdf

from tests.flows.running import PASSPHRASE

DOCUMENT = "个人存款产品手册.pdf"
LABEL = "内容由人工智能生成"
ADDED = "本产品保本，年利率为8.88%"


def test_draft_edit_check_save(
    display: dict[str, str], tmp_path: Path, sample_folder: Path, qwen05_pack: Path, embedder_pack: Path
) -> None:
    passphrase_file = tmp_path / "passphrase"
    passphrase_file.write_text(PASSPHRASE, encoding="utf-8")
    script = str(Path(__file__).with_name("writing_session.py"))
    places = (tmp_path / "home", passphrase_file, sample_folder / DOCUMENT, tmp_path)
    done = subprocess.run(
        [sys.executable, script, *map(str, places)], env=display, capture_output=True, encoding="utf-8", timeout=400
    )
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["missing_disclosures"] == [] and set(seen["sources"]) == {DOCUMENT} and "[1]" in seen["draft"]
    assert "保本" in seen["checked"] and "8.88%" in seen["checked"], "what the user added has no source"
    assert [seen[name] for name in ("notice.docx", "notice.pdf", "notice.md")] == ["plain"] * 3
    words = (tmp_path / "notice.md").read_text(encoding="utf-8")
    assert ADDED in words and LABEL in words and DOCUMENT in words and words.startswith("---\nAIGC")
    with pymupdf.open(tmp_path / "notice.pdf") as pdf:
        printed = "".join("".join(page.get_text().split()) for page in pdf)
    assert ADDED in printed and LABEL in printed
    assert (tmp_path / "notice.docx").read_bytes().startswith(b"PK")
    assert seen["joined"] and seen["warnings"] == []
