"""Recovery key and passphrase of a home, as IT meets them; none of this needs the home to be open.

A recovery key opens a home whose keyring entry or passphrase is lost. It is shown once and stored nowhere.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.errors import Rejection, RequestRejected
from engine.settings import Settings

Passphrase = Callable[[bool], str]


def recovery_key_made(settings: Settings) -> str:
    """The day on which the home's recovery key was made, ISO 8601; empty without one."""
    from engine.knowledge.keys import recovery_made

    return recovery_made(settings.home)


def library_exists(settings: Settings) -> bool:
    return (settings.home / "ledger.db").exists()


def new_recovery_key(settings: Settings, passphrase: Passphrase | None = None) -> str:
    """Make a recovery key, eight groups of five characters; the one before it opens nothing from now on.

    Raises:
        RequestRejected: HOME_EMPTY.
        EnvironmentFault: the home cannot be opened (KEY_MISSING, PASSPHRASE_WRONG …) or written.
    """
    from engine.knowledge.keys import obtain_key, renew_recovery_key

    _require_library(settings)
    return renew_recovery_key(settings.home, obtain_key(settings.home, passphrase, settings.passphrase_file))


def use_recovery_key(settings: Settings, recovery_key: str, passphrase: Passphrase | None = None) -> None:
    """Lock a home anew with its recovery key: by the present keyring, else by a passphrase that is asked for.

    Raises:
        RequestRejected: HOME_EMPTY, RECOVERY_KEY_INCOMPLETE (length, expected), RECOVERY_KEY_MISTYPED (groups),
            RECOVERY_KEY_WRONG.
        EnvironmentFault: RECOVERY_KEY_NONE, KEYRING_UNUSABLE, HOME_UNWRITABLE, DISK_FULL.
    """
    from engine.knowledge.keys import recover_key

    _require_library(settings)
    recover_key(settings.home, recovery_key, passphrase, settings.passphrase_file)


def change_passphrase(settings: Settings, old: str, new: Callable[[], str]) -> None:
    """`new` is asked for only when `old` was right.

    Raises:
        RequestRejected: HOME_EMPTY, PASSPHRASE_NOT_USED (the home is locked by the keyring).
        EnvironmentFault: PASSPHRASE_WRONG, HOME_UNWRITABLE, DISK_FULL.
    """
    from engine.knowledge.keys import change_passphrase

    _require_library(settings)
    change_passphrase(settings.home, old, new)


def _require_library(settings: Settings) -> None:
    if not library_exists(settings):
        raise RequestRejected(Rejection.HOME_EMPTY, home=str(settings.home))
