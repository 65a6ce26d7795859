"""Real servers, a real ledger that keeps what was sent, and permits as a policy would give them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.knowledge import keys
from engine.knowledge.store import KnowledgeBase
from engine.policy import WebPolicy
from engine.web.permit import Permit, providers
from tests.engine.web.web_server import WebServer, make_certificate

NAMES = ("pages.test", "search.test", "other.test")  # all of them resolve to 127.0.0.1 in these tests
MakePermit = Callable[..., Permit]


def to_this_machine(host: str, port: int) -> list[str]:
    """Stands at the resolver's seam; what is an address already stays one."""
    return [host] if host.replace(".", "").isdigit() or ":" in host else ["127.0.0.1"]


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as started:
        yield started


@pytest.fixture
def other_server() -> Iterator[WebServer]:
    with WebServer() as started:
        yield started


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("certificate"), *NAMES)


@pytest.fixture
def secure_server(certificate: tuple[Path, Path]) -> Iterator[WebServer]:
    with WebServer(certificate) as started:
        yield started


@pytest.fixture
def knowledge(tmp_path: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KnowledgeBase]:
    monkeypatch.setattr(keys, "_SCRYPT_N", 2**10)  # the real cost is tested in test_keys.py
    with KnowledgeBase.open(tmp_path / "kb", embedder_fingerprint="web", passphrase_file=passphrase_file) as opened:
        yield opened


@pytest.fixture
def make_permit() -> MakePermit:
    """make_permit(provider="searxng", **policy): allowed, switched on, pages of `NAMES` and 127.0.0.1 open by http."""

    def made(provider: str = "searxng", **policy: object) -> Permit:
        usual: dict[str, object] = {
            "allowed": True,
            "searxng_url": "http://127.0.0.1:1",
            "intranet_hosts": (*NAMES, "127.0.0.1"),
            "allow_http": True,
            "page_timeout_s": 2.0,
            "search_timeout_s": 2.0,
            "page_limit_bytes": 1 << 20,
        }
        web = WebPolicy(**{**usual, **policy})  # type: ignore[arg-type]  # names and types as in the class
        chosen = next(known for known in providers(web) if known.name == provider)
        return Permit(web, True, chosen)

    return made
