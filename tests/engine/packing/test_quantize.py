"""Block quantization on its own."""

from __future__ import annotations

import gguf
import numpy as np

from engine.packing.quantize import (
    BLOCK,
    dequantize_rows,
    dequantize_rows_4_bits,
    quantize_rows,
    quantize_rows_4_bits,
    zero_point_bytes,
)


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


def test_4_bits_pack_two_inputs_a_byte_with_the_even_one_low() -> None:
    rows = np.tile(np.arange(16, dtype=np.float32) - 5, (3, 6))  # 96 columns: an odd number of blocks
    values, scales, zero_points = quantize_rows_4_bits(rows)
    assert (values.shape, scales.shape, zero_points.shape) == ((3, 48), (3, 3), (3, zero_point_bytes(96)))
    assert (scales == 1).all()
    assert values[0, :3].tolist() == [0x10, 0x32, 0x54]
    assert zero_points[0].tolist() == [0x55, 0x05]
    np.testing.assert_array_equal(dequantize_rows_4_bits(values, scales, zero_points), rows)


def test_4_bits_stay_within_one_step() -> None:
    rows = np.random.default_rng(1).standard_normal((50, 256)).astype(np.float32)
    values, scales, zero_points = quantize_rows_4_bits(rows)
    error = np.abs(dequantize_rows_4_bits(values, scales, zero_points) - rows).reshape(50, -1, BLOCK).max(axis=2)
    assert (error <= scales * 1.001).all()  # half a step of rounding, half a step of the zero point's own


def test_zero_blocks_of_4_bits_come_back_as_zeros() -> None:
    assert not dequantize_rows_4_bits(*quantize_rows_4_bits(np.zeros((2, 64), np.float32))).any()
