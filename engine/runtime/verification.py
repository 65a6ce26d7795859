"""Opens a pack only when every byte is the one its manifest names; remembers that between starts.

The first check hashes all files (seconds for a large pack) and leaves a stamp `.verified` in the folder: per file
size, modification time and inode. While these stay the same, the next start skips the hashing. The stamp guards
against damage and half-copied folders, not against someone who may write into the folder.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault
from engine.runtime.pack import (
    EMBEDDER,
    GENERATOR,
    GRAPH,
    MANIFEST,
    TOKENIZER,
    Manifest,
    read_manifest,
    sha256_file,
    verify_pack,
)

STAMP = ".verified"
ARCHITECTURES = {GENERATOR: ("llama", "qwen2"), EMBEDDER: ("bert",)}


def open_verified(folder: Path, kind: str = GENERATOR, cancel: CancelToken | None = None) -> Manifest:
    """The manifest of an undamaged pack of this kind.

    Raises EnvironmentFault: PACK_MISSING; PACK_UNSUPPORTED (pack, architecture) for another kind or architecture;
    PACK_DAMAGED (pack, file) for the first file that is wrong, missing or not listed. Raises Cancelled.
    """
    manifest = read_manifest(folder)
    if manifest.kind != kind or manifest.architecture not in ARCHITECTURES[kind]:
        raise EnvironmentFault(
            Fault.PACK_UNSUPPORTED, pack=folder.name, architecture=f"{manifest.kind} {manifest.architecture}"
        )
    for name in (GRAPH, TOKENIZER):
        if name not in manifest.files:
            raise EnvironmentFault(Fault.PACK_DAMAGED, pack=folder.name, file=name)
    for name in manifest.files:
        if Path(name).name != name:
            raise EnvironmentFault(Fault.PACK_DAMAGED, pack=folder.name, file=MANIFEST)
    before = _fingerprint(folder, manifest)
    if before is None or before != _read_stamp(folder):
        verify_pack(folder, cancel)
        if before is not None and before == _fingerprint(folder, manifest):
            _write_stamp(folder, before)
    return manifest


def _fingerprint(folder: Path, manifest: Manifest) -> dict[str, object] | None:
    """What changes when a file does; None when one is missing or has another size than the manifest says."""
    try:
        stamp: dict[str, object] = {MANIFEST: sha256_file(folder / MANIFEST)}
        for name, expected in manifest.files.items():
            stat = (folder / name).stat()
            if stat.st_size != expected.size_bytes:
                return None
            stamp[name] = [stat.st_size, stat.st_mtime_ns, stat.st_ino]
    except OSError:
        return None
    return stamp


def _read_stamp(folder: Path) -> object:
    try:
        return json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None  # no stamp or an unreadable one: check everything


def _write_stamp(folder: Path, stamp: dict[str, object]) -> None:
    partial = folder / f"{STAMP}.{os.getpid()}"
    with contextlib.suppress(OSError):  # a shared pack folder may be read-only; then every start checks in full
        partial.write_text(json.dumps(stamp), encoding="utf-8")
        partial.replace(folder / STAMP)
    with contextlib.suppress(OSError):
        partial.unlink(missing_ok=True)
