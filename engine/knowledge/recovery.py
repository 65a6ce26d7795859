"""The recovery key: shown once when a home is made, kept on paper by IT, and enough to open the home without its lock.

It is 160 random bits in Crockford's base 32 (no I, L, O, U): eight groups of four characters and a check character,
`0123A-4567B-…`. A group's check character is a Reed–Solomon symbol over GF(32) of the group and its place: it finds
every single wrong character, neighbours and groups that changed places, and says which group to look at.

`key.json` holds the home's key sealed under it (HKDF-SHA256, RFC 5869; ChaCha20-Poly1305, RFC 8439). The recovery key
itself is stored nowhere.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.errors import Rejection, RequestRejected

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL", "011")  # what Crockford reads for them
_GROUPS, _GROUP_CHARS = 8, 5
_NONCE_BYTES = 12
_SEALED, _SALT = "recovery_sealed", "recovery_salt"
FIELDS = (_SEALED, _SALT, "recovery_made")


def new_recovery_key() -> str:
    """Eight groups of five characters, a hyphen between two."""
    groups: list[str] = []
    for number in range(_GROUPS):
        values = [secrets.randbelow(32) for _ in range(_GROUP_CHARS - 1)]
        groups.append("".join(_ALPHABET[value] for value in (*values, _check(number, values))))
    return "-".join(groups)


def _check(number: int, values: Sequence[int]) -> int:
    """Horner's scheme in GF(2^5) with the primitive polynomial x^5 + x^2 + 1; the group's place goes first."""
    total = number + 1
    for value in (*values, 0):
        total <<= 1
        total = (total ^ 0b100101 if total & 32 else total) ^ value
    return total


def _secret_of(typed: str) -> bytes:
    """What was typed as the key's own text, whatever its case, blanks and hyphens.

    Raises RequestRejected: RECOVERY_KEY_INCOMPLETE (length, expected), RECOVERY_KEY_MISTYPED (groups, from 1).
    """
    text = unicodedata.normalize("NFKC", typed).upper().translate(_ALIKE)
    text = "".join(char for char in text if char.isalnum())
    if len(text) != _GROUPS * _GROUP_CHARS:
        raise RequestRejected(Rejection.RECOVERY_KEY_INCOMPLETE, length=len(text), expected=_GROUPS * _GROUP_CHARS)
    groups = [text[start : start + _GROUP_CHARS] for start in range(0, len(text), _GROUP_CHARS)]
    wrong = [str(number + 1) for number, group in enumerate(groups) if not _holds(number, group)]
    if wrong:
        raise RequestRejected(Rejection.RECOVERY_KEY_MISTYPED, groups=",".join(wrong))
    return "-".join(groups).encode("ascii")


def _holds(number: int, group: str) -> bool:
    values = [_ALPHABET.find(char) for char in group]
    return -1 not in values and _check(number, values[:-1]) == values[-1]


def seal(key: bytes, recovery_key: str, made: str) -> dict[str, str]:
    """The home's key sealed under a recovery key, as `FIELDS` of key.json; `made` is the day, ISO 8601."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(_NONCE_BYTES)
    sealed = nonce + _cipher(_secret_of(recovery_key), salt).encrypt(nonce, key, None)
    return dict(zip(FIELDS, (sealed.hex(), salt.hex(), made), strict=True))


def unseal(lock: Mapping[str, str], typed: str) -> bytes | None:
    """The home's key; None where this lock is not of this recovery key. Raises as a mistyped key does."""
    secret = _secret_of(typed)
    try:
        sealed, salt = bytes.fromhex(lock[_SEALED]), bytes.fromhex(lock[_SALT])
        return _cipher(secret, salt).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
    except (InvalidTag, ValueError, KeyError):
        return None


def _cipher(secret: bytes, salt: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(SHA256(), 32, salt=salt, info=b"jinpan recovery key 1").derive(secret))
