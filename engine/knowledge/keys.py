"""The 32-byte key of a home's ledger: kept in the system's keyring, else derived from a passphrase, never stored plain.

`home/key.json` says which way a home is locked and holds a check value, HMAC-SHA256 of a fixed text under the key:
it tells a wrong passphrase from a damaged ledger and gives nothing else away.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import queue
import re
import secrets
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from engine.errors import EnvironmentFault, Fault, Rejection, RequestRejected
from engine.knowledge.home import write_durably, writing_home

KEY_FILE = "key.json"
KEY_BYTES = 32
PROBE_TIMEOUT_S = 5.0
UNLOCK_TIMEOUT_S = 60.0  # an existing home: the user may first have to type the keyring's own password

# scrypt parameters: about 0.4 s and 128 MiB a try (RFC 7914; OWASP Password Storage Cheat Sheet, first choice)
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**17, 8, 1
_SERVICE = "jinpan-branch-assistant"
_REAL_BACKENDS = ("SecretService", "libsecret", "kwallet", "Windows", "macOS")

Passphrase = Callable[[bool], str]
"""Asks the user for a passphrase; the argument is True when a new one is being chosen."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SubKeys:
    """Independent 32-byte keys derived from the home's key, one for each use."""

    ledger: bytes
    tokens: bytes
    rotation: bytes
    prefixes: bytes

    @classmethod
    def derive(cls, key: bytes) -> SubKeys:
        """HKDF-SHA256 (RFC 5869) with one info text for each use; the key is uniform, so no salt is needed."""

        def sub_key(use: str) -> bytes:
            return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"jinpan {use} 1".encode()).derive(key)

        uses = ("ledger cipher", "index tokens", "vector rotation", "prefix files")
        return cls(*(sub_key(use) for use in uses))


def obtain_key(home: Path, passphrase: Passphrase | None = None, passphrase_file: Path | None = None) -> bytes:
    """The key of a home; for a new home one is made, and the home's way of locking chosen.

    A new home uses the keyring if one works, else a passphrase; with `passphrase_file` always the passphrase, so that
    scripts behave alike on every machine. The first line of the file is the passphrase.

    Raises:
        EnvironmentFault: KEYRING_UNUSABLE (a passphrase is needed and there is none to be had), PASSPHRASE_WRONG,
            KEY_MISSING (the home's keyring entry or its key file is gone), HOME_UNWRITABLE, DISK_FULL.
    """
    path = home / KEY_FILE
    if not path.exists():
        if (home / "ledger.db").exists():
            raise EnvironmentFault(Fault.KEY_MISSING, home=str(home))
        return _new_key(home, passphrase, passphrase_file)
    lock = _read_lock(home)
    if lock["way"] == "passphrase":
        return _key_from_passphrase(lock, _ask(passphrase, passphrase_file, new=False))
    return _key_from_keyring(home, lock)


# ---- a new home


def probe_keyring() -> str:
    """The name of the keyring that would be used. Raises EnvironmentFault KEYRING_UNUSABLE (reason)."""
    try:
        return str(_usable_backend().name)
    except _KeyringUnusable as error:
        raise EnvironmentFault(Fault.KEYRING_UNUSABLE, reason=str(error)) from error


def _new_key(home: Path, passphrase: Passphrase | None, passphrase_file: Path | None) -> bytes:
    if passphrase_file is None:
        try:
            return _new_keyring_key(home)
        except _KeyringUnusable as error:
            if passphrase is None:
                raise EnvironmentFault(Fault.KEYRING_UNUSABLE, reason=str(error)) from error
    salt = secrets.token_bytes(16)
    key = _scrypt(_ask(passphrase, passphrase_file, new=True), salt, _SCRYPT_N)
    _write_lock(home, {"way": "passphrase", "salt": salt.hex(), "scrypt_n": str(_SCRYPT_N), "check": _check_value(key)})
    return key


