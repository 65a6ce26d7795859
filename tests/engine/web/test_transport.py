"""Requests to real servers: what is bounded, what is checked, what is written down."""

from __future__ import annotations

import gzip
import threading
import time
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled, EnvironmentFault, Fault
from engine.knowledge.store import KnowledgeBase
from engine.web.transport import Resolver, Transport, WebRequest, WebResponse
from tests.engine.web.conftest import MakePermit, to_this_machine
from tests.engine.web.web_server import (
    Answer,
    WebServer,
    bomb,
    drip,
    drip_headers,
    endless,
    hang_up,
    html,
    make_certificate,
    page,
    redirect,
)


@pytest.fixture
def send(knowledge: KnowledgeBase, make_permit: MakePermit):  # type: ignore[no-untyped-def]  # a helper of this file
    def sent(url: str, resolver: Resolver = to_this_machine, timeout_s: float = 1.0, **fields: object) -> WebResponse:
        permit = make_permit(ca_file=str(fields.pop("ca_file", "")))
        cancel = fields.pop("cancel", CancelToken())
        usual: dict[str, object] = {"limit_bytes": 100_000, "any_address": True}
        request = WebRequest(permit, "page", url, timeout_s, **{**usual, **fields})  # type: ignore[arg-type]
        return Transport(permit, knowledge.outbound, resolver).exchange(request, cancel)  # type: ignore[arg-type]

    return sent


def code_of(send, url: str, **fields: object) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(EnvironmentFault) as caught:
        send(url, **fields)
    return str(caught.value.code)


def test_a_request_carries_nothing_of_the_user(
    send, server: WebServer, knowledge: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.answers["/a"] = page(html("公告", "正文"), Set_Cookie="id=1")
    for _ in range(2):
        assert "公告" in send(server.url("/a?x=1")).untrusted_body.decode()
    for asked in server.asked:
        assert set(asked.headers) == {"host", "user-agent", "accept-encoding"}
        assert asked.headers["host"] == f"127.0.0.1:{server.port}"
    newest = knowledge.outbound.all(10)[0]
    assert (newest.method, newest.host, newest.status, newest.outcome) == ("GET", "127.0.0.1", 200, "done")
    assert newest.url == server.url("/a?x=1") and newest.bytes_in > 100 and newest.consented


def test_it_is_written_down_before_it_is_sent(send, server: WebServer, knowledge: KnowledgeBase) -> None:
    seen: list[str] = []

    def answer(handler: object) -> None:
        seen.extend(request.outcome for request in knowledge.outbound.all(1))
        page(b"x")(handler)  # type: ignore[arg-type]

    server.answers["/"] = answer
    send(server.url())
    assert seen == [""]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (drip, Fault.WEB_TIMEOUT),
        (drip_headers, Fault.WEB_TIMEOUT),
        (endless, Fault.WEB_TOO_LARGE),
        (page(b"x" * 200_000), Fault.WEB_TOO_LARGE),
        (bomb(64 << 20), Fault.WEB_TOO_LARGE),
        (page(b"\x1f\x8bnot gzip at all", Content_Encoding="gzip"), Fault.WEB_ANSWER_INVALID),
        (page(b"x", Content_Encoding="br"), Fault.WEB_ANSWER_INVALID),
        (hang_up, Fault.WEB_ANSWER_INVALID),
        (page(b"MZ", "application/octet-stream"), Fault.WEB_TYPE_REFUSED),
    ],
    ids=["drip", "drip_headers", "endless", "huge", "bomb", "no_gzip", "brotli", "hang_up", "type"],
)
def test_bad_answers_end_in_time(
    send, server: WebServer, knowledge: KnowledgeBase, answer: Answer, code: Fault
) -> None:
    server.answers["/"] = answer
    started = time.monotonic()
    assert code_of(send, server.url(), types=("text/html",)) == code
    assert time.monotonic() - started < 4.0  # the limit is one second; a busy machine may add to it
    assert knowledge.outbound.all(1)[0].outcome == code


