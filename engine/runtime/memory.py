"""How much memory a pack needs, and how much this process may take before the system kills it or begins to thrash.

Weights that native kernels read through a file mapping are not private memory: the system could drop their pages and
read them again. Every token reads all of them, though, so a machine that cannot hold them answers at the speed of its
disk. They are counted in full: what is refused here would start, and then be too slow to use.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import psutil

from engine.errors import EnvironmentFault, Fault
from engine.runtime.pack import Manifest

# Measured on Linux: private memory after loading standard operators is 1.08 to 1.13 times the weights, repacked for
# the kernels in use, and a run with chunks of 256 tokens adds 60 to 130 MB of activations and scores.
_REPACKED_FACTOR = 1.15
_WORKING_BYTES = 160 * 1024**2
_LEAST_CONTEXT_TOKENS = 2048  # system text, evidence, question, answer and two earlier turns
_NO_LIMIT_BYTES = 2**60  # version 1 of control groups writes "no limit" as a number near 2**63


def require_memory(manifest: Manifest, context_tokens: int, *, mapped: bool) -> int:
    """The bytes that stay free besides the pack. `mapped`: its weights are not repacked into private memory.

    Raises EnvironmentFault MEMORY_SHORT (needed_bytes, free_bytes) when the pack does not fit into what is free.
    """
    needed, free = needed_bytes(manifest, context_tokens, mapped=mapped), available_bytes()
    if needed > free:
        raise EnvironmentFault(Fault.MEMORY_SHORT, needed_bytes=needed, free_bytes=free)
    private = needed - weights_bytes(manifest) if mapped else needed
    commit = commit_bytes()
    if private > commit:
        raise EnvironmentFault(Fault.MEMORY_SHORT, needed_bytes=private, free_bytes=commit)
    return free - needed


def fitting_context(manifest: Manifest, wanted_tokens: int, *, mapped: bool) -> int:
    """`wanted_tokens`, or fewer where memory is short: a shorter memory of the dialogue is better than no answer.

    Never cut below 2,048 tokens; `require_memory` then says whether these fit.
    """
    room = available_bytes() - needed_bytes(manifest, 0, mapped=mapped)
    return min(wanted_tokens, max(_LEAST_CONTEXT_TOKENS, room // kv_bytes(manifest, 1)))


def needed_bytes(manifest: Manifest, context_tokens: int, *, mapped: bool) -> int:
    """Memory that a loaded pack takes with a context of that many tokens, its weights included."""
    factor = 1.0 if mapped else _REPACKED_FACTOR
    return int(weights_bytes(manifest) * factor) + kv_bytes(manifest, context_tokens) + _WORKING_BYTES


def kv_bytes(manifest: Manifest, capacity: int) -> int:
    """Size of all buffers of a `KVCache` with that capacity, in bytes."""
    value_bytes = 2 if manifest.kv_dtype == "float16" else 4
    return 2 * manifest.layers * manifest.kv_heads * manifest.head_size * value_bytes * capacity


def weights_bytes(manifest: Manifest) -> int:
    """Size of the pack's files; of its graphs, which share the weights, one is loaded."""
    graphs = [file.size_bytes for name, file in manifest.files.items() if name.endswith(".onnx")]
    others = [file.size_bytes for name, file in manifest.files.items() if not name.endswith(".onnx")]
    return sum(others) + max(graphs, default=0)


def available_bytes(proc: Path = Path("/proc")) -> int:
    """What this process may take: free and reclaimable memory, within its control groups and its address space.

    The page cache counts as free, also the part that holds a pack's weights already. `proc` is another place in tests.
    """
    rooms = [psutil.virtual_memory().available]
    if sys.platform == "linux":
        rooms += [_group_room(folder) for folder in _memory_groups(proc)]
        rooms.append(_address_room())
    return max(0, min(rooms))


def commit_bytes() -> int:
    """Private memory that Windows would still promise this process; file mappings need none. No limit elsewhere."""
    if sys.platform != "win32":
        return _NO_LIMIT_BYTES
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
    return int(status.available_page_file)


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API; available_page_file is what the commit limit leaves to this process."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        *((name, ctypes.c_uint64) for name in ("total_physical", "available_physical", "total_page_file")),
        *((name, ctypes.c_uint64) for name in ("available_page_file", "total_virtual", "available_virtual")),
        ("available_extended_virtual", ctypes.c_uint64),
    )


# ---- Linux control groups, version 1 and 2 (a container, a systemd slice or scope)


def _memory_groups(proc: Path) -> Iterator[Path]:
    """Folders of the groups that bound this process's memory: its own and those above it, of both versions."""
    with contextlib.suppress(OSError, ValueError):  # a system without groups, or one that writes them otherwise
        mounts = _group_mounts(proc)
        for line in (proc / "self/cgroup").read_text(encoding="utf-8").splitlines():
            number, controllers, path = line.split(":", 2)
            kind = "cgroup2" if number == "0" and not controllers else "memory"
            if (kind == "memory") != ("memory" in controllers.split(",")):
                continue
            for root, mount in mounts.get(kind, ()):
                yield from _with_parents(mount, root, PurePosixPath(path))


def _group_mounts(proc: Path) -> dict[str, list[tuple[PurePosixPath, Path]]]:
    """Where each hierarchy is mounted, and which of its groups is the root there (a container sees a part only)."""
    mounts: dict[str, list[tuple[PurePosixPath, Path]]] = {}
    for line in (proc / "self/mountinfo").read_text(encoding="utf-8").splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        if kind == "cgroup" and "memory" in options.rsplit(" ", 1)[-1].split(","):
            kind = "memory"
        if kind in ("memory", "cgroup2"):
            root, mount = before.split(" ")[3:5]
            mounts.setdefault(kind, []).append((PurePosixPath(root), Path(mount)))
    return mounts


def _with_parents(mount: Path, root: PurePosixPath, path: PurePosixPath) -> Iterator[Path]:
    """The group's folder and its parents up to the mount; just the mount where the group lies outside of it."""
    inside = path.relative_to(root) if path.is_relative_to(root) else PurePosixPath()
    folder = mount.joinpath(*inside.parts)
    yield folder
    while folder != mount:
        folder = folder.parent
        yield folder


def _group_room(folder: Path) -> int:
    """What a group may still take, counting its page cache as free; no limit where it sets none or cannot be read.

    `memory.high` (from there on the system slows a group down) and `memory.max` are of version 2,
    `memory.limit_in_bytes` of version 1.
    """
    names = ("memory.high", "memory.max", "memory.limit_in_bytes")
    limits = [limit for limit in (_number(folder / name) for name in names) if limit is not None]
    used = _number(folder / "memory.current") or _number(folder / "memory.usage_in_bytes")
    if not limits or used is None or min(limits) >= _NO_LIMIT_BYTES:
        return _NO_LIMIT_BYTES
    return min(limits) - used + _file_cache(folder)


def _file_cache(folder: Path) -> int:
    """Bytes of file pages in a group; version 1 prefixes the figures that include the groups below with total_."""
    try:
        lines = (folder / "memory.stat").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    figures = {name: int(value) for name, _, value in (line.partition(" ") for line in lines)}
    return sum(figures.get(f"total_{name}", figures.get(name, 0)) for name in ("active_file", "inactive_file"))


def _number(path: Path) -> int | None:
    """The number in a file; None for "max", or when it cannot be read."""
    try:
        return int(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _address_room() -> int:
    """What `ulimit -v` leaves of the address space."""
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return _NO_LIMIT_BYTES if limit == resource.RLIM_INFINITY else limit - psutil.Process().memory_info().vms