def _new_keyring_key(home: Path) -> bytes:
    backend = _usable_backend()
    key, entry = secrets.token_bytes(KEY_BYTES), f"ledger-{secrets.token_hex(8)}"
    _within(PROBE_TIMEOUT_S, lambda: backend.set_password(_SERVICE, entry, key.hex()))
    _write_lock(home, {"way": "keyring", "entry": entry, "check": _check_value(key)})
    return key


def _write_lock(home: Path, lock: dict[str, str]) -> None:
    with writing_home(home):
        home.mkdir(parents=True, exist_ok=True)
        write_durably(home / KEY_FILE, json.dumps({"format": 1, **lock}, indent=1).encode())


# ---- an existing home


def _read_lock(home: Path) -> dict[str, str]:
    try:
        lock: dict[str, Any] = json.loads((home / KEY_FILE).read_text(encoding="utf-8"))
        way, check = lock["way"], lock["check"]
        bytes.fromhex(check)
        if way == "passphrase":
            bytes.fromhex(lock["salt"])
            int(lock["scrypt_n"])
        else:
            str(lock["entry"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EnvironmentFault(Fault.KEY_MISSING, home=str(home)) from error
    return {name: str(value) for name, value in lock.items()}


def _key_from_passphrase(lock: dict[str, str], passphrase: str) -> bytes:
    key = _scrypt(passphrase, bytes.fromhex(lock["salt"]), int(lock["scrypt_n"]))
    if not hmac.compare_digest(_check_value(key), lock["check"]):
        raise EnvironmentFault(Fault.PASSPHRASE_WRONG)
    return key


def _key_from_keyring(home: Path, lock: dict[str, str]) -> bytes:
    missing = EnvironmentFault(Fault.KEY_MISSING, home=str(home))
    reason = "no system keyring"
    backends = _real_backends()
    for backend in backends:
        try:
            secret = _within(UNLOCK_TIMEOUT_S, lambda backend=backend: backend.get_password(_SERVICE, lock["entry"]))
        except _KeyringUnusable as error:
            reason = str(error)
            continue
        if secret is None:
            reason = ""
            continue
        key = _from_hex(secret)
        if not hmac.compare_digest(_check_value(key), lock["check"]):
            raise missing
        return key
    if reason:
        raise EnvironmentFault(Fault.KEYRING_UNUSABLE, reason=reason)
    raise missing


def _from_hex(secret: str) -> bytes:
    try:
        return bytes.fromhex(secret)
    except ValueError:
        return b""  # fails the check value


# ---- passphrase


def _ask(passphrase: Passphrase | None, passphrase_file: Path | None, *, new: bool) -> str:
    if passphrase_file is not None:
        text = _first_line(passphrase_file)
    elif passphrase is not None:
        text = passphrase(new)
    else:
        raise EnvironmentFault(Fault.KEYRING_UNUSABLE, reason="this home is locked with a passphrase")
    if not text:
        raise EnvironmentFault(Fault.PASSPHRASE_WRONG)
    return text


def _first_line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentFault(Fault.KEYRING_UNUSABLE, reason=f"passphrase file: {error}") from error


def _scrypt(passphrase: str, salt: bytes, n: int) -> bytes:
    kdf = Scrypt(salt, KEY_BYTES, n=n, r=_SCRYPT_R, p=_SCRYPT_P)
    try:
        return kdf.derive(passphrase.encode("utf-8", "surrogatepass"))
    except MemoryError as error:
        needed = 128 * n * _SCRYPT_R
        raise EnvironmentFault(Fault.MEMORY_SHORT, needed_bytes=needed, free_bytes=0) from error


def _check_value(key: bytes) -> str:
    return hmac.new(key, b"jinpan ledger key check 1", hashlib.sha256).hexdigest()


# ---- keyring


class _KeyringUnusable(Exception):
    """The system's keyring cannot be relied on here; the text says why."""


def _real_backends() -> list[Any]:
    """Keyrings of the operating system, best first; those that store plainly, nothing or nowhere are never used."""
    import keyring.backend
    import keyring.core

    chosen = keyring.core.load_env() if os.environ.get("PYTHON_KEYRING_BACKEND") else None
    candidates: list[Any] = [chosen] if chosen is not None else list(keyring.backend.get_all_keyring())
    real = [c for c in candidates if type(c).__module__.removeprefix("keyring.backends.").startswith(_REAL_BACKENDS)]
    return sorted(real, key=lambda backend: backend.priority, reverse=True)


def _usable_backend() -> Any:
    """The first real keyring that keeps and forgets a probe: some are selected and then fail when locked."""
    reason = "no system keyring"
    for backend in _real_backends():
        try:
            _within(PROBE_TIMEOUT_S, lambda backend=backend: _probe(backend))
        except _KeyringUnusable as error:
            reason = str(error)
        else:
            return backend
    raise _KeyringUnusable(reason)


def _probe(backend: Any) -> None:
    entry, secret = f"probe-{secrets.token_hex(8)}", secrets.token_hex(16)
    backend.set_password(_SERVICE, entry, secret)
    found = backend.get_password(_SERVICE, entry)
    backend.delete_password(_SERVICE, entry)
    if found != secret:
        raise _KeyringUnusable("the keyring forgot the probe")


def _within(timeout_s: float, call: Callable[[], T]) -> T:
    """Run a keyring call in a thread of its own: it may wait for ever at an unlock prompt that nobody sees.

    Raises _KeyringUnusable: the call failed (backends raise what they like) or did not return in time.
    """
    outcome: queue.SimpleQueue[tuple[T, None] | tuple[None, Exception]] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put((call(), None))
        except Exception as error:
            outcome.put((None, error))

    threading.Thread(target=run, name="keyring", daemon=True).start()
    try:
        value, error = outcome.get(timeout=timeout_s)
    except queue.Empty:
        raise _KeyringUnusable(f"no answer within {timeout_s:.0f} s (locked?)") from None
    if error is not None:
        raise _KeyringUnusable(f"{type(error).__name__}: {error}") from error
    return value  # type: ignore[return-value]  # the pair's first half is the value when the second is None


# ---- the key of the bank's own model server


def set_endpoint_key(origin: str, key: str) -> None:
    """Keep the access key for the server at `origin` in the keyring, in the place of an older one.

    Raises EnvironmentFault ENDPOINT_KEYRING_UNUSABLE (reason); RequestRejected OPTION_INVALID for a key that no HTTP
    header can carry. The key itself stands in no error.
    """
    if not re.fullmatch(r"[\x21-\x7e]{1,1024}", key):  # Windows keeps at most 2,560 bytes, as UTF-16
        raise RequestRejected(Rejection.OPTION_INVALID, option="key", value=f"{len(key)} characters")
    with _for_endpoint():
        backend = _usable_backend()
        _within(UNLOCK_TIMEOUT_S, lambda: backend.set_password(_SERVICE, _endpoint_entry(origin), key))


def endpoint_key(origin: str) -> str | None:
    """The access key kept for the server at `origin`, None without. Raises as `set_endpoint_key`."""
    with _for_endpoint():
        backend = _usable_backend()
        found = _within(UNLOCK_TIMEOUT_S, lambda: backend.get_password(_SERVICE, _endpoint_entry(origin)))
    return None if found is None else str(found)


def remove_endpoint_key(origin: str) -> bool:
    """Forget the access key for `origin`; False when there was none. Raises as `set_endpoint_key`."""
    if endpoint_key(origin) is None:
        return False
    with _for_endpoint():
        backend = _usable_backend()
        _within(UNLOCK_TIMEOUT_S, lambda: backend.delete_password(_SERVICE, _endpoint_entry(origin)))
    return True


def _endpoint_entry(origin: str) -> str:
    """One entry for each server, so that a policy that names another server never sends it the old one's key."""
    return f"endpoint {origin}"


@contextlib.contextmanager
def _for_endpoint() -> Generator[None]:
    try:
        yield
    except _KeyringUnusable as error:
        # the backend's own words stay out, and so does the exception: either may hold what it was given
        cause = "locked or failing" if error.__cause__ else str(error)
        raise EnvironmentFault(Fault.ENDPOINT_KEYRING_UNUSABLE, reason=cause) from None
