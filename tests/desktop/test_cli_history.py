"""`jinpan history` over a real home."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.errors import EXIT_DONE, EXIT_USAGE
from engine.api import AuditAction, StoredTurn, TurnContent, TurnOutcome
from engine.knowledge import keys
from engine.knowledge.store import KnowledgeBase
from engine.values import Citation, Rung

FIRST, SECOND = "a" * 32, "b" * 32


@pytest.fixture
def options(home: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A home with two conversations; the options to open it."""
    monkeypatch.setattr(keys, "_SCRYPT_N", 2**10)
    cited = TurnContent(citations=(Citation(1, "d" * 64, "条例.pdf", 3, "最高偿付限额", Rung.BRANCH),))
    at = "2026-11-23T04:00:00+00:00"
    with KnowledgeBase.open(home, embedder_fingerprint=None, passphrase_file=passphrase_file) as knowledge:
        kept = knowledge.conversations
        kept.save(FIRST, StoredTurn("t1", "存款保险保多少？", "", TurnOutcome.DONE, at, "最高 50 万元 [1]。", cited))
        kept.save(FIRST, StoredTurn("t2", "外币呢？", "t1", TurnOutcome.STOPPED, at, "折算"))
        kept.save(SECOND, StoredTurn("t3", "假币怎么收缴？", "", TurnOutcome.FAILED, at))
        knowledge.audit.record(AuditAction.ANSWERED, conversation=FIRST, content={"question": "存款保险保多少？"})
    return ["--home", str(home), "--passphrase-file", str(passphrase_file)]


def test_list_and_search(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "list", *options]) == EXIT_DONE
    lines = capsys.readouterr().out.splitlines()
    assert [line[:8] for line in lines] == ["bbbbbbbb", "aaaaaaaa"] and lines[1].endswith("存款保险保多少？")
    assert main(["history", "search", "50", "万元", *options]) == EXIT_DONE
    said = capsys.readouterr().out
    assert "aaaaaaaa" in said and "最高 50 万元 [1]。" in said and "bbbbbbbb" not in said
    assert main(["history", "search", "没有的词", "--json", *options]) == EXIT_DONE
    assert capsys.readouterr().out == ""


def test_show_has_sources_and_says_what_was_stopped(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "show", "aa", *options]) == EXIT_DONE
    said = capsys.readouterr().out
    assert "[1] 条例.pdf 第 3 页：最高偿付限额" in said and "答（已停止）：折算" in said
    assert main(["history", "show", "zz", *options]) == EXIT_USAGE
    assert main(["history", "show", "aa", "--json", *options]) == EXIT_DONE
    turns = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"turn"' in line]
    assert [turn["state"] for turn in turns] == ["done", "stopped"]


def test_export_writes_the_answered_turns(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "对话.md"
    assert main(["history", "export", "aa", str(path), *options]) == EXIT_DONE
    written = path.read_text(encoding="utf-8")
    assert "条例.pdf" in written and "第 3 页" in written and "人工智能" in written
    assert main(["history", "export", "bb", str(tmp_path / "b.md"), *options]) == EXIT_DONE
    assert "还没有完成的回答" in capsys.readouterr().out and not (tmp_path / "b.md").exists()


def test_delete_one_and_all(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=str(EXIT_USAGE)):
        main(["history", "delete", *options])
    assert main(["history", "delete", "aa", *options]) == EXIT_DONE
    assert main(["audit", "show", "--action", "answered", "--json", *options]) == EXIT_DONE
    entry = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert entry["conversation"] == FIRST and entry["content"] is None
    assert main(["history", "delete", "--all", *options]) == EXIT_DONE
    assert main(["history", "list", *options]) == EXIT_DONE
    assert "还没有对话" in capsys.readouterr().out
