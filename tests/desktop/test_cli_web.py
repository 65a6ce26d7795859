"""`jinpan web` over a real home: locked by policy, switched, its keys, the list of requests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from desktop.cli import main
from desktop.cli_answer import report_answer
from desktop.cli_console import Console
from desktop.errors import EXIT_DONE, EXIT_ENVIRONMENT, EXIT_USAGE
from desktop.look import web_text
from engine.api import Fault, WebMissed, WebPageRead, WebSearched
from engine.knowledge import keys
from engine.knowledge.store import KnowledgeBase
from engine.policy import Policy, WebPolicy
from engine.web import control, permit

ALLOWED = WebPolicy(allowed=True, searxng_url="https://search.bank.example")


@pytest.fixture
def options(home: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(keys, "_SCRYPT_N", 2**10)
    return ["--home", str(home), "--passphrase-file", str(passphrase_file), "--json"]


def allow(monkeypatch: pytest.MonkeyPatch, policy: WebPolicy) -> None:
    for module in (permit, control):
        monkeypatch.setattr(module, "load_policy", lambda: Policy(web=policy))


def last(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_without_a_policy_it_is_locked(
    options: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    allow(monkeypatch, WebPolicy())
    assert main(["web", "status", *options[:-1]]) == EXIT_DONE
    assert "没有开放联网搜索" in capsys.readouterr().out
    assert main(["web", "on", *options]) == EXIT_ENVIRONMENT
    assert last(capsys)["code"] == Fault.WEB_NOT_ALLOWED
    assert main(["web", "key", "bocha", *options]) == EXIT_ENVIRONMENT
    assert main(["web", "log", *options[:-1]]) == EXIT_DONE
    assert web_text.NO_REQUESTS in capsys.readouterr().out


def test_it_is_switched_on_and_off(
    options: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    allow(monkeypatch, ALLOWED)
    assert main(["web", "on", "--provider", "bocha", *options]) == EXIT_DONE
    assert last(capsys)["provider"] == "bocha"
    assert main(["web", "status", *options]) == EXIT_DONE
    state = last(capsys)
    assert (state["kind"], state["switched_on"], state["provider"]) == ("web_state", True, "bocha")
    assert main(["web", "off", *options]) == EXIT_DONE
    assert not last(capsys)["switched_on"]


def test_the_list_shows_what_left(
    options: list[str], home: Path, passphrase_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with KnowledgeBase.open(home, embedder_fingerprint=None, passphrase_file=passphrase_file) as knowledge:
        number = knowledge.outbound.begin("search", "GET", "s.cn", "https://s.cn/search", "存款利率", consented=True)
        knowledge.outbound.finish(number, "done", 200, 2048)
        number = knowledge.outbound.begin("page", "GET", "a.cn", "https://a.cn/1", "", consented=True)
        knowledge.outbound.finish(number, Fault.WEB_TIMEOUT, 0, 0)
    assert main(["web", "log", "--last", "5", *options[:-1]]) == EXIT_DONE
    newest, oldest = capsys.readouterr().out.splitlines()
    assert "https://a.cn/1" in newest and "超时" in newest
    assert "存款利率" in oldest and "完成" in oldest and "2 KB" in oldest


def test_consent_is_for_one_question(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--stdin", "--send-query", "利率", *options]) == EXIT_USAGE
    assert last(capsys)["code"] == "option_invalid"


def test_what_the_web_does_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(True)
    missed = WebMissed(Fault.WEB_TIMEOUT, (("host", "s.cn"), ("limit_s", 8.0)))
    for event in (WebSearched("s.cn", 2), WebPageRead("https://a.cn", "a.cn", "公告", 1, 2), missed):
        report_answer(console, event, {})
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record["kind"] for record in records] == ["web_searched", "web_page_read", "web_missed"]
    report_answer(Console(False), missed, {})
    said = capsys.readouterr()
    assert "s.cn 在 8 秒内没有答复" in said.out + said.err
