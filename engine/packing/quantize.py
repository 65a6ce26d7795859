"""Quantization in blocks of 32 inputs to 8 or 4 bits, in the layout that MatMulNBits reads."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.packing.checkpoint import FloatArray

BLOCK = 32
Bytes = npt.NDArray[np.uint8]
_Fit = tuple[FloatArray, FloatArray, FloatArray]  # by how much the error falls, scales, zero points: (B,) each
_LEVELS = 15
_RANGE_SHARES = (1.0, 0.88)
_TILE = 4096  # blocks at a time, so that the work stays in the processor's cache
_TINY = np.float32(1e-30)
_ZERO = 128  # MatMulNBits' and GatherBlockQuantized's zero point for 8 bits when none is given


def quantize_rows(rows: FloatArray) -> tuple[npt.NDArray[np.uint8], FloatArray]:
    """Round each block to the nearest multiple of absmax / 127.

    Args:
        rows: (N, K) float32, K a multiple of 32.

    Returns:
        values (N, K) uint8, value - 128 times the block's scale is the weight; scales (N, K / 32) float32, rounded to
        what float16 can hold. A block of zeros, or of numbers too small for that, has scale 0.
    """
    blocks = rows.reshape(rows.shape[0], -1, BLOCK)
    scales = _as_half(np.abs(blocks).max(axis=2) / np.float32(127))
    with np.errstate(divide="ignore"):
        inverse = np.where(scales > 0, np.float32(1) / scales, np.float32(0))
    values = np.clip(np.rint(blocks * inverse[:, :, None]), -127, 127) + _ZERO
    return values.astype(np.uint8).reshape(rows.shape), scales


def dequantize_rows(values: npt.NDArray[np.uint8], scales: FloatArray) -> FloatArray:
    """Inverse of `quantize_rows`: (N, K) uint8 and (N, K / 32) float32 → (N, K) float32."""
    centred = values.astype(np.float32).reshape(*scales.shape, BLOCK) - _ZERO
    return (centred * scales[:, :, None]).reshape(values.shape)


def zero_point_bytes(columns: int) -> int:
    """Bytes of the packed 4-bit zero points of one row."""
    return -(-columns // (2 * BLOCK))


def quantize_rows_4_bits(rows: FloatArray) -> tuple[Bytes, FloatArray, Bytes]:
    """Give each block the scale and zero point whose sixteen levels come nearest to its weights.

    Nearest by squared error, in which large weights count more: each is weighted by its size plus the block's root
    mean square, the idea behind llama.cpp's k-quants. No calibration text is needed.

    Args:
        rows: (N, K) float32, K a multiple of 32.

    Returns:
        values (N, K / 2) uint8, the even input in the low nibble; scales (N, K / 32) float32, rounded to float16;
        zero points (N, ceil(K / 64)) uint8, packed likewise. (value - zero point) times the scale is the weight.
    """
    blocks = rows.reshape(-1, BLOCK)
    values, scales, zeros = np.empty(blocks.shape, np.uint8), np.empty(len(blocks), np.float32), np.empty(len(blocks))
    for start in range(0, len(blocks), _TILE):
        tile = slice(start, start + _TILE)
        values[tile], scales[tile], zeros[tile] = _fit_blocks(blocks[tile])
    grid = (rows.shape[0], -1)
    packed_zeros = _pack(zeros.astype(np.uint8).reshape(grid))
    return _pack(values.reshape(rows.shape)), _as_half(scales).reshape(grid), packed_zeros


def _fit_blocks(blocks: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(B, 32) → values (B, 32), scales (B,), zero points (B,), all float32.

    Candidates are the full range and a narrower one around the same middle, each with its scale refitted by least
    squares, and the better of them once more with the scale so found. More candidates lower the error of a layer's
    outputs by less than 2 % (docs/log.md).
    """
    low, high = np.minimum(blocks.min(axis=1), 0), np.maximum(blocks.max(axis=1), 0)
    units = np.where(high > low, (high - low) / np.float32(_LEVELS), 1).astype(np.float32)
    blocks, low, high = blocks / units[:, None], low / units, high / units
    importance = np.abs(blocks) + np.sqrt(np.square(blocks).mean(axis=1, keepdims=True))
    best = np.full_like(units, -1), np.ones_like(units), np.zeros_like(units)
    for share in _RANGE_SHARES:
        scales = np.full_like(units, share)
        zeros = np.clip(np.rint(np.float32(_LEVELS / 2) - (high + low) / (2 * scales)), 0, _LEVELS)
        best = _better(best, _refit(blocks, importance, scales, zeros))
    _, scales, zeros = _better(best, _refit(blocks, importance, best[1], best[2]))
    return _centred(blocks, scales, zeros) + zeros[:, None], scales * units, zeros


def _refit(blocks: FloatArray, importance: FloatArray, scales: FloatArray, zeros: FloatArray) -> _Fit:
    """Round to the given levels, then the scale that suits these roundings best, and by how much the error falls.

    With roundings c the weighted error Σ h (x - s c)² is least at s = Σ h x c / Σ h c² and then Σ h x² less s Σ h x c.
    """
    centred = _centred(blocks, scales, zeros)
    weighted = importance * centred
    product, square = np.einsum("bk,bk->b", weighted, blocks), np.einsum("bk,bk->b", weighted, centred)
    fitted = np.where(product > 0, product / np.maximum(square, _TINY), scales)  # all roundings 0: any scale will do
    return fitted * product, fitted, zeros


def _centred(blocks: FloatArray, scales: FloatArray, zeros: FloatArray) -> FloatArray:
    return np.clip(np.rint(blocks / scales[:, None]), -zeros[:, None], (_LEVELS - zeros)[:, None])


def _better(first: _Fit, second: _Fit) -> _Fit:
    wins = second[0] > first[0]
    gain, scales, zeros = (np.where(wins, new, old) for new, old in zip(second, first, strict=True))
    return gain, scales, zeros


def dequantize_rows_4_bits(values: Bytes, scales: FloatArray, zero_points: Bytes) -> FloatArray:
    """Inverse of `quantize_rows_4_bits`: → (N, K) float32."""
    zeros = _unpack(zero_points)[:, : scales.shape[1], None].astype(np.float32)
    centred = _unpack(values).reshape(*scales.shape, BLOCK) - zeros
    return (centred * scales[:, :, None]).reshape(len(values), -1)


def _as_half(scales: FloatArray) -> FloatArray:
    """The nearest numbers that float16 can hold."""
    return scales.astype(np.float16).astype(np.float32)


def _pack(nibbles: Bytes) -> Bytes:
    """(N, M) values below 16 → (N, ceil(M / 2)), the first of each pair in the low half."""
    padded = np.pad(nibbles, ((0, 0), (0, nibbles.shape[1] % 2)))
    return padded[:, ::2] | padded[:, 1::2] << np.uint8(4)


def _unpack(packed: Bytes) -> Bytes:
    return np.stack([packed & np.uint8(15), packed >> np.uint8(4)], axis=2).reshape(len(packed), -1)
