"""How fast this machine reads memory and multiplies matrices, measured in about a second."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable, Sequence

import numpy as np

from engine.native import INSTRUCTION_SETS, instruction_set, load_library, read_bandwidth_bytes_per_s

_READ_BYTES = 256 * 1024**2  # well above any cache that a desktop processor has
_MEASURING_S = 0.3  # long enough to find moments in which nothing else runs
_TOKENS, _INPUTS, _OUTPUTS = 128, 2048, 1024  # a piece of a prompt times a share of a 1.5B model's larger matrices


def read_bytes_per_s(threads: int) -> float:
    """Bytes a second that `threads` threads together read from main memory, best of several passes."""
    return read_bandwidth_bytes_per_s(threads) or _numpy_read_bytes_per_s(threads)


def operations_per_s(bits: int, threads: int) -> float:
    """Multiplications and additions a second in products of `threads` threads with weights of 8 or 4 bits.

    Where our kernels do not run, the rate of float32 products, which the standard operators reach or exceed.
    """
    if not instruction_set():
        return _numpy_operations_per_s()
    work = [_native_product(bits) for _ in range(threads)]
    return 2 * _TOKENS * _INPUTS * _OUTPUTS * threads / _best_s(work)


def _native_product(bits: int) -> Callable[[], None]:
    """One thread's share: a product with weights of its own."""
    library, chosen = load_library(), instruction_set()
    assert library is not None
    blocks = _INPUTS // 32
    arrays = (
        np.ones((_TOKENS, _INPUTS), np.float32),
        np.full((_OUTPUTS, _INPUTS * bits // 8), 0x77, np.uint8),
        np.ones((_OUTPUTS, blocks), np.float16),
        np.full((_OUTPUTS, blocks // 2), 0x77, np.uint8) if bits == 4 else None,
        None,
        np.empty((_TOKENS, _OUTPUTS), np.float32),
    )
    pointers = [None if array is None else array.ctypes.data_as(ctypes.c_void_p) for array in arrays]
    sizes = (_TOKENS, _INPUTS, _OUTPUTS)

    def multiply(_kept: object = arrays) -> None:
        library.jinpan_matmul(INSTRUCTION_SETS.index(chosen), bits, *sizes, *pointers)

    return multiply


def _numpy_read_bytes_per_s(threads: int) -> float:
    parts = np.array_split(np.ones(_READ_BYTES // 8, np.uint64), threads)
    return _READ_BYTES / _best_s([part.sum for part in parts])


def _numpy_operations_per_s() -> float:
    left, right = np.ones((_TOKENS, _INPUTS), np.float32), np.ones((_INPUTS, _OUTPUTS), np.float32)
    return 2 * _TOKENS * _INPUTS * _OUTPUTS / _best_s([lambda: left @ right])


def _best_s(work: Sequence[Callable[[], object]]) -> float:
    """Seconds until every piece of work, each on a thread of its own, is done; the shortest of many rounds."""
    best, ends_at = float("inf"), time.perf_counter() + _MEASURING_S
    while best == float("inf") or time.perf_counter() < ends_at:
        threads = [threading.Thread(target=piece) for piece in work]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        best = min(best, time.perf_counter() - began)
    return best
