from __future__ import annotations

import pytest

from engine.knowledge.search import convex_fusion


def best(scores: dict[int, float]) -> int:
    return max(scores, key=lambda row: scores[row])


def test_what_both_rankings_find_wins() -> None:
    scores = convex_fusion([(1, 9.0), (2, 8.5), (3, 1.0)], [(4, 0.90), (2, 0.89), (5, 0.80)])
    assert best(scores) == 2
    assert scores[1] == scores[4] == pytest.approx(0.5)
    assert scores[3] == scores[5] == 0.0


def test_how_far_ahead_a_hit_is_counts() -> None:
    lexical = [(1, 20.0), (2, 3.0), (3, 2.0)]
    assert best(convex_fusion(lexical, [(2, 0.90), (1, 0.89), (3, 0.70)])) == 1


def test_scores_stay_between_zero_and_one() -> None:
    assert convex_fusion([(7, 3.0)], [(7, 0.8)]) == {7: 1.0}
    assert convex_fusion([], [(7, 0.8), (8, 0.8)]) == {7: 0.5, 8: 0.5}
    assert convex_fusion([], []) == {}
