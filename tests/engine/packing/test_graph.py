"""The packed graph against the model's equations in NumPy, without torch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from engine.runtime.pack import GRAPH, WEIGHTS

Array = NDArray[np.float32]
IDS = [5, 17, 300, 4, 99, 250, 31, 8, 8, 120, 77, 3]


def reference_logits(config: dict[str, Any], tensors: dict[str, Array], ids: list[int]) -> Array:
    """The decoder written out: RMSNorm, rotary attention over grouped heads, SwiGLU; logits (S, V)."""
    heads, groups = config["num_attention_heads"], config["num_key_value_heads"]
    size = config["hidden_size"] // heads
    angles = np.outer(np.arange(len(ids)), 1 / config["rope_theta"] ** (np.arange(0, size, 2) / size))
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
    mask = np.triu(np.full((len(ids), len(ids)), -np.inf), 1)

    def norm(rows: Array, name: str) -> Array:
        return rows / np.sqrt((rows**2).mean(-1, keepdims=True) + config["rms_norm_eps"]) * tensors[name]

    def rotate(rows: Array) -> Array:
        left, right = np.split(rows, 2, axis=-1)
        return np.concatenate([left * cos - right * sin, right * cos + left * sin], -1)

    hidden = tensors["model.embed_tokens.weight"][ids].astype(np.float64)
    for i in range(config["num_hidden_layers"]):
        prefix = f"model.layers.{i}."

        def project(rows: Array, name: str, prefix: str = prefix) -> Array:
            return rows @ tensors[f"{prefix}{name}_proj.weight"].T + tensors.get(f"{prefix}{name}_proj.bias", 0)

        rows = norm(hidden, prefix + "input_layernorm.weight")
        q, k, v = (project(rows, f"self_attn.{part}").reshape(len(ids), -1, size) for part in "qkv")
        q, k = rotate(q), np.repeat(rotate(k), heads // groups, axis=1)
        scores = np.einsum("qhd,khd->hqk", q, k) / np.sqrt(size) + mask
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        attended = np.einsum("hqk,khd->qhd", weights, np.repeat(v, heads // groups, axis=1))
        hidden = hidden + project(attended.reshape(len(ids), -1), "self_attn.o")
        rows = norm(hidden, prefix + "post_attention_layernorm.weight")
        gate = project(rows, "mlp.gate")
        hidden = hidden + project(gate / (1 + np.exp(-gate)) * project(rows, "mlp.up"), "mlp.down")
    table = tensors.get("lm_head.weight", tensors["model.embed_tokens.weight"])
    return norm(hidden, "model.norm.weight") @ table.T


@pytest.mark.parametrize("kind", ["llama", "qwen2"])
def test_fp32_graph_computes_the_models_equations(make_checkpoint: Any, pack: Any, load: Any, kind: str) -> None:
    checkpoint = make_checkpoint(kind)
    logits = load(pack(checkpoint.folder)).all_logits(IDS)
    np.testing.assert_allclose(logits, reference_logits(checkpoint.config, checkpoint.tensors, IDS), atol=2e-4)


@pytest.mark.parametrize("kind", ["llama", "qwen2"])
@pytest.mark.parametrize(("quantization", "limit"), [("int8-block32", 0.04), ("int4-block32", 0.3)])
def test_quantized_graphs_stay_close_to_fp32(
    make_checkpoint: Any, pack: Any, load: Any, kind: str, quantization: str, limit: float
) -> None:
    # 96 inner columns make an odd number of blocks, so the last zero point of a row stands alone in its byte;
    # of six layers the two in the middle have 4 bits
    source = make_checkpoint(kind, num_hidden_layers=6).folder
    exact = load(pack(source, "fp32", "exact")).all_logits(IDS)
    quantized = load(pack(source, quantization, "quantized")).all_logits(IDS)
    error = np.linalg.norm(quantized - exact, axis=1) / np.linalg.norm(exact, axis=1)
    assert 0 < error.max() < limit


def test_an_embedding_of_4_bits_gives_the_rows_that_were_stored(
    make_checkpoint: Any, pack: Any, load: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_checkpoint("qwen2", hidden_size=96, num_attention_heads=6).folder
    exact = load(pack(source, "fp32", "exact")).all_logits(IDS)
    monkeypatch.setattr("engine.packing.graph.precision_of", lambda *_: lambda name: 4 if name == "embedding" else 8)
    quantized = load(pack(source, "int4-block32", "quantized")).all_logits(IDS)
    error = np.linalg.norm(quantized - exact, axis=1) / np.linalg.norm(exact, axis=1)
    assert 0 < error.max() < 0.3


@pytest.mark.parametrize("quantization", ["fp32", "int8-block32"])
def test_chunks_and_single_tokens_give_the_same_logits_as_one_pass(
    make_checkpoint: Any, pack: Any, load: Any, quantization: str
) -> None:
    runner = load(pack(make_checkpoint("qwen2").folder, quantization))
    whole = runner.all_logits(IDS)
    runner.past = 0
    assert runner.step(IDS[:5], []).shape == (0, 320)  # a chunk whose logits nobody wants
    np.testing.assert_allclose(runner.step(IDS[5:9], [0, 3]), whole[[5, 8]], atol=1e-4)
    for position in range(9, len(IDS)):
        np.testing.assert_allclose(runner.step(IDS[position : position + 1], [0])[0], whole[position], atol=1e-4)


def test_graph_keeps_the_contract_of_names_types_and_shapes(make_checkpoint: Any, pack: Callable[..., Path]) -> None:
    graph = onnx.load(pack(make_checkpoint("llama").folder) / GRAPH, load_external_data=False).graph

    def describe(value: onnx.ValueInfoProto) -> tuple[int, list[int | str]]:
        tensor = value.type.tensor_type
        return tensor.elem_type, [d.dim_param or d.dim_value for d in tensor.shape.dim]

    inputs = {value.name: describe(value) for value in graph.input}
    cache = (onnx.TensorProto.FLOAT, [1, 2, "capacity", 16])
    assert inputs == {
        "input_ids": (onnx.TensorProto.INT64, [1, "S"]),
        "seqlens_k": (onnx.TensorProto.INT32, [1]),
        "total_sequence_length": (onnx.TensorProto.INT32, []),
        "logit_positions": (onnx.TensorProto.INT64, ["P"]),
        **{f"past_key_values.{i}.{part}": cache for i in range(2) for part in ("key", "value")},
    }
    outputs = [value.name for value in graph.output]
    assert outputs == ["logits", *(f"present.{i}.{part}" for i in range(2) for part in ("key", "value"))]
    levels = [a.i for node in graph.node for a in node.attribute if a.name == "accuracy_level"]
    assert set(levels) <= {4}


@pytest.mark.parametrize("quantization", ["fp32", "int8-block32"])
def test_a_tied_table_is_stored_once(make_checkpoint: Any, pack: Any, quantization: str) -> None:
    sizes = []
    for tied in (True, False):
        checkpoint = make_checkpoint("qwen2", tie_word_embeddings=tied, vocab_size=4096)
        sizes.append((pack(checkpoint.folder, quantization) / WEIGHTS).stat().st_size)
    table = 4096 * 64 * (4 if quantization == "fp32" else 1)
    assert sizes[1] - sizes[0] == table


def test_a_table_carried_twice_at_two_precisions_is_stored_once(make_checkpoint: Any, pack: Any, load: Any) -> None:
    from safetensors.numpy import save_file

    once = make_checkpoint("qwen2")
    expected = load(pack(once.folder, "fp32", "once")).all_logits(IDS)
    table = once.tensors["model.embed_tokens.weight"]
    coarse = np.round(table * 20) / 20
    save_file(
        {**once.tensors, "model.embed_tokens.weight": coarse, "lm_head.weight": table},
        once.folder / "model.safetensors",
    )
    twice = pack(once.folder, "fp32", "twice")
    assert np.array_equal(load(twice).all_logits(IDS), expected)
