from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import EnvironmentFault, Fault
from engine.knowledge.ledger import Ledger, NewDocument

KEY = b"k" * 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def fault_of(path: Path, key: bytes = KEY) -> str:
    with pytest.raises(EnvironmentFault) as caught:
        Ledger(path, key)
    return caught.value.code


def test_a_newer_ledger_is_left_alone(path: Path) -> None:
    ledger = Ledger(path, KEY)
    ledger._writer.pragma("user_version", 99)
    ledger.close()
    before = path.read_bytes()
    assert fault_of(path) == Fault.LEDGER_TOO_NEW
    assert path.read_bytes() == before


@pytest.mark.parametrize("at", [0, 20])
def test_a_damaged_ledger_is_named_as_such(path: Path, at: int, document: Callable[..., NewDocument]) -> None:
    ledger = Ledger(path, KEY)
    ledger.add(document([f"第{i}条" for i in range(200)]))
    ledger.close()
    content = bytearray(path.read_bytes())
    content[at : at + 16] = bytes(b ^ 0xFF for b in content[at : at + 16])
    path.write_bytes(content)
    assert fault_of(path) == Fault.LEDGER_DAMAGED


def test_damage_deep_inside_is_found_when_read(path: Path, document: Callable[..., NewDocument]) -> None:
    ledger = Ledger(path, KEY)
    added = document(["第一条"], original=bytes(range(256)) * 4000)
    ledger.add(added)
    ledger.close()
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle] ^= 1
    path.write_bytes(content)
    ledger = Ledger(path, KEY)
    with pytest.raises(EnvironmentFault) as caught:
        ledger.original(added.document_id)
    assert caught.value.code == Fault.LEDGER_DAMAGED
    ledger.close()


def test_a_page_of_zeros_inside_an_original_is_found_when_it_is_read(
    path: Path, document: Callable[..., NewDocument]
) -> None:
    ledger = Ledger(path, KEY)
    added = document(["第一条"], original=bytes(range(1, 256)) * 4000)
    ledger.add(added)
    ledger.close()
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = bytes(4096)
    path.write_bytes(content)
    ledger = Ledger(path, KEY)
    with pytest.raises(EnvironmentFault) as caught:
        ledger.original(added.document_id)
    assert caught.value.code == Fault.LEDGER_DAMAGED
    ledger.close()


def test_a_ledger_does_not_open_with_another_key(path: Path) -> None:
    Ledger(path, KEY).close()
    assert fault_of(path, b"l" * 32) == Fault.LEDGER_DAMAGED


def test_a_failed_add_leaves_nothing(path: Path, document: Callable[..., NewDocument]) -> None:
    from dataclasses import replace

    ledger = Ledger(path, KEY)
    good = document(["第一条", "第二条"])
    with pytest.raises(ValueError):
        ledger.add(replace(good, vectors=good.vectors[:1]))
    assert ledger.documents() == ()
    counts = [ledger._writer.execute(f"SELECT count(*) FROM {t}").get for t in ("documents", "originals", "pages")]
    assert counts == [0, 0, 0]
    ledger.close()


def test_the_ledger_is_durable_and_erases(path: Path) -> None:
    ledger = Ledger(path, KEY)
    pragmas = ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "auto_vacuum")
    assert [ledger._writer.pragma(p) for p in pragmas] == ["wal", 2, 1, 1, 2]
    ledger.close()


def test_purging_gives_the_space_back(path: Path, document: Callable[..., NewDocument]) -> None:
    ledger = Ledger(path, KEY)
    ledger._checkpoint()
    empty = path.stat().st_size
    number = ledger.add(document(["第一条"], original=bytes(5_000_000)))
    ledger._checkpoint()
    assert path.stat().st_size > 5_000_000
    ledger.hide([ledger.documents()[0].document_id])
    ledger.purge([number])
    assert path.stat().st_size <= empty + 4096
    assert path.with_name("ledger.db-wal").stat().st_size == 0
    ledger.close()
