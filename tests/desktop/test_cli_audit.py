"""`jinpan audit` over a real home: an untouched log, an altered one, and what is shown of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.errors import EXIT_DONE, EXIT_LOG_ALTERED, EXIT_USAGE
from desktop.look import audit_text
from engine.api import AuditAction, FindingKind
from engine.knowledge import keys
from engine.knowledge.database import connect
from engine.knowledge.keys import SubKeys, obtain_key
from engine.knowledge.store import KnowledgeBase


@pytest.fixture
def options(home: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A home with three entries; the options to open it."""
    monkeypatch.setattr(keys, "_SCRYPT_N", 2**10)
    with KnowledgeBase.open(home, embedder_fingerprint=None, passphrase_file=passphrase_file) as knowledge:
        for number in range(3):
            content = {"question": f"客户张三问第{number}件事", "answer": "答"}
            facts = {"outcome": "found"}
            knowledge.audit.record(AuditAction.ANSWERED, conversation="talk", facts=facts, content=content)
    return ["--home", str(home), "--passphrase-file", str(passphrase_file)]


def test_an_untouched_log(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify", *options]) == EXIT_DONE
    said = capsys.readouterr().out
    assert "审计日志完好：3 条" in said
    head = said.split("校验码：")[1].split()[0]
    assert main(["audit", "verify", "--head", head, *options]) == EXIT_DONE
    assert main(["audit", "verify", "--head", "2:00", *options]) == EXIT_LOG_ALTERED


def test_an_altered_entry_is_named_and_the_exit_code_says_so(
    options: list[str], home: Path, passphrase_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = connect(home / "ledger.db", SubKeys.derive(obtain_key(home, passphrase_file=passphrase_file)).ledger)
    db.execute("UPDATE audit_entries SET facts = '{}' WHERE sequence = 2")
    db.close()
    assert main(["audit", "verify", *options]) == EXIT_LOG_ALTERED
    said = capsys.readouterr().out
    assert "第 2 条与前后不符" in said
    assert main(["audit", "verify", "--json", *options]) == EXIT_LOG_ALTERED
    record = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert record["intact"] is False
    assert record["faults"] == [{"kind": "altered", "sequence": 2, "until": 2}]


def test_show_export_and_erase(options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "show", "--last", "1", *options]) == EXIT_DONE
    said = capsys.readouterr().out
    assert "客户〔姓名〕问第2件事" in said
    assert "第1件事" not in said
    file = tmp_path / "log.jsonl"
    assert main(["audit", "export", str(file), *options]) == EXIT_DONE
    assert len(file.read_text(encoding="utf-8").splitlines()) == 5
    assert main(["audit", "export", str(file), *options]) == EXIT_USAGE
    assert main(["audit", "erase", "talk", *options]) == EXIT_DONE
    capsys.readouterr()
    assert main(["audit", "show", "--conversation", "talk", *options]) == EXIT_DONE
    assert "张三" not in capsys.readouterr().out
    assert main(["audit", "verify", *options]) == EXIT_DONE


def test_every_action_and_finding_has_its_words() -> None:
    assert set(audit_text.ACTIONS) == set(AuditAction)
    assert set(audit_text._FINDINGS) == set(FindingKind)
