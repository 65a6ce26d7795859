"""Ed25519 signatures (RFC 8032) of knowledge packs: head office holds the private key, branches the public one."""

from __future__ import annotations

import os
import re
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.errors import EnvironmentFault, Fault

_CONTEXT = b"jinpan knowledge pack 1\n"  # what is signed is of no use as a signature of anything else


class Signer:
    """A private signing key. `public_key` is 64 hexadecimal digits: what a policy names to trust it."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.public_key = raw.hex()

    @classmethod
    def new(cls) -> Signer:
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, path: Path, passphrase: str) -> Signer:
        """Raises EnvironmentFault SIGNING_KEY_UNUSABLE (path, reason): not there, not ours, or another passphrase."""
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), passphrase.encode())
        except (OSError, ValueError, TypeError) as error:
            raise EnvironmentFault(Fault.SIGNING_KEY_UNUSABLE, path=str(path), reason=type(error).__name__) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise EnvironmentFault(Fault.SIGNING_KEY_UNUSABLE, path=str(path), reason=type(key).__name__)
        return cls(key)

    def save(self, path: Path, passphrase: str) -> None:
        """Write the key as PEM (PKCS #8), encrypted with the passphrase, readable by its owner only.

        Raises FileExistsError: a signing key is never overwritten.
        """
        encryption = serialization.BestAvailableEncryption(passphrase.encode())
        pem = self._key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)

    def sign(self, data: bytes) -> bytes:
        """64 bytes."""
        return self._key.sign(_CONTEXT + data)


def is_public_key(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{64}", text) is not None


def is_signed_by(public_key: str, signature: bytes, data: bytes) -> bool:
    """Whether the holder of `public_key` (64 hexadecimal digits) signed `data`."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(signature, _CONTEXT + data)
    except (InvalidSignature, ValueError):
        return False
    return True
