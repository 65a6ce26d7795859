"""`jinpan feedback` over a real home."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.errors import EXIT_DONE, EXIT_USAGE
from engine.api import Feedback, FeedbackReason, Thumb, load_settings, remember_choices
from engine.knowledge import keys
from engine.knowledge.store import KnowledgeBase

SAID = Feedback(
    "turn-1",
    "挂失要带什么？",
    "凭身份证办理。",
    thumb=Thumb.DOWN,
    score=4,
    reasons=(FeedbackReason.INCOMPLETE,),
    comment="客户电话13812345678",
    scored_at="2026-11-23T07:00:00+00:00",
    consent=True,
)


@pytest.fixture
def options(home: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A home with two records, one of which may be exported; the options to open it."""
    monkeypatch.setattr(keys, "_SCRYPT_N", 2**10)
    with KnowledgeBase.open(home, embedder_fingerprint=None, passphrase_file=passphrase_file) as knowledge:
        knowledge.feedback.put(SAID)
        knowledge.feedback.put(replace(SAID, turn_id="turn-2", consent=False, thumb=Thumb.UP))
    return ["--home", str(home), "--passphrase-file", str(passphrase_file)]


def test_list(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feedback", "list", *options]) == EXIT_DONE
    said = capsys.readouterr().out
    assert "2026-11-23 07:00 UTC  没有帮助 · 4 分 · 不完整 · 有说明\n" in said
    assert "有帮助 · 4 分 · 不完整 · 有说明（不导出）" in said
    assert main(["feedback", "list", "--last", "1", "--json", *options]) == EXIT_DONE
    (record,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (record["kind"], record["score"], record["reasons"]) == ("feedback", 4, ["incomplete"])


def test_export(options: list[str], home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "out.jsonl"
    assert main(["feedback", "export", str(file), *options]) == EXIT_DONE
    assert "还没有同意导出评价" in capsys.readouterr().out
    assert not file.exists()
    remember_choices(load_settings(home), feedback_consent=True)
    assert main(["feedback", "export", str(file), *options]) == EXIT_DONE
    assert "已把 1 条评价写入" in capsys.readouterr().out
    (line,) = file.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["comment"] == "客户电话〔手机号〕"
    assert main(["feedback", "export", str(file), *options]) == EXIT_USAGE


def test_an_empty_home(home: Path, passphrase_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--home", str(home), "--passphrase-file", str(passphrase_file)]
    assert main(["feedback", "list", *options]) == EXIT_DONE
    assert "还没有评价" in capsys.readouterr().out
