from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.jobs import QueueLane, shut_down
from desktop.library.edit_lane import EditLane
from desktop.library.library_model import LibraryModel
from engine.knowledge import keys
from tests.real_library import RealLibrary


@pytest.fixture
def lanes(application) -> Iterator[tuple[QueueLane, QueueLane, QueueLane]]:
    """For what is taken in, for edits, for the background."""
    lanes = (QueueLane(), EditLane(), QueueLane())
    yield lanes
    assert shut_down(lanes, 10.0)


@pytest.fixture
def library(lanes) -> LibraryModel:
    return LibraryModel(*lanes)


@pytest.fixture
def done(library, lanes):
    """Whether the library has come to rest."""
    return lambda: library.progress == (0, 0) and not any(lane.busy for lane in lanes)


@pytest.fixture
def real(home: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch, lanes) -> Iterator[RealLibrary]:
    monkeypatch.setattr(keys, "_SCRYPT_N", 2**10)
    made = RealLibrary(home, passphrase_file)
    yield made
    shut_down(lanes, 10.0)
    made.close()
