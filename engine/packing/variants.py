"""The forms in which one generator graph is shipped; all of them refer to the same weights file.

`graph.build_plan` lays out the plain model. From it come

- `model.onnx`: standard operators, runs anywhere;
- `model.native.onnx`: every MatMulNBits and GroupQueryAttention in the domain of our own operator library;
- `model.cuda.onnx`: attention and its cache in float16, as CUDA's attention kernels want them.

The two for the CPU are row independent, which prompt lookup and a reused prefix rest on: the result for a token is
bit-identical however a text is cut into steps. MatMulNBits has that property; GroupQueryAttention has it from two
rows on, while for a step of one row ONNX Runtime takes another kernel whose float sums differ in the last bits, which
8-bit activations then amplify. Hence one more row of zeros behind each step's own, whose key and value lie in a slot
that the next step overwrites. On CUDA no kernel promises it.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from engine.runtime.pack import CUDA_GRAPH, GRAPH, NATIVE_DOMAIN, NATIVE_GRAPH, ROW_INDEPENDENT

_ATTENTION = "GroupQueryAttention"
_PRODUCT = "MatMulNBits"
_SCALES = 2  # input of MatMulNBits
_QKV, _SEQLENS, _TOTAL, _COS, _SIN = 0, 5, 6, 7, 8  # inputs of GroupQueryAttention


def graph_files(plain: ModelProto) -> dict[str, ModelProto]:
    """File name → graph; the native one only where there are quantized products."""
    standard = _float_scales(plain)
    graphs = {GRAPH: _row_independent(standard), CUDA_GRAPH: _half_attention(standard)}
    if any(node.op_type == _PRODUCT for node in plain.graph.node):
        graphs[NATIVE_GRAPH] = _native(plain)
    return graphs


def _float_scales(plain: ModelProto) -> ModelProto:
    """Casts of the float16 scales, which the standard product wants as float32; folded when the graph is loaded."""
    nodes: list[NodeProto] = []
    for node in plain.graph.node:
        product = _copy_node(node)
        if node.op_type == _PRODUCT:
            product.input[_SCALES] += ".float"
            nodes.append(_cast(node.input[_SCALES], product.input[_SCALES], TensorProto.FLOAT))
        nodes.append(product)
    return _with_nodes(_copy(plain), nodes)


def _row_independent(plain: ModelProto) -> ModelProto:
    model = _copy(plain)
    model.metadata_props.add(key=ROW_INDEPENDENT, value="1")
    width = _qkv_width(plain)
    constants = {
        "spare_row": np.zeros((1, 1, width), np.float32),
        "spare_count": np.array(1, np.int32),
        "rows_begin": np.array([0], np.int64),
        "rows_end": np.array([-1], np.int64),
        "rows_axis": np.array([1], np.int64),
    }
    model.graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in constants.items())
    nodes = [
        helper.make_node("Add", [name, "spare_count"], [f"{name}.spare"], name=f"{name}.spare")
        for name in ("seqlens_k", "total_sequence_length")
    ]
    for node in plain.graph.node:
        nodes.extend(_with_spare_row(node) if node.op_type == _ATTENTION else [node])
    return _with_nodes(model, nodes)


def _with_spare_row(attention: NodeProto) -> list[NodeProto]:
    name, output = attention.name, attention.output[0]
    widened = _copy_node(attention)
    widened.input[_QKV], widened.output[0] = f"{name}.rows_and_spare", f"{name}.with_spare"
    for index in (_SEQLENS, _TOTAL):
        widened.input[index] += ".spare"
    return [
        helper.make_node("Concat", [attention.input[_QKV], "spare_row"], [widened.input[_QKV]], f"{name}.pad", axis=1),
        widened,
        helper.make_node("Slice", [widened.output[0], "rows_begin", "rows_end", "rows_axis"], [output], f"{name}.rows"),
    ]


def _native(plain: ModelProto) -> ModelProto:
    """Products and attention in our domain. Our attention is row independent by itself and needs no spare row; where
    it does not take the head size, the standard one stays with its spare row."""
    size = _head_size(plain)
    moved = {_PRODUCT, _ATTENTION} if size % 16 == 0 and size <= 256 else {_PRODUCT}
    model = _copy(plain) if _ATTENTION in moved else _row_independent(plain)
    if _ATTENTION in moved:
        model.metadata_props.add(key=ROW_INDEPENDENT, value="1")
    model.opset_import.append(helper.make_opsetid(NATIVE_DOMAIN, 1))
    for node in model.graph.node:
        if node.op_type in moved:
            node.domain = NATIVE_DOMAIN
    return model


def _half_attention(plain: ModelProto) -> ModelProto:
    """Casts around each attention; the cache and the rotary tables are float16 as well."""
    model = _copy(plain)
    for value in (*model.graph.input, *model.graph.output):
        if value.name.startswith(("past_key_values.", "present.")):
            value.type.tensor_type.elem_type = TensorProto.FLOAT16
    nodes = [_cast(table, f"{table}.half", TensorProto.FLOAT16) for table in ("cos_cache", "sin_cache")]
    for node in plain.graph.node:
        nodes.extend(_in_half(node) if node.op_type == _ATTENTION else [node])
    return _with_nodes(model, nodes)


def _in_half(attention: NodeProto) -> list[NodeProto]:
    half = _copy_node(attention)
    for index in (_QKV, _COS, _SIN):
        half.input[index] += ".half"
    half.output[0] += ".half"
    return [
        _cast(attention.input[_QKV], half.input[_QKV], TensorProto.FLOAT16),
        half,
        _cast(half.output[0], attention.output[0], TensorProto.FLOAT),
    ]


def _cast(source: str, result: str, data_type: int) -> NodeProto:
    return helper.make_node("Cast", [source], [result], f"{result}.cast", to=data_type)


def _qkv_width(model: ModelProto) -> int:
    """Numbers in one row of packed query, keys and values: (heads + 2 · kv_heads) · head_size."""
    attention = next(node for node in model.graph.node if node.op_type == _ATTENTION)
    counts = {attribute.name: attribute.i for attribute in attention.attribute}
    return (counts["num_heads"] + 2 * counts["kv_num_heads"]) * _head_size(model)


def _head_size(model: ModelProto) -> int:
    past = next(value for value in model.graph.input if value.name.startswith("past_key_values."))
    return past.type.tensor_type.shape.dim[3].dim_value


def _copy(model: ModelProto) -> ModelProto:
    copy = ModelProto()
    copy.CopyFrom(model)
    return copy


def _copy_node(node: NodeProto) -> NodeProto:
    copy = NodeProto()
    copy.CopyFrom(node)
    return copy


def _with_nodes(model: ModelProto, nodes: Iterable[NodeProto]) -> ModelProto:
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model
