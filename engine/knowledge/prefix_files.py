"""Encrypted files that may go at any time: what a model has read before, so that it need not read it again.

    home/cache/prefixes/<key>    chunks of nonce, AES-256-GCM ciphertext and tag

Each chunk is authenticated together with the file's key, its number and the number of chunks, so that bytes come back
as they were written or not at all (NIST SP 800-38D). Nonces are 96 random bits, safe for far more than the 2^32
chunks that one key may encrypt. What was used longest ago goes first when `limit_bytes` is reached.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.durable import free_bytes, write_durably
from engine.knowledge.home import RESERVE_BYTES

FOLDER = Path("cache") / "prefixes"
_CHUNK_BYTES = 16 * 1024 * 1024
_NONCE_BYTES, _TAG_BYTES = 12, 16
_OVERHEAD_BYTES = _NONCE_BYTES + _TAG_BYTES


class PrefixFiles:
    """Satisfies the runtime's protocol of the same name: nothing here fails, a file that cannot be used is no file."""

    def __init__(self, home: Path, cipher_key: bytes, limit_bytes: int) -> None:
        """`cipher_key` has 32 bytes; with `limit_bytes` 0 nothing is kept and what was kept before goes."""
        self._folder = home / FOLDER
        self._cipher = AESGCM(cipher_key)
        self._limit_bytes = limit_bytes

    def read(self, key: str) -> bytes | None:
        """What was written under `key`; None, and the file is gone, if it is damaged or under another cipher key."""
        path = self._folder / key
        if not self._limit_bytes or not path.is_file():
            return None
        try:
            data = self._opened(key, path.read_bytes())
            os.utime(path)
        except (OSError, InvalidTag):
            _delete(path)
            return None
        return data

    def write(self, key: str, data: bytes) -> None:
        """Keep `data` if it fits into the limit and leaves the disk some space; older files make room."""
        sealed = self._sealed(key, data)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._make_room(min(len(sealed), self._limit_bytes))
            if len(sealed) <= self._limit_bytes and len(sealed) + RESERVE_BYTES < free_bytes(self._folder):
                write_durably(self._folder / key, sealed)
        except OSError:
            _delete(self._folder / f"{key}.new")

    def _sealed(self, key: str, data: bytes) -> bytes:
        starts = range(0, len(data), _CHUNK_BYTES)
        sealed: list[bytes] = []
        for number, start in enumerate(starts):
            nonce = os.urandom(_NONCE_BYTES)
            chunk = data[start : start + _CHUNK_BYTES]
            sealed += [nonce, self._cipher.encrypt(nonce, chunk, _place(key, number, len(starts)))]
        return b"".join(sealed)

    def _opened(self, key: str, sealed: bytes) -> bytes:
        """Raises InvalidTag for anything but what `_sealed` made under this key."""
        if not sealed:
            raise InvalidTag
        starts = range(0, len(sealed), _CHUNK_BYTES + _OVERHEAD_BYTES)
        opened: list[bytes] = []
        for number, start in enumerate(starts):
            chunk = sealed[start : start + starts.step]
            if len(chunk) < _OVERHEAD_BYTES:
                raise InvalidTag
            place = _place(key, number, len(starts))
            opened.append(self._cipher.decrypt(chunk[:_NONCE_BYTES], chunk[_NONCE_BYTES:], place))
        return b"".join(opened)

    def _files(self) -> list[Path]:
        """Oldest first."""
        with contextlib.suppress(OSError):
            return sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        return []

    def _make_room(self, size_bytes: int) -> None:
        files = self._files()
        total = sum(path.stat().st_size for path in files)
        while files and total + size_bytes > self._limit_bytes:
            oldest = files.pop(0)
            total -= oldest.stat().st_size
            _delete(oldest)


def _place(key: str, number: int, count: int) -> bytes:
    return f"{key}:{number}:{count}".encode()


def _delete(path: Path) -> None:
    """As far as the system lets us: on Windows a file may be held by a virus scanner, and then stays unreadable."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
