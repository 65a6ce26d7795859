"""How many bits each matrix of a pack gets under each quantization."""

from __future__ import annotations

from collections.abc import Callable

from engine.packing.checkpoint import Architecture

INT8 = "int8-block32"
INT4 = "int4-block32"
FP32 = "fp32"
QUANTIZATIONS = (INT8, INT4, FP32)
FLOAT_BITS = 32

Precision = Callable[[str], int]  # the matrix's name in the graph ("embedding", "layer3.qkv") -> 4, 8 or 32 bits


def precision_of(quantization: str, architecture: Architecture) -> Precision:
    """The bits of every matrix under one of `QUANTIZATIONS`."""
    if quantization == INT4:
        return lambda name: 8 if name in ("embedding", "lm_head") else 4
    bits = {INT8: 8, FP32: FLOAT_BITS}[quantization]
    return lambda name: bits
