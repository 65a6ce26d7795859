"""Drafts copy what followed the same words before, are as long as pays here, and never change an answer."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from engine.cancel import CancelToken
from engine.errors import Cancelled, RequestRejected
from engine.events import GenerationFinished, TextDelta
from engine.runtime import generator as generator_module
from engine.runtime.drafting import MATCH_LENGTHS, Drafter, DraftPlanner
from engine.runtime.generator import Generator
from engine.runtime.sampling import Sampler, Sampling

Open = Callable[..., Generator]


class EagerPlanner(DraftPlanner):
    """Drafts as much as it may, whatever it costs."""

    def count(self, match_length: int, limit: int) -> int:
        return min(limit, self.limit)


class Garbage(Drafter):
    """Drafts that are right, wrong, or right up to a point, of every length."""

    truth: ClassVar[list[int]] = []  # prompt and plain answer
    random: ClassVar[random.Random] = random.Random(0)

    def propose(self, limit: int) -> list[int]:
        count = self.random.randint(0, max(0, min(limit, self._planner.limit)))
        draft = self.truth[len(self._tokens) : len(self._tokens) + count]
        draft += [self.random.randrange(3, 200) for _ in range(count - len(draft))]
        for place in range(len(draft)):
            if self.random.random() < 0.2:
                draft[place] = self.random.randrange(3, 200)
        self._match_length, self._drafted = MATCH_LENGTHS[0], len(draft)
        return draft


# ---- what is drafted


def eager(prompt: Sequence[int], limit: int = 8) -> Drafter:
    return Drafter(prompt, EagerPlanner(limit))


def test_the_longest_match_decides_and_the_newest_of_its_length() -> None:
    assert eager([1, 2, 3, 4, 9, 2, 3, 5, 7, 1, 2, 3]).propose(2) == [4, 9]  # three tokens against two
    assert eager([8, 2, 3, 4, 9, 2, 3, 5, 7, 6, 2, 3]).propose(2) == [5, 7]


def test_nothing_known_is_not_drafted() -> None:
    assert eager([1, 2, 3, 4, 5]).propose(4) == [] == eager([]).propose(4)
    assert eager([1, 2, 1, 2]).propose(0) == [] == Drafter([1, 2, 1, 2], DraftPlanner(0)).propose(4)


def test_a_repetition_is_drafted_past_its_end() -> None:
    assert eager([5, 1, 2, 3, 1, 2, 3]).propose(7) == [1, 2, 3, 1, 2, 3, 1]


@given(st.lists(st.integers(0, 4), max_size=60), st.integers(0, 10))
def test_a_draft_continues_an_earlier_occurrence_of_the_last_tokens(tokens: list[int], limit: int) -> None:
    draft = eager(tokens).propose(limit)
    lengths = [n for n in MATCH_LENGTHS if any(tokens[i : i + n] == tokens[-n:] for i in range(len(tokens) - n))]
    if not lengths or not limit:
        assert draft == []
        return
    n = lengths[0]
    start = max(i for i in range(len(tokens) - n) if tokens[i : i + n] == tokens[-n:]) + n
    extended = list(tokens)
    for _ in range(min(limit, 8)):
        extended.append(extended[start])
        start += 1
    assert draft == extended[len(tokens) :]


def test_a_long_prompt_is_indexed_at_once() -> None:
    prompt = [(7 * i * i + 11 * i) % 30_000 for i in range(4000)]
    started = time.perf_counter()
    drafter = eager(prompt)
    indexed = time.perf_counter()
    for token in prompt[:1000]:
        drafter.push(token)
        drafter.propose(8)
    assert indexed - started < 0.25, "a few milliseconds on a quiet machine"
    assert time.perf_counter() - indexed < 0.25


# ---- how much is drafted


def taught(step_s: dict[int, float], drafted: int, kept: int) -> DraftPlanner:
    planner = DraftPlanner(8)
    for rows, seconds in step_s.items():
        planner.record_step(rows, seconds)
    for _ in range(100):
        planner.record_draft(3, drafted, kept)
    return planner


def test_drafts_are_as_long_as_pays() -> None:
    cheap = {rows: 1.0 + 0.02 * rows for rows in range(1, 10)}
    dear = {rows: float(rows) for rows in range(1, 10)}
    assert taught(cheap, 8, 8).count(3, 8) == 8
    assert taught(dear, 8, 8).count(3, 8) == 0
    assert taught(cheap, 4, 0).count(3, 8) == 0
    assert 1 <= taught(cheap, 4, 1).count(3, 8) < 8
    assert taught(cheap, 8, 8).count(3, 3) == 3
    stairs = {1: 1.0, 2: 1.05, 3: 1.1, 4: 1.15, 5: 2.0, 6: 2.1, 7: 2.2, 8: 2.3, 9: 2.4}
    assert taught(stairs, 3, 1).count(3, 8) <= 3, "up to four rows are nearly free, the fifth is not"


def test_a_match_length_is_judged_by_its_own_drafts() -> None:
    planner = taught({rows: 1.0 + 0.1 * rows for rows in range(1, 10)}, 4, 0)
    assert planner.count(3, 8) == 0 < planner.count(5, 8)


def test_what_did_not_pay_is_tried_again_now_and_then() -> None:
    planner = taught({1: 1.0, 2: 1.5}, 1, 0)
    counts = [planner.count(3, 8) for _ in range(100)]
    assert 2 <= sum(counts) <= 8
    for _ in range(60):
        planner.record_draft(3, 1, 1)
    assert planner.count(3, 8) > 0


def test_a_slow_step_is_forgotten() -> None:
    planner = taught({1: 1.0, 2: 1.1}, 1, 1)
    planner.record_step(2, 9.0)
    for _ in range(20):
        planner.record_step(2, 1.1)
    assert planner.step_s(2) == pytest.approx(1.1, rel=0.02)


# ---- the same answer


def answer_of(
    generator: Generator, prompt: Sequence[int], max_tokens: int, sampling: Sampling, stop: Sequence[str] = ()
) -> tuple[GenerationFinished, list[str], tuple[int, ...]]:
    """The last event, the deltas, and the tokens that the cache holds afterwards."""
    *others, last = list(generator.generate_tokens(prompt, sampling, max_tokens, CancelToken(), stop))
    assert isinstance(last, GenerationFinished) and generator._cache is not None
    return last, [event.text for event in others if isinstance(event, TextDelta)], generator._cache.tokens


def assert_drafts_change_nothing(
    generator: Generator,
    monkeypatch: pytest.MonkeyPatch,
    prompt: Sequence[int],
    max_tokens: int,
    sampling: Sampling,
    stop: Sequence[str] = (),
) -> int:
    """Against no drafts: eager ones from the prompt, and garbage. Returns how many drafted tokens were accepted."""
    generator._draft_planner = DraftPlanner(0)
    plain, deltas, held = answer_of(generator, prompt, max_tokens, sampling, stop)
    assert plain.drafted_tokens == 0
    accepted = 0
    Garbage.truth = [*held, 5, 6, 7]
    for drafter in (Drafter, Garbage):
        with monkeypatch.context() as patched:
            patched.setattr(generator_module, "Drafter", drafter)
            generator._draft_planner = EagerPlanner(8)
            drafted, drafted_deltas, drafted_held = answer_of(generator, prompt, max_tokens, sampling, stop)
        assert (drafted_deltas, drafted_held) == (deltas, held)
        assert (drafted.text, drafted.stop_reason) == (plain.text, plain.stop_reason)
        assert drafted.decode_tokens == plain.decode_tokens
        assert 0 <= drafted.accepted_tokens <= drafted.drafted_tokens
        accepted += drafted.accepted_tokens
    return accepted


def random_prompt(seed: int, vocabulary: int = 40_000) -> list[int]:
    """Of few or many different tokens, with repeated runs or without."""
    source = random.Random(seed)
    alphabet = [source.randrange(3, vocabulary) for _ in range(source.choice([3, 30, 300]))]
    prompt = [source.choice(alphabet) for _ in range(source.randrange(1, 40))]
    return prompt * source.choice([1, 1, 3])


SAMPLINGS = [Sampling(), Sampling(repetition_penalty=1.3), Sampling(0.8, 0.9, 1.1, seed=4), Sampling(1.5, seed=9)]


@pytest.fixture
def opened(open_generator: Open, request: pytest.FixtureRequest) -> Generator:
    return open_generator(request.getfixturevalue(request.param), context_tokens=256)


@pytest.mark.parametrize("opened", ["smollm2_pack"], indirect=True)
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), max_tokens=st.integers(1, 24), sampling=st.sampled_from(SAMPLINGS))
def test_drafts_change_no_token(
    opened: Generator, monkeypatch: pytest.MonkeyPatch, seed: int, max_tokens: int, sampling: Sampling
) -> None:
    Garbage.random = random.Random(seed)
    assert_drafts_change_nothing(opened, monkeypatch, random_prompt(seed), max_tokens, sampling)


@pytest.mark.slow
@pytest.mark.parametrize("opened", ["smollm2_pack", "qwen05_pack"], indirect=True)
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), max_tokens=st.integers(1, 40), sampling=st.sampled_from(SAMPLINGS))
def test_drafts_change_no_token_of_many_answers(
    opened: Generator, monkeypatch: pytest.MonkeyPatch, seed: int, max_tokens: int, sampling: Sampling
) -> None:
    Garbage.random = random.Random(seed)
    assert_drafts_change_nothing(opened, monkeypatch, random_prompt(seed), max_tokens, sampling)


@pytest.mark.parametrize("opened", ["smollm2_pack"], indirect=True)
def test_a_repetitive_answer_takes_few_steps(opened: Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    prompt = opened.encode("red green blue red green blue red green blue red green blue red green")
    Garbage.random = random.Random(1)
    assert assert_drafts_change_nothing(opened, monkeypatch, prompt, 40, Sampling()) > 30
    assert opened._cache is not None
    steps: list[int] = []
    plain_append = opened._cache.append

    def counting(token_ids: Sequence[int], cancel: CancelToken, logits: int = 1) -> np.ndarray:
        steps.append(len(token_ids))
        return plain_append(token_ids, cancel, logits)

    monkeypatch.setattr(opened._cache, "append", counting)
    answer, deltas, _ = answer_of(opened, prompt, 40, Sampling())
    assert answer.decode_tokens == 40 and len(steps) < 20
    assert len(deltas) > 30, "text still arrives token by token"


@pytest.mark.parametrize(
    ("text", "stop", "max_tokens", "reason"),
    [
        ("abcabcabcabc", (), 200, "eos"),
        ("abcabcabcabcabd rest", ("abd",), 200, "stop_string"),
        ("赔偿赔偿赔偿赔偿赔偿", (), 11, "max_tokens"),
        ("abcd" * 100, (), 10**6, "context_full"),
    ],
)
def test_every_end_inside_a_draft_is_where_it_was(
    make_pack: Callable[..., Path],
    open_generator: Open,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    stop: tuple[str, ...],
    max_tokens: int,
    reason: str,
) -> None:
    prompt = [3 + (7 * i * i + 11 * i) % 250 for i in range(10)]
    generator = open_generator(make_pack(says=text, answer_from=len(prompt)), context_tokens=64)
    for seed in range(8):
        Garbage.random = random.Random(seed)
        accepted = assert_drafts_change_nothing(generator, monkeypatch, prompt, max_tokens, Sampling(), stop)
        assert accepted > 0
    generator._draft_planner = EagerPlanner(8)
    assert answer_of(generator, prompt, max_tokens, Sampling(), stop)[0].stop_reason == reason


def test_cancelling_inside_a_draft_leaves_a_good_cache(make_pack: Callable[..., Path], open_generator: Open) -> None:
    prompt = [3 + (7 * i * i + 11 * i) % 250 for i in range(10)]
    generator = open_generator(make_pack(says="abcabcabcabcabc", answer_from=len(prompt)))
    generator._draft_planner = EagerPlanner(8)
    for stop_after in range(1, 15):
        cancel = CancelToken()
        with pytest.raises(Cancelled):
            for count, _ in enumerate(deltas(generator, prompt, cancel), 1):
                if count == stop_after:
                    cancel.cancel()
        assert count == stop_after, "nothing may follow the cancelling, though the draft's rows are there"
        assert "".join(deltas(generator, prompt, CancelToken())) == "abcabcabcabcabc"


def deltas(generator: Generator, prompt: Sequence[int], cancel: CancelToken) -> Iterator[str]:
    for event in generator.generate_tokens(prompt, Sampling(), 60, cancel):
        if isinstance(event, TextDelta):
            yield event.text


def test_no_drafts_where_they_could_change_an_answer(tiny_pack: Path, open_generator: Open) -> None:
    """The tiny graph promises nothing about rows, nor does a pack of an earlier version."""
    generator = open_generator(tiny_pack)
    assert generator._draft_planner.limit == 0
    assert answer_of(generator, [5, 6] * 20, 30, Sampling())[0].drafted_tokens == 0


def test_drafts_can_be_turned_off(smollm2_pack: Path, open_generator: Open) -> None:
    assert open_generator(smollm2_pack)._draft_planner.limit == 8
    assert open_generator(smollm2_pack, draft_tokens=0)._draft_planner.limit == 0


@pytest.mark.parametrize("count", [-1, 65])
def test_an_impossible_draft_length_is_rejected(tiny_pack: Path, open_generator: Open, count: int) -> None:
    with pytest.raises(RequestRejected, match="draft_tokens"):
        open_generator(tiny_pack, draft_tokens=count)


# ---- sampling


@pytest.mark.parametrize("draft", [0, 1, 3])
def test_comparing_a_drawn_token_with_the_draft_is_the_rejection_rule(draft: int) -> None:
    """A draft is kept with its own probability; else the others come in proportion to theirs.

    That is speculative sampling for a certain draft (Leviathan et al. 2023, algorithm 1; Chen et al. 2023), so the
    tokens follow the processed distribution. Chi-square over 30,000 draws; 16.3 is its 99.9 % point for 3 degrees.
    """
    probabilities = np.array([0.5, 0.3, 0.15, 0.05])
    draws = 30_000
    sampler = Sampler(Sampling(temperature=2.0, seed=draft))
    tokens = [sampler.choose(2.0 * np.log(probabilities).astype(np.float32)) for _ in range(draws)]
    counts = np.bincount(tokens, minlength=4)
    assert ((counts - draws * probabilities) ** 2 / (draws * probabilities)).sum() < 16.3
    assert counts[draft] / draws == pytest.approx(probabilities[draft], abs=0.01)
    others = np.delete(counts, draft) / np.delete(counts, draft).sum()
    rest = np.delete(probabilities, draft) / np.delete(probabilities, draft).sum()
    np.testing.assert_allclose(others, rest, atol=0.015)
