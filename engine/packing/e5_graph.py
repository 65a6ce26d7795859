"""The embedder's ONNX graph: a BERT encoder over 4-bit tables, mean pooling and L2 normalization.

The weights' 4-bit values are stored in 8 bits, block by block with the file's own scales: nothing is rounded a
second time, the values are so small (-8 … 7) that 8-bit products cannot saturate on processors without VNNI, and
the 8-bit kernels are faster than the 4-bit ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from engine.packing.e5 import E5Weights, QuantizedMatrix

BLOCK = 32  # weights per scale, in the file and in the graph
_CONTRIB = "com.microsoft"
_INT8_ACTIVATIONS = 4  # accuracy_level of MatMulNBits: activations are quantized to 8 bits per block
_ZERO_NIBBLE, _ZERO_BYTE = 8, 128


def build_graph(weights: E5Weights) -> onnx.ModelProto:
    """Inputs input_ids, attention_mask int64 (B, T); output embedding float32 (B, D). T is at most `positions`."""
    graph = _Graph()
    mask = graph.node("Cast", ["attention_mask"], to=TensorProto.INT32)
    hidden = _embeddings(graph, weights)
    for layer in range(weights.layers):
        hidden = _attention(graph, weights, f"l{layer}", hidden, mask)
        hidden = _feed_forward(graph, weights, f"l{layer}", hidden)
    _pool(graph, hidden)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", weights.hidden_size])
    proto = helper.make_graph(graph.nodes, "embedder", inputs, [output], graph.tensors)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid(_CONTRIB, 1)]
    return helper.make_model(proto, opset_imports=opsets, ir_version=10)


class _Graph:
    """Collects nodes and tensors; its methods return the name of what they add."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []

    def tensor(self, name: str, values: NDArray[Any]) -> str:
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def axis(self, value: int) -> str:
        return self.tensor(f"axis_{len(self.tensors)}", np.array([value], np.int64))

    def node(self, operator: str, inputs: list[str], domain: str = "", output: str = "", **attributes: Any) -> str:
        return self.nodes_of(operator, inputs, 1, domain, output, **attributes)[0]

    def nodes_of(
        self, operator: str, inputs: list[str], count: int, domain: str = "", output: str = "", **attributes: Any
    ) -> list[str]:
        name = f"{operator}_{len(self.nodes)}"
        outputs = [output or f"{name}_{i}" for i in range(count)]
        self.nodes.append(helper.make_node(operator, inputs, outputs, name, domain=domain, **attributes))
        return outputs

    def linear(self, source: str, name: str, matrix: QuantizedMatrix) -> str:
        """source (B, T, K) times the transposed matrix (N, K), without bias."""
        out, columns = matrix.nibbles.shape
        values = (matrix.nibbles + np.uint8(_ZERO_BYTE - _ZERO_NIBBLE)).reshape(out, columns // BLOCK, BLOCK)
        inputs = [source, self.tensor(name, values), self.tensor(f"{name}.scales", matrix.scales)]
        return self.node(
            "MatMulNBits",
            inputs,
            _CONTRIB,
            K=columns,
            N=out,
            bits=8,
            block_size=BLOCK,
            accuracy_level=_INT8_ACTIVATIONS,
        )


def _embeddings(graph: _Graph, weights: E5Weights) -> str:
    """Word + position + token type 0, normalized: (B, T, D). Positions count from 0."""
    words = weights.matrix("emb.word", weights.hidden_size)
    packed = words.nibbles[:, 0::2] | (words.nibbles[:, 1::2] << 4)
    word = graph.node(
        "GatherBlockQuantized",
        [graph.tensor("words", packed), "input_ids", graph.tensor("words.scales", words.scales)],
        _CONTRIB,
        bits=4,
        block_size=BLOCK,
        gather_axis=0,
        quantize_axis=1,
    )
    table = weights.vector("emb.pos").reshape(weights.positions, weights.hidden_size)
    places = graph.tensor("positions", table + weights.vector("emb.type")[: weights.hidden_size])
    length = graph.node("Shape", ["input_ids"], start=1, end=2)
    position = graph.node("Slice", [places, graph.axis(0), length, graph.axis(0)])
    scale, bias = (graph.tensor(name, weights.vector(name)) for name in ("emb.ln.w", "emb.ln.b"))
    return graph.node(
        "LayerNormalization", [graph.node("Add", [word, position]), scale, bias], axis=-1, epsilon=weights.epsilon
    )


def _attention(graph: _Graph, weights: E5Weights, layer: str, hidden: str, mask: str) -> str:
    width = weights.hidden_size
    parts = [weights.matrix(f"{layer}.{part}.w", width) for part in "qkv"]
    joined = type(parts[0])(
        np.concatenate([part.nibbles for part in parts]), np.concatenate([part.scales for part in parts])
    )
    bias = np.concatenate([weights.vector(f"{layer}.{part}.b") for part in "qkv"])
    projected = graph.linear(hidden, f"{layer}.qkv", joined)
    query, key, value = graph.nodes_of("Split", [projected], 3, axis=-1, num_outputs=3)
    inputs = [query, key, value, graph.tensor(f"{layer}.qkv.bias", bias), mask]
    context = graph.node("MultiHeadAttention", inputs, _CONTRIB, num_heads=weights.heads)
    output = graph.linear(context, f"{layer}.ao", weights.matrix(f"{layer}.ao.w", width))
    return _add_and_normalize(graph, weights, output, hidden, f"{layer}.ao.b", f"{layer}.aln")


def _feed_forward(graph: _Graph, weights: E5Weights, layer: str, hidden: str) -> str:
    inner = graph.linear(hidden, f"{layer}.fi", weights.matrix(f"{layer}.fi.w", weights.hidden_size))
    bias = graph.tensor(f"{layer}.fi.b", weights.vector(f"{layer}.fi.b"))
    active = graph.node("BiasGelu", [inner, bias], _CONTRIB)
    output = graph.linear(active, f"{layer}.fo", weights.matrix(f"{layer}.fo.w", weights.feed_forward_size))
    return _add_and_normalize(graph, weights, output, hidden, f"{layer}.fo.b", f"{layer}.oln")


def _add_and_normalize(graph: _Graph, weights: E5Weights, output: str, residual: str, bias: str, norm: str) -> str:
    names = [f"{norm}.w", f"{norm}.b", bias]
    tensors = [graph.tensor(name, weights.vector(name)) for name in names]
    return graph.node("SkipLayerNormalization", [output, residual, *tensors], _CONTRIB, epsilon=weights.epsilon)


def _pool(graph: _Graph, hidden: str) -> None:
    """The mean over real tokens points the same way as their sum, so summing and normalizing is enough."""
    mask = graph.node("Cast", ["attention_mask"], to=TensorProto.FLOAT)
    row = graph.node("Unsqueeze", [mask, graph.axis(1)])
    total = graph.node("Squeeze", [graph.node("MatMul", [row, hidden]), graph.axis(1)])
    length = graph.node("ReduceL2", [total, graph.axis(-1)], keepdims=1)
    graph.node("Div", [total, length], output="embedding")
