"""`jinpan write`: what it lists without a library, and how fields are given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.cli_write import _fields
from engine.api import RequestRejected


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINPAN_HOME", str(tmp_path))


def test_all_templates_and_the_fields_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["write"]) == 0
    assert capsys.readouterr().out.count("\n") == 6
    assert main(["write", "投诉答复"]) == 0
    shown = capsys.readouterr().out
    assert "handling" in shown and "（必填）" in shown


def test_templates_as_records(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["write", "--json"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record["kind"] for record in records] == ["template"] * 6
    assert all(record["fields"] for record in records)


def test_fields_are_given_as_name_and_value() -> None:
    assert _fields(["a=甲=乙", "b=一\\n二"]) == {"a": "甲=乙", "b": "一\n二"}
    with pytest.raises(RequestRejected):
        _fields(["没有等号"])
