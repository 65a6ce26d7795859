"""The 32-byte key of a home's ledger: kept in the system's keyring, else sealed under a passphrase, never stored plain.

`home/key.json` says which way a home is locked and holds a check value, HMAC-SHA256 of a fixed text under the key:
it tells a wrong passphrase from a damaged ledger and gives nothing else away. Where there is a recovery key, the key is
sealed under that as well, and once more in `home/recovery.json`, so that losing key.json alone loses nothing.
In files of format 1 a passphrase gave the key itself; they open unchanged.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from engine.durable import write_durably, writing_home
from engine.errors import EnvironmentFault, Fault, Rejection, RequestRejected
from engine.knowledge import keyrings, recovery

KEY_FILE = "key.json"
RECOVERY_FILE = "recovery.json"
KEY_BYTES = 32
_FORMAT = 2
_NONCE_BYTES = 12

# scrypt parameters: about 0.4 s and 128 MiB a try (RFC 7914; OWASP Password Storage Cheat Sheet, first choice)
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**17, 8, 1
_SCRYPT_LIMIT = 2**20

Passphrase = Callable[[bool], str]
"""Asks the user for a passphrase; the argument is True when a new one is being chosen."""

RecoveryKeyTaker = Callable[[str], None]
"""Shows a recovery key to the user, once; returns when the user has it."""


@dataclass(frozen=True, slots=True)
class SubKeys:
    """Independent 32-byte keys derived from the home's key, one for each use."""

    ledger: bytes
    tokens: bytes
    rotation: bytes
    prefixes: bytes
    audit_chain: bytes
    audit_seals: bytes

    @classmethod
    def derive(cls, key: bytes) -> SubKeys:
        """HKDF-SHA256 (RFC 5869) with one info text for each use; the key is uniform, so no salt is needed."""

        def sub_key(use: str) -> bytes:
            return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"jinpan {use} 1".encode()).derive(key)

        uses = ("ledger cipher", "index tokens", "vector rotation", "prefix files", "audit chain", "audit seals")
        return cls(*(sub_key(use) for use in uses))


def obtain_key(
    home: Path,
    passphrase: Passphrase | None = None,
    passphrase_file: Path | None = None,
    on_recovery_key: RecoveryKeyTaker | None = None,
) -> bytes:
    """The key of a home; for a new home one is made, and the home's way of locking chosen.

    A new home uses the keyring if one works, else a passphrase; with `passphrase_file` always the passphrase, so that
    scripts behave alike on every machine. The first line of the file is the passphrase. With `on_recovery_key` a new
    home gets a recovery key, which is told to it once.

    Raises:
        EnvironmentFault: KEYRING_UNUSABLE (a passphrase is needed and there is none to be had), PASSPHRASE_WRONG,
            KEY_MISSING (the home's keyring entry or its key file is gone), HOME_UNWRITABLE, DISK_FULL.
    """
    path = home / KEY_FILE
    if not path.exists():
        if (home / "ledger.db").exists():
            raise EnvironmentFault(Fault.KEY_MISSING, home=str(home))
        return _new_key(home, passphrase, passphrase_file, on_recovery_key)
    lock = _read_lock(home)
    if lock["way"] == "passphrase":
        return _key_from_passphrase(lock, _ask(passphrase, passphrase_file, new=False))
    return _key_from_keyring(home, lock)


# ---- the recovery key


def recovery_made(home: Path) -> str:
    """The day on which the home's recovery key was made, ISO 8601; empty without one."""
    return next((copy["recovery_made"] for copy in _sealed_copies(home)), "")


def renew_recovery_key(home: Path, key: bytes) -> str:
    """Make a recovery key for a home that was opened with `key`; the one before it opens nothing from now on.

    Raises EnvironmentFault: KEY_MISSING, HOME_UNWRITABLE, DISK_FULL.
    """
    text = recovery.new_recovery_key()
    today = datetime.now(UTC).date().isoformat()
    _write_lock(home, _read_lock(home) | recovery.seal(key, text, today))
    return text


def recover_key(
    home: Path, recovery_key: str, passphrase: Passphrase | None = None, passphrase_file: Path | None = None
) -> None:
    """Open a home with its recovery key and lock it anew, by the present keyring or a passphrase as a new home is.

    The recovery key stays valid.

    Raises:
        RequestRejected: RECOVERY_KEY_INCOMPLETE, RECOVERY_KEY_MISTYPED (groups), RECOVERY_KEY_WRONG.
        EnvironmentFault: RECOVERY_KEY_NONE (the home has none), KEYRING_UNUSABLE, HOME_UNWRITABLE, DISK_FULL.
    """
    copies = _sealed_copies(home)
    if not copies:
        raise EnvironmentFault(Fault.RECOVERY_KEY_NONE, home=str(home))
    for copy in copies:
        key = recovery.unseal(copy, recovery_key)
        if key is not None:
            sealed = {name: copy[name] for name in recovery.FIELDS}
            _write_lock(home, _lock_up(key, passphrase, passphrase_file) | sealed)
            return
    raise RequestRejected(Rejection.RECOVERY_KEY_WRONG)


def change_passphrase(home: Path, old: str, new: Callable[[], str]) -> None:
    """Seal the home's key under another passphrase, asked for when `old` was right; the recovery key stays valid.

    Raises:
        RequestRejected: PASSPHRASE_NOT_USED (the home is locked by the keyring).
        EnvironmentFault: PASSPHRASE_WRONG (also for an empty new one), KEY_MISSING, HOME_UNWRITABLE, DISK_FULL.
    """
    lock = _read_lock(home)
    if lock["way"] != "passphrase":
        raise RequestRejected(Rejection.PASSPHRASE_NOT_USED)
    key = _key_from_passphrase(lock, old)
    sealed = {name: lock[name] for name in recovery.FIELDS if name in lock}
    _write_lock(home, _lock_by_passphrase(key, _ask(lambda _: new(), None, new=True)) | sealed)


