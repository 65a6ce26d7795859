"""The cache knows what it holds, keeps what a new prompt shares, and is unharmed by a stopped run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.cancel import CancelToken
from engine.errors import BugError, Cancelled, EnvironmentFault, Fault
from engine.runtime.kv_cache import KVCache
from engine.runtime.memory import kv_bytes
from engine.runtime.pack import GRAPH, WEIGHTS, read_manifest
from engine.runtime.session import create_session

Open = Callable[..., KVCache]


@pytest.fixture
def open_cache(tiny_pack: Path) -> Open:
    def make(capacity: int = 64) -> KVCache:
        return KVCache(create_session(tiny_pack / GRAPH, 1, "cpu"), read_manifest(tiny_pack), capacity, 4)

    return make


@pytest.mark.parametrize(
    ("held", "prompt", "shared"),
    [
        ([], [3, 4, 5], 0),
        ([3, 4, 5, 6], [3, 4, 9, 9, 9], 2),
        ([3, 4, 5, 6], [9, 4, 5, 6], 0),
        ([3, 4, 5], [3, 4, 5, 6, 7, 8], 3),
        ([3, 4, 5, 6], [3, 4, 5, 6], 3),  # the last one is read again for its logits
        ([3, 4, 5, 6], [3, 4, 5], 2),
        ([3, 4], [3], 0),
    ],
)
def test_the_longest_shared_prefix_stays(open_cache: Open, held: list[int], prompt: list[int], shared: int) -> None:
    cache = open_cache()
    if held:
        cache.append(held)
    assert cache.reuse(prompt) == shared == len(cache)
    assert cache.tokens == tuple(held[:shared])


def test_rewound_and_fresh_caches_give_the_same_logits(open_cache: Open) -> None:
    cache, fresh = open_cache(), open_cache()
    cache.append(list(range(3, 50)))
    cache.rewind(10)
    cache.append([99, 98, 97])
    expected = fresh.append([*range(3, 13), 99, 98, 97])
    np.testing.assert_array_equal(cache.append([5, 6]), fresh.append([5, 6]))
    assert not np.array_equal(expected, open_cache().append([*range(3, 13), 99, 98, 96]))


def test_capacity_changes_no_logits(open_cache: Open) -> None:
    prompt = list(range(3, 40))
    np.testing.assert_array_equal(open_cache(37).append(prompt), open_cache(256).append(prompt))


def test_a_stopped_run_leaves_the_cache_as_it_was(open_cache: Open) -> None:
    cache, fresh = open_cache(), open_cache()
    cache.append([3, 4, 5])
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        cache.append([6, 7], cancel)
    assert cache.tokens == (3, 4, 5)
    fresh.append([3, 4, 5])
    np.testing.assert_array_equal(cache.append([8, 9], CancelToken()), fresh.append([8, 9]))


def test_too_many_or_no_tokens_are_our_mistake(open_cache: Open) -> None:
    cache = open_cache(8)
    cache.append(list(range(3, 11)))
    for tokens in ([], [3]):
        with pytest.raises(BugError, match="kv_cache_capacity"):
            cache.append(tokens)
    assert len(cache) == 8


def test_the_logits_of_the_last_rows_are_those_of_single_steps(open_cache: Open) -> None:
    cache, single = open_cache(), open_cache()
    rows = cache.append([3, 4, 5, 6, 7], None, 3).copy()
    assert rows.shape == (3, 259) and rows.dtype == np.float32
    expected = [single.append([token])[0].copy() for token in (3, 4, 5, 6, 7)]
    np.testing.assert_allclose(rows, expected[2:], atol=1e-4)
    np.testing.assert_allclose(cache.append([8]), single.append([8]), atol=1e-4)  # back to one row


@pytest.mark.parametrize(("tokens", "logits"), [([3, 4], 0), ([3, 4], 3), ([3] * 9, 5)])
def test_more_logits_than_rows_or_room_are_our_mistake(open_cache: Open, tokens: list[int], logits: int) -> None:
    with pytest.raises(BugError, match="kv_cache_logits"):
        open_cache().append(tokens, None, logits)


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_a_pack_that_computes_no_numbers_is_at_fault(tiny_pack: Path, tmp_path: Path, broken: float) -> None:
    import onnx

    folder = tmp_path / "broken"
    shutil.copytree(tiny_pack, folder)
    tensors = onnx.load(folder / GRAPH, load_external_data=False).graph.initializer
    head = next(tensor for tensor in tensors if tensor.name == "head")
    offset = next(int(entry.value) for entry in head.external_data if entry.key == "offset")
    weights = np.fromfile(folder / WEIGHTS, np.float32)
    weights[offset // 4] = broken
    weights.tofile(folder / WEIGHTS)
    cache = KVCache(create_session(folder / GRAPH, 1, "cpu"), read_manifest(folder), 64)
    tokens = list(range(3, 60))
    with pytest.raises(EnvironmentFault) as caught:
        for token in tokens:  # an infinite weight is -inf, and so no fault, where the hidden state is negative
            cache.append([token])
    assert (caught.value.code, caught.value.details) == (Fault.PACK_OUTPUT_INVALID, {"pack": "tiny"})
    assert cache.tokens == tuple(tokens[: len(cache)]) and len(cache) < len(tokens)


def test_its_size_is_what_the_manifest_implies(tiny_pack: Path) -> None:
    assert kv_bytes(read_manifest(tiny_pack), 100) == 2 * 2 * 2 * 16 * 4 * 100  # sides, layers, heads, size, float32


@pytest.mark.parametrize("layers", [1, 3])
def test_a_graph_of_another_shape_is_unsupported(tiny_pack: Path, layers: int) -> None:
    session = create_session(tiny_pack / GRAPH, 1, "cpu")
    with pytest.raises(EnvironmentFault, match="pack_unsupported"):
        KVCache(session, replace(read_manifest(tiny_pack), layers=layers), 8)
