"""Prefix files come back whole or not at all, in their limit, and give nothing away."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.knowledge import prefix_files
from engine.knowledge.prefix_files import FOLDER, PrefixFiles

KEY = b"k" * 32
DATA = bytes(range(256)) * 8  # 2,048 bytes, two chunks and a bit of what the fixture sets
SEALED = len(DATA) + 3 * 28


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefix_files, "_CHUNK_BYTES", 900)


@pytest.fixture
def files(home: Path) -> PrefixFiles:
    return PrefixFiles(home, KEY, 10**6)


def test_what_was_written_is_read_also_after_a_restart(home: Path, files: PrefixFiles) -> None:
    assert files.read("a") is None
    files.write("a", DATA)
    assert files.read("a") == DATA == PrefixFiles(home, KEY, 10**6).read("a")
    assert (home / FOLDER / "a").stat().st_size == SEALED


@pytest.mark.parametrize("place", [0, 11, 12, 500, 928, 929, SEALED - 1])
def test_a_changed_byte_makes_the_file_disappear(home: Path, files: PrefixFiles, place: int) -> None:
    files.write("a", DATA)
    path = home / FOLDER / "a"
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    assert files.read("a") is None and not path.exists()


@pytest.mark.parametrize("length", [0, 1, 27, 28, 928, 1856, SEALED - 1, SEALED + 5])
def test_a_file_of_another_length_disappears(home: Path, files: PrefixFiles, length: int) -> None:
    files.write("a", DATA)
    path = home / FOLDER / "a"
    path.write_bytes((path.read_bytes() + b"12345")[:length])
    assert files.read("a") is None and not path.exists()


def test_files_and_chunks_cannot_change_places(home: Path, files: PrefixFiles) -> None:
    files.write("a", DATA)
    files.write("b", DATA)
    folder = home / FOLDER
    shutil.copy(folder / "b", folder / "a")
    assert files.read("a") is None
    sealed = (folder / "b").read_bytes()
    (folder / "b").write_bytes(sealed[928:1856] + sealed[:928] + sealed[1856:])
    assert files.read("b") is None


def test_another_key_reads_nothing_and_nothing_is_plain(home: Path, files: PrefixFiles) -> None:
    files.write("a", DATA)
    sealed = (home / FOLDER / "a").read_bytes()
    assert not any(DATA[at : at + 8] in sealed for at in range(len(DATA) - 8))
    files.write("a", DATA)
    assert (home / FOLDER / "a").read_bytes() != sealed, "a nonce is never used twice"
    assert PrefixFiles(home, b"x" * 32, 10**6).read("a") is None


def test_what_was_used_longest_ago_makes_room(home: Path) -> None:
    files = PrefixFiles(home, KEY, 2 * SEALED)
    for age, key in enumerate(("a", "b")):
        files.write(key, DATA)
        os.utime(home / FOLDER / key, (1000 + age, 1000 + age))
    assert files.read("a") == DATA
    files.write("c", DATA)
    assert [files.read(key) is not None for key in "abc"] == [True, False, True]
    off = PrefixFiles(home, KEY, 0)
    assert off.read("a") is None
    off.write("d", DATA)
    assert list((home / FOLDER).iterdir()) == []


def test_a_full_disk_means_no_cache(home: Path, files: PrefixFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefix_files, "free_bytes", lambda folder: 1000)
    files.write("a", DATA)
    assert files.read("a") is None

    def full(path: Path, data: bytes) -> None:
        path.with_name(path.name + ".new").write_bytes(data[:10])
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(prefix_files, "free_bytes", lambda folder: 10**12)
    monkeypatch.setattr(prefix_files, "write_durably", full)
    files.write("a", DATA)
    assert files.read("a") is None and list((home / FOLDER).iterdir()) == []


def test_an_unusable_folder_means_no_cache(home: Path, files: PrefixFiles) -> None:
    (home / "cache").write_bytes(b"not a folder")
    files.write("a", DATA)
    assert files.read("a") is None


def test_the_knowledge_base_gives_each_home_its_own_key(open_knowledge: Callable, home: Path) -> None:
    with open_knowledge() as knowledge:
        knowledge.prefix_files(10**6).write("a", DATA)
    with open_knowledge() as knowledge:
        assert knowledge.prefix_files(10**6).read("a") == DATA
    assert PrefixFiles(home, KEY, 10**6).read("a") is None
