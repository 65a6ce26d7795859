"""The installed commands and the web: policy in /etc, a real search service and a real site on this machine.

Each command runs in a mount namespace of its own, whose /etc has the policy file of the test and is else the real one.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.web.web_server import WebServer, html, page, searxng
from tests.flows.running import SMALL, Jinpan
from tests.flows.test_endpoint import NAMESPACE, WITH_POLICY, has_namespaces

QUESTION = "青禾银行2026年11月发布的七天通知存款利率是多少？"
ANSWER = "青禾银行自2026年11月1日起，七天通知存款年利率调整为0.37%。"
POLICY = """[web]
allowed = true
providers = ["searxng"]
searxng_url = "http://127.0.0.1:{port}/sx"
intranet_hosts = ["127.0.0.1"]
allow_http = true
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_namespaces(), reason="this machine does not let us mount anything in a namespace"),
]


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as started:
        rates = html("青禾银行存款利率公告", "为做好存款业务，现将有关事项公告如下。", ANSWER, "特此公告。")
        started.answers |= {"/sx/search": searxng(started.url("/rates")), "/rates": page(rates)}
        yield started


@pytest.fixture
def branch(law_home: tuple[Path, Path], server: WebServer, tmp_path: Path, qwen05_pack: Path) -> tuple[Jinpan, Path]:
    """A branch PC whose policy allows `server` as SearXNG, with a home of its own, and its policy file."""
    shutil.copytree(law_home[0], tmp_path / "home")
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY.format(port=server.port), encoding="utf-8")
    prefix = [*NAMESPACE, "sh", "-c", WITH_POLICY, "sh", str(tmp_path)]
    return Jinpan(tmp_path / "home", law_home[1], prefix=prefix), policy


def ask(jinpan: Jinpan, *options: str) -> dict[str, object]:
    return jinpan.rows("ask", QUESTION, "--pack", SMALL, "--max-tokens", "60", *options)[-1]


def web_step(answer: dict[str, object]) -> str:
    return next(step["outcome"] for step in answer["ladder"] if step["rung"] == "web")  # type: ignore[attr-defined,index]


def test_from_the_switch_to_an_answer_that_cites_the_page(branch: tuple[Jinpan, Path], server: WebServer) -> None:
    jinpan, policy = branch
    state = jinpan.rows("web", "status")[-1]
    assert (state["allowed"], state["switched_on"], state["provider"]) == (True, False, "searxng")
    assert web_step(ask(jinpan, "--send-query", "通知存款利率")) == "switched_off" and not server.asked
    assert jinpan.rows("web", "on")[-1]["switched_on"]
    shown = ask(jinpan)
    assert not shown["found"] and web_step(shown) == "awaits_consent" and not server.asked
    query = shown["web_query"]
    assert isinstance(query, dict) and query["text"] == QUESTION and query["host"] == "127.0.0.1"
    answered = ask(jinpan, "--send-query", query["text"])
    assert answered["found"] and "0.37%" in str(answered["text"]) and web_step(answered) == "sufficed"
    (citation,) = answered["citations"]  # type: ignore[misc]
    assert citation["rung"] == "web" and "0.37%" in citation["quote"]
    assert citation["web"]["url"] == server.url("/rates") and citation["web"]["title"] == "青禾银行存款利率公告"
    assert [asked.path.partition("?")[0] for asked in server.asked] == ["/sx/search", "/rates"]
    log = jinpan.rows("web", "log")
    assert [row["purpose"] for row in log] == ["page", "search"] and log[1]["query"] == QUESTION
    policy.write_text(policy.read_text(encoding="utf-8").replace("true\nprov", "false\nprov"), encoding="utf-8")
    assert web_step(ask(jinpan, "--send-query", QUESTION)) == "not_allowed"
    assert len(server.asked) == 2


def test_a_search_that_fails_leaves_the_nearest_passages(branch: tuple[Jinpan, Path], server: WebServer) -> None:
    jinpan, _ = branch
    jinpan.rows("web", "on")
    server.answers["/sx/search"] = page(b"<html>busy</html>", status=503)
    rows = jinpan.rows("ask", QUESTION, "--pack", SMALL, "--send-query", QUESTION)
    assert [row["code"] for row in rows if row["kind"] == "web_missed"] == ["web_failed"]
    assert rows[0]["passages"] or rows[1]["passages"]
    assert not rows[-1]["found"] and web_step(rows[-1]) == "failed"


def test_personal_data_is_refused_before_anything_is_sent(branch: tuple[Jinpan, Path], server: WebServer) -> None:
    jinpan, _ = branch
    jinpan.rows("web", "on")
    options = ("--pack", SMALL, "--send-query", "13812345678的存款")
    row = jinpan.rows("ask", QUESTION, *options, exit_code=2)[-1]
    assert row["code"] == "web_query_personal" and "手机号" in row["message"] and not server.asked


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_without_a_policy_no_connection_is_attempted(
    law_home: tuple[Path, Path], tmp_path: Path, qwen05_pack: Path
) -> None:
    shutil.copytree(law_home[0], tmp_path / "home")
    (tmp_path / "home" / "settings.toml").write_text("web_search = true\n", encoding="utf-8")
    trace = tmp_path / "trace"
    strace = ["strace", "-f", "-qq", "-e", "trace=network", "-o", str(trace)]
    jinpan = Jinpan(tmp_path / "home", law_home[1], prefix=strace)
    assert web_step(ask(jinpan, "--send-query", QUESTION)) == "not_allowed"
    calls = trace.read_text(encoding="utf-8", errors="replace")
    assert "socket" in calls, "the trace itself must see something"
    assert not re.findall(r"(?:connect|sendto|sendmsg)\(.*AF_INET.*", calls)
