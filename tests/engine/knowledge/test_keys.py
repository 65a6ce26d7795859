from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.errors import EnvironmentFault, Fault
from engine.knowledge import keyrings, keys
from engine.knowledge.keys import SubKeys, obtain_key

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


def fault_of(call: object) -> EnvironmentFault:
    with pytest.raises(EnvironmentFault) as caught:
        call()  # type: ignore[operator]
    return caught.value


def test_a_passphrase_gives_the_same_key_again(home: Path, passphrase_file: Path) -> None:
    key = obtain_key(home, passphrase_file=passphrase_file)
    assert len(key) == 32
    assert obtain_key(home, passphrase_file=passphrase_file) == key
    assert obtain_key(home, passphrase=lambda new: "网点助手 test passphrase") == key


def test_a_new_passphrase_costs_what_owasp_asks(
    home: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    assert keys._SCRYPT_N == 2**17
    started = time.monotonic()
    obtain_key(home, passphrase_file=passphrase_file)
    assert time.monotonic() - started > 0.05
    assert json.loads((home / "key.json").read_text())["scrypt_n"] == "131072"


def test_neither_key_nor_passphrase_is_in_the_key_file(home: Path, passphrase_file: Path) -> None:
    key = obtain_key(home, passphrase_file=passphrase_file)
    text = (home / "key.json").read_text()
    assert key.hex() not in text
    assert "passphrase " not in text and "网点" not in text


def test_a_wrong_passphrase_is_named_as_such(home: Path, passphrase_file: Path) -> None:
    obtain_key(home, passphrase_file=passphrase_file)
    assert fault_of(lambda: obtain_key(home, passphrase=lambda new: "wrong")).code == Fault.PASSPHRASE_WRONG
    assert fault_of(lambda: obtain_key(home, passphrase=lambda new: "")).code == Fault.PASSPHRASE_WRONG


def test_the_prompt_knows_whether_a_passphrase_is_new(home: Path, no_keyring: None) -> None:
    asked: list[bool] = []

    def prompt(new: bool) -> str:
        asked.append(new)
        return "a passphrase"

    assert obtain_key(home, prompt) == obtain_key(home, prompt)
    assert asked == [True, False]


@pytest.mark.parametrize("backend", ["fail.Keyring", "null.Keyring"])
def test_a_keyring_that_keeps_nothing_is_refused(home: Path, backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"keyring.backends.{backend}")
    assert fault_of(lambda: obtain_key(home)).code == Fault.KEYRING_UNUSABLE
    assert not (home / "key.json").exists()


def test_a_passphrase_home_without_passphrase_says_so(home: Path, passphrase_file: Path) -> None:
    obtain_key(home, passphrase_file=passphrase_file)
    assert fault_of(lambda: obtain_key(home)).code == Fault.KEYRING_UNUSABLE


def test_a_missing_passphrase_file_says_so(home: Path, tmp_path: Path) -> None:
    fault = fault_of(lambda: obtain_key(home, passphrase_file=tmp_path / "nowhere"))
    assert fault.code == Fault.KEYRING_UNUSABLE
    assert "passphrase file" in str(fault.details["reason"])


def test_a_ledger_without_key_file_has_lost_its_key(home: Path, passphrase_file: Path) -> None:
    (home / "ledger.db").write_bytes(b"something")
    assert fault_of(lambda: obtain_key(home, passphrase_file=passphrase_file)).code == Fault.KEY_MISSING


@pytest.mark.parametrize("content", ["", "{}", '{"way": "passphrase", "check": "zz", "salt": "zz"}', "[1]"])
def test_a_broken_key_file_is_named_as_such(home: Path, passphrase_file: Path, content: str) -> None:
    (home / "key.json").write_text(content)
    assert fault_of(lambda: obtain_key(home, passphrase_file=passphrase_file)).code == Fault.KEY_FILE_DAMAGED


def test_a_flipped_digit_of_the_key_file_is_not_taken_for_a_wrong_passphrase(home: Path, passphrase_file: Path) -> None:
    obtain_key(home, passphrase_file=passphrase_file)
    lock = json.loads((home / "key.json").read_text())
    for field in ("salt", "sealed", "check", "scrypt_n"):
        changed = lock | {field: lock[field][:-1] + ("0" if lock[field][-1] != "0" else "1")}
        (home / "key.json").write_text(json.dumps(changed))
        assert fault_of(lambda: obtain_key(home, passphrase_file=passphrase_file)).code == Fault.KEY_FILE_DAMAGED


def test_a_home_of_the_first_format_opens_unchanged(home: Path, passphrase_file: Path) -> None:
    salt = b"s" * 16
    key = keys._scrypt(passphrase_file.read_text(encoding="utf-8").splitlines()[0], salt, 2**10)
    lock = {"format": 1, "way": "passphrase", "salt": salt.hex(), "scrypt_n": "1024", "check": keys._check_value(key)}
    (home / "key.json").write_text(json.dumps(lock))
    before = (home / "key.json").read_bytes()
    assert obtain_key(home, passphrase_file=passphrase_file) == key
    assert fault_of(lambda: obtain_key(home, passphrase=lambda _: "wrong")).code == Fault.PASSPHRASE_WRONG
    assert (home / "key.json").read_bytes() == before


def test_a_keyring_that_hangs_at_a_prompt_is_given_up(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hanging:
        def set_password(self, service: str, entry: str, secret: str) -> None:
            time.sleep(30)

    monkeypatch.setattr(keyrings, "real_backends", lambda: [Hanging()])
    monkeypatch.setattr(keyrings, "PROBE_TIMEOUT_S", 0.2)
    started = time.monotonic()
    fault = fault_of(lambda: obtain_key(home))
    assert fault.code == Fault.KEYRING_UNUSABLE
    assert time.monotonic() - started < 5


def test_sub_keys_are_independent() -> None:
    derived = SubKeys.derive(b"k" * 32)
    assert len({derived.ledger, derived.tokens, derived.rotation, b"k" * 32}) == 4
    assert derived == SubKeys.derive(b"k" * 32) != SubKeys.derive(b"l" * 32)


IN_SESSION = """
import sys
from pathlib import Path
import keyring
from engine.errors import EnvironmentFault
from engine.knowledge.keys import obtain_key
import json
one, two = Path(sys.argv[1]), Path(sys.argv[2])
key, other = obtain_key(one), obtain_key(two)
assert len(key) == 32 and key != other, "two homes have two keys"
assert obtain_key(one) == key and obtain_key(two) == other, "keys come back"
for home in (one, two):
    text = (home / "key.json").read_text()
    assert key.hex() not in text and other.hex() not in text
lock = json.loads((one / "key.json").read_text())
assert lock["way"] == "keyring"
from keyring.backends.SecretService import Keyring
Keyring().delete_password("jinpan-branch-assistant", lock["entry"])
try:
    obtain_key(one)
except EnvironmentFault as fault:
    print("fault", fault.code)
"""


@pytest.mark.skipif(not shutil.which("dbus-run-session"), reason="dbus-run-session is not installed")
@pytest.mark.skipif(not shutil.which("gnome-keyring-daemon"), reason="gnome-keyring-daemon is not installed")
def test_a_real_secret_service_keeps_one_key_for_each_home(tmp_path: Path) -> None:
    homes = [tmp_path / "one", tmp_path / "two"]
    for home in homes:
        home.mkdir(mode=0o700)
    assert in_secret_service(tmp_path, IN_SESSION, *map(str, homes)) == "fault key_missing"


def in_secret_service(folder: Path, code: str, *arguments: str) -> str:
    """What a script prints in a session with a keyring of its own, unlocked and empty."""
    script = folder / "session.py"
    script.write_text(code, encoding="utf-8")
    for name in ("data", "run"):
        (folder / name).mkdir(mode=0o700)
    unlock = "printf x | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
    command = f"{unlock} && exec {shlex.join([sys.executable, str(script), *arguments])}"
    environment = os.environ | {
        "PYTHONPATH": str(REPOSITORY),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_RUNTIME_DIR": str(folder / "run"),
    }
    environment.pop("PYTHON_KEYRING_BACKEND", None)
    result = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", command], env=environment, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


# ---- the key of the bank's own model server

ENDPOINT_SESSION = """
import sys
from engine.errors import RequestRejected
from engine.knowledge.keyrings import endpoint_key, remove_endpoint_key, set_endpoint_key
here, there = "https://llm.bank.example", "https://other.example"
assert endpoint_key(here) is None and not remove_endpoint_key(here)
set_endpoint_key(here, "sk-first")
set_endpoint_key(here, "sk-second")
assert endpoint_key(here) == "sk-second"
assert endpoint_key(there) is None, "another server does not get it"
for wrong in ("", "two words", "line\\nbreak", "密钥", "x" * 1025):
    try:
        set_endpoint_key(here, wrong)
    except RequestRejected as error:
        assert wrong not in str(error) or not wrong
    else:
        raise AssertionError(wrong)
assert remove_endpoint_key(here) and endpoint_key(here) is None
print("done")
"""


@pytest.mark.skipif(not shutil.which("dbus-run-session"), reason="dbus-run-session is not installed")
@pytest.mark.skipif(not shutil.which("gnome-keyring-daemon"), reason="gnome-keyring-daemon is not installed")
def test_a_real_secret_service_keeps_a_servers_key(tmp_path: Path) -> None:
    assert in_secret_service(tmp_path, ENDPOINT_SESSION) == "done"


def test_without_a_keyring_a_servers_key_is_kept_nowhere(no_keyring: None) -> None:
    for call in (
        lambda: keyrings.set_endpoint_key("https://h", "sk-secret"),
        lambda: keyrings.endpoint_key("https://h"),
        lambda: keyrings.remove_endpoint_key("https://h"),
    ):
        fault = fault_of(call)
        assert fault.code == Fault.ENDPOINT_KEYRING_UNUSABLE
        assert "sk-secret" not in repr(fault)


def test_a_keyring_that_fails_with_the_key_in_its_words_does_not_give_it_away(monkeypatch: pytest.MonkeyPatch) -> None:
    class Telling:
        def set_password(self, service: str, entry: str, secret: str) -> None:
            raise OSError(f"cannot store {secret}")

    monkeypatch.setattr(keyrings, "usable_backend", lambda: Telling())
    fault = fault_of(lambda: keyrings.set_endpoint_key("https://h", "sk-secret"))
    assert "sk-secret" not in f"{fault!r} {fault.__cause__!r}"
    assert fault.__suppress_context__
