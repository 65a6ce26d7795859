from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.settings import Settings
from engine.storage import Storage, storage


def write(path: Path, size_bytes: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size_bytes))


def test_each_part_counts_its_files(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINPAN_PACKS", str(home / "packs"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "nowhere"))
    monkeypatch.setenv("LOCALAPPDATA", str(home / "nowhere"))
    write(home / "ledger.db", 100)
    write(home / "ledger.db-wal", 20)
    write(home / "audit.db", 3)
    write(home / "index" / "chunks.lance" / "data" / "1", 50)
    write(home / "packs" / "甲" / "model.onnx.data", 700)
    write(home / "cache" / "prefixes" / "1", 9)
    write(home / "settings.toml", 1000)
    assert storage(Settings(home)) == Storage(123, 50, 700, 9)


def test_a_home_that_is_not_there_takes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINPAN_PACKS", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "none"))
    assert storage(Settings(tmp_path / "home")) == Storage(0, 0, 0, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_loop_of_links_is_not_followed(home: Path) -> None:
    write(home / "index" / "a", 5)
    (home / "index" / "self").symlink_to(home / "index")
    assert storage(Settings(home)).index_bytes == 5
