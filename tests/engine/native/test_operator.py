"""The custom operator inside ONNX Runtime: same results as the standard one, clear errors, weights read in place."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper, save_model

from engine import native
from engine.errors import BugError, EnvironmentFault, Fault
from engine.runtime.kv_cache import KVCache
from engine.runtime.pack import GRAPH, NATIVE_GRAPH, WEIGHTS, read_manifest
from engine.runtime.session import NATIVE, STANDARD, Session, create_session
from engine.runtime.tokenizer import Tokenizer

K, N, BLOCK = 96, 40, 32
TEXT = (
    "A bank account is a financial account maintained by a bank in which the financial transactions between the bank "
    "and a customer are recorded. Each institution sets the terms and conditions for each type of account it offers."
)

pytestmark = pytest.mark.skipif(native.library_path() is None, reason="the kernels are not built; test_matmul says why")


def write_graph(folder: Path, name: str, **changed: int) -> None:
    """y = MatMulNBits(x) + bias for x (M, K); `changed` overrides attributes."""
    rng = np.random.default_rng(1)
    domain = "jinpan" if name == NATIVE_GRAPH else "com.microsoft"
    arrays = {
        "values": rng.integers(0, 256, (N, K // BLOCK, BLOCK), dtype=np.uint8),
        "scales": rng.random((N, K // BLOCK)).astype(np.float16),
        "bias": rng.standard_normal(N).astype(np.float32),
    }
    attributes = {"K": K, "N": N, "bits": 8, "block_size": BLOCK, "accuracy_level": 4, **changed}
    if name != NATIVE_GRAPH:  # the standard operator's scales have the type of its rows
        arrays["scales"] = arrays["scales"].astype(np.float32)
    inputs = ["x", "values", "scales", "", "", "bias"]
    node = helper.make_node("MatMulNBits", inputs, ["y"], domain=domain, name="product", **attributes)
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, ["A", "B", None]) for name in "xy")
    weights = [numpy_helper.from_array(array, name) for name, array in arrays.items()]
    graph = helper.make_graph([node], "product", [x], [y], weights)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid(domain, 1)]
    save_model(helper.make_model(graph, opset_imports=opsets, ir_version=10), folder / name)


def native_session(folder: Path, **changed: int) -> Session:
    write_graph(folder, GRAPH)
    write_graph(folder, NATIVE_GRAPH, **changed)
    return create_session(folder / GRAPH, threads=2, device="cpu")


def run(session: Session, x: NDArray[np.float32]) -> NDArray[np.float32]:
    return session.run({"x": x})[0]


def test_same_as_the_standard_operator(tmp_path: Path) -> None:
    session = native_session(tmp_path)
    (tmp_path / NATIVE_GRAPH).unlink()
    standard = create_session(tmp_path / GRAPH, threads=2, device="cpu")
    assert (session.kernels, standard.kernels) == (NATIVE, STANDARD)
    rng = np.random.default_rng(2)
    for shape in ((1, 1, K), (1, 2, K), (2, 7, K), (1, 300, K)):
        x = rng.standard_normal(shape).astype(np.float32)
        wanted = run(standard, x)
        assert run(session, x).shape == wanted.shape
        assert np.abs(run(session, x) - wanted).max() < 1e-4 * np.abs(wanted).max()


def test_rows_do_not_depend_on_each_other_nor_on_threads(tmp_path: Path) -> None:
    session = native_session(tmp_path)
    single = create_session(tmp_path / GRAPH, threads=1, device="cpu")
    x = np.random.default_rng(3).standard_normal((1, 64, K)).astype(np.float32)
    together = run(session, x)
    assert run(single, x).tobytes() == together.tobytes()
    for count in (1, 2, 8, 9):
        assert run(session, x[:, :count]).tobytes() == together[:, :count].tobytes()


def test_no_rows(tmp_path: Path) -> None:
    assert run(native_session(tmp_path), np.zeros((1, 0, K), np.float32)).shape == (1, 0, N)


@pytest.mark.parametrize("attribute", [{"bits": 2}, {"block_size": 64}, {"K": 100}, {"K": 0}, {"N": -1}])
def test_attributes_that_cannot_be_are_refused_at_loading(tmp_path: Path, attribute: dict[str, int]) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        native_session(tmp_path, **attribute)
    assert caught.value.code is Fault.PACK_LOAD_FAILED
    assert "MatMulNBits" in caught.value.details["reason"]


@pytest.mark.parametrize("attribute", [{"N": N + 1}, {"K": K - BLOCK}, {"bits": 4}])
def test_weights_of_another_size_are_refused(tmp_path: Path, attribute: dict[str, int]) -> None:
    session = native_session(tmp_path, **attribute)
    columns = attribute.get("K", K)
    with pytest.raises(BugError, match="graph_run_failed"):
        run(session, np.zeros((1, 3, columns), np.float32))


def test_rows_of_another_width_are_refused(tmp_path: Path) -> None:
    session = native_session(tmp_path)
    with pytest.raises(BugError, match="graph_run_failed"):
        run(session, np.zeros((1, 3, K + 1), np.float32))


def test_a_generator_says_the_same_with_either_kernels(smollm2_pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (smollm2_pack / NATIVE_GRAPH).is_file():
        pytest.skip("the pack has no native graph")
    manifest = read_manifest(smollm2_pack)
    fast = create_session(smollm2_pack / GRAPH, 2, "cpu")
    monkeypatch.setattr(native, "library_path", lambda: None)
    plain = create_session(smollm2_pack / GRAPH, 2, "cpu")
    assert (fast.kernels, plain.kernels) == (NATIVE, STANDARD)
    caches = [KVCache(session, manifest, 128) for session in (fast, plain)]
    tokens = Tokenizer.open(smollm2_pack, manifest).encode(TEXT, parse_special=False)
    agreed = 0
    for token in tokens:
        ours, theirs = (np.array(cache.append([token])).reshape(-1) for cache in caches)
        assert np.abs(ours - theirs).max() < 0.5 * theirs.std()
        agreed += int(ours.argmax() == theirs.argmax())
    assert agreed >= 0.9 * len(tokens)  # both round activations to 8 bits, in their last bits differently


@pytest.mark.skipif(sys.platform != "linux", reason="the system's map of memory is Linux'")
def test_weights_are_mapped_and_not_copied(qwen05_pack: Path) -> None:
    if not (qwen05_pack / NATIVE_GRAPH).is_file():
        pytest.skip("the pack has no native graph")
    process, size = psutil.Process(), (qwen05_pack / WEIGHTS).stat().st_size
    before = process.memory_full_info().uss
    session = create_session(qwen05_pack / GRAPH, 2, "cpu")
    KVCache(session, read_manifest(qwen05_pack), 64).append(list(range(100, 116)))
    private = process.memory_full_info().uss - before
    mapped = [area for area in process.memory_maps(grouped=False) if area.path.endswith(WEIGHTS)]
    assert sum(area.private_dirty for area in mapped) == 0
    assert private - sum(area.private_clean for area in mapped) < 0.15 * size
