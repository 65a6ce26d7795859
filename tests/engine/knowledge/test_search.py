from __future__ import annotations

import pytest

from engine.knowledge.search import reciprocal_rank_fusion


def test_a_row_high_in_both_rankings_wins() -> None:
    scores = reciprocal_rank_fusion(([1, 2, 3], [4, 2, 5]))
    assert max(scores, key=lambda row: scores[row]) == 2
    assert scores[2] == pytest.approx(2 / 62)
    assert scores[1] == scores[4] == pytest.approx(1 / 61)


def test_nothing_found_gives_no_scores() -> None:
    assert reciprocal_rank_fusion(([], [])) == {}
