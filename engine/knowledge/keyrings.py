"""The system's keyring: Secret Service or KWallet on Linux, the Credential Manager on Windows.

Some keyrings are selected and then fail, or wait at a prompt that nobody sees: each call has a time limit, and a
keyring counts as usable only after it has kept, given back and forgotten a probe.
"""

from __future__ import annotations

import contextlib
import os
import queue
import re
import secrets
import threading
from collections.abc import Callable, Generator
from typing import Any, TypeVar

from engine.errors import EnvironmentFault, Fault, Rejection, RequestRejected

PROBE_TIMEOUT_S = 5.0
UNLOCK_TIMEOUT_S = 60.0  # an existing home: the user may first have to type the keyring's own password
SERVICE = "jinpan-branch-assistant"
_REAL_BACKENDS = ("SecretService", "libsecret", "kwallet", "Windows", "macOS")

T = TypeVar("T")


def probe_keyring() -> str:
    """The name of the keyring that would be used. Raises EnvironmentFault KEYRING_UNUSABLE (reason)."""
    try:
        return str(usable_backend().name)
    except KeyringUnusable as error:
        raise EnvironmentFault(Fault.KEYRING_UNUSABLE, reason=str(error)) from error


class KeyringUnusable(Exception):
    """The system's keyring cannot be relied on here; the text says why."""


def real_backends() -> list[Any]:
    """Keyrings of the operating system, best first; those that store plainly, nothing or nowhere are never used."""
    import keyring.backend
    import keyring.core

    chosen = keyring.core.load_env() if os.environ.get("PYTHON_KEYRING_BACKEND") else None
    candidates: list[Any] = [chosen] if chosen is not None else list(keyring.backend.get_all_keyring())
    real = [c for c in candidates if type(c).__module__.removeprefix("keyring.backends.").startswith(_REAL_BACKENDS)]
    return sorted(real, key=lambda backend: backend.priority, reverse=True)


def usable_backend() -> Any:
    """The first real keyring that keeps and forgets a probe: some are selected and then fail when locked."""
    reason = "no system keyring"
    for backend in real_backends():
        try:
            within(PROBE_TIMEOUT_S, lambda backend=backend: _probe(backend))
        except KeyringUnusable as error:
            reason = str(error)
        else:
            return backend
    raise KeyringUnusable(reason)


def _probe(backend: Any) -> None:
    entry, secret = f"probe-{secrets.token_hex(8)}", secrets.token_hex(16)
    backend.set_password(SERVICE, entry, secret)
    found = backend.get_password(SERVICE, entry)
    backend.delete_password(SERVICE, entry)
    if found != secret:
        raise KeyringUnusable("the keyring forgot the probe")


def within(timeout_s: float, call: Callable[[], T]) -> T:
    """Run a keyring call in a thread of its own: it may wait for ever at an unlock prompt that nobody sees.

    Raises KeyringUnusable: the call failed (backends raise what they like) or did not return in time.
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
        raise KeyringUnusable(f"no answer within {timeout_s:.0f} s (locked?)") from None
    if error is not None:
        raise KeyringUnusable(f"{type(error).__name__}: {error}") from error
    return value  # type: ignore[return-value]  # the pair's first half is the value when the second is None


def keep_secret(entry: str, secret: str) -> None:
    """In the first usable keyring. Raises KeyringUnusable."""
    backend = usable_backend()
    within(PROBE_TIMEOUT_S, lambda: backend.set_password(SERVICE, entry, secret))


def secret_of(backend: Any, entry: str) -> str | None:
    """None where the keyring has no such entry. Raises KeyringUnusable."""
    return within(UNLOCK_TIMEOUT_S, lambda: backend.get_password(SERVICE, entry))


# ---- access keys: of the bank's own model server, of search services


def set_endpoint_key(origin: str, key: str) -> None:
    """Keep the access key for the server at `origin` in the keyring, in the place of an older one.

    Raises EnvironmentFault ENDPOINT_KEYRING_UNUSABLE (reason); RequestRejected OPTION_INVALID for a key that no HTTP
    header can carry. The key itself stands in no error.
    """
    _set_access_key(_endpoint_entry(origin), key, Fault.ENDPOINT_KEYRING_UNUSABLE)


def endpoint_key(origin: str) -> str | None:
    """The access key kept for the server at `origin`, None without. Raises as `set_endpoint_key`."""
    return _access_key(_endpoint_entry(origin), Fault.ENDPOINT_KEYRING_UNUSABLE)


def remove_endpoint_key(origin: str) -> bool:
    """Forget the access key for `origin`; False when there was none. Raises as `set_endpoint_key`."""
    return _remove_access_key(_endpoint_entry(origin), Fault.ENDPOINT_KEYRING_UNUSABLE)


def set_web_key(host: str, key: str) -> None:
    """As `set_endpoint_key`, for the search service at `host`; raises WEB_KEYRING_UNUSABLE (reason) in its place."""
    _set_access_key(_web_entry(host), key, Fault.WEB_KEYRING_UNUSABLE)


def web_key(host: str) -> str | None:
    """The access key kept for the search service at `host`, None without. Raises as `set_web_key`."""
    return _access_key(_web_entry(host), Fault.WEB_KEYRING_UNUSABLE)


def remove_web_key(host: str) -> bool:
    """Forget it; False when there was none. Raises as `set_web_key`."""
    return _remove_access_key(_web_entry(host), Fault.WEB_KEYRING_UNUSABLE)


def _endpoint_entry(origin: str) -> str:
    """One entry for each server, so that a policy that names another server never sends it the old one's key."""
    return f"endpoint {origin}"


def _web_entry(host: str) -> str:
    return f"web {host}"


def _set_access_key(entry: str, key: str, unusable: Fault) -> None:
    if not re.fullmatch(r"[\x21-\x7e]{1,1024}", key):  # Windows keeps at most 2,560 bytes, as UTF-16
        raise RequestRejected(Rejection.OPTION_INVALID, option="key", value=f"{len(key)} characters")
    with _keyring_or(unusable):
        backend = usable_backend()
        within(UNLOCK_TIMEOUT_S, lambda: backend.set_password(SERVICE, entry, key))


def _access_key(entry: str, unusable: Fault) -> str | None:
    with _keyring_or(unusable):
        backend = usable_backend()
        found = within(UNLOCK_TIMEOUT_S, lambda: backend.get_password(SERVICE, entry))
    return None if found is None else str(found)


def _remove_access_key(entry: str, unusable: Fault) -> bool:
    if _access_key(entry, unusable) is None:
        return False
    with _keyring_or(unusable):
        backend = usable_backend()
        within(UNLOCK_TIMEOUT_S, lambda: backend.delete_password(SERVICE, entry))
    return True


@contextlib.contextmanager
def _keyring_or(unusable: Fault) -> Generator[None]:
    try:
        yield
    except KeyringUnusable as error:
        # the backend's own words stay out, and so does the exception: either may hold what it was given
        cause = "locked or failing" if error.__cause__ else str(error)
        raise EnvironmentFault(unusable, reason=cause) from None
