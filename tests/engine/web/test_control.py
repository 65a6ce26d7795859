"""The user's switch and keys: remembered, and worth nothing against the policy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import EnvironmentFault, Fault, Rejection, RequestRejected
from engine.knowledge import keyrings
from engine.knowledge.store import KnowledgeBase
from engine.policy import Policy, WebPolicy
from engine.settings import CHOICES, Settings, load_settings
from engine.web import control, permit
from engine.web.control import WebControl

ALLOWED = WebPolicy(allowed=True, searxng_url="https://search.test")


class Keyring:
    """Stands at the seam of the system's keyring."""

    name = "test"

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def set_password(self, service: str, entry: str, secret: str) -> None:
        self.kept[entry] = secret

    def get_password(self, service: str, entry: str) -> str | None:
        return self.kept.get(entry)

    def delete_password(self, service: str, entry: str) -> None:
        del self.kept[entry]


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    kept = Keyring()
    monkeypatch.setattr(keyrings, "usable_backend", lambda: kept)
    return kept


@pytest.fixture
def web(knowledge: KnowledgeBase, home: Path, monkeypatch: pytest.MonkeyPatch) -> WebControl:
    allow(monkeypatch, ALLOWED)
    return WebControl(knowledge, load_settings(home), lambda settings: None)


def allow(monkeypatch: pytest.MonkeyPatch, policy: WebPolicy) -> None:
    for module in (permit, control):
        monkeypatch.setattr(module, "load_policy", lambda: Policy(web=policy))


def test_the_switch_is_remembered(web: WebControl, home: Path) -> None:
    assert not web.state().switched_on and not load_settings(home).web_search
    assert web.switch(True, "zhipu").provider == "zhipu"
    assert (load_settings(home).web_search, load_settings(home).web_provider) == (True, "zhipu")
    (home / "settings.toml").write_text('web_search = true\nweb_provider = "bocha"\n', encoding="utf-8")
    assert not web.switch(False).switched_on
    assert (load_settings(home).web_search, load_settings(home).web_provider) == (False, "zhipu")


def test_the_engine_hears_of_it(knowledge: KnowledgeBase, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, ALLOWED)
    heard: list[Settings] = []
    WebControl(knowledge, load_settings(home), heard.append).switch(True)
    assert [settings.web_search for settings in heard] == [True]


def test_a_locked_switch_stays_off(web: WebControl, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, WebPolicy())
    state = web.state()
    assert (state.allowed, state.switched_on, state.provider, state.providers) == (False, False, "", ())
    with pytest.raises(EnvironmentFault) as caught:
        web.switch(True)
    assert caught.value.code == Fault.WEB_NOT_ALLOWED and not (home / CHOICES).exists()
    with pytest.raises(EnvironmentFault):
        web.set_key("bocha", "k")


def test_a_switch_that_policy_fixes_cannot_be_switched(
    knowledge: KnowledgeBase, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, ALLOWED)
    fixed = replace(load_settings(home), fixed=("web_search",))
    with pytest.raises(RequestRejected) as caught:
        WebControl(knowledge, fixed, lambda settings: None).switch(True)
    assert caught.value.code == Rejection.OPTION_FIXED and not load_settings(home).web_search


def test_keys_live_in_the_keyring_only(web: WebControl, keyring: Keyring, home: Path, tmp_path: Path) -> None:
    assert not web.has_key("bocha") and not web.remove_key("bocha")
    assert web.set_key("bocha", "secret-key-1").host == "api.bocha.cn"
    web.set_key("bocha", "secret-key-2")
    assert keyring.kept == {"web api.bocha.cn": "secret-key-2"} and web.has_key("bocha") and not web.has_key("zhipu")
    for file in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert b"secret-key" not in file.read_bytes()
    assert web.remove_key("bocha") and not keyring.kept


@pytest.mark.parametrize("name", ["searxng", "google", ""])
def test_services_without_a_key_get_none(web: WebControl, keyring: Keyring, name: str) -> None:
    with pytest.raises(RequestRejected) as caught:
        web.set_key(name, "k")
    assert caught.value.code == Rejection.OPTION_INVALID and not keyring.kept


@pytest.mark.parametrize("key", ["", "with blank", "line\nbreak", "密钥"])
def test_a_key_that_no_header_can_carry_is_refused(web: WebControl, keyring: Keyring, key: str) -> None:
    with pytest.raises(RequestRejected) as caught:
        web.set_key("bocha", key)
    assert (key or "密钥") not in str(caught.value) and not keyring.kept


def test_without_a_keyring_it_is_said(web: WebControl, monkeypatch: pytest.MonkeyPatch) -> None:
    def unusable() -> None:
        raise keyrings.KeyringUnusable("no system keyring")

    monkeypatch.setattr(keyrings, "usable_backend", unusable)
    with pytest.raises(EnvironmentFault) as caught:
        web.set_key("bocha", "k")
    assert caught.value.code == Fault.WEB_KEYRING_UNUSABLE


def test_without_any_request_the_list_is_empty(web: WebControl) -> None:
    assert web.outbound() == ()
