"""Symmetric 8-bit quantization in blocks of 32 inputs, in the layout that MatMulNBits reads."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.packing.checkpoint import FloatArray

BLOCK = 32
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
