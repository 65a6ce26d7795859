"""A real model answers about a real law: from the PDF to the boxed citation, through engine and command line."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest

from engine.api import (
    AnswerFinished,
    AskRequest,
    Cancelled,
    CancelToken,
    Engine,
    PassagesFound,
    PromptRead,
    TextDelta,
    load_settings,
)
from tests.flows.running import SMALL, Jinpan

QUESTION = "存款保险最高赔多少？"
LAW = "存款保险条例(2015-02-17).pdf"


@pytest.fixture(scope="module")
def engine(law_home: tuple[Path, Path], qwen05_pack: Path):
    home, passphrase_file = law_home
    with Engine.open(load_settings(home, passphrase_file=passphrase_file, generator_pack=SMALL)) as opened:
        yield opened


def test_the_answer_cites_the_right_page_of_the_law(engine: Engine) -> None:
    events = list(engine.ask(AskRequest(QUESTION), CancelToken()))
    kinds = [type(event) for event in events]
    assert kinds.index(PassagesFound) < kinds.index(TextDelta), "passages are shown before the first text"
    finished = events[-1]
    assert isinstance(finished, AnswerFinished)
    assert finished.found
    cited = [c for c in finished.citations if c.name == LAW]
    assert [c.page_no for c in cited] == [1], finished.text
    assert "50万元" in cited[0].quote
    assert f"[{cited[0].marker}]" in finished.text
    assert cited[0].boxes


def test_the_cited_page_is_drawn_with_the_quote_boxed(engine: Engine) -> None:
    finished = list(engine.ask(AskRequest(QUESTION), CancelToken()))[-1]
    assert isinstance(finished, AnswerFinished)
    citation = next(c for c in finished.citations if c.name == LAW)
    image = engine.render_page(citation.document_id, citation.page_no, 900, citation.quote)
    assert image.png.startswith(b"\x89PNG")
    assert image.width_px == 900
    assert image.boxes
    assert all(0 <= b.x0 < b.x1 <= image.width_px and 0 <= b.y0 < b.y1 <= image.height_px for b in image.boxes)


def test_a_question_beyond_the_documents_is_not_answered(engine: Engine) -> None:
    finished = list(engine.ask(AskRequest("明天北京的天气怎么样，会下雨吗？"), CancelToken()))[-1]
    assert isinstance(finished, AnswerFinished)
    assert not finished.found
    assert finished.citations == ()


def test_a_running_answer_is_cancelled_at_once_and_the_next_one_works(engine: Engine) -> None:
    cancel = CancelToken()
    cancelled_at: list[float] = []

    def stop() -> None:
        cancelled_at.append(time.perf_counter())
        cancel.cancel()

    events = engine.ask(AskRequest("人民币有哪些保护规定？请详细列出。"), cancel)
    with pytest.raises(Cancelled):
        for event in events:
            if isinstance(event, PromptRead | TextDelta) and not cancelled_at:
                threading.Timer(0.05, stop).start()
    assert time.perf_counter() - cancelled_at[0] < 1.0  # the 0.2 s target is measured by the benchmark, not timed here
    assert isinstance(list(engine.ask(AskRequest(QUESTION), CancelToken()))[-1], AnswerFinished)


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


@pytest.mark.skipif(not shutil.which("unshare"), reason="unshare (util-linux) is not installed")
def test_the_whole_chain_runs_with_the_network_off(law_home: tuple[Path, Path], qwen05_pack: Path) -> None:
    without_network = ["unshare", "--net", "--map-root-user"]
    if subprocess.run([*without_network, "true"], check=False).returncode:
        pytest.skip("this machine does not let us take the network away")
    rows = Jinpan(*law_home, prefix=without_network).rows("ask", QUESTION, "--pack", SMALL)
    assert rows[-1]["found"] is True
