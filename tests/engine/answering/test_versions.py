from __future__ import annotations

from engine.answering.versions import current_first
from engine.values import Passage, Rung


def passage(name: str) -> Passage:
    return Passage(name, name, name, 1, "", (), (), Rung.BRANCH, 1.0, 0.9)


def test_an_older_version_goes_behind_everything_else() -> None:
    names = ["反洗钱法(2006-10-31).pdf", "储蓄管理条例(2011-01-08).pdf", "反洗钱法(2024-11-08).pdf", "须知.pdf"]
    ordered = [found.name for found in current_first([passage(name) for name in names])]
    assert ordered == [names[1], names[2], names[3], names[0]]


def test_without_a_newer_version_nothing_moves() -> None:
    names = ["反洗钱法(2006-10-31).pdf", "公司法(2023-12-29).pdf", "须知.pdf", "须知.pdf"]
    assert [found.name for found in current_first([passage(name) for name in names])] == names
