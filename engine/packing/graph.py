"""The ONNX graph of a generator pack, and where in `model.onnx.data` each of its large weights will lie.

Nothing here holds a large weight: the graph refers to them as external data, and `Plan` tells the packer what to
write at which offset. The contract of inputs and outputs is in `engine.runtime.pack`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from engine.packing.checkpoint import (
    EMBEDDING,
    FINAL_NORM,
    LM_HEAD,
    Architecture,
    Checkpoint,
    FloatArray,
    layer_tensor,
)
from engine.packing.precision import FLOAT_BITS, Precision, precision_of
from engine.packing.quantize import BLOCK, zero_point_bytes
from engine.runtime.pack import WEIGHTS

_ALIGNMENT = 4096  # a page, so that a tensor can be memory-mapped on its own
_MICROSOFT = "com.microsoft"
_FLOAT = TensorProto.FLOAT
_CONTEXT_LIMIT = 32768


@dataclass(frozen=True, slots=True)
class Blob:
    """A stretch of `model.onnx.data`."""

    offset: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Weights to write: the rows of `parts` behind each other, as values of `bits` bits (32: float32).

    8 bits come with scales, 4 bits with scales and zero points. Scales are float16 for products, and float32 for the
    table that tokens are looked up in.
    """

    parts: tuple[str, ...]
    bits: int
    values: Blob
    scales: Blob | None = None
    table_scales: Blob | None = None
    zero_points: Blob | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """`matrices` come from the checkpoint, `tables` are small enough to be at hand."""

    model: ModelProto
    matrices: tuple[Matrix, ...]
    tables: tuple[tuple[Blob, FloatArray], ...]
    size_bytes: int


def context_length(architecture: Architecture) -> int:
    """The model's own, at most 32,768 tokens: the rotary tables are part of the pack."""
    return min(architecture.context_length, _CONTEXT_LIMIT)


def build_plan(checkpoint: Checkpoint, quantization: str, tied: str) -> Plan:
    """Lay out the whole pack.

    Args:
        checkpoint: norms and biases are read from it; large weights are only named.
        quantization: a name that `engine.packing.precision` knows.
        tied: the tensor that serves as both embedding and lm_head, or "" when they differ.
    """
    return _Builder(checkpoint, precision_of(quantization, checkpoint.architecture)).build(tied)


