"""Model packs as the user sees them: list, build, verify. Packing is imported only when a pack is built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Rejection, RequestRejected
from engine.events import PackBuilt, PackProgress
from engine.runtime.memory import needed_bytes
from engine.runtime.pack import GENERATOR, MANIFEST, Manifest, find_pack, read_manifest, verify_pack
from engine.runtime.verification import open_verified
from engine.settings import ENDPOINT, Settings, remember_choices


@dataclass(frozen=True, slots=True)
class PackInfo:
    """One installed pack; `fault` names what is wrong with its manifest, empty when readable."""

    name: str
    kind: str
    version: str
    architecture: str
    quantization: str
    licence: str
    size_bytes: int
    path: str
    chosen: bool
    fault: str = ""
    fits: bool = True  # whether this machine has memory enough for it, whatever else is running


def list_packs(settings: Settings) -> tuple[PackInfo, ...]:
    """Every pack in the pack folders, the first of each name."""
    found: dict[str, PackInfo] = {}
    for folder in settings.pack_folders:
        for manifest_path in sorted(folder.glob(f"*/{MANIFEST}")):
            if not manifest_path.parent.name.startswith("."):
                found.setdefault(manifest_path.parent.name, _describe(manifest_path.parent, settings))
    return tuple(found.values())


def _describe(folder: Path, settings: Settings) -> PackInfo:
    chosen = folder.name in (settings.generator_pack, settings.embedder_pack)
    try:
        manifest = read_manifest(folder)
    except EnvironmentFault as fault:
        return PackInfo(folder.name, "", "", "", "", "", 0, str(folder), chosen, fault.code)
    size_bytes = sum(file.size_bytes for file in manifest.files.values())
    return PackInfo(
        folder.name,
        manifest.kind,
        manifest.version,
        manifest.architecture,
        manifest.quantization,
        manifest.licence,
        size_bytes,
        str(folder),
        chosen,
        fits=_fits(manifest, settings),
    )


def _fits(manifest: Manifest, settings: Settings) -> bool:
    """Judged by the larger need, that of weights repacked into private memory."""
    context_tokens = min(settings.context_tokens, manifest.context_length)
    return needed_bytes(manifest, context_tokens, mapped=False) <= psutil.virtual_memory().total


def missing_packs(settings: Settings) -> tuple[str, ...]:
    """Which of the packs that an answer needs are not there; the bank's own server needs no generator's."""
    wanted = (settings.embedder_pack, settings.generator_pack)
    return tuple(name for name in wanted if name != ENDPOINT and not _present(name, settings))


def _present(name: str, settings: Settings) -> bool:
    return any((folder / name / MANIFEST).is_file() for folder in settings.pack_folders)


def verify_installed_pack(settings: Settings, name: str) -> Manifest:
    """Check every byte of an installed pack. Raises EnvironmentFault pack_missing or pack_damaged."""
    return verify_pack(find_pack(name, settings.pack_folders))


def choose_pack(settings: Settings, name: str, cancel: CancelToken) -> Manifest:
    """Answer with this pack from the next start on.

    Raises:
        EnvironmentFault: the pack is missing, damaged or no generator, or the home folder cannot be written.
        Cancelled: the token was cancelled.
    """
    manifest = open_verified(find_pack(name, settings.pack_folders), GENERATOR, cancel)
    remember_choices(settings, generator_pack=name)
    return manifest


def build_pack(
    settings: Settings, name: str, weights: Path | None, cancel: CancelToken
) -> Iterator[PackProgress | PackBuilt]:
    """Make a default pack from pinned weights; `weights` is a local folder that takes the download's place.

    Raises:
        RequestRejected: no default pack has this name.
        EnvironmentFault: no network, disk or memory short, weights damaged; PACK_BUSY while another build is running.
    """
    from engine.packing.defaults import build_default_pack
    from engine.packing.folder_lock import hold_packs_folder

    with hold_packs_folder(settings.packs_folder, name):
        yield from build_default_pack(name, settings.packs_folder, weights, cancel)


def build_pack_from_checkpoint(
    settings: Settings,
    checkpoint: Path,
    name: str,
    quantization: str,
    cancel: CancelToken,
    chat_template: Path | None = None,
) -> Iterator[PackProgress | PackBuilt]:
    """Make a pack from a GGUF file or a Hugging Face checkpoint folder of LLaMA or Qwen2 architecture.

    Args:
        name: the new pack's, one plain file name.
        quantization: int8, int4 or fp32.
        chat_template: a file as `engine.packing.chat_templates.read_template` reads it.

    Raises:
        RequestRejected: OPTION_INVALID, PATH_MISSING, TEMPLATE_INVALID.
        EnvironmentFault: what `pack_checkpoint` raises; PACK_BUSY while another build is running.
    """
    import time

    from engine.packing.chat_templates import read_template
    from engine.packing.folder_lock import hold_packs_folder
    from engine.packing.packer import pack_checkpoint
    from engine.packing.precision import QUANTIZATIONS

    if name.startswith(".") or any(character in name for character in '/\\:*?"<>|') or not name.strip():
        raise RequestRejected(Rejection.OPTION_INVALID, option="--name", value=name)
    template = read_template(chat_template) if chat_template else None
    full_name = next((known for known in QUANTIZATIONS if known.split("-")[0] == quantization), quantization)
    started = time.perf_counter()
    folder = settings.packs_folder / name
    with hold_packs_folder(settings.packs_folder, name):
        yield from pack_checkpoint(checkpoint, folder, name, full_name, cancel, chat_template=template)
    size_bytes = sum(file.stat().st_size for file in folder.iterdir())
    yield PackBuilt(name, str(folder), size_bytes, time.perf_counter() - started)
