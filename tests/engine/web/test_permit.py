"""Two must say yes; without both no request can be made, and nothing leaves."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import EnvironmentFault, Fault, RequestRejected
from engine.policy import Policy, WebPolicy
from engine.proof import StepOutcome
from engine.settings import Settings
from engine.web import permit as permits
from engine.web.permit import Permit, permit, providers, refused_outcome, state, switched

ALLOWED = WebPolicy(allowed=True, searxng_url="https://search.test")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a socket or asks for a name fails the test."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something wants to leave")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def with_policy(monkeypatch: pytest.MonkeyPatch, web: WebPolicy) -> None:
    monkeypatch.setattr(permits, "load_policy", lambda: Policy(web=web))


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(
    ("web", "on", "code"),
    [
        (WebPolicy(), True, Fault.WEB_NOT_ALLOWED),
        (replace(ALLOWED, allowed=False), True, Fault.WEB_NOT_ALLOWED),
        (ALLOWED, False, Fault.WEB_SWITCHED_OFF),
        (replace(ALLOWED, providers=("searxng",), searxng_url=""), True, Fault.WEB_PROVIDER_MISSING),
    ],
)
def test_without_both_there_is_no_permit(
    web: WebPolicy, on: bool, code: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_policy(monkeypatch, web)
    with pytest.raises(EnvironmentFault) as caught:
        permit(Settings(tmp_path, web_search=on))
    assert caught.value.code == code
    for known in (*providers(ALLOWED), *providers(web)):
        with pytest.raises(EnvironmentFault):
            Permit(web, on, known)
    off = StepOutcome.SWITCHED_OFF if code == Fault.WEB_SWITCHED_OFF else StepOutcome.NOT_ALLOWED
    assert refused_outcome(caught.value) is off


def test_it_is_off_by_default(tmp_path: Path) -> None:
    assert not WebPolicy().allowed and not Settings(tmp_path).web_search
    assert providers(WebPolicy(searxng_url="https://search.test")) == ()


def test_a_changed_policy_takes_a_permit_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(tmp_path, web_search=True)
    with_policy(monkeypatch, ALLOWED)
    assert permit(settings).provider.name == "searxng"
    with_policy(monkeypatch, replace(ALLOWED, allowed=False))
    with pytest.raises(EnvironmentFault) as caught:
        permit(settings)
    assert caught.value.code == Fault.WEB_NOT_ALLOWED


def test_the_users_choice_counts_where_policy_allows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_policy(monkeypatch, ALLOWED)
    settings = switched(Settings(tmp_path), True, "zhipu")
    assert permit(settings).provider.name == "zhipu"
    now = state(settings)
    assert (now.allowed, now.switched_on, now.provider) == (True, True, "zhipu")
    assert [known.name for known in now.providers] == ["searxng", "bocha", "zhipu"]
    with_policy(monkeypatch, replace(ALLOWED, providers=("bocha",)))
    assert permit(settings).provider.name == "bocha"
    with pytest.raises(RequestRejected):
        switched(settings, True, "zhipu")


def test_it_cannot_be_switched_on_against_the_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_policy(monkeypatch, WebPolicy())
    with pytest.raises(EnvironmentFault):
        switched(Settings(tmp_path), True, "")
    assert not switched(Settings(tmp_path, web_search=True), False, "").web_search


def test_sites_count_with_their_subdomains() -> None:
    web = replace(ALLOWED, allowed_sites=("gov.cn",), blocked_sites=("bad.gov.cn",))
    allows = Permit(web, True, providers(web)[0]).allows_site
    assert allows("gov.cn") and allows("www.pbc.gov.cn")
    assert not allows("bad.gov.cn") and not allows("x.bad.gov.cn") and not allows("evilgov.cn") and not allows("a.com")