def _sealed_copies(home: Path) -> list[dict[str, str]]:
    """What is sealed under the recovery key, from key.json and its copy, as far as they can be read."""
    found: list[dict[str, str]] = []
    for name in (KEY_FILE, RECOVERY_FILE):
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            lock: dict[str, Any] = json.loads((home / name).read_text(encoding="utf-8"))
            found.append({field: str(lock[field]) for field in recovery.FIELDS})
    return found


# ---- locking


def _new_key(
    home: Path, passphrase: Passphrase | None, passphrase_file: Path | None, taker: RecoveryKeyTaker | None
) -> bytes:
    key = secrets.token_bytes(KEY_BYTES)
    lock = _lock_up(key, passphrase, passphrase_file)
    _write_lock(home, lock)
    if taker is not None:
        text = renew_recovery_key(home, key)
        try:
            taker(text)
        except BaseException:  # nobody has seen it: then there is none
            _write_lock(home, lock)
            raise
    return key


def _lock_up(key: bytes, passphrase: Passphrase | None, passphrase_file: Path | None) -> dict[str, str]:
    """Put a key into the keyring, or seal it under a passphrase; returns what key.json says of that."""
    if passphrase_file is None:
        try:
            return _lock_by_keyring(key)
        except keyrings.KeyringUnusable as error:
            if passphrase is None:
                raise EnvironmentFault(Fault.KEYRING_UNUSABLE, reason=str(error)) from error
    return _lock_by_passphrase(key, _ask(passphrase, passphrase_file, new=True))


def _lock_by_keyring(key: bytes) -> dict[str, str]:
    entry = f"ledger-{secrets.token_hex(8)}"
    keyrings.keep_secret(entry, key.hex())
    return {"way": "keyring", "entry": entry, "check": _check_value(key)}


def _lock_by_passphrase(key: bytes, passphrase: str) -> dict[str, str]:
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(_NONCE_BYTES)
    sealed = nonce + ChaCha20Poly1305(_scrypt(passphrase, salt, _SCRYPT_N)).encrypt(nonce, key, None)
    fields = {"way": "passphrase", "salt": salt.hex(), "scrypt_n": str(_SCRYPT_N), "sealed": sealed.hex()}
    return fields | {"check": _check_value(key)}


def _write_lock(home: Path, lock: dict[str, str]) -> None:
    """The copy goes first: whatever is interrupted, one file with the newest recovery key or none at all is whole."""
    sealed = {name: lock[name] for name in recovery.FIELDS if name in lock}
    fields = {name: value for name, value in lock.items() if name not in ("format", "sum")}
    fields = {"format": _FORMAT, **fields, "sum": _sum(fields)}
    with writing_home(home):
        home.mkdir(parents=True, exist_ok=True)
        if sealed:
            write_durably(home / RECOVERY_FILE, json.dumps(sealed, indent=1).encode())
        else:
            (home / RECOVERY_FILE).unlink(missing_ok=True)
        write_durably(home / KEY_FILE, json.dumps(fields, indent=1).encode())


# ---- unlocking


def _read_lock(home: Path) -> dict[str, str]:
    """Raises EnvironmentFault: KEY_MISSING (there is no key file), KEY_FILE_DAMAGED."""
    path = home / KEY_FILE
    try:
        lock: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        fields = {str(name): str(value) for name, value in lock.items()}
        if int(fields["format"]) > 1 and not hmac.compare_digest(fields.pop("sum"), _sum(fields)):
            raise ValueError("sum")
        bytes.fromhex(fields["check"])
        if fields["way"] == "passphrase":
            bytes.fromhex(fields["salt"] + fields.get("sealed", ""))
            _require_scrypt_n(int(fields["scrypt_n"]))
        else:
            str(fields["entry"])
    except FileNotFoundError as error:
        raise EnvironmentFault(Fault.KEY_MISSING, home=str(home)) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EnvironmentFault(Fault.KEY_FILE_DAMAGED, path=str(path)) from error
    return fields


def _sum(fields: dict[str, str]) -> str:
    """Tells damage of the file from a wrong passphrase; it keeps no secret and stops no attacker."""
    text = json.dumps(sorted((name, value) for name, value in fields.items() if name != "format"))
    return hashlib.sha256(text.encode()).hexdigest()


def _require_scrypt_n(n: int) -> None:
    """A damaged file must not ask for all memory."""
    if n < 2 or n > _SCRYPT_LIMIT or n & (n - 1):
        raise ValueError("scrypt_n")


def _key_from_passphrase(lock: dict[str, str], passphrase: str) -> bytes:
    key = _scrypt(passphrase, bytes.fromhex(lock["salt"]), int(lock["scrypt_n"]))
    if "sealed" in lock:
        sealed = bytes.fromhex(lock["sealed"])
        try:
            key = ChaCha20Poly1305(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
        except (InvalidTag, ValueError):
            raise EnvironmentFault(Fault.PASSPHRASE_WRONG) from None
    if not hmac.compare_digest(_check_value(key), lock["check"]):
        raise EnvironmentFault(Fault.PASSPHRASE_WRONG)
    return key


def _key_from_keyring(home: Path, lock: dict[str, str]) -> bytes:
    missing = EnvironmentFault(Fault.KEY_MISSING, home=str(home))
    reason = "no system keyring"
    for backend in keyrings.real_backends():
        try:
            secret = keyrings.secret_of(backend, lock["entry"])
        except keyrings.KeyringUnusable as error:
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
