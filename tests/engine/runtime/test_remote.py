"""The bank's own server, played by a real process on this machine that behaves as the model's name says."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled, EnvironmentFault, Fault, JinpanError, Rejection, RequestRejected
from engine.events import GenerationFinished, PromptRead, TextDelta
from engine.policy import EndpointPolicy
from engine.runtime import protocol
from engine.runtime.pack import read_manifest
from engine.runtime.remote import RemoteGenerator
from engine.runtime.sampling import Sampling
from engine.runtime.tokenizer import Tokenizer
from engine.values import Message
from tests.engine.runtime.endpoint_server import KEY, TEXTS
from tests.engine.runtime.running_endpoint import Server

GREEDY = Sampling()
ASKED = [Message("system", "你是助手。"), Message("user", "存款保险最高赔多少？")]
SECRET_WORDS = (KEY, "存款保险最高赔", "机密", "Traceback")
CANCEL_S = 0.2


@pytest.fixture(scope="module")
def running_server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def server(running_server: Server) -> Server:
    running_server.take()
    return running_server


def ask(
    policy: EndpointPolicy,
    messages: Sequence[Message] = ASKED,
    max_tokens: int = 100,
    stop: Sequence[str] = (),
    sampling: Sampling = GREEDY,
    cancel: CancelToken | None = None,
) -> list[Any]:
    generator = RemoteGenerator(policy, KEY)
    return list(generator.generate(messages, sampling, max_tokens, cancel or CancelToken(), stop))


def finished(events: Sequence[Any]) -> GenerationFinished:
    assert isinstance(events[-1], GenerationFinished)
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == events[-1].text
    return events[-1]


# ---- answers


@pytest.mark.parametrize("model", ["normal", "split", "unchunked"])
def test_an_answer_comes_as_the_same_events_as_a_local_one(server: Server, model: str) -> None:
    events = ask(server.policy(model))
    end = finished(events)
    assert end.text == "".join(TEXTS)
    assert end.stop_reason == protocol.EOS
    assert (end.prompt_tokens, end.decode_tokens, end.reused_tokens) == (21, 9, 0)
    assert 0.0 < end.ttft_s < 10.0 and end.decode_s >= 0.0
    read = [event for event in events if isinstance(event, PromptRead)]
    assert read[0].done_tokens == 0 and read[-1].done_tokens == read[-1].total_tokens
    assert [event.text for event in events if isinstance(event, TextDelta)] == list(TEXTS)


def test_the_request_holds_what_the_documents_say_leaves_the_machine(server: Server) -> None:
    sampling = Sampling(temperature=0.5, top_p=0.9, repetition_penalty=1.1, seed=7)
    ask(server.policy("normal"), max_tokens=33, stop=["停"], sampling=sampling)
    request = server.wait_for("request")
    assert request["path"] == "/v1/chat/completions"
    assert request["body"] == {
        "model": "normal",
        "messages": [{"role": message.role, "content": message.content} for message in ASKED],
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 33,
        "stop": ["停"],
        "seed": 7,
        "repetition_penalty": 1.1,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    headers = {name.lower(): value for name, value in request["headers"].items()}
    assert headers.pop("authorization") == f"Bearer {KEY}"
    assert headers.keys() == {"host", "accept", "accept-encoding", "content-type", "content-length", "user-agent"}


def test_without_a_key_none_is_sent(server: Server) -> None:
    events = list(RemoteGenerator(server.policy("open"), None).generate(ASKED, GREEDY, 10, CancelToken()))
    assert finished(events).text == "".join(TEXTS)
    assert "Authorization" not in server.wait_for("request")["headers"]


def test_comments_other_fields_and_events_of_several_lines_are_understood(server: Server) -> None:
    assert finished(ask(server.policy("commented"))).text == "甲乙"


@pytest.mark.parametrize(
    ("model", "stop", "text", "reason"),
    [
        ("length", (), "甲", protocol.MAX_TOKENS),
        ("named-stop", ("乙",), "甲", protocol.STOP_STRING),
        ("heedless", ("停止",), "甲乙丙", protocol.STOP_STRING),
        ("thinking", (), "答", protocol.EOS),
        ("controls", (), "甲[31m乙\n丙", protocol.EOS),
    ],
)
def test_how_an_answer_ends(server: Server, model: str, stop: Sequence[str], text: str, reason: str) -> None:
    end = finished(ask(server.policy(model), stop=stop))
    assert (end.text, end.stop_reason) == (text, reason)


def test_counts_that_cannot_be_are_replaced_by_our_own(server: Server) -> None:
    end = finished(ask(server.policy("odd-usage")))
    assert end.prompt_tokens > 10 and end.decode_tokens == 1


def test_oldest_turns_are_dropped_until_the_prompt_fits(server: Server) -> None:
    old = [Message("user", "旧" * 300), Message("assistant", "答" * 300)]
    messages = [ASKED[0], *old, Message("user", "新" * 200), Message("assistant", "答" * 100), ASKED[1]]
    policy = replace(server.policy("normal"), context_tokens=600)
    ask(policy, messages)
    sent = server.wait_for("request")["body"]["messages"]
    assert [message["content"][0] for message in sent] == ["你", "新", "答", "存"]


# ---- cancelling


@pytest.mark.parametrize("model", ["silent", "slow", "stall", "stream-forever"])
def test_cancelling_closes_the_connection_at_once(server: Server, model: str) -> None:
    cancel = CancelToken()
    cancelled_at = [0.0]

    def press_stop() -> None:
        cancelled_at[0] = time.monotonic()
        cancel.cancel()

    timer = threading.Timer(0.4, press_stop)
    timer.start()
    with pytest.raises(Cancelled):
        ask(server.policy(model), cancel=cancel, max_tokens=4000)
    assert time.monotonic() - cancelled_at[0] < CANCEL_S
    lost = server.wait_for("disconnected", model=model)
    assert lost["at"] - cancelled_at[0] < 2.0  # the same clock on one machine; how quick is for the benchmark to say


def test_cancelling_while_it_connects(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # the handshake is never answered
        policy = replace(server.policy("normal"), url=f"https://127.0.0.1:{deaf.getsockname()[1]}/v1")
        cancel = CancelToken()
        threading.Timer(0.3, cancel.cancel).start()
        started = time.monotonic()
        with pytest.raises(Cancelled):
            ask(policy, cancel=cancel)
        assert time.monotonic() - started < 0.3 + CANCEL_S


def test_a_cancelled_token_sends_nothing(server: Server) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        ask(server.policy("normal"), cancel=cancel)
    ask(server.policy("normal"))
    assert len([event for event in server.take() if event["event"] == "request"]) <= 1


def test_leaving_an_answer_early_ends_it_at_the_server(server: Server) -> None:
    events = RemoteGenerator(server.policy("stream-forever"), KEY).generate(ASKED, GREEDY, 4000, CancelToken())
    while not isinstance(next(events), TextDelta):
        pass
    events.close()  # type: ignore[attr-defined]  # it is a generator
    server.wait_for("disconnected", model="stream-forever")


def test_no_thread_is_left_behind(server: Server) -> None:
    for _ in range(5):
        ask(server.policy("normal"))
        with pytest.raises(EnvironmentFault):
            ask(server.policy("drop"))
    deadline = time.monotonic() + 5
    while (left := [t for t in threading.enumerate() if t.name == "endpoint"]) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not left


# ---- errors


def failure(policy: EndpointPolicy) -> tuple[JinpanError, str]:
    """The error that an answer ends with, and the text that came before it."""
    text = ""
    with pytest.raises(JinpanError) as caught:
        for event in RemoteGenerator(policy, KEY).generate(ASKED, GREEDY, 100, CancelToken()):
            assert not isinstance(event, GenerationFinished)
            text += event.text if isinstance(event, TextDelta) else ""
    told = f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"
    assert not [word for word in SECRET_WORDS if word in told]
    return caught.value, text


@pytest.mark.parametrize(
    ("model", "code", "text"),
    [
        ("forbidden", Fault.ENDPOINT_KEY_REFUSED, ""),
        ("unknown", Fault.ENDPOINT_NOT_FOUND, ""),
        ("busy", Fault.ENDPOINT_BUSY, ""),
        ("overloaded", Fault.ENDPOINT_BUSY, ""),
        ("broken", Fault.ENDPOINT_FAILED, ""),
        ("bad-request", Fault.ENDPOINT_FAILED, ""),
        ("html", Fault.ENDPOINT_ANSWER_INVALID, ""),
        ("garbage", Fault.ENDPOINT_BROKEN, ""),
        ("endless-headers", Fault.ENDPOINT_BROKEN, ""),
        ("endless-line", Fault.ENDPOINT_ANSWER_INVALID, ""),
        ("endless-answer", Fault.ENDPOINT_ANSWER_INVALID, ""),
        ("drop", Fault.ENDPOINT_BROKEN, "甲"),
        ("early", Fault.ENDPOINT_BROKEN, "甲"),
        ("not-json", Fault.ENDPOINT_ANSWER_INVALID, "甲"),
        ("deep-json", Fault.ENDPOINT_ANSWER_INVALID, ""),
        ("no-object", Fault.ENDPOINT_ANSWER_INVALID, ""),
        ("no-choices", Fault.ENDPOINT_ANSWER_INVALID, ""),
        ("choices-of-numbers", Fault.ENDPOINT_ANSWER_INVALID, ""),
        ("content-of-numbers", Fault.ENDPOINT_ANSWER_INVALID, ""),
        ("filtered", Fault.ENDPOINT_ANSWER_INVALID, "甲"),
        ("not-sse", Fault.ENDPOINT_ANSWER_INVALID, ""),
        ("not-utf8", Fault.ENDPOINT_ANSWER_INVALID, ""),
        ("error-inside", Fault.ENDPOINT_FAILED, "甲"),
    ],
)
def test_what_a_server_may_do_wrong(server: Server, model: str, code: Fault, text: str) -> None:
    error, shown = failure(server.policy(model))
    assert (error.code, shown) == (code, text)
    assert isinstance(error, EnvironmentFault)


def test_a_wrong_key_is_refused_and_told_nowhere(server: Server) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        list(RemoteGenerator(server.policy("normal"), "sk-wrong").generate(ASKED, GREEDY, 10, CancelToken()))
    assert caught.value.code == Fault.ENDPOINT_KEY_REFUSED
    assert "sk-wrong" not in repr(caught.value)


def test_a_redirect_is_not_followed(server: Server) -> None:
    error, _ = failure(server.policy("redirect"))
    assert error.code == Fault.ENDPOINT_REDIRECTED
    ask(server.policy("normal"))
    assert "trapped" not in {event["event"] for event in server.take()}
    socket.create_connection(("127.0.0.1", server.trap_port)).close()
    server.wait_for("trapped")  # the trap itself would have noticed


def test_proxies_of_the_environment_are_ignored(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.trap_port}")
    assert finished(ask(server.policy("normal"))).text == "".join(TEXTS)
    assert "trapped" not in {event["event"] for event in server.take()}


@pytest.mark.parametrize(
    ("model", "limit", "length"), [("overflow", 4096, 5120), ("overflow-llamacpp", 4096, 5120), ("too-large", 4096, 0)]
)
def test_a_prompt_that_the_server_finds_too_long(server: Server, model: str, limit: int, length: int) -> None:
    error, _ = failure(server.policy(model))
    assert isinstance(error, RequestRejected) and error.code == Rejection.CONTEXT_OVERFLOW
    assert error.details["limit"] == limit
    assert not length or error.details["length"] == length


def test_what_is_too_long_or_empty_is_refused_before_anything_is_sent(server: Server) -> None:
    generator = RemoteGenerator(replace(server.policy("normal"), context_tokens=600), KEY)
    cases = [([Message("user", "长" * 700)], 10, Rejection.CONTEXT_OVERFLOW), ([], 10, Rejection.OPTION_INVALID)]
    for messages, max_tokens, code in [*cases, (ASKED, 0, Rejection.OPTION_INVALID)]:
        with pytest.raises(RequestRejected) as caught:
            generator.generate(messages, GREEDY, max_tokens, CancelToken())
        assert caught.value.code == code
    assert "request" not in {event["event"] for event in server.take()}


@pytest.mark.parametrize(
    ("model", "changes", "code", "text"),
    [
        ("silent", {"first_token_timeout_s": 0.3}, Fault.ENDPOINT_FIRST_TOKEN_TIMEOUT, ""),
        ("slow", {"first_token_timeout_s": 0.3}, Fault.ENDPOINT_FIRST_TOKEN_TIMEOUT, ""),
        ("stall", {"next_token_timeout_s": 0.3}, Fault.ENDPOINT_STALLED, "甲"),
    ],
)
def test_each_wait_has_a_limit_and_an_error_of_its_own(
    server: Server, model: str, changes: dict[str, float], code: Fault, text: str
) -> None:
    started = time.monotonic()
    error, shown = failure(replace(server.policy(model), **changes))
    assert (error.code, error.details["limit_s"], shown) == (code, 0.3, text)
    assert time.monotonic() - started < 5.0  # the limit of the policy's other waits is 10
    server.wait_for("disconnected", model=model)


def test_a_server_that_never_takes_the_connection_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"https://127.0.0.1:{deaf.getsockname()[1]}/v1"
        error, _ = failure(EndpointPolicy(allowed=True, url=url, model="m", connect_timeout_s=0.3))
    assert error.code == Fault.ENDPOINT_CONNECT_TIMEOUT


def test_nobody_listens_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    error, _ = failure(EndpointPolicy(allowed=True, url=f"http://127.0.0.1:{port}/v1", model="m"))
    assert error.code == Fault.ENDPOINT_UNREACHABLE


def test_a_name_that_does_not_exist() -> None:
    url = "https://llm.bank.invalid/v1"  # RFC 2606: never resolved
    error, _ = failure(EndpointPolicy(allowed=True, url=url, model="m", connect_timeout_s=20.0))
    assert error.code in (Fault.ENDPOINT_NAME_UNKNOWN, Fault.ENDPOINT_CONNECT_TIMEOUT)  # a resolver may be silent
    assert error.details["host"] == "llm.bank.invalid"


# ---- the estimate of tokens


def test_the_estimate_is_hardly_ever_below_a_vocabulary_made_for_chinese(shared_data: Path, qwen05_pack: Path) -> None:
    tokenizer = Tokenizer.open(qwen05_pack, read_manifest(qwen05_pack))
    generator = RemoteGenerator(EndpointPolicy(), None)
    texts = [path.read_text(encoding="utf-8")[:8000] for path in sorted((shared_data / "laws").glob("*.md"))]
    pieces = [text[at : at + 400] for text in texts for at in range(0, len(text), 400)]
    short = [piece for piece in pieces if generator.count_tokens(piece) < tokenizer.count(piece)]
    assert len(pieces) > 100 and len(short) < 0.01 * len(pieces), short[:3]


def test_an_answer_that_has_begun_is_sent_with_the_order_to_write_on(server: Server) -> None:
    """No server is sure to leave an assistant's message open."""
    ask(server.policy("normal"), [*ASKED, Message("assistant", "存款保险")])
    sent = server.wait_for("request")["body"]["messages"]
    assert [message["role"] for message in sent] == ["system", "user", "assistant", "user"]
    assert sent[2]["content"] == "存款保险" and "接着写" in sent[3]["content"]
