"""Every file of a home cut short, emptied, gone or with flipped bits: it works completely, or says what is damaged."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.errors import describe
from engine.errors import EnvironmentFault, Fault
from engine.knowledge.keys import recover_key
from engine.knowledge.store import KnowledgeBase
from tests.engine.knowledge.crash_child import State, numbered_document, read_state

CLEAR = {Fault.KEY_FILE_DAMAGED, Fault.KEY_MISSING, Fault.LEDGER_DAMAGED}
DOCUMENTS = range(1, 9)
PREFIX = b"what a model has read before " * 40

Damage = Callable[[bytes], bytes | None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path, State, str]]:
    """A home as a crash leaves it, with a write-ahead log in use; its passphrase file, contents and recovery key."""
    folder = tmp_path_factory.mktemp("sound")
    (folder / "passphrase").write_text("a passphrase")
    shown: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.knowledge.keys._SCRYPT_N", 2**10)
        with KnowledgeBase.open(
            folder / "home",
            embedder_fingerprint="e",
            passphrase_file=folder / "passphrase",
            on_recovery_key=shown.append,
        ) as knowledge:
            for number in DOCUMENTS:
                knowledge.add_document(numbered_document(number))
            knowledge.compact()
            state = read_state(knowledge)
            knowledge.prefix_files(10**6).write("a" * 64, PREFIX)
            with knowledge._ledger.writing() as db:  # committed, and in the write-ahead log only
                db.execute("UPDATE documents SET own = 1")
            shutil.copytree(folder / "home", folder / "crashed")
    assert (folder / "crashed" / "ledger.db-wal").stat().st_size > 0
    (folder / "crashed" / "reserve").write_bytes(b"r" * 4096)  # 8 MiB of noise tell nothing more
    yield folder / "crashed", folder / "passphrase", state, shown[0]


def outcome(home: Path, passphrase_file: Path, state: State) -> str:
    """How a home opens: it works completely, or the code of the fault that says what is wrong."""
    ledger = hashlib.sha256((home / "ledger.db").read_bytes()).digest() if (home / "ledger.db").exists() else b""
    try:
        with KnowledgeBase.open(home, embedder_fingerprint="e", passphrase_file=passphrase_file) as knowledge:
            kept = knowledge.prefix_files(10**6).read("a" * 64)
            assert kept in (PREFIX, None)
            assert read_state(knowledge) == state
        return "works"
    except EnvironmentFault as fault:
        assert fault.code in CLEAR, fault
        assert describe(fault).text.endswith("。") and describe(fault).action
        if fault.code in (Fault.KEY_FILE_DAMAGED, Fault.KEY_MISSING):
            assert hashlib.sha256((home / "ledger.db").read_bytes()).digest() == ledger, "nothing is moved or changed"
        assert (home / "ledger.db").exists() == bool(ledger), "nothing is moved, and no empty one made in its place"
        return fault.code


def damages(size: int, chance: random.Random, flips: int) -> Iterator[tuple[str, Damage]]:
    yield "gone", lambda _: None
    for keep in sorted({0, 1, size // 2, max(0, size - 1)}):
        yield f"cut to {keep}", lambda data, keep=keep: data[:keep]
    for _ in range(flips if size else 0):
        at, bit = chance.randrange(size), 1 << chance.randrange(8)
        yield f"bit {bit} of byte {at}", lambda data, at=at, bit=bit: _flipped(data, at, bit)


def _flipped(data: bytes, at: int, bit: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= bit
    return bytes(changed)


@pytest.mark.parametrize(
    ("pattern", "flips"),
    [
        ("key.json", 12),
        ("recovery.json", 4),
        ("ledger.db", 12),
        ("ledger.db-*", 6),
        ("lock", 0),
        ("reserve", 1),
        ("index.sums", 3),
        ("cache/prefixes/*", 3),
        pytest.param("index/**/*", 2, marks=pytest.mark.slow),
    ],
)
def test_a_damaged_file_is_survived_or_named(
    pattern: str, flips: int, sound: tuple[Path, Path, State, str], tmp_path: Path
) -> None:
    source, passphrase_file, state, recovery_key = sound
    chance = random.Random(pattern)
    files = [path.relative_to(source) for path in sorted(source.glob(pattern)) if path.is_file()]
    assert files
    for file in files:
        original = (source / file).read_bytes()
        for how, damage in damages(len(original), chance, flips):
            home = tmp_path / "home"
            shutil.copytree(source, home)
            damaged = damage(original)
            (home / file).unlink() if damaged is None else (home / file).write_bytes(damaged)
            found = outcome(home, passphrase_file, state)
            allowed = {"works"} | ({Fault.LEDGER_DAMAGED} if file.name.startswith("ledger") else set())
            if file.name == "key.json" and found != "works":
                recover_key(home, recovery_key, passphrase_file=passphrase_file)
                found = outcome(home, passphrase_file, state)
            assert found in allowed, f"{file} {how}: {found}"
            shutil.rmtree(home)


def test_what_a_killed_write_left_in_the_index_goes(sound: tuple[Path, Path, State, str], tmp_path: Path) -> None:
    source, passphrase_file, state, _ = sound
    home = tmp_path / "home"
    shutil.copytree(source, home)
    data = next(home.glob("index/*/chunks.lance/data"))
    (data / ".tmpAbCdEf").write_bytes(b"half a file")
    assert outcome(home, passphrase_file, state) == "works"
    assert not (data / ".tmpAbCdEf").exists()
