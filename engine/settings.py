"""Typed settings: one frozen value, read from `settings.toml` in the home folder, overridden by the command line."""

from __future__ import annotations

import os
import sys
import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from engine.errors import Rejection, RequestRejected

DEFAULT_GENERATOR = "qwen2.5-coder-1.5b-instruct-int8"
DEFAULT_EMBEDDER = "multilingual-e5-small"
ENDPOINT = "endpoint"  # as generator_pack: the bank's own server instead of a pack, where policy allows it
CHOSEN_PACK = "chosen_pack"  # file in the home folder: the name of the generator pack that the user chose
CHOICES = "choices.toml"  # file in the home folder, written by the program: what the user switched on or off


@dataclass(frozen=True, slots=True)
class ParserLimits:
    """Limits on one document in the parser and OCR children. Documents over a limit are refused with a sentence."""

    size_bytes: int = 300 * 1024 * 1024
    pages: int = 5000
    page_timeout_s: float = 20.0
    document_timeout_s: float = 600.0
    memory_bytes: int = 2 * 1024**3
    ocr_page_timeout_s: float = 120.0  # a page takes 2 to 10 s
    ocr_memory_bytes: int = 1024**3  # on top of 300 MB for the models; a page of 200 lines takes 200 MB


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user, IT or a test may change. `home` holds all data; packs may also lie in shared folders."""

    home: Path
    generator_pack: str = DEFAULT_GENERATOR
    embedder_pack: str = DEFAULT_EMBEDDER
    threads: int = 0  # 0: as many as there are physical cores
    device: str = "auto"  # auto, cpu, cuda
    context_tokens: int = 4096  # upper bound; a pack's own context length may be lower
    prefill_chunk_tokens: int = 256
    draft_tokens: int = 8  # most tokens guessed ahead from the prompt and checked in one step; 0: off
    max_answer_tokens: int = 400
    prefix_memory_mb: int = 512  # for what was read before, so that it is not read again; 0: off
    prefix_disk_mb: int = 256  # the same for what every dialogue begins with, kept until the next start; 0: off
    passages: int = 8
    question_limit_chars: int = 8000
    web_search: bool = False  # the last rung, where policy allows it
    web_provider: str = ""  # empty: the first one that policy allows
    passphrase_file: Path | None = None
    limits: ParserLimits = field(default_factory=ParserLimits)

    @property
    def packs_folder(self) -> Path:
        """Where new packs are written: `JINPAN_PACKS` if set, else `home/packs`."""
        shared = os.environ.get("JINPAN_PACKS")
        return Path(shared) if shared else self.home / "packs"

    @property
    def pack_folders(self) -> tuple[Path, ...]:
        """Where packs are looked for, in order; a moved home still finds the packs of the usual one."""
        folders = [self.packs_folder, self.home / "packs", usual_home() / "packs"]
        return tuple(dict.fromkeys(folders))


def default_home() -> Path:
    """`JINPAN_HOME` if set, else the usual folder."""
    home = os.environ.get("JINPAN_HOME")
    return Path(home) if home else usual_home()


def usual_home() -> Path:
    """The per-user data folder: XDG Base Directory on Linux, LOCALAPPDATA on Windows."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "Jinpan"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "jinpan"


def load_settings(home: Path | None = None, **overrides: Any) -> Settings:
    """Defaults, then `home/settings.toml`, then the user's choices (`choices.toml`, `chosen_pack`), then
    `overrides` that are not None.

    A chosen pack that is no longer installed counts as not chosen; deleting the file `chosen_pack` takes it back.

    Raises:
        RequestRejected: a key or a type in the file is not one of ours, or a limit is negative.
    """
    folder = (home or default_home()).absolute()
    settings = Settings(home=folder)
    path = folder / "settings.toml"
    if path.is_file():
        settings = _apply(settings, path)
    choices = folder / CHOICES
    if choices.is_file():
        settings = _apply(settings, choices)
    chosen = _chosen_pack(settings)
    if chosen:
        settings = replace(settings, generator_pack=chosen)
    passphrase_file = os.environ.get("JINPAN_PASSPHRASE_FILE")
    if passphrase_file:
        settings = replace(settings, passphrase_file=Path(passphrase_file))
    settings = replace(settings, **{key: value for key, value in overrides.items() if value is not None})
    for option in ("prefix_memory_mb", "prefix_disk_mb"):
        if getattr(settings, option) < 0:
            raise RequestRejected(Rejection.OPTION_INVALID, option=option, value=getattr(settings, option))
    return settings


def _chosen_pack(settings: Settings) -> str:
    try:
        name = (settings.home / CHOSEN_PACK).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""  # nothing was chosen, or what was cannot be known
    installed = Path(name).name == name and any((folder / name).is_dir() for folder in settings.pack_folders)
    return name if installed or name == ENDPOINT else ""


def _apply(settings: Settings, path: Path) -> Settings:
    known = {f.name for f in fields(Settings)} - {"home", "limits", "passphrase_file"}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RequestRejected(Rejection.OPTION_INVALID, option=path.name, value=str(error)) from error
    for key, value in values.items():
        if key not in known or type(value) is not type(getattr(settings, key)):
            raise RequestRejected(Rejection.OPTION_INVALID, option=key, value=str(value))
    return replace(settings, **values)
