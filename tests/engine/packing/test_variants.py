"""The three graph files of a pack: valid ONNX, one weights file, and each what its name promises."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from engine import native
from engine.cancel import CancelToken
from engine.runtime.kv_cache import KVCache
from engine.runtime.pack import CUDA_GRAPH, GRAPH, NATIVE_GRAPH, WEIGHTS, read_manifest
from engine.runtime.session import CUDA, create_session, probe_device

FILES = (GRAPH, NATIVE_GRAPH, CUDA_GRAPH)
IDS = [5, 17, 300, 4, 99, 250, 31, 8, 8, 120, 77, 3]


@pytest.fixture
def tiny(make_checkpoint: Any, pack: Any) -> Path:
    return pack(make_checkpoint("qwen2").folder, "int8-block32")


def cache_of(folder: Path, file_name: str, tmp_path: Path, device: str = "cpu") -> KVCache:
    """A cache over exactly that graph file, whatever a session would choose beside it."""
    alone = tmp_path / f"only-{file_name}"
    if not alone.is_dir():
        alone.mkdir()
        shutil.copy(folder / file_name, alone / GRAPH)
        shutil.copy(folder / WEIGHTS, alone / WEIGHTS)
    return KVCache(create_session(alone / GRAPH, 2, device), read_manifest(folder), 200, 16)


def logits(cache: KVCache, ids: Sequence[int]) -> np.ndarray:
    cache.rewind(0)
    return cache.append(ids, CancelToken(), len(ids)).copy()


@pytest.mark.parametrize("file_name", FILES)
def test_every_graph_is_valid_and_its_shapes_agree(tiny: Path, file_name: str) -> None:
    model = onnx.load(tiny / file_name, load_external_data=False)
    for node in model.graph.node:  # ONNX Runtime's own operator, which it keeps in ONNX's domain
        if node.op_type == "SimplifiedLayerNormalization":
            node.domain = "com.microsoft"
    (tiny / "checked.onnx").write_bytes(model.SerializeToString())
    onnx.checker.check_model(tiny / "checked.onnx", full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    shape = inferred.graph.output[0].type.tensor_type.shape
    assert [d.dim_param or d.dim_value for d in shape.dim] == [1, "P", 320]


def test_all_graphs_refer_to_the_same_weights(tiny: Path) -> None:
    def external(file_name: str) -> dict[str, tuple[str, ...]]:
        tensors = onnx.load(tiny / file_name, load_external_data=False).graph.initializer
        return {t.name: tuple(e.value for e in t.external_data) for t in tensors if t.external_data}

    assert external(GRAPH) == external(NATIVE_GRAPH) == external(CUDA_GRAPH) != {}


def test_the_native_graph_moves_products_and_attention_and_needs_no_spare_row(tiny: Path) -> None:
    native = onnx.load(tiny / NATIVE_GRAPH, load_external_data=False)
    domains = {node.op_type: node.domain for node in native.graph.node}
    moved = {op for op, domain in domains.items() if domain == "jinpan"}
    assert moved == {"MatMulNBits", "GroupQueryAttention"}
    assert ("jinpan", 1) in [(opset.domain, opset.version) for opset in native.opset_import]
    assert not {"Concat", "Slice"} & set(domains)
    assert {entry.key: entry.value for entry in native.metadata_props} == {"row_independent": "1"}


def test_an_unquantized_pack_has_no_native_graph(make_checkpoint: Any, pack: Any) -> None:
    folder = pack(make_checkpoint("llama").folder, "fp32")
    assert not (folder / NATIVE_GRAPH).exists() and (folder / CUDA_GRAPH).exists()


def test_the_cuda_graph_attends_in_half_precision(tiny: Path) -> None:
    graph = onnx.load(tiny / CUDA_GRAPH, load_external_data=False).graph
    half, single = onnx.TensorProto.FLOAT16, onnx.TensorProto.FLOAT
    types = {value.name: value.type.tensor_type.elem_type for value in (*graph.input, *graph.output)}
    assert {kind for name, kind in types.items() if name.startswith(("past", "present"))} == {half}
    assert types["logits"] == single
    casts = {node.output[0] for node in graph.node if node.op_type == "Cast"}
    for node in graph.node:
        if node.op_type == "GroupQueryAttention":
            assert {node.input[0], node.input[7], node.input[8]} <= casts
    assert Counter(node.op_type for node in graph.node)["Slice"] == 0, "no kernel there promises equal rows"


def test_the_cuda_graph_computes_the_same_model(tiny: Path, tmp_path: Path) -> None:
    """On the CPU, whose attention also knows float16."""
    half, single = (cache_of(tiny, name, tmp_path) for name in (CUDA_GRAPH, GRAPH))
    assert not half.row_independent and single.row_independent
    expected = logits(single, IDS)
    np.testing.assert_allclose(logits(half, IDS), expected, atol=0.1 * np.abs(expected).max())
    assert (logits(half, IDS).argmax(1) == expected.argmax(1)).mean() > 0.8


def random_cuts(random: np.random.Generator, total: int) -> list[int]:
    """Lengths of steps, single tokens as often as long ones."""
    cuts: list[int] = []
    while sum(cuts) < total:
        cuts.append(min(total - sum(cuts), int(random.choice([1, 1, 2, 3, 5, 8, 16]))))
    return cuts


def assert_rows_independent(open_cache: Callable[[], KVCache], vocabulary_size: int, total: int, rounds: int) -> None:
    random = np.random.default_rng(5)
    cache = open_cache()
    for _ in range(rounds):
        ids = random.integers(3, vocabulary_size - 300, total).tolist()
        results: list[np.ndarray] = []
        for cuts in ([1] * total, random_cuts(random, total), random_cuts(random, total), [16] * (total // 16)):
            cache.rewind(0)
            rows: list[np.ndarray] = []
            for count in cuts:
                step = ids[len(cache) : len(cache) + count]
                rows.append(cache.append(step, None, count).copy())
            results.append(np.concatenate(rows))
        for result in results[1:]:
            np.testing.assert_array_equal(result, results[0])


@pytest.mark.parametrize("quantization", ["int8-block32"])
@pytest.mark.parametrize("kind", ["llama", "qwen2"])
def test_rows_of_a_random_model_do_not_depend_on_the_step(
    make_checkpoint: Any, pack: Any, tmp_path: Path, kind: str, quantization: str
) -> None:
    folder = pack(make_checkpoint(kind).folder, quantization)
    assert_rows_independent(lambda: cache_of(folder, GRAPH, tmp_path), 320, 96, 4)


@pytest.mark.parametrize("kernels", ["native", "standard"])
@pytest.mark.parametrize(("fixture", "total"), [("smollm2_pack", 64), ("qwen05_pack", 32)])
def test_rows_of_a_real_model_do_not_depend_on_the_step(
    fixture: str, total: int, kernels: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = request.getfixturevalue(fixture)
    if kernels == "standard":
        monkeypatch.setattr(native, "library_path", lambda: None)
    elif native.library_path() is None:
        pytest.skip("the native kernels are not built, or not for this processor")
    manifest = read_manifest(folder)
    session = create_session(folder / GRAPH, 2, "cpu")
    assert_rows_independent(lambda: KVCache(session, manifest, 200, 16), manifest.vocabulary_size, total, 1)


def test_a_full_context_has_room_for_the_spare_row(make_checkpoint: Any, pack: Any, tmp_path: Path) -> None:
    folder = pack(make_checkpoint("llama", max_position_embeddings=24).folder, "int8-block32")
    manifest = read_manifest(folder)
    session = create_session(folder / GRAPH, 2, "cpu")
    results: list[np.ndarray] = []
    for cuts in ([24], [8, 8, 7, 1]):
        cache = KVCache(session, manifest, manifest.context_length, 24)
        rows = [cache.append((IDS + IDS)[len(cache) : len(cache) + count], None, count).copy() for count in cuts]
        results.append(np.concatenate(rows))
    np.testing.assert_array_equal(results[0], results[1])
    assert np.isfinite(results[0]).all()


@pytest.mark.skipif(probe_device() != CUDA, reason="no CUDA device here")
def test_on_cuda_most_greedy_answers_are_those_of_the_cpu(
    smollm2_pack: Path, record_property: Callable[[str, object], None]
) -> None:
    import time

    manifest = read_manifest(smollm2_pack)
    random = np.random.default_rng(3)
    prompts = [random.integers(3, 40_000, 24).tolist() for _ in range(10)]
    answers: dict[str, list[list[int]]] = {}
    for device in ("cpu", "cuda"):
        session = create_session(smollm2_pack / GRAPH, 0, device)
        assert session.device_name == device.upper()
        cache = KVCache(session, manifest, 200)
        started = time.perf_counter()
        answers[device] = [greedy(cache, prompt, 16) for prompt in prompts]
        record_property(f"{device}_tokens_per_s", 160 / (time.perf_counter() - started))
    same = sum(a[:8] == b[:8] for a, b in zip(answers["cpu"], answers["cuda"], strict=True))
    assert same >= 7, answers


def greedy(cache: KVCache, prompt: Sequence[int], count: int) -> list[int]:
    cache.rewind(0)
    tokens = [int(cache.append(prompt)[0].argmax())]
    while len(tokens) < count:
        tokens.append(int(cache.append(tokens[-1:])[0].argmax()))
    return tokens
