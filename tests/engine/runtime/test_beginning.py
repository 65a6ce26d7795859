"""The stored beginning is taken only where it would be computed bit for bit the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.cancel import CancelToken
from engine.runtime.beginning import Beginning, identity
from engine.runtime.generator import Generator
from engine.runtime.kv_cache import KVCache
from engine.runtime.pack import GRAPH, PackFile, read_manifest
from engine.runtime.session import create_session
from engine.values import Message

TOKENS = [3, 4, 5, 6, 7, 8]


class Files(dict[str, bytes]):
    """In memory; counts nothing, loses nothing."""

    def read(self, key: str) -> bytes | None:
        return self.get(key)

    def write(self, key: str, data: bytes) -> None:
        self[key] = data


@pytest.fixture
def cache(tiny_pack: Path) -> KVCache:
    return KVCache(create_session(tiny_pack / GRAPH, 1, "cpu"), read_manifest(tiny_pack), 32)


def test_what_was_saved_is_restored_bit_for_bit(cache: KVCache) -> None:
    files = Files()
    cache.append([*TOKENS, 9])
    Beginning(TOKENS, "pack", files).save(cache)
    expected = cache.snapshot(0, len(TOKENS))
    cache.rewind(0)
    cache.append([30, 31])
    assert Beginning(TOKENS, "pack", files).restore(cache)
    assert cache.tokens == tuple(TOKENS)
    np.testing.assert_array_equal(cache.snapshot(0, len(TOKENS)), expected)


@pytest.mark.parametrize("change", ["other pack", "other tokens", "shorter", "longer", "other content"])
def test_anything_else_leaves_the_cache_as_it_was(cache: KVCache, change: str) -> None:
    files = Files()
    cache.append(TOKENS)
    Beginning(TOKENS, "pack", files).save(cache)
    (key,) = files
    if change == "shorter":
        files[key] = files[key][:-1]
    elif change == "longer":
        files[key] += b"\0" * 4
    elif change == "other content":
        files[key] = np.array([3, 4, 5, 6, 7, 9], "<i4").tobytes() + files[key][24:]
    tokens = [*TOKENS[:-1], 9] if change == "other tokens" else TOKENS
    assert not Beginning(tokens, "other" if change == "other pack" else "pack", files).restore(cache)
    assert cache.tokens == tuple(TOKENS)


def test_whatever_changes_bits_changes_the_identity(tiny_pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest, session = read_manifest(tiny_pack), create_session(tiny_pack / GRAPH, 1, "cpu")
    same = identity(manifest, session, 0)
    assert same == identity(manifest, session, 0)
    other = replace(manifest, files={**manifest.files, GRAPH: PackFile(hashlib.sha256(b"").hexdigest(), 1)})
    found = {same, identity(other, session, 0), identity(manifest, session, 1)}
    monkeypatch.setattr("engine.native.instruction_set", lambda: "another")
    found.add(identity(manifest, session, 0))
    monkeypatch.setattr("engine.runtime.beginning.metadata.version", lambda name: "0.0")
    found.add(identity(manifest, session, 0))
    assert len(found) == 5


def test_a_generator_reads_its_beginning_once(tiny_pack: Path, open_generator: Callable[..., Generator]) -> None:
    files = Files()
    messages = [Message("system", "Be brief."), Message("user", "Evidence: ")]
    first = open_generator(tiny_pack)
    first.read_ahead(messages, CancelToken(), files)
    (key,) = files
    written = files[key]
    second = open_generator(tiny_pack)
    second.read_ahead(messages, CancelToken(), files)
    assert list(files) == [key] and files[key] is written, "restored, not written again"
    assert first._cache is not None and second._cache is not None
    assert first._cache.tokens == second._cache.tokens == tuple(first._beginning)
    prompt = second._prompt.encode([*messages[:1], Message("user", "Evidence: none. Why?")], 200)
    assert tuple(prompt[: len(second._beginning)]) == second._cache.tokens
    open_generator(tiny_pack).read_ahead([*messages[:1], Message("user", "Other: ")], CancelToken(), files)
    assert len(files) == 2
