"""How many bits each matrix of a pack gets under each quantization."""

from __future__ import annotations

from collections.abc import Callable

from engine.packing.architecture import Architecture

INT8 = "int8-block32"
INT4 = "int4-block32"
FP32 = "fp32"
QUANTIZATIONS = (INT8, INT4, FP32)
FLOAT_BITS = 32
_END_LAYERS = 2  # kept at 8 bits at the beginning and at the end

Precision = Callable[[str], int]  # the matrix's name in the graph ("embedding", "layer3.qkv") -> 4, 8 or 32 bits


def precision_of(quantization: str, architecture: Architecture) -> Precision:
    """The bits of every matrix under one of `QUANTIZATIONS`.

    INT4 keeps 8 bits where they buy most quality for their bytes (measured on the 0.5B, docs/log.md): the tables, the
    fused query, key and value matrices, and the first and last two layers.
    """
    if quantization == INT4:
        return lambda name: 8 if _keeps_8_bits(name, architecture.layers) else 4
    bits = {INT8: 8, FP32: FLOAT_BITS}[quantization]
    return lambda name: bits


def _keeps_8_bits(name: str, layers: int) -> bool:
    layer, _, part = name.removeprefix("layer").partition(".")
    if not layer.isdecimal():
        return True
    return part == "qkv" or not _END_LAYERS <= int(layer) < layers - _END_LAYERS
