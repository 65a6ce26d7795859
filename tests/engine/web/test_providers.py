"""The protocols of the search services, spoken by local servers; the live services are not asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from engine.errors import EnvironmentFault, Fault
from engine.policy import WebPolicy
from engine.web.providers import Bocha, SearchProvider, SearXNG, Zhipu, open_provider, status_fault
from engine.web.transport import USER_AGENT

QUERY = "2026年 存款利率 一年期&q=x"
BOCHA = {
    "code": 200,
    "log_id": "1",
    "msg": None,
    "data": {"webPages": {"value": [{"name": "甲", "url": "https://a.cn/1"}]}},
}
ZHIPU = {"id": "1", "search_intent": [], "search_result": [{"title": "甲", "content": "…", "link": "https://a.cn/1"}]}
SEARXNG = {"query": QUERY, "results": [{"title": "甲", "url": "https://a.cn/1", "content": "…"}], "answers": []}
ALL: list[tuple[Callable[[], SearchProvider], dict[str, object]]] = [
    (lambda: SearXNG("https://search.bank.example/sx/"), SEARXNG),
    (Bocha, BOCHA),
    (Zhipu, ZHIPU),
]


def test_searxng_is_asked_for_json() -> None:
    request = SearXNG("https://search.bank.example/sx/").request(QUERY, "", 5)
    parts = urlsplit(request.url)
    assert (parts.netloc, parts.path, request.body) == ("search.bank.example", "/sx/search", None)
    assert parse_qs(parts.query) == {"q": [QUERY], "format": ["json"], "language": ["zh-CN"], "safesearch": ["1"]}


@pytest.mark.parametrize(
    ("provider", "name", "host"), [(Bocha(), "query", "api.bocha.cn"), (Zhipu(), "search_query", "open.bigmodel.cn")]
)
def test_services_with_a_key_get_it_in_a_header_only(provider: SearchProvider, name: str, host: str) -> None:
    request = provider.request(QUERY, "secret-key", 5)
    assert request.headers["Authorization"] == "Bearer secret-key"
    assert "secret-key" not in request.url and b"secret-key" not in (request.body or b"")
    assert urlsplit(request.url).scheme == "https" and provider.host == host
    body = json.loads(request.body or b"")
    assert body[name] == QUERY and body["count"] == 5
    assert QUERY.encode() in (request.body or b""), "byte for byte what was shown"


@pytest.mark.parametrize(("make", "answer"), ALL)
def test_results_are_read(make: Callable[[], SearchProvider], answer: dict[str, object]) -> None:
    (result,) = make().results(json.dumps(answer).encode())
    assert (result.untrusted_url, result.untrusted_title) == ("https://a.cn/1", "甲")


@pytest.mark.parametrize(("make", "_"), ALL)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>login</html>",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b"\xff\xfe",
        b'{"results": 3, "data": 3, "search_result": 3}',
        b"[" * 100_000,
    ],
)
def test_rubbish_is_called_so(make: Callable[[], SearchProvider], _: object, body: bytes) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        make().results(body)
    assert caught.value.code == Fault.WEB_ANSWER_INVALID


def test_entries_that_are_none_are_left_out() -> None:
    entries = [None, 3, {}, {"url": 3}, {"url": ""}, {"url": "x" * 5000}, {"url": "https://a.cn", "title": ["x"]}]
    titled = {"url": "https://b.cn/\u202e\n1", "title": "甲\u202e\x00乙" * 200}
    first, second = SearXNG("https://s.cn").results(json.dumps({"results": [*entries, titled]}).encode())
    assert (first.untrusted_url, first.untrusted_title) == ("https://a.cn", "")
    assert second.untrusted_url == "https://b.cn/1" and second.untrusted_title == ("甲乙" * 200)[:200]


def test_nothing_found_is_no_fault() -> None:
    assert SearXNG("https://s.cn").results(b'{"results": []}') == []
    assert Bocha().results(b'{"code": 200, "data": {"webPages": null}}') == []


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, Fault.WEB_KEY_REFUSED),
        (403, Fault.WEB_KEY_REFUSED),
        (429, Fault.WEB_BUSY),
        (500, Fault.WEB_FAILED),
        (302, Fault.WEB_REDIRECTED),
    ],
)
def test_statuses_mean_what_they_mean(status: int, code: Fault) -> None:
    assert status_fault(status, "a.cn").code == code


def test_bocha_may_report_in_the_body() -> None:
    with pytest.raises(EnvironmentFault) as caught:
        Bocha().results(b'{"code": "403", "message": "not enough money", "log_id": "1"}')
    assert caught.value.code == Fault.WEB_KEY_REFUSED


def test_each_is_opened_by_its_name() -> None:
    policy = WebPolicy(allowed=True, searxng_url="https://s.cn")
    kinds = {"searxng": SearXNG, "bocha": Bocha, "zhipu": Zhipu}
    for name, kind in kinds.items():
        assert isinstance(open_provider(name, policy), kind)
    assert "python" not in USER_AGENT.lower()
