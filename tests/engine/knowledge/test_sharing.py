"""The shared collection as the engine offers it: named by policy, its key in the keyring."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import policy
from engine.errors import EnvironmentFault, Fault, RequestRejected
from engine.knowledge import keyrings
from engine.knowledge.sharing import Sharing, attach
from engine.knowledge.store import KnowledgeBase

Make = Callable[..., Any]
FINGERPRINT = "embedder-1"


class MemoryKeyring:
    """Stands at the seam of the system's keyring."""

    name = "memory"
    priority = 1

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, entry: str, secret: str) -> None:
        self.entries[service, entry] = secret

    def get_password(self, service: str, entry: str) -> str | None:
        return self.entries.get((service, entry))

    def delete_password(self, service: str, entry: str) -> None:
        del self.entries[service, entry]


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    backend = MemoryKeyring()
    monkeypatch.setattr(keyrings, "real_backends", lambda: [backend])
    return backend


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A policy that names a folder which branches share."""
    file, place = tmp_path / "policy.toml", tmp_path / "share"
    file.write_text(f"[shared]\nname = 'zhishi'\nlocation = '{place}'\ntimeout_s = 20\n", encoding="utf-8")
    monkeypatch.setattr(policy, "policy_path", lambda: file)
    monkeypatch.setattr(policy, "_require_administrators_file", lambda _: None)
    return place


@pytest.fixture
def open_home(tmp_path: Path, passphrase_file: Path) -> Iterator[Callable[[str], KnowledgeBase]]:
    opened: list[KnowledgeBase] = []

    def opening(name: str) -> KnowledgeBase:
        knowledge = KnowledgeBase.open(
            tmp_path / name, embedder_fingerprint=FINGERPRINT, passphrase_file=passphrase_file
        )
        attach(knowledge, FINGERPRINT)
        opened.append(knowledge)
        return knowledge

    yield opening
    for knowledge in opened:
        knowledge.close()


def test_a_branch_reads_what_head_office_published_once_it_has_the_key(
    tmp_path: Path, open_home: Make, share: Path, keyring: MemoryKeyring, document: Make, embed: Make
) -> None:
    office, key_file = open_home("office"), tmp_path / "shared.key"
    office.add_document(document(["大额取款须提前一日预约"], name="现金管理.pdf"))
    Sharing(office).new_key(key_file)
    if sys.platform != "win32":
        assert key_file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(RequestRejected):
        Sharing(office).new_key(key_file)
    done = Sharing(office).publish(key_file)
    assert (done.documents, done.chunks, done.location) == (1, 1, str(share))

    branch = open_home("branch")
    assert Sharing(branch).state().fault == Fault.SHARED_KEY_MISSING
    state = Sharing(branch).import_key(key_file)
    assert (state.documents, state.fault, state.name) == (1, "", "zhishi")
    assert state.published_at
    assert [len(secret) < 1280 for secret in keyring.entries.values()] == [True], "Windows keeps no more"
    question = "大额取款"
    assert branch.search(question, embed([question])[0], 3)[0].name == "现金管理.pdf"
    assert not Sharing(branch).refresh()


def test_without_a_word_in_the_policy_nothing_is_shared(
    tmp_path: Path, open_home: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "policy_path", lambda: tmp_path / "none.toml")
    knowledge = open_home("home")
    assert knowledge.shared is None
    for action in (Sharing(knowledge).state, lambda: Sharing(knowledge).import_key(tmp_path / "k")):
        with pytest.raises(EnvironmentFault) as caught:
            action()
        assert caught.value.code == Fault.SHARED_NOT_ALLOWED


@pytest.mark.parametrize("text", ["", "key = 'abcd'", "key = 5", "no toml", "key = '" + "g" * 64 + "'"])
def test_a_file_that_is_no_key_is_refused(text: str, tmp_path: Path, open_home: Make, share: Path) -> None:
    file = tmp_path / "key"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(EnvironmentFault) as caught:
        Sharing(open_home("home")).import_key(file)
    assert caught.value.code == Fault.SHARED_KEY_FILE_INVALID


def test_a_keyring_that_fails_says_nothing_of_the_key(
    tmp_path: Path, open_home: Make, share: Path, keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key"
    file.write_text(f"key = '{'ab' * 32}'", encoding="utf-8")

    def failing(service: str, entry: str, secret: str) -> None:
        if not entry.startswith("probe"):
            raise OSError(secret)
        keyring.entries[service, entry] = secret

    monkeypatch.setattr(keyring, "set_password", failing)
    with pytest.raises(EnvironmentFault) as caught:
        Sharing(open_home("home")).import_key(file)
    assert caught.value.code == Fault.KEYRING_UNUSABLE
    assert "abab" not in str(caught.value) + str(caught.value.details) + str(caught.value.__cause__)
