"""Over TLS the server's certificate is verified before anything is sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled, EnvironmentFault, Fault
from engine.events import GenerationFinished
from engine.policy import EndpointPolicy
from engine.runtime.remote import RemoteGenerator
from engine.runtime.sampling import Sampling
from engine.values import Message
from tests.engine.runtime.endpoint_server import KEY, TEXTS
from tests.engine.runtime.running_endpoint import Server, make_certificate


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def tls_server(certificate: tuple[Path, Path]) -> Iterator[Server]:
    server = Server(*map(str, certificate))
    yield server
    server.stop()


def ask(policy: EndpointPolicy, cancel: CancelToken | None = None) -> str:
    asked = [Message("user", "存款保险最高赔多少？")]
    events = list(RemoteGenerator(policy, KEY).generate(asked, Sampling(), 100, cancel or CancelToken()))
    assert isinstance(events[-1], GenerationFinished)
    return events[-1].text


def test_the_authority_that_policy_names_is_trusted(tls_server: Server, certificate: tuple[Path, Path]) -> None:
    policy = replace(tls_server.policy("normal", "https"), ca_file=str(certificate[0]))
    assert ask(policy) == "".join(TEXTS)


def test_no_other_certificate_is_trusted_and_nothing_is_sent_to_it(
    tls_server: Server, certificate: tuple[Path, Path]
) -> None:
    tls_server.take()
    for policy in (
        tls_server.policy("normal", "https"),
        replace(tls_server.policy("normal", "https"), ca_file=str(certificate[0].with_name("missing.pem"))),
        replace(
            tls_server.policy("normal", "https"),
            ca_file=str(certificate[0]),
            url=f"https://localhost:{tls_server.port}/v1",
        ),
    ):
        with pytest.raises(EnvironmentFault) as caught:
            ask(policy)
        assert caught.value.code == Fault.ENDPOINT_UNTRUSTED
    assert "request" not in {event["event"] for event in tls_server.take()}


def test_cancelling_inside_tls(tls_server: Server, certificate: tuple[Path, Path]) -> None:
    cancel = CancelToken()
    threading.Timer(0.4, cancel.cancel).start()
    with pytest.raises(Cancelled):
        ask(replace(tls_server.policy("stall", "https"), ca_file=str(certificate[0])), cancel=cancel)
    tls_server.wait_for("disconnected", model="stall")
