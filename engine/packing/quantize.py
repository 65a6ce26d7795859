"""Quantization in blocks of 32 inputs to 8 or 4 bits, in the layout that MatMulNBits reads."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.packing.checkpoint import FloatArray

BLOCK = 32
Bytes = npt.NDArray[np.uint8]
_ZERO = 128  # MatMulNBits' and GatherBlockQuantized's zero point for 8 bits when none is given


def quantize_rows(rows: FloatArray) -> tuple[npt.NDArray[np.uint8], FloatArray]:
    """Round each block to the nearest multiple of absmax / 127.

    Args:
        rows: (N, K) float32, K a multiple of 32.

    Returns:
        values (N, K) uint8, value - 128 times the block's scale is the weight; scales (N, K / 32) float32.
        An all-zero block has scale 0.
    """
    blocks = rows.reshape(rows.shape[0], -1, BLOCK)
    scales = np.abs(blocks).max(axis=2) / np.float32(127)
    with np.errstate(divide="ignore"):
        inverse = np.where(scales > 0, np.float32(1) / scales, np.float32(0))
    values = np.rint(blocks * inverse[:, :, None]) + _ZERO
    return values.astype(np.uint8).reshape(rows.shape), scales


def dequantize_rows(values: npt.NDArray[np.uint8], scales: FloatArray) -> FloatArray:
    """Inverse of `quantize_rows`: (N, K) uint8 and (N, K / 32) float32 → (N, K) float32."""
    centred = values.astype(np.float32).reshape(*scales.shape, BLOCK) - _ZERO
    return (centred * scales[:, :, None]).reshape(values.shape)


def zero_point_bytes(columns: int) -> int:
    """Bytes of the packed 4-bit zero points of one row."""
    return -(-columns // (2 * BLOCK))


def quantize_rows_4_bits(rows: FloatArray) -> tuple[Bytes, FloatArray, Bytes]:
    """Round each block to sixteen levels between its least and greatest weight, zero being one of them.

    Args:
        rows: (N, K) float32, K a multiple of 32.

    Returns:
        values (N, K / 2) uint8, the even input in the low nibble; scales (N, K / 32) float32; zero points
        (N, ceil(K / 64)) uint8, packed likewise. (value - zero point) times the scale is the weight.
    """
    blocks = rows.reshape(rows.shape[0], -1, BLOCK)
    low, high = np.minimum(blocks.min(axis=2), 0), np.maximum(blocks.max(axis=2), 0)
    scales = (high - low) / np.float32(15)
    with np.errstate(divide="ignore"):
        inverse = np.where(scales > 0, np.float32(1) / scales, np.float32(0))
    zeros = np.rint(-low * inverse)
    values = np.clip(np.rint(blocks * inverse[:, :, None]) + zeros[:, :, None], 0, 15)
    return _pack(values.astype(np.uint8).reshape(rows.shape)), scales, _pack(zeros.astype(np.uint8))


def dequantize_rows_4_bits(values: Bytes, scales: FloatArray, zero_points: Bytes) -> FloatArray:
    """Inverse of `quantize_rows_4_bits`: → (N, K) float32."""
    zeros = _unpack(zero_points)[:, : scales.shape[1], None].astype(np.float32)
    centred = _unpack(values).reshape(*scales.shape, BLOCK) - zeros
    return (centred * scales[:, :, None]).reshape(len(values), -1)


def _pack(nibbles: Bytes) -> Bytes:
    """(N, M) values below 16 → (N, ceil(M / 2)), the first of each pair in the low half."""
    padded = np.pad(nibbles, ((0, 0), (0, nibbles.shape[1] % 2)))
    return padded[:, ::2] | padded[:, 1::2] << np.uint8(4)


def _unpack(packed: Bytes) -> Bytes:
    return np.stack([packed & np.uint8(15), packed >> np.uint8(4)], axis=2).reshape(len(packed), -1)
