"""Passwords of locked PDFs: from a file or the terminal, against the scripted engine."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from desktop import cli, cli_locked
from engine.api import CancelToken, DocumentFailed, DocumentIndexed
from tests.scripted import ID, Run, ScriptedEngine

pytestmark = pytest.mark.usefixtures("scripted")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that the engine was given; it opens with 对."""
    given: list[str] = []

    def ingest(
        self: ScriptedEngine, paths: Sequence[Path], cancel: CancelToken, passwords: Mapping[Path, str]
    ) -> Iterator[object]:
        for path in paths:
            password = passwords.get(path, "")
            given.append(password)
            reason = {"": "encrypted", "对": ""}.get(password, "password_wrong")
            ends = (
                DocumentFailed(str(path), "", path.name, 0.1, reason)
                if reason
                else DocumentIndexed(str(path), ID, path.name, 1, 1, 0.1)
            )
            yield ends

    monkeypatch.setattr(ScriptedEngine, "ingest", ingest)
    return given


def test_a_password_comes_from_the_first_line_of_a_file(run: Run, tried: list[str], tmp_path: Path) -> None:
    file = tmp_path / "密码.txt"
    file.write_text("对\r\n别的", encoding="utf-8", newline="")
    code, records = run("ingest", "甲.pdf", "--password-file", str(file))
    assert (code, tried, records[0]["kind"]) == (0, ["对"], "document_indexed")
    file.write_text("错", encoding="utf-8")
    code, records = run("ingest", "甲.pdf", "--password-file", str(file))
    assert (code, records[0]["reason"]) == (3, "password_wrong") and "错" not in str(records)
    assert run("ingest", "甲.pdf", "--password-file", str(tmp_path / "没有"))[1][0]["code"] == "path_missing"


@pytest.mark.parametrize(
    ("typed", "code", "expected"),
    [(["错", "对"], 0, ["", "错", "对"]), ([""], 3, [""]), (["错"] * 3, 3, ["", "错", "错", "错"])],
)
def test_at_a_terminal_the_password_is_asked_for(
    typed: list[str], code: int, expected: list[str], tried: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(typed)
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(cli_locked, "has_terminal", lambda: True)
    monkeypatch.setattr(cli_locked, "getpass", lambda prompt: next(answers))
    assert cli.main(["ingest", "甲.pdf"]) == code and tried == expected


def test_a_program_is_not_asked(run: Run, tried: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(cli_locked, "has_terminal", lambda: True)
    assert run("ingest", "甲.pdf")[0] == 3 and tried == [""]