def test_a_small_gzip_answer_is_unpacked(send, server: WebServer) -> None:
    server.answers["/"] = page(gzip.compress(b"<p>" + b"abc" * 1000), Content_Encoding="gzip")
    assert len(send(server.url()).untrusted_body) == 3003


def test_what_is_no_success_is_not_read_and_no_redirect_followed(send, server: WebServer) -> None:
    server.answers["/"] = redirect("/other")
    answer = send(server.url())
    assert (answer.status, answer.untrusted_location, answer.untrusted_body) == (302, "/other", b"")
    assert len(server.asked) == 1


def test_a_private_address_is_never_connected_to(send, server: WebServer, knowledge: KnowledgeBase) -> None:
    asked_names: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked_names.append(host)
        return ["8.8.8.8", "127.0.0.1"]  # one private address among public ones is one too many

    url = server.url(host="public.test")
    assert code_of(send, url, resolver=resolver, any_address=False) == Fault.WEB_ADDRESS_REFUSED
    assert not server.asked and asked_names == ["public.test"]
    assert knowledge.outbound.all(1)[0].outcome == Fault.WEB_ADDRESS_REFUSED


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "127.1", "localhost"])
def test_addresses_in_disguise_are_resolved_before_they_are_checked(send, server: WebServer, host: str) -> None:
    from engine.web.transport import resolve

    code = code_of(send, f"http://{host}:{server.port}/", resolver=resolve, any_address=False)
    assert code == Fault.WEB_ADDRESS_REFUSED and not server.asked


def test_a_name_that_changes_its_mind_is_asked_once(send, server: WebServer) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    server.answers["/"] = page(b"x")
    assert send(server.url(host="pages.test"), resolver=lambda host, port: next(answers)).status == 200
    assert next(answers) == ["10.0.0.1"], "the second answer was never asked for"


def test_certificate_and_host_are_those_of_the_name(
    send, secure_server: WebServer, certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    secure_server.answers["/"] = page(b"x")
    ca_file = str(certificate[0])
    assert send(secure_server.url(host="pages.test"), ca_file=ca_file).status == 200
    assert secure_server.asked[0].headers["host"] == f"pages.test:{secure_server.port}"
    assert code_of(send, secure_server.url(host="pages.test")) == Fault.WEB_UNTRUSTED
    assert code_of(send, secure_server.url(host="wrong.test"), ca_file=ca_file) == Fault.WEB_UNTRUSTED
    other, _ = make_certificate(tmp_path, "pages.test")
    assert code_of(send, secure_server.url(host="pages.test"), ca_file=str(other)) == Fault.WEB_UNTRUSTED
    assert code_of(send, secure_server.url(), ca_file="/nowhere/ca.pem") == Fault.WEB_UNTRUSTED
    assert len(secure_server.asked) == 1


def test_who_does_not_listen_is_unreachable(send, server: WebServer) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    assert code_of(send, "http://127.0.0.1:1/") == Fault.WEB_UNREACHABLE
    assert code_of(send, "http://pages.test/", resolver=unknown) == Fault.WEB_UNREACHABLE


def test_a_resolver_that_hangs_is_left_alone(send) -> None:
    never = threading.Event()

    def hanging(host: str, port: int) -> list[str]:
        never.wait()
        return []

    assert code_of(send, "http://pages.test/", resolver=hanging, timeout_s=0.3) == Fault.WEB_TIMEOUT
    never.set()


def test_cancelling_ends_a_slow_answer_at_once(send, server: WebServer, knowledge: KnowledgeBase) -> None:
    server.answers["/"] = drip
    cancel = CancelToken()
    threading.Timer(0.3, cancel.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        send(server.url(), timeout_s=30.0, cancel=cancel)
    assert time.monotonic() - started < 5.0
    assert knowledge.outbound.all(1)[0].outcome == "cancelled"
