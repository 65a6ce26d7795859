"""The attention operator inside ONNX Runtime against a plain computation, and its independence of steps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, save_model

from engine import native
from engine.errors import BugError, EnvironmentFault
from engine.runtime.pack import GRAPH, NATIVE_GRAPH
from engine.runtime.session import Binding, Session, create_session

pytestmark = pytest.mark.skipif(native.library_path() is None, reason="the kernels are not built; test_matmul says why")

Float = NDArray[np.float32]
CAPACITY = 150


class Shape:
    def __init__(self, heads: int, kv_heads: int, size: int) -> None:
        self.heads, self.kv_heads, self.size = heads, kv_heads, size
        self.row = (heads + 2 * kv_heads) * size

    def session(self, folder: Path, threads: int = 2, **changed: int) -> Session:
        floats, integers = TensorProto.FLOAT, TensorProto.INT32
        cache, table = [1, self.kv_heads, CAPACITY, self.size], [CAPACITY, self.size // 2]
        shapes = {"qkv": [1, "S", self.row], "past_key": cache, "past_value": cache}
        inputs = [helper.make_tensor_value_info(name, floats, shape) for name, shape in shapes.items()]
        inputs += [helper.make_tensor_value_info("seqlens", integers, [1])]
        inputs += [helper.make_tensor_value_info("total", integers, [])]
        inputs += [helper.make_tensor_value_info(name, floats, table) for name in ("cos", "sin")]
        names = ["qkv", "", "", "past_key", "past_value", "seqlens", "total", "cos", "sin"]
        outputs = {"attended": [1, "S", self.heads * self.size], "key": cache, "value": cache}
        infos = [helper.make_tensor_value_info(name, floats, shape) for name, shape in outputs.items()]
        attributes = {"num_heads": self.heads, "kv_num_heads": self.kv_heads, "do_rotary": 1, **changed}
        node = helper.make_node("GroupQueryAttention", names, list(outputs), domain="jinpan", **attributes)
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid("jinpan", 1)]
        model = helper.make_model(helper.make_graph([node], "g", inputs, infos), opset_imports=opsets, ir_version=10)
        for name in (GRAPH, NATIVE_GRAPH):
            save_model(model, folder / name)
        return create_session(folder / GRAPH, threads, "cpu")


class Run:
    """Steps over one cache that is bound in place, as the product does it."""

    def __init__(self, shape: Shape, session: Session) -> None:
        self.shape, self.binding, self.past = shape, session.bind(), 0
        self.bind_cache(self.binding)
        angles = np.outer(np.arange(CAPACITY), 10000.0 ** (-np.arange(shape.size // 2) * 2 / shape.size))
        self.tables = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
        for name, table in zip(("cos", "sin"), self.tables, strict=True):
            self.binding.set_input(name, table)

    def bind_cache(self, binding: Binding) -> None:
        cache = (1, self.shape.kv_heads, CAPACITY, self.shape.size)
        for side in ("key", "value"):
            binding.share(f"past_{side}", side, cache, np.float32)

    def step(self, rows: Float) -> Float:
        count = len(rows)
        out = np.zeros((1, count, self.shape.heads * self.shape.size), np.float32)
        self.past += count
        self.binding.set_input("qkv", rows[None])
        self.binding.set_input("seqlens", np.array([self.past - 1], np.int32))
        self.binding.set_input("total", np.array(self.past, np.int32))
        self.binding.set_output("attended", out)
        self.binding.run()
        return out[0]


def expected(shape: Shape, rows: Float, tables: tuple[Float, Float]) -> NDArray[np.float64]:
    """(S, heads · size) from (S, row), in float64."""
    count, half = len(rows), shape.size // 2
    split = rows.astype(np.float64).reshape(count, -1, shape.size)
    cos, sin = (table[:count, None].astype(np.float64) for table in tables)

    def rotate(x: NDArray[np.float64]) -> NDArray[np.float64]:
        a, b = x[..., :half], x[..., half:]
        return np.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1)

    queries, keys = rotate(split[:, : shape.heads]), rotate(split[:, shape.heads : shape.heads + shape.kv_heads])
    group = shape.heads // shape.kv_heads
    keys, values = (np.repeat(x, group, axis=1) for x in (keys, split[:, shape.heads + shape.kv_heads :]))
    scores = np.einsum("qhd,khd->hqk", queries, keys) / np.sqrt(shape.size)
    scores = np.where(np.tril(np.ones((count, count), bool)), scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return np.einsum("hqk,khd->qhd", weights, values).reshape(count, -1)


SHAPES = [Shape(4, 2, 64), Shape(14, 2, 64), Shape(6, 1, 128), Shape(3, 3, 16), Shape(2, 2, 80)]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: f"{s.heads}-{s.kv_heads}-{s.size}")
def test_attention_is_right_however_the_text_is_cut(tmp_path: Path, shape: Shape) -> None:
    session = shape.session(tmp_path)
    rows = (3 * np.random.default_rng(1).standard_normal((CAPACITY, shape.row))).astype(np.float32)
    whole = Run(shape, session)
    together = whole.step(rows)
    # scores of ± 70 in float32 carry errors of some 1e-5 each
    assert np.abs(together - expected(shape, rows, whole.tables)).max() < 1e-4
    for cuts in ([1] * CAPACITY, [2, 5, 1, 40, 1, 1, 100], [33, 117]):
        run, parts, begin = Run(shape, session), list[Float](), 0
        for count in cuts:
            parts.append(run.step(rows[begin : begin + count]))
            begin += count
        assert np.concatenate(parts).tobytes() == together.tobytes()


def test_avx2_is_right_too(tmp_path: Path) -> None:
    """In a process of its own, since the instruction set is chosen once."""
    if os.environ.get("JINPAN_NATIVE") == "avx2":
        pytest.skip("this is the process of its own")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "-k", "however or refused"]
    done = subprocess.run(command, env={**os.environ, "JINPAN_NATIVE": "avx2"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_scores_of_any_size(tmp_path: Path) -> None:
    shape = SHAPES[0]
    rows = (200 * np.random.default_rng(2).standard_normal((70, shape.row))).astype(np.float32)
    run = Run(shape, shape.session(tmp_path))
    attended = run.step(rows)
    assert np.isfinite(attended).all()
    wanted = expected(shape, rows, run.tables)
    # scores near 10,000 carry an error of 0.001 each: only the weights of near ties differ
    assert np.median(np.abs(attended - wanted)) < 1e-2


@pytest.mark.parametrize("changed", [{"do_rotary": 0}, {"num_heads": 3}, {"kv_num_heads": 0}])
def test_attributes_that_cannot_be_are_refused(tmp_path: Path, changed: dict[str, int]) -> None:
    with pytest.raises(EnvironmentFault):
        SHAPES[0].session(tmp_path, **changed)


def test_a_step_beyond_the_cache_is_refused(tmp_path: Path) -> None:
    run = Run(SHAPES[0], SHAPES[0].session(tmp_path))
    run.past = CAPACITY
    with pytest.raises(BugError, match="graph_run_failed"):
        run.step(np.zeros((1, SHAPES[0].row), np.float32))
