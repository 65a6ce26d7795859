"""The compiled kernels: an ONNX Runtime custom-operator library and a few functions of it for Python.

The library serves `jinpan::MatMulNBits`. It reads the weights where ONNX Runtime has mapped them, so that nothing is
repacked at loading, and a row's result is the same to the last bit however many rows are multiplied together.
"""

from __future__ import annotations

import ctypes
import functools
import sys
import threading
import time
from pathlib import Path

_FOLDER = Path(__file__).parent / "lib"
_NAME = "jinpan_native.dll" if sys.platform == "win32" else "jinpan_native.so"
INSTRUCTION_SETS = ("", "avx2", "avxvnni", "avx512")  # by number, as the library counts them
_READ_BYTES = 256 * 1024**2  # well above any cache that a desktop processor has
_READ_ROUNDS = 3


def library_path() -> Path | None:
    """The custom-operator library; None where it is not built, does not load, or the processor lacks AVX2."""
    return _FOLDER / _NAME if instruction_set() else None


def instruction_set() -> str:
    """Which kernels run here: "avx512", "avxvnni", "avx2", or "" for none.

    The environment variable JINPAN_NATIVE, set to one of these before the first call, holds the library to it.
    """
    library = load_library()
    return "" if library is None else INSTRUCTION_SETS[int(library.jinpan_instruction_set())]


@functools.cache
def load_library() -> ctypes.CDLL | None:
    """The library with its functions' types set; None where it is not built or does not load."""
    path = _FOLDER / _NAME
    if not path.is_file():
        return None
    try:
        library = ctypes.CDLL(str(path))
    except OSError:  # another system's or another processor's library
        return None
    size, pointer = ctypes.c_size_t, ctypes.c_void_p
    library.jinpan_matmul.argtypes = [ctypes.c_int, ctypes.c_int, size, size, size, *[pointer] * 6]
    library.jinpan_read.argtypes = [pointer, size]
    library.jinpan_read.restype = ctypes.c_uint64
    return library


def read_bandwidth_bytes_per_s(threads: int) -> float:
    """How fast `threads` threads together read main memory, in bytes a second: the best of three passes of 256 MiB.

    0.0 where the library is missing. Takes about 0.2 s.
    """
    library = load_library()
    if library is None or not instruction_set():
        return 0.0
    share = _READ_BYTES // threads
    memory = ctypes.create_string_buffer(share * threads)
    ctypes.memset(memory, 1, share * threads)  # untouched pages would all be the one page of zeros
    start = ctypes.addressof(memory)
    best = 0.0
    for _ in range(_READ_ROUNDS):
        began = time.perf_counter()
        parts = [(start + i * share, share) for i in range(threads)]
        workers = [threading.Thread(target=library.jinpan_read, args=part) for part in parts]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        best = max(best, share * threads / (time.perf_counter() - began))
    return best
