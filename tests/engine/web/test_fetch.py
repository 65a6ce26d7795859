"""Which pages are opened, and where redirects may lead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault
from engine.knowledge.store import KnowledgeBase
from engine.values import DocumentFormat
from engine.web.fetch import FetchedPage, fetch, page_url
from engine.web.transport import Transport
from tests.engine.web.conftest import MakePermit, to_this_machine
from tests.engine.web.web_server import WebServer, html, page, redirect

Fetch = Callable[..., FetchedPage]


@pytest.fixture
def get(knowledge: KnowledgeBase, make_permit: MakePermit) -> Fetch:
    def got(url: str, **policy: object) -> FetchedPage:
        permit = make_permit(**policy)
        return fetch(url, permit, Transport(permit, knowledge.outbound, to_this_machine), CancelToken())

    return got


def code_of(get: Fetch, url: str, **policy: object) -> str:
    with pytest.raises(EnvironmentFault) as caught:
        get(url, **policy)
    return str(caught.value.code)


def test_a_page_is_found_behind_redirects(get: Fetch, server: WebServer, other_server: WebServer) -> None:
    server.answers["/old"] = redirect("/older", 301)
    server.answers["/older"] = redirect(other_server.url("/new#part", host="www.pages.test"), 307)
    other_server.answers["/new"] = page(html("公告", "正文"))
    found = get(server.url("/old"), intranet_hosts=("127.0.0.1", "www.pages.test"))
    assert found.url == other_server.url("/new", host="www.pages.test")
    assert (found.site, found.format) == ("pages.test", DocumentFormat.WEB) and "正文" in found.untrusted_data.decode()
    assert "referer" not in other_server.asked[0].headers


@pytest.mark.parametrize("target", ["http://127.0.0.2:{port}/x", "http://other.test:{port}/x", "http://[::1]:{port}/x"])
def test_a_redirect_to_a_private_address_is_refused(
    get: Fetch, server: WebServer, other_server: WebServer, target: str
) -> None:
    """The first host may have a private address by policy, the second may not."""
    server.answers["/"] = redirect(target.format(port=other_server.port))
    code = code_of(get, server.url(host="pages.test"), intranet_hosts=("pages.test",))
    assert code == Fault.WEB_ANSWER_INVALID, "another port than the scheme's"
    server.answers["/"] = redirect(target.replace(":{port}", ""))
    code = code_of(get, server.url(host="pages.test"), intranet_hosts=("pages.test",))
    assert code == Fault.WEB_ADDRESS_REFUSED
    assert not other_server.asked


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://pages.test/", "javascript:alert(1)", "http://a:b@c.test/"]
)
def test_a_redirect_to_something_else_is_refused(get: Fetch, server: WebServer, target: str) -> None:
    server.answers["/"] = redirect(target)
    assert code_of(get, server.url()) == Fault.WEB_ANSWER_INVALID


def test_redirects_end(get: Fetch, server: WebServer) -> None:
    server.answers |= {"/a": redirect("/b"), "/b": redirect("/a")}
    assert code_of(get, server.url("/a")) == Fault.WEB_REDIRECTED
    server.asked.clear()
    server.answers |= {f"/{n}": redirect(f"/{n + 1}") for n in range(50)}
    assert code_of(get, server.url("/0")) == Fault.WEB_REDIRECTED
    assert len(server.asked) == 5


def test_policy_blocks_sites_before_and_behind_a_redirect(get: Fetch, server: WebServer) -> None:
    server.answers["/"] = redirect("http://other.test/")
    assert code_of(get, server.url(), blocked_sites=("other.test",)) == Fault.WEB_SITE_BLOCKED
    assert code_of(get, "http://x.other.test/", blocked_sites=("other.test",)) == Fault.WEB_SITE_BLOCKED
    assert code_of(get, server.url(), allowed_sites=("gov.cn",)) == Fault.WEB_SITE_BLOCKED


def test_other_statuses_and_types_are_refused(get: Fetch, server: WebServer) -> None:
    assert code_of(get, server.url("/missing")) == Fault.WEB_FAILED
    server.answers["/picture"] = page(b"\x89PNG", "image/png")
    assert code_of(get, server.url("/picture")) == Fault.WEB_TYPE_REFUSED
    server.answers["/text"] = page("利率".encode(), "text/plain")
    assert get(server.url("/text")).format is DocumentFormat.TEXT


def test_addresses_as_they_are_asked_for(make_permit: MakePermit) -> None:
    permit = make_permit(allow_http=False, intranet_hosts=())
    assert page_url("http://www.例子.cn/公告?p=利率#x", permit) == (
        "https://www.xn--fsqu00a.cn/%E5%85%AC%E5%91%8A?p=%E5%88%A9%E7%8E%87"
    )
    assert page_url("https://A.example.:443", permit) == "https://a.example/"
    for address in (
        "https://a.example:8443/",
        "http://a.example:22/",
        "https://u@a.example/",
        "https://",
        "x",
        "//a/b",
    ):
        with pytest.raises(EnvironmentFault) as caught:
            page_url(address, permit)
        assert caught.value.code == Fault.WEB_ANSWER_INVALID
