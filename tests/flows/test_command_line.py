"""The installed commands on real parts, one process each, as scripts and people run them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.flows.running import LAW, QUESTION, SMALL, Jinpan


def test_the_command_line_answers_in_json(law_home: tuple[Path, Path], qwen05_pack: Path) -> None:
    rows = Jinpan(*law_home).rows("ask", QUESTION, "--pack", SMALL, "--max-tokens", "120")
    kinds = [row["kind"] for row in rows]
    assert kinds[0] == "passages_found"
    assert kinds[-1] == "answer_finished"
    assert "text_delta" in kinds
    finished = rows[-1]
    assert finished["found"] is True
    assert {"marker", "document_id", "name", "page_no", "quote"} <= finished["citations"][0].keys()
    wanted = {"retrieval_s", "prompt_tokens", "ttft_s", "decode_tokens", "decode_tokens_per_s"}
    assert wanted <= finished["timings"].keys()


def test_many_questions_are_read_from_standard_input(law_home: tuple[Path, Path]) -> None:
    rows = Jinpan(*law_home).rows("search", "--stdin", "-k", "3", stdin=f"{QUESTION}\n伪造人民币怎么处罚？\n")
    assert {row["question_no"] for row in rows} == {1, 2}
    first = next(row for row in rows if row["question_no"] == 1 and row["name"] == LAW)
    assert first["page_no"] == 1
    assert "50万元" in first["text"]


def test_answers_to_many_questions_come_from_one_process(law_home: tuple[Path, Path], qwen05_pack: Path) -> None:
    stdin = f"{QUESTION}\n？？？\n{QUESTION}\n"
    rows = Jinpan(*law_home).rows("ask", "--stdin", "--pack", SMALL, stdin=stdin, exit_code=2)
    finished = [row for row in rows if row["kind"] == "answer_finished"]
    assert [row["question_no"] for row in finished] == [1, 3]
    assert finished[0]["text"] == finished[1]["text"]
    assert [row["code"] for row in rows if row["kind"] == "error"] == ["question_empty"]


@pytest.mark.skipif(not shutil.which("unshare"), reason="unshare (util-linux) is not installed")
def test_the_whole_chain_runs_with_the_network_off(law_home: tuple[Path, Path], qwen05_pack: Path) -> None:
    without_network = ["unshare", "--net", "--map-root-user"]
    if subprocess.run([*without_network, "true"], check=False).returncode:
        pytest.skip("this machine does not let us take the network away")
    rows = Jinpan(*law_home, prefix=without_network).rows("ask", QUESTION, "--pack", SMALL)
    assert rows[-1]["found"] is True
