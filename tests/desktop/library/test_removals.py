"""Removing with a way back, over the real ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.jobs import shut_down
from desktop.library import removals as module
from desktop.library.removals import Removals
from engine.api import EnvironmentFault, Fault


@pytest.fixture
def three(library, lanes, real, wait, done, tmp_path):
    """A library of three documents, and what removes them."""
    for name in ("甲", "乙", "丙"):
        (tmp_path / f"{name}.txt").write_text(f"第一条 {name} 的规定。", encoding="utf-8")
    real.take_in(*(tmp_path / f"{name}.txt" for name in ("甲", "乙", "丙")))
    removals = Removals(library, lanes[1], lanes[2])
    for part in (library, removals):
        part.set_engine(real)
    wait(lambda: library.rowCount() == 3)
    return removals


def names(library) -> list[str]:
    return [row.name for row in library.rows]


def test_undo_brings_rows_and_answers_back(three, library, lanes, real, wait):
    three.remove(library.rows[:2])
    assert names(library) == ["甲.txt"] and three.pending == 2
    wait(lambda: real.names == ["甲.txt"])
    assert real.finds("丙 的规定") == ["甲.txt"]
    three.undo()
    assert three.pending == 0
    wait(lambda: names(library) == ["丙.txt", "乙.txt", "甲.txt"])
    assert "丙.txt" in real.finds("丙 的规定")


def test_undo_at_once_leaves_everything_as_it_was(three, library, lanes, real, wait):
    three.remove(library.rows)
    three.undo()
    wait(lambda: library.rowCount() == 3 and not any(lane.busy for lane in lanes))
    assert len(real.names) == 3 and real.knowledge.set_aside_ids() == ()


def test_another_removal_or_time_makes_it_final(three, library, lanes, real, wait, monkeypatch):
    three._timer.setInterval(1)
    three.remove(library.rows[:1])
    three.remove(library.rows[:1])
    assert three.pending == 1
    wait(lambda: three.pending == 0 and not any(lane.busy for lane in lanes))
    assert real.names == ["甲.txt"] == names(library)
    assert real.knowledge.set_aside_ids() == ()
    with real.knowledge._ledger.reading() as db:
        assert db.execute("SELECT count(*) FROM documents").fetchone() == (1,)
    assert module.UNDO_MS == 8_000


def test_what_was_removed_can_be_taken_in_again(three, library, lanes, real, wait, done, tmp_path):
    three.remove(library.rows[:1])
    library.add_paths([tmp_path / "丙.txt"])
    wait(lambda: done() and library.rowCount() == 3)
    three.confirm()
    wait(lambda: not any(lane.busy for lane in lanes))
    assert len(real.names) == 3 == library.rowCount()
    three.remove(library.rows[:1])
    three.confirm()
    wait(lambda: len(real.names) == 2 and not any(lane.busy for lane in lanes))
    library.add_paths([tmp_path / "丙.txt"])
    wait(lambda: done() and library.rowCount() == 3)


def test_what_is_asked_in_the_last_moment_is_still_done(three, library, lanes, real):
    three.remove(library.rows[:2])
    library.add_paths([Path("/d/晚.pdf")])
    assert shut_down(lanes, 10.0)
    assert len(real.knowledge.set_aside_ids()) == 2
    assert [entry.path for entry in real.library.intake.entries()] == ["/d/晚.pdf"]


def test_a_removal_that_fails_brings_the_rows_back(three, library, real, wait, monkeypatch):
    failures: list[object] = []
    library.failed.connect(failures.append)

    def full(ids: object) -> None:
        raise EnvironmentFault(Fault.DISK_FULL, path="/", needed_bytes=9, free_bytes=1)

    monkeypatch.setattr(real.library, "set_aside", full)
    three.remove(library.rows[:1])
    wait(lambda: failures and library.rowCount() == 3)


def test_a_document_of_a_pack_stays(three, library):
    from dataclasses import replace

    three.remove([replace(library.rows[0], pack="zhidu")])
    assert library.rowCount() == 3 and three.pending == 0
