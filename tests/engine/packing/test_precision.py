"""Bits of matrices."""

from __future__ import annotations

import pytest

from engine.packing.architecture import Architecture
from engine.packing.precision import FLOAT_BITS, FP32, INT4, INT8, precision_of

LAYERS = 6
ARCHITECTURE = Architecture("llama", LAYERS, 64, 96, 4, 2, 16, 320, 512, rope_base=1e4, norm_epsilon=1e-6)


@pytest.mark.parametrize(("quantization", "bits"), [(INT8, 8), (FP32, FLOAT_BITS)])
def test_other_quantizations_treat_all_matrices_alike(quantization: str, bits: int) -> None:
    bits_of = precision_of(quantization, ARCHITECTURE)
    assert {bits_of(name) for name in ("embedding", "lm_head", "layer0.qkv", "layer3.down")} == {bits}


def test_int4_keeps_8_bits_where_they_matter_most() -> None:
    bits_of = precision_of(INT4, ARCHITECTURE)
    assert bits_of("embedding") == bits_of("lm_head") == 8
    assert [bits_of(f"layer{layer}.qkv") for layer in range(LAYERS)] == [8] * LAYERS
    for part in ("o", "gate", "up", "down"):
        assert [bits_of(f"layer{layer}.{part}") for layer in range(LAYERS)] == [8, 8, 4, 4, 8, 8]
