"""The next token: greedy, drawn within the nucleus, and repeatable."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st

from engine.errors import RequestRejected
from engine.runtime.sampling import Sampler, Sampling, nucleus

LOGITS = np.log(np.array([0.5, 0.3, 0.15, 0.05], np.float32))


def draw(sampling: Sampling, count: int) -> list[int]:
    """Independent draws: a fresh penalty for each, one random stream."""
    sampler = Sampler(sampling)
    return [sampler.choose(LOGITS) for _ in range(count)]


def test_temperature_zero_takes_the_most_probable() -> None:
    assert draw(Sampling(temperature=0.0, top_p=0.1), 5) == [0] * 5


def test_draws_follow_the_probabilities() -> None:
    counts = np.bincount(draw(Sampling(temperature=1.0, seed=3), 20_000), minlength=4) / 20_000
    np.testing.assert_allclose(counts, [0.5, 0.3, 0.15, 0.05], atol=0.015)


def test_temperature_sharpens_and_flattens() -> None:
    cold, warm, hot = (draw(Sampling(temperature=t, seed=3), 4000).count(0) / 4000 for t in (0.5, 1.0, 100.0))
    assert cold > warm + 0.1 > hot + 0.2
    assert abs(hot - 0.25) < 0.04


def test_a_tiny_temperature_is_greedy() -> None:
    assert draw(Sampling(temperature=1e-40, seed=1), 20) == [0] * 20


def test_top_p_draws_from_the_nucleus_only() -> None:
    assert set(draw(Sampling(temperature=1.0, top_p=0.75, seed=1), 500)) == {0, 1}
    assert set(draw(Sampling(temperature=1.0, top_p=0.5, seed=1), 500)) == {0}
    assert set(draw(Sampling(temperature=1.0, top_p=1e-9, seed=1), 50)) == {0}


def test_a_seed_repeats_and_another_differs() -> None:
    first, again, other = (draw(Sampling(temperature=1.0, seed=seed), 50) for seed in (7, 7, 8))
    assert first == again != other


def test_no_seed_draws_afresh() -> None:
    assert draw(Sampling(temperature=1.0), 200) != draw(Sampling(temperature=1.0), 200)


def test_repetition_is_penalized_on_both_sides_of_zero() -> None:
    sampler = Sampler(Sampling(repetition_penalty=2.0))
    positive = np.array([3.0, 2.0, 1.0], np.float32)
    assert [sampler.choose(positive) for _ in range(3)] == [0, 1, 0]  # 3, then 3/2 < 2, then 3/2 > 2/2
    sampler = Sampler(Sampling(repetition_penalty=2.0))
    negative = np.array([-1.0, -1.5, -9.0], np.float32)
    assert [sampler.choose(negative) for _ in range(3)] == [0, 1, 0]  # -1, then -2 < -1.5, then -2 > -3
    assert list(positive) == [3.0, 2.0, 1.0], "the model's logits must not be written to"


def test_excluded_tokens_are_never_drawn() -> None:
    logits = np.array([0.0, -np.inf, 0.0], np.float32)
    sampler = Sampler(Sampling(temperature=5.0, seed=1))
    assert {sampler.choose(logits) for _ in range(200)} == {0, 2}


@pytest.mark.parametrize(
    "values",
    [
        {"temperature": -0.1},
        {"temperature": math.nan},
        {"top_p": 0.0},
        {"top_p": 1.01},
        {"repetition_penalty": 0.0},
        {"repetition_penalty": math.inf},
        {"seed": -1},
    ],
)
def test_values_out_of_range_are_rejected(values: dict[str, float]) -> None:
    with pytest.raises(RequestRejected) as caught:
        Sampling(**values)  # type: ignore[arg-type]
    assert caught.value.details["option"] == next(iter(values))


@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=60), st.floats(0.01, 1.0))
def test_the_nucleus_is_the_smallest_set_that_reaches_top_p(values: list[float], top_p: float) -> None:
    weights = np.array(values)
    chosen = nucleus(weights, top_p)
    rest = np.setdiff1d(np.arange(len(weights)), chosen)
    total = weights.sum()
    assert len(set(chosen.tolist())) == len(chosen) > 0
    assert weights[chosen].sum() >= top_p * total * (1 - 1e-9)
    if top_p < 1.0 and len(chosen) > 1:
        assert weights[chosen[:-1]].sum() < top_p * total * (1 + 1e-9)
    assert not len(rest) or weights[rest].max() <= weights[chosen].min()


def test_a_flat_distribution_needs_more_than_the_first_candidates() -> None:
    assert len(nucleus(np.ones(5000), 0.9)) == 4500
