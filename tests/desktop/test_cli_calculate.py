"""`jinpan calculate`: by name, by question, and what it says of its own forms. Opens no library."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.cli import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINPAN_HOME", str(tmp_path))


def test_a_calculator_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calculate", "loan", "principal=50万", "rate=3.1", "term_months=30年"]) == 0
    assert capsys.readouterr().out.startswith("**每月还款（月供）：2,135.08元**")


def test_a_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calculate", "1万美元按购汇价718.5要多少人民币", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["kind"], record["calculator"]) == ("calculation", "exchange")
    assert record["results"][0]["value"] == "71850.00"


def test_what_is_missing_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calculate", "贷款还款", "principal=50万"]) == 0
    assert "还需要：年利率、贷款期限" in capsys.readouterr().out


def test_all_calculators_and_the_inputs_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calculate"]) == 0
    assert "deposit_insurance" in capsys.readouterr().out
    assert main(["calculate", "prepayment"]) == 0
    shown = capsys.readouterr().out
    assert "paid_months" in shown
    assert "可选：缩短期限、减少月供、一次结清；默认 缩短期限" in shown
    assert main(["calculate", "prepayment", "--json"]) == 0
    fields = json.loads(capsys.readouterr().out)["fields"]
    assert next(field for field in fields if field["name"] == "rate")["maximum"] == "36"


@pytest.mark.parametrize(
    "arguments", [["loan", "rate=99"], ["loan", "50万"], ["loan", "colour=red"], ["今天天气怎么样"]]
)
def test_what_cannot_be_is_a_usage_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calculate", *arguments]) == 2
    assert "不正确" in capsys.readouterr().err
