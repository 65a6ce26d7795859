"""`jinpan recovery` and `jinpan passphrase` against a real home; the recovery key is told once, to a person only."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from desktop import cli_recovery
from desktop.cli_console import Console
from engine import api
from engine.knowledge import keys
from engine.knowledge.store import KnowledgeBase
from tests.scripted import Run


@pytest.fixture
def library(home: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The recovery key of a library that is locked by the passphrase file's passphrase."""
    monkeypatch.setattr(keys, "_SCRYPT_N", 2**10)
    monkeypatch.setenv("JINPAN_PASSPHRASE_FILE", str(passphrase_file))
    shown: list[str] = []
    KnowledgeBase.open(
        home, embedder_fingerprint=None, passphrase_file=passphrase_file, on_recovery_key=shown.append
    ).close()
    return shown[0]


def test_a_new_recovery_key_is_shown_and_ends_the_old_one(
    library: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, records = run("recovery", "new")
    made = records[0]["recovery_key"]
    assert code == 0 and records[0]["kind"] == "recovery_key" and made != library
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{library}\n"))
    code, records = run("recovery", "use")
    assert code == 2 and records[0]["code"] == "recovery_key_wrong"
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{made.lower()}\n"))
    code, records = run("recovery", "use")
    assert code == 0 and records == [{"kind": "recovery_key_used"}]


def test_a_mistyped_key_names_its_groups(library: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    groups = library.split("-")
    wrong = "-".join([groups[1], groups[0], *groups[2:]])
    monkeypatch.setattr(sys, "stdin", io.StringIO(wrong))
    code, records = run("recovery", "use")
    assert code == 2 and "第 1、2 组" in records[0]["message"]


def test_a_lost_key_file_is_mended_with_the_recovery_key(
    library: str, home: Path, passphrase_file: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "key.json").unlink()
    code, records = run("recovery", "new")
    assert code == 4 and "jinpan recovery use" in records[0]["action"]
    monkeypatch.setattr(sys, "stdin", io.StringIO(library))
    assert run("recovery", "use")[0] == 0
    KnowledgeBase.open(home, embedder_fingerprint=None, passphrase_file=passphrase_file).close()


def test_the_passphrase_is_changed(
    library: str, home: Path, passphrase_file: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = passphrase_file.read_text(encoding="utf-8").splitlines()[0]
    monkeypatch.setattr(cli_recovery, "ask_passphrase", lambda new: old)
    monkeypatch.setattr(cli_recovery, "choose_passphrase", lambda: "another one")
    assert run("passphrase", "change") == (0, [{"kind": "passphrase_changed"}])
    code, records = run("passphrase", "change")
    assert code == 4 and records[0]["code"] == "passphrase_wrong"
    passphrase_file.write_text("another one", encoding="utf-8")
    KnowledgeBase.open(home, embedder_fingerprint=None, passphrase_file=passphrase_file).close()


def test_an_empty_home_has_nothing_to_recover(home: Path, run: Run) -> None:
    code, records = run("recovery", "new")
    assert code == 2 and records[0]["code"] == "home_empty"
    assert not (home / "key.json").exists()


def test_the_doctor_says_whether_there_is_a_recovery_key(library: str, home: Path) -> None:
    def found() -> tuple[bool, str]:
        check = next(check for check in api.doctor(api.load_settings()) if check.name == "recovery_key")
        return check.ok, str(check.fault.code if check.fault else check.value)

    ok, made = found()
    assert ok and made.startswith("20")
    for name in ("key.json", "recovery.json"):
        (home / name).unlink()
    assert found() == (False, "recovery_key_none")
    (home / "ledger.db").unlink()
    assert found() == (True, ""), "no library yet"


def test_only_a_person_at_a_terminal_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    assert cli_recovery.recovery_key_taker(Console(False), scripted=False) is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert cli_recovery.recovery_key_taker(Console(True), scripted=False) is None
    assert cli_recovery.recovery_key_taker(Console(False), scripted=True) is None
    taker = cli_recovery.recovery_key_taker(Console(False), scripted=False)
    assert taker is not None
    taker("0123A-4567B")
    captured = capsys.readouterr()
    assert "0123A-4567B" in captured.err and "只显示这一次" in captured.err and captured.out == ""
