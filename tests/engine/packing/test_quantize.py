"""Block quantization on its own."""

from __future__ import annotations

import gguf
import numpy as np

from engine.packing.quantize import BLOCK, dequantize_rows, quantize_rows


def test_error_stays_within_half_a_step_of_each_block() -> None:
    rows = np.random.default_rng(1).standard_normal((50, 256)).astype(np.float32)
    values, scales = quantize_rows(rows)
    assert values.dtype == np.uint8
    assert scales.shape == (50, 256 // BLOCK)
    error = np.abs(dequantize_rows(values, scales) - rows).reshape(50, -1, BLOCK).max(axis=2)
    assert (error <= scales * 0.501).all()


def test_zero_blocks_come_back_as_zeros() -> None:
    values, scales = quantize_rows(np.zeros((2, 64), np.float32))
    assert (values == 128).all()
    assert not dequantize_rows(values, scales).any()


def test_weights_that_were_8_bit_before_lose_nothing() -> None:
    rows = np.random.default_rng(2).standard_normal((8, 128)).astype(np.float32)
    kind = gguf.GGMLQuantizationType.Q8_0
    once = gguf.dequantize(gguf.quantize(rows, kind), kind)
    np.testing.assert_allclose(dequantize_rows(*quantize_rows(once)), once, rtol=1e-6, atol=1e-7)
