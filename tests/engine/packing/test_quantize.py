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


def test_4_bits_err_less_than_rounding_over_the_full_range() -> None:
    rows = np.random.default_rng(1).standard_t(4, (200, 256)).astype(np.float32)
    blocks = rows.reshape(-1, BLOCK)
    low, high = blocks.min(axis=1, keepdims=True), blocks.max(axis=1, keepdims=True)
    step = (high - low) / 15
    zeros = np.rint(-low / step)
    plain = (np.clip(np.rint(blocks / step) + zeros, 0, 15) - zeros) * step
    fitted = dequantize_rows_4_bits(*quantize_rows_4_bits(rows)).reshape(-1, BLOCK)
    weights = np.abs(blocks) + np.sqrt(np.square(blocks).mean(axis=1, keepdims=True))
    plain_error, fitted_error = ((weights * (other - blocks) ** 2).sum(axis=1) for other in (plain, fitted))
    assert fitted_error.sum() < 0.95 * plain_error.sum()
    assert (fitted_error <= plain_error * 1.0001).all()


def test_4_bits_take_small_and_large_weights() -> None:
    rows = np.random.default_rng(3).standard_normal((4, 64)).astype(np.float32)
    expected = dequantize_rows_4_bits(*quantize_rows_4_bits(rows))
    for factor in (np.float32(2.0**-6), np.float32(2.0**12)):
        got = dequantize_rows_4_bits(*quantize_rows_4_bits(rows * factor))
        np.testing.assert_allclose(got, expected * factor, rtol=1e-5)


def test_a_block_of_one_weight_keeps_it() -> None:
    rows = np.repeat(np.array([[0.5], [-3.0]], np.float32), 64, axis=1)
    np.testing.assert_allclose(dequantize_rows_4_bits(*quantize_rows_4_bits(rows)), rows, rtol=2.0**-11)


def test_zero_blocks_of_4_bits_come_back_as_zeros() -> None:
    assert not dequantize_rows_4_bits(*quantize_rows_4_bits(np.zeros((2, 64), np.float32))).any()