class _Builder:
    def __init__(self, checkpoint: Checkpoint, precision: Precision) -> None:
        self.checkpoint = checkpoint
        self.architecture = checkpoint.architecture
        self.shapes = checkpoint.shapes()
        self.precision = precision
        self.nodes: list[NodeProto] = []
        self.initializers: list[TensorProto] = []
        self.matrices: list[Matrix] = []
        self.tables: list[tuple[Blob, FloatArray]] = []
        self.end = 0

    def build(self, tied: str) -> Plan:
        embedding = self._matrix("embedding", (tied or EMBEDDING,), product=bool(tied), table=True)
        self._rotary_tables()
        hidden = self._embed(embedding)
        skip = ""
        for layer in range(self.architecture.layers):
            hidden, skip = self._layer(layer, hidden, skip)
        normed, _ = self._norm("final_norm", FINAL_NORM, hidden, skip)
        lm_head = self._matrix("lm_head", (LM_HEAD,)) if not tied else embedding
        self._project("lm_head", normed, lm_head, output="logits")
        return Plan(self._model(), tuple(self.matrices), tuple(self.tables), self.end)

    # ---- layers

    def _embed(self, matrix: _Stored) -> str:
        """input_ids (1, S) → hidden (1, S, H)."""
        if matrix.bits == FLOAT_BITS:
            return self._node("Gather", "embed", [matrix.name, "input_ids"], axis=0)
        # the same bytes as MatMulNBits' B, declared once more in the two dimensions that the gather wants
        dims = (matrix.rows, matrix.columns * matrix.bits // 8)
        values = self._external(f"{matrix.name}.table", TensorProto.UINT8, dims, matrix.values)
        return self._node(
            "GatherBlockQuantized",
            "embed",
            [values, "input_ids", f"{matrix.name}.table_scales", *matrix.zero_points],
            _MICROSOFT,
            bits=matrix.bits,
            block_size=BLOCK,
            gather_axis=0,
            quantize_axis=1,
        )

    def _layer(self, layer: int, hidden: str, skip: str) -> tuple[str, str]:
        """One block; returns the MLP's output and the residual stream before it, to be added by the next norm."""
        prefix = f"layer{layer}"
        normed, residual = self._norm(f"{prefix}.attention_norm", layer_tensor(layer, "attention_norm"), hidden, skip)
        qkv_parts = [layer_tensor(layer, part, "weight") for part in "qkv"]
        qkv = self._project(f"{prefix}.qkv", normed, self._matrix(f"{prefix}.qkv", qkv_parts))
        attended = self._attention(layer, qkv)
        if layer == self.architecture.layers - 1:
            # behind the last attention only the wanted rows go on; MLP and lm_head skip all others
            attended = self._node("Gather", "wanted_attended", [attended, "logit_positions"], axis=1)
            residual = self._node("Gather", "wanted_residual", [residual, "logit_positions"], axis=1)
        output = self._project_tensor(layer, "o", attended)
        normed, residual = self._norm(f"{prefix}.mlp_norm", layer_tensor(layer, "mlp_norm"), output, residual)
        gate = self._project_tensor(layer, "gate", normed)
        up = self._project_tensor(layer, "up", normed)
        activated = self._node("QuickGelu", f"{prefix}.silu", [gate], _MICROSOFT, alpha=1.0)
        product = self._node("Mul", f"{prefix}.swiglu", [activated, up])
        return self._project_tensor(layer, "down", product), residual

    def _attention(self, layer: int, qkv: str) -> str:
        past = [f"past_key_values.{layer}.{part}" for part in ("key", "value")]
        output = f"layer{layer}.attended"
        self.nodes.append(
            helper.make_node(
                "GroupQueryAttention",
                [qkv, "", "", *past, "seqlens_k", "total_sequence_length", "cos_cache", "sin_cache"],
                [output, f"present.{layer}.key", f"present.{layer}.value"],
                name=f"layer{layer}.attention",
                domain=_MICROSOFT,
                num_heads=self.architecture.heads,
                kv_num_heads=self.architecture.kv_heads,
                do_rotary=1,
            )
        )
        return output

    def _norm(self, name: str, tensor: str, hidden: str, skip: str) -> tuple[str, str]:
        """RMSNorm of hidden + skip; returns the normalized rows and that sum."""
        gamma = self._inline(f"{name}.gamma", self._vector(tensor))
        epsilon = self.architecture.norm_epsilon
        if not skip:
            inputs = [hidden, gamma]
            return self._node("SimplifiedLayerNormalization", name, inputs, epsilon=epsilon, axis=-1), hidden
        output, total = f"{name}.output", f"{name}.sum"
        self.nodes.append(
            helper.make_node(
                "SkipSimplifiedLayerNormalization",
                [hidden, skip, gamma],
                [output, "", "", total],
                name=name,
                domain=_MICROSOFT,
                epsilon=epsilon,
            )
        )
        return output, total

    def _project_tensor(self, layer: int, part: str, inputs: str) -> str:
        name = f"layer{layer}.{part}"
        return self._project(name, inputs, self._matrix(name, [layer_tensor(layer, part, "weight")]))

    def _project(self, name: str, inputs: str, matrix: _Stored, output: str = "") -> str:
        """inputs (1, S, K) times the matrix (N, K) transposed, plus its bias → (1, S, N)."""
        bias = self._bias(name, matrix)
        if matrix.bits == FLOAT_BITS:
            product = self._node("FusedMatMul", name, [inputs, matrix.name], _MICROSOFT, output, transB=1)
            return self._node("Add", f"{name}.add", [product, bias]) if bias else product
        return self._node(
            "MatMulNBits",
            name,
            [inputs, matrix.name, f"{matrix.name}.scales", *_optional(*(matrix.zero_points or [""]), "", bias)],
            _MICROSOFT,
            output,
            K=matrix.columns,
            N=matrix.rows,
            bits=matrix.bits,
            block_size=BLOCK,
            accuracy_level=4,  # int8 products; level 1 dequantizes to float32 and is far slower
        )

    # ---- weights

    def _matrix(self, name: str, parts: Sequence[str], product: bool = True, table: bool = False) -> _Stored:
        """Lay out the rows of `parts`, to be multiplied with, looked up, or both."""
        rows, columns = sum(self.shapes[part][0] for part in parts), self.shapes[parts[0]][1]
        bits, blocks, weight = self.precision(name), columns // BLOCK, f"{name}.weight"
        values = self._allocate(rows * columns * bits // 8)
        if bits == FLOAT_BITS:
            self._external(weight, _FLOAT, (rows, columns), values)
            self.matrices.append(Matrix(tuple(parts), bits, values))
            return _Stored(weight, tuple(parts), rows, columns, bits, values)
        scales = self._allocate(rows * blocks * 2) if product else None
        table_scales = self._allocate(rows * blocks * 4) if table else None
        if scales:
            self._external(weight, TensorProto.UINT8, (rows, blocks, BLOCK * bits // 8), values)
            self._external(f"{weight}.scales", TensorProto.FLOAT16, (rows, blocks), scales)
        if table_scales:
            self._external(f"{weight}.table_scales", _FLOAT, (rows, blocks), table_scales)
        zero_points = None
        if bits == 4:
            row_bytes = zero_point_bytes(columns)
            zero_points = self._allocate(rows * row_bytes)
            self._external(f"{weight}.zero_points", TensorProto.UINT8, (rows, row_bytes), zero_points)
        self.matrices.append(Matrix(tuple(parts), bits, values, scales, table_scales, zero_points))
        names = (f"{weight}.zero_points",) if zero_points else ()
        return _Stored(weight, tuple(parts), rows, columns, bits, values, names)

    def _bias(self, name: str, matrix: _Stored) -> str:
        biases = [part.removesuffix("weight") + "bias" for part in matrix.parts]
        if not any(bias in self.shapes for bias in biases):
            return ""
        absent = [np.zeros(self.shapes[part][0], np.float32) for part in matrix.parts]
        vectors = [self._vector(b) if b in self.shapes else zero for b, zero in zip(biases, absent, strict=True)]
        return self._inline(f"{name}.bias", np.concatenate(vectors))

    def _vector(self, tensor: str) -> FloatArray:
        return self.checkpoint.rows(tensor, 0, self.shapes[tensor][0])

    def _rotary_tables(self) -> None:
        """cos and sin of position times base^(-2i / head_size), (context + 1, head_size / 2) each (RoFormer, eq. 15).

        The last row is for the spare row behind the last token of a full context (see `variants`).
        """
        a = self.architecture
        exponents = np.arange(0, a.head_size, 2, dtype=np.float32) / np.float32(a.head_size)
        frequencies = (1.0 / np.float32(a.rope_base) ** exponents).astype(np.float32)
        angles = np.outer(np.arange(context_length(a) + 1, dtype=np.float32), frequencies)
        for name, table in (("cos_cache", np.cos(angles)), ("sin_cache", np.sin(angles))):
            blob = self._allocate(table.nbytes)
            self._external(name, _FLOAT, table.shape, blob)
            self.tables.append((blob, table))

    def _allocate(self, size_bytes: int) -> Blob:
        blob = Blob(self.end, size_bytes)
        self.end += -(-size_bytes // _ALIGNMENT) * _ALIGNMENT
        return blob

    # ---- protocol buffers

    def _inline(self, name: str, values: FloatArray) -> str:
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _external(self, name: str, data_type: int, dims: Sequence[int], blob: Blob) -> str:
        tensor = TensorProto(name=name, data_type=data_type, dims=dims, data_location=TensorProto.EXTERNAL)
        for key, value in (("location", WEIGHTS), ("offset", blob.offset), ("length", blob.size_bytes)):
            entry = tensor.external_data.add()
            entry.key, entry.value = key, str(value)
        self.initializers.append(tensor)
        return name

    def _node(
        self,
        op: str,
        name: str,
        inputs: Sequence[str],
        domain: str = "",
        output: str = "",
        **attributes: int | float,
    ) -> str:
        output = output or f"{name}.output"
        node = helper.make_node(op, inputs, [output], name=name, domain=domain)
        node.attribute.extend(helper.make_attribute(key, value) for key, value in attributes.items())
        self.nodes.append(node)
        return output

    def _model(self) -> ModelProto:
        a = self.architecture
        cache = [1, a.kv_heads, "capacity", a.head_size]
        integers, integer = TensorProto.INT64, TensorProto.INT32
        inputs: list[ValueInfoProto] = [
            helper.make_tensor_value_info("input_ids", integers, [1, "S"]),
            helper.make_tensor_value_info("seqlens_k", integer, [1]),
            helper.make_tensor_value_info("total_sequence_length", integer, []),
            helper.make_tensor_value_info("logit_positions", integers, ["P"]),
        ]
        outputs = [helper.make_tensor_value_info("logits", _FLOAT, [1, "P", a.vocabulary_size])]
        for layer in range(a.layers):
            for part in ("key", "value"):
                inputs.append(helper.make_tensor_value_info(f"past_key_values.{layer}.{part}", _FLOAT, cache))
                outputs.append(helper.make_tensor_value_info(f"present.{layer}.{part}", _FLOAT, cache))
        graph: GraphProto = helper.make_graph(self.nodes, a.kind, inputs, outputs, self.initializers)
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="jinpan")


@dataclass(frozen=True, slots=True)
class _Stored:
    name: str
    parts: tuple[str, ...]
    rows: int
    columns: int
    bits: int
    values: Blob
    zero_points: tuple[str, ...] = ()


def _optional(*names: str) -> list[str]:
    """Optional inputs in their order; those behind the last one that is there are left out."""
    last = max((i for i, name in enumerate(names, 1) if name), default=0)
    return list(names[:last])
