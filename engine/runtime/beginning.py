"""What every dialogue begins with, read once for a pack and kept in a file until anything changes its bits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib import metadata
from typing import Protocol

import numpy as np

from engine import native
from engine.runtime.kv_cache import KVCache
from engine.runtime.pack import Manifest, sha256_file
from engine.runtime.session import Session, cpu_features, installed_distributions

_FORMAT = 1


class PrefixFiles(Protocol):
    """Files that come back exactly as they were written, or not at all; neither call fails."""

    def read(self, key: str) -> bytes | None:
        """What was written under `key`, or None."""
        ...

    def write(self, key: str, data: bytes) -> None:
        """Keep `data` under `key` if there is room; it may go whenever room is needed."""
        ...


def identity(manifest: Manifest, session: Session, threads: int) -> str:
    """All that decides the bits of keys and values besides the tokens: pack, kernels, processor, device."""
    library = native.library_path()
    parts = {
        "format": _FORMAT,
        "pack": {name: file.sha256 for name, file in manifest.files.items()},
        "device": [session.device_name, session.kernels],
        "threads": threads,
        "onnxruntime": {name: metadata.version(name) for name in installed_distributions()},
        "native": [native.instruction_set(), sha256_file(library) if library else ""],
        "processor": sorted(cpu_features()),
    }
    return json.dumps(parts, sort_keys=True)


class Beginning:
    """One beginning in one store of files. `identity` is that of the pack that is loaded."""

    def __init__(self, token_ids: Sequence[int], identity: str, files: PrefixFiles) -> None:
        self._token_ids = list(token_ids)
        self._header = np.array(self._token_ids, "<i4").tobytes()
        self._key = hashlib.sha256(identity.encode() + b"\0" + self._header).hexdigest()
        self._files = files

    def restore(self, cache: KVCache) -> bool:
        """Let the cache hold the beginning and nothing else; False, with the cache as it was, without a file."""
        data = self._files.read(self._key)
        if data is None or data[: len(self._header)] != self._header:
            return False
        slots = np.frombuffer(data, np.uint8, offset=len(self._header))
        if slots.size != len(self._token_ids) * cache.slot_bytes:
            return False
        like = cache.snapshot(0, len(self._token_ids))
        cache.rewind(0)
        cache.restore(self._token_ids, slots.view(like.dtype).reshape(like.shape))
        return True

    def save(self, cache: KVCache) -> None:
        """Keep what the cache, which begins with these tokens, holds of them."""
        self._files.write(self._key, self._header + cache.snapshot(0, len(self._token_ids)).tobytes())
