from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import EnvironmentFault, Fault, JinpanError, Rejection, RequestRejected
from engine.knowledge import recovery
from engine.knowledge.keys import change_passphrase, obtain_key, recover_key, recovery_made, renew_recovery_key
from engine.knowledge.store import KnowledgeBase
from tests.engine.knowledge.test_keys import in_secret_service

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

Make = Callable[..., object]


def error_of(call: Callable[[], object]) -> JinpanError:
    with pytest.raises((EnvironmentFault, RequestRejected)) as caught:
        call()
    return caught.value


# ---- the key as it is written down


def test_a_recovery_key_is_160_bits_in_groups_that_are_easy_to_copy() -> None:
    keys = {recovery.new_recovery_key() for _ in range(50)}
    assert len(keys) == 50
    for key in keys:
        groups = key.split("-")
        assert [len(group) for group in groups] == [5] * 8
        assert set("".join(groups)) <= set(ALPHABET)
    data = {place: {key.split("-")[0][place] for key in keys} for place in range(4)}
    assert all(len(chars) > 15 for chars in data.values()), "each data character is random"


def test_every_wrong_character_and_every_swap_is_found_in_its_group() -> None:
    key = recovery.new_recovery_key()
    lock = recovery.seal(b"k" * 32, key, "2026-11-23")
    for place, char in enumerate(key):
        if char == "-":
            continue
        for other in set(ALPHABET) - {char}:
            error = error_of(lambda: recovery.unseal(lock, key[:place] + other + key[place + 1 :]))  # noqa: B023
            assert error.code == Rejection.RECOVERY_KEY_MISTYPED
            assert error.details == {"groups": str(place // 6 + 1)}
        if place % 6 < 4 and key[place + 1] != char:
            swapped = key[:place] + key[place + 1] + char + key[place + 2 :]
            assert error_of(lambda: recovery.unseal(lock, swapped)).details == {"groups": str(place // 6 + 1)}  # noqa: B023
    groups = key.split("-")
    exchanged = "-".join([groups[1], groups[0], *groups[2:]])
    assert error_of(lambda: recovery.unseal(lock, exchanged)).code == Rejection.RECOVERY_KEY_MISTYPED


def test_it_may_be_typed_as_people_type() -> None:
    key = recovery.new_recovery_key()
    lock = recovery.seal(b"k" * 32, key, "2026-11-23")
    wide = "".join(chr(ord(char) + 0xFEE0) for char in key)
    alike = key.replace("0", "o").replace("1", "l")
    for typed in (key.lower(), key.replace("-", ""), key.replace("-", " - "), f"  {key}\n", wide, alike):
        assert recovery.unseal(lock, typed) == b"k" * 32
    for typed in ("", "密", key[:-1], key + "0"):
        error = error_of(lambda: recovery.unseal(lock, typed))  # noqa: B023
        assert (error.code, error.details["expected"]) == (Rejection.RECOVERY_KEY_INCOMPLETE, 40)
    assert recovery.unseal(lock, recovery.new_recovery_key()) is None


# ---- homes locked by a passphrase


def test_a_forgotten_passphrase_is_survived(home: Path, open_knowledge: Make, document: Make, tmp_path: Path) -> None:
    shown: list[str] = []
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("first passphrase")
    second.write_text("second passphrase")

    def opened(passphrase_file: Path) -> KnowledgeBase:
        return KnowledgeBase.open(
            home, embedder_fingerprint="e", passphrase_file=passphrase_file, on_recovery_key=shown.append
        )

    with opened(first) as knowledge:
        info = knowledge.add_document(document(["第一条"]))
    with opened(first):
        assert len(shown) == 1, "told once, when the home was made"
    assert recovery_made(home)
    recover_key(home, shown[0], passphrase_file=second)
    with opened(second) as knowledge:
        assert knowledge.document(info.document_id).name == info.name
    assert error_of(lambda: opened(first)).code == Fault.PASSPHRASE_WRONG
    recover_key(home, shown[0], passphrase_file=first)  # it stays valid
    opened(first).close()
    files = [path for path in home.rglob("*") if path.is_file()]
    stored = b"".join(path.read_bytes() for path in files)
    for part in (shown[0], shown[0].replace("-", ""), shown[0][:11]):
        assert part.encode() not in stored, "it is stored nowhere"


def test_a_new_recovery_key_ends_the_old_one(home: Path, passphrase_file: Path) -> None:
    shown: list[str] = []
    key = obtain_key(home, passphrase_file=passphrase_file, on_recovery_key=shown.append)
    renewed = renew_recovery_key(home, key)
    error = error_of(lambda: recover_key(home, shown[0], passphrase_file=passphrase_file))
    assert error.code == Rejection.RECOVERY_KEY_WRONG
    recover_key(home, renewed, passphrase_file=passphrase_file)
    assert obtain_key(home, passphrase_file=passphrase_file) == key


@pytest.mark.parametrize("lost", ["key.json", "recovery.json"])
@pytest.mark.parametrize("how", ["gone", "empty", "noise"])
def test_either_of_both_files_is_enough(lost: str, how: str, home: Path, passphrase_file: Path) -> None:
    shown: list[str] = []
    key = obtain_key(home, passphrase_file=passphrase_file, on_recovery_key=shown.append)
    (home / "ledger.db").write_bytes(b"stands for one")
    if how == "gone":
        (home / lost).unlink()
    else:
        (home / lost).write_bytes(b"" if how == "empty" else bytes(range(256)))
    recover_key(home, shown[0], passphrase_file=passphrase_file)
    assert obtain_key(home, passphrase_file=passphrase_file) == key
    assert json.loads((home / "recovery.json").read_text()).keys() <= json.loads((home / "key.json").read_text()).keys()


def test_a_home_without_recovery_key_says_so(home: Path, passphrase_file: Path) -> None:
    obtain_key(home, passphrase_file=passphrase_file)
    assert recovery_made(home) == "" and not (home / "recovery.json").exists()
    error = error_of(lambda: recover_key(home, recovery.new_recovery_key(), passphrase_file=passphrase_file))
    assert error.code == Fault.RECOVERY_KEY_NONE


def test_a_recovery_key_that_could_not_be_shown_is_none(home: Path, passphrase_file: Path) -> None:
    def closed(_: str) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        obtain_key(home, passphrase_file=passphrase_file, on_recovery_key=closed)
    assert recovery_made(home) == ""
    assert obtain_key(home, passphrase_file=passphrase_file)


def test_a_passphrase_is_changed_and_the_recovery_key_stays(home: Path) -> None:
    shown: list[str] = []
    key = obtain_key(home, passphrase_file=_file(home, "old"), on_recovery_key=shown.append)
    error = error_of(lambda: change_passphrase(home, "wrong", lambda: pytest.fail("asked before the old one held")))
    assert error.code == Fault.PASSPHRASE_WRONG
    assert error_of(lambda: change_passphrase(home, "old", lambda: "")).code == Fault.PASSPHRASE_WRONG
    assert obtain_key(home, lambda _: "old") == key, "what failed changed nothing"
    change_passphrase(home, "old", lambda: "new")
    assert obtain_key(home, lambda _: "new") == key
    assert error_of(lambda: obtain_key(home, lambda _: "old")).code == Fault.PASSPHRASE_WRONG
    recover_key(home, shown[0], passphrase_file=_file(home, "third"))
    assert obtain_key(home, lambda _: "third") == key


def _file(home: Path, passphrase: str) -> Path:
    path = home.parent / f"passphrase-{passphrase}"
    path.write_text(passphrase)
    return path


# ---- homes locked by a real keyring

IN_SESSION = """
import json, sys
from pathlib import Path
from keyring.backends.SecretService import Keyring
from engine.errors import EnvironmentFault
from engine.knowledge.keys import obtain_key, recover_key, renew_recovery_key
home = Path(sys.argv[1])
shown = []
key = obtain_key(home, on_recovery_key=shown.append)
(home / "ledger.db").write_bytes(b"stands for one")
service = "jinpan-branch-assistant"
lock = lambda: json.loads((home / "key.json").read_text())
def code():
    try:
        assert obtain_key(home) == key
    except EnvironmentFault as fault:
        return fault.code
    return "opens"
Keyring().delete_password(service, lock()["entry"])
said = [code()]
recover_key(home, shown[0])
said.append(code())
Keyring().set_password(service, lock()["entry"], "ab" * 32)
said.append(code())
recover_key(home, shown[0])
said.append(code())
(home / "key.json").unlink()
said.append(code())
recover_key(home, shown[0])
said.append(code())
assert lock()["way"] == "keyring"
print(*said)
"""


@pytest.mark.skipif(not shutil.which("dbus-run-session"), reason="dbus-run-session is not installed")
@pytest.mark.skipif(not shutil.which("gnome-keyring-daemon"), reason="gnome-keyring-daemon is not installed")
def test_a_lost_a_changed_and_a_forgotten_keyring_entry_are_survived(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    said = in_secret_service(tmp_path, IN_SESSION, str(home)).split()
    assert said == ["key_missing", "opens"] * 3
