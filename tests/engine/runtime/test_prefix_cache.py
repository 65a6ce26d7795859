"""What was read before comes back bit for bit, within its limit, and nothing else comes back."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.cancel import CancelToken
from engine.events import GenerationFinished, PromptRead
from engine.runtime.generator import Generator
from engine.runtime.kv_cache import KVCache
from engine.runtime.pack import GRAPH, read_manifest
from engine.runtime.prefix_cache import PrefixCache, shared_length
from engine.runtime.sampling import Sampling
from engine.runtime.session import create_session
from engine.values import Message

CAPACITY = 120
ROOMY = 10**9


@pytest.fixture(scope="module")
def open_cache(tiny_pack: Path) -> Callable[[], KVCache]:
    session, manifest = create_session(tiny_pack / GRAPH, 1, "cpu"), read_manifest(tiny_pack)
    return lambda: KVCache(session, manifest, CAPACITY)


def read(prefixes: PrefixCache, cache: KVCache, prompt: Sequence[int]) -> tuple[int, np.ndarray]:
    """How many tokens were known, and the logits after the prompt."""
    known = prefixes.resume(cache, prompt)
    cache.rewind(min(known, len(prompt) - 2))  # a pack may round steps of one token differently
    return known, cache.append(prompt[len(cache) :]).copy()


def numbers(start: int, count: int) -> list[int]:
    return [3 + (start * 31 + 7 * i) % 200 for i in range(count)]


SYSTEM = numbers(0, 20)
FIRST = [*SYSTEM, *numbers(1, 30)]
SECOND = [*SYSTEM, *numbers(2, 40)]


def test_switching_to_and_fro_reads_the_last_token_only(open_cache: Callable[[], KVCache]) -> None:
    prefixes, cache = PrefixCache(ROOMY), open_cache()
    known = [read(prefixes, cache, prompt)[0] for prompt in (FIRST, SECOND, FIRST, SECOND, SECOND[:33], FIRST)]
    assert known == [0, len(SYSTEM), len(FIRST) - 1, len(SECOND) - 1, 32, len(FIRST) - 1]


def test_what_two_prompts_share_is_stored_once(open_cache: Callable[[], KVCache]) -> None:
    prefixes, cache = PrefixCache(ROOMY), open_cache()
    for prompt in (FIRST, SECOND, FIRST, SECOND, [9, 9, 9]):
        read(prefixes, cache, prompt)
    assert prefixes.size_bytes == (len(FIRST) + len(SECOND) - len(SYSTEM)) * cache.slot_bytes


def test_any_history_of_prompts_gives_the_logits_of_a_fresh_cache(open_cache: Callable[[], KVCache]) -> None:
    """Random prompts over two letters share prefixes of every length, under a limit that forces things out."""
    chance = random.Random(5)
    cache, fresh = open_cache(), open_cache()
    prefixes = PrefixCache(150 * cache.slot_bytes)
    for _ in range(150):
        prompt = [chance.choice((5, 6)) if i > 8 else 5 for i in range(chance.randint(2, 60))]
        known, logits = read(prefixes, cache, prompt)
        fresh.rewind(0)
        np.testing.assert_allclose(logits, fresh.append(prompt), atol=1e-4)  # its float products depend on the cut
        assert known < len(prompt) and cache.tokens == tuple(prompt)
        assert prefixes.size_bytes <= prefixes.limit_bytes
        assert prefixes.size_bytes == sum(node.slots.nbytes for node in nodes(prefixes))


def test_the_slots_come_back_as_the_bytes_they_were(open_cache: Callable[[], KVCache]) -> None:
    prefixes, cache = PrefixCache(ROOMY), open_cache()
    read(prefixes, cache, FIRST)
    slots = cache.snapshot(0, len(FIRST))
    read(prefixes, cache, SECOND)
    assert not np.array_equal(cache.snapshot(0, len(FIRST)), slots)
    prefixes.resume(cache, [*FIRST, 1])
    np.testing.assert_array_equal(cache.snapshot(0, len(FIRST)), slots)


@pytest.mark.parametrize("pack", ["smollm2_pack", "qwen05_pack"])
def test_logits_behind_a_restored_prefix_are_bit_identical(pack: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(pack)
    cache = KVCache(create_session(folder / GRAPH, 2, "cpu"), read_manifest(folder), CAPACITY)
    expected = cache.append(FIRST).copy()
    cache.rewind(0)
    prefixes = PrefixCache(ROOMY)
    read(prefixes, cache, [*FIRST[:35], *numbers(6, 20)])
    read(prefixes, cache, SECOND)
    known, logits = read(prefixes, cache, FIRST)
    assert known == 35
    np.testing.assert_array_equal(logits, expected)


def nodes(prefixes: PrefixCache) -> list:
    found, waiting = [], [prefixes._root]
    while waiting:
        children = list(waiting.pop().children.values())
        found += children
        waiting += children
    return found


def test_what_was_used_longest_ago_goes_first(open_cache: Callable[[], KVCache]) -> None:
    cache = open_cache()
    prefixes = PrefixCache(80 * cache.slot_bytes)
    a, b, c = (numbers(start, 35) for start in (1, 2, 3))
    for prompt in (a, b, a, c):  # c is in the cache itself, a and b in the store
        read(prefixes, cache, prompt)
    d = numbers(4, 35)
    known = [read(prefixes, cache, prompt)[0] for prompt in (d, a, b)]
    assert known == [0, 34, 0]


def test_a_prefix_longer_than_the_limit_is_kept_as_far_as_it_fits(open_cache: Callable[[], KVCache]) -> None:
    cache = open_cache()
    prefixes = PrefixCache(10 * cache.slot_bytes)
    read(prefixes, cache, FIRST)
    read(prefixes, cache, numbers(9, 12))
    assert read(prefixes, cache, FIRST)[0] == 10


def test_a_limit_of_nothing_keeps_nothing(open_cache: Callable[[], KVCache]) -> None:
    prefixes, cache = PrefixCache(0), open_cache()
    assert [read(prefixes, cache, prompt)[0] for prompt in (FIRST, SECOND, FIRST)] == [0, 20, 20]
    assert prefixes.size_bytes == 0


def test_forgetting_leaves_the_given_beginning_alone(open_cache: Callable[[], KVCache]) -> None:
    prefixes, cache = PrefixCache(ROOMY), open_cache()
    for prompt in (FIRST, SECOND, [9, 9, 9]):
        read(prefixes, cache, prompt)
    prefixes.forget(but=[*SYSTEM, 1])
    assert prefixes.size_bytes == len(SYSTEM) * cache.slot_bytes
    assert [read(prefixes, cache, prompt)[0] for prompt in (FIRST, SECOND)] == [len(SYSTEM), len(SYSTEM)]
    prefixes.forget()
    assert prefixes.size_bytes == 0


def test_erasing_leaves_nothing_in_the_buffers(open_cache: Callable[[], KVCache]) -> None:
    cache = open_cache()
    cache.append(FIRST)
    assert np.abs(cache.snapshot(4, CAPACITY)).sum() > 0
    cache.erase(4)
    assert cache.tokens == tuple(FIRST[:4])
    assert np.abs(cache.snapshot(4, CAPACITY + 1)).sum() == 0


@pytest.mark.parametrize(("a", "b", "shared"), [((), (1,), 0), ((1, 2), (1, 2, 3), 2), ((1, 2, 3), (1, 9, 3), 1)])
def test_shared_length(a: Sequence[int], b: Sequence[int], shared: int) -> None:
    assert shared_length(a, b) == shared_length(b, a) == shared


# ---- through a generator


def talk(generator: Generator, messages: list[Message], max_tokens: int = 12) -> tuple[GenerationFinished, int]:
    """The end of an answer, and how many tokens were read for it."""
    events = list(generator.generate(messages, Sampling(), max_tokens, CancelToken()))
    first = next(event for event in events if isinstance(event, PromptRead))
    last = events[-1]
    assert isinstance(last, GenerationFinished)
    return last, last.prompt_tokens - first.done_tokens


def dialogue(*texts: str) -> list[Message]:
    roles = ["user", "assistant"] * len(texts)
    return [
        Message("system", "Answer in one sentence."),
        *(Message(role, text) for role, text in zip(roles, texts, strict=False)),
    ]


@pytest.mark.parametrize("pack", ["smollm2_pack", "qwen05_pack"])
def test_editing_regenerating_and_switching_read_nothing_twice(
    pack: str, request: pytest.FixtureRequest, open_generator: Callable[..., Generator]
) -> None:
    folder = request.getfixturevalue(pack)
    generator = open_generator(folder)
    generator.read_ahead(dialogue(""), CancelToken())
    cats, banks = dialogue("Why do cats purr?"), dialogue("What does a bank do with deposits?")
    first, cost = talk(generator, cats)
    assert 0 < cost < first.prompt_tokens, "the system prompt was read ahead"
    talk(generator, banks)
    _, cost = talk(generator, cats)  # switching back and asking again
    assert cost == 1
    longer = dialogue("Why do cats purr?", first.text, "And dogs?")
    second, cost = talk(generator, longer)
    assert cost < 20, "only what is new behind the answer"
    _, cost = talk(generator, dialogue("Why do cats purr?", first.text, "And lions?"))
    assert cost < 20
    talk(generator, banks)
    again, cost = talk(generator, longer)
    assert cost == 1
    assert generator._cache is not None
    if generator._cache.row_independent:  # a pack without that rounds the last token differently when it is alone
        assert again.text == second.text == talk(open_generator(folder), longer)[0].text


def test_forgetting_documents_leaves_the_beginning(tiny_pack: Path, open_generator: Callable[..., Generator]) -> None:
    generator = open_generator(tiny_pack)
    generator.read_ahead(dialogue("Evidence: "), CancelToken())
    beginning = len(generator._beginning)
    question = dialogue("Evidence: the canary sings at noon.")
    talk(generator, question)
    talk(generator, dialogue("Evidence: none."))
    generator.forget_documents()
    assert generator._cache is not None
    assert len(generator._cache) == beginning
    assert np.abs(generator._cache.snapshot(beginning, 200)).sum() == 0
    finished, cost = talk(generator, question)
    assert cost == finished.prompt_tokens - beginning


def test_less_is_kept_where_memory_is_short(tiny_pack: Path, open_generator: Callable[..., Generator]) -> None:
    assert open_generator(tiny_pack)._prefixes.limit_bytes == 512 * 1024**2
    assert open_generator(tiny_pack, prefix_memory_mb=0)._prefixes.limit_bytes == 0
