"""Keeps memory that was given back from staying with the process (glibc; other allocators do so by themselves).

Every job runs on a thread of its own. glibc gives threads heaps of their own, up to eight for each processor, and a
heap with holes is never returned: over 250 questions the process grew from 1.55 to 2.2 GB, though what it keeps has a
bound. Large blocks, the keys and values of what was read, get pages of their own, which go back when they are freed; by
itself glibc stops that once blocks of 32 MB were freed.
"""

from __future__ import annotations

import ctypes
import sys

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # malloc.h
_ARENAS = 1
_OWN_PAGES_BYTES = 2**20


def give_memory_back() -> None:
    """Call once, before threads are started."""
    if sys.platform != "linux":
        return
    adjust = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    if adjust is not None:
        adjust(_M_ARENA_MAX, _ARENAS)
        adjust(_M_MMAP_THRESHOLD, _OWN_PAGES_BYTES)
