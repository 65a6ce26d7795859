"""Typed settings: one frozen value, read from `settings.toml` in the home folder, overridden by the command line."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from engine.durable import write_durably, writing_home
from engine.errors import EnvironmentFault, Rejection, RequestRejected
from engine.options import OPTIONS, Value
from engine.policy import load_policy, policy_path

DEFAULT_GENERATOR = "qwen2.5-coder-1.5b-instruct-int8"
DEFAULT_EMBEDDER = "multilingual-e5-small"
ENDPOINT = "endpoint"  # as generator_pack: the bank's own server instead of a pack, where policy allows it
CHOICES = "choices.toml"  # file in the home folder, written by the program: what the user chose of `OPTIONS`
DAMAGED_CHOICES = "choices.damaged.toml"  # the same, kept aside because it cannot be read
_CHOSEN_PACK = "chosen_pack"  # where earlier versions kept the choice of a pack
_NOT_IN_FILES = frozenset({"home", "limits", "passphrase_file", "fixed", "choices_lost"})
_writing = threading.Lock()


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
    watch_folders: bool = True
    keep_history_months: int = 0  # conversations; 0: for ever
    feedback_consent: bool = False  # that feedback may leave the home in an export
    theme: str = "system"  # system, light, dark, contrast
    text_scale_percent: int = 100  # 100 to 200
    language: str = "zh_CN"  # zh_CN, en
    passphrase_file: Path | None = None
    limits: ParserLimits = field(default_factory=ParserLimits)
    fixed: tuple[str, ...] = ()  # the names that policy fixed when the settings were loaded
    choices_lost: bool = False  # there are choices of the user that cannot be read

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


def load_settings(home: Path | None = None, policy: Path | None = None, **overrides: Any) -> Settings:
    """Defaults, then `home/settings.toml`, then the user's choices (`choices.toml`), then `overrides` that are not
    None, and last what policy fixes; `policy` is another policy file for tests.

    A chosen pack that is no longer installed counts as not chosen. Choices that cannot be read count as never made
    (`choices_lost`); `remember_choices` keeps that file aside. A policy file that is wrong fixes nothing here: the
    engine then answers nothing at all (POLICY_INVALID), and a window that could not open could not say so.

    Raises:
        RequestRejected: OPTION_INVALID, a key, a type or a value in `settings.toml` or `overrides` is not one of ours.
    """
    folder = (home or default_home()).absolute()
    settings = Settings(home=folder)
    path = folder / "settings.toml"
    if path.is_file():
        settings = replace(settings, **_administrators_values(path))
    choices, lost = _read_choices(folder)
    settings = replace(settings, choices_lost=lost)
    if not _usable(str(choices.get("generator_pack", "")), settings):
        choices.pop("generator_pack", None)
    settings = replace(settings, **cast("dict[str, Any]", choices))
    passphrase_file = os.environ.get("JINPAN_PASSPHRASE_FILE")
    if passphrase_file:
        settings = replace(settings, passphrase_file=Path(passphrase_file))
    overrides = {key: value for key, value in overrides.items() if value is not None}
    _check_values({key: value for key, value in overrides.items() if key in OPTIONS})
    settings = replace(settings, **overrides)
    with contextlib.suppress(EnvironmentFault):  # as said above
        fixed = load_policy(policy).settings
        settings = replace(settings, **cast("dict[str, Any]", fixed), fixed=tuple(fixed))
    return settings


class Lock(StrEnum):
    """Why a setting cannot be changed by the user."""

    FIXED = "fixed"  # in the policy's section [settings]
    NOT_ALLOWED = "not_allowed"  # the policy's section [web] does not allow the web search


def locked(settings: Settings) -> Mapping[str, Lock]:
    """The names of `OPTIONS` that this machine's user cannot change. Raises EnvironmentFault POLICY_INVALID."""
    locks = dict.fromkeys(settings.fixed, Lock.FIXED)
    if not load_policy().web.allowed:
        locks |= {"web_search": Lock.NOT_ALLOWED, "web_provider": Lock.NOT_ALLOWED}
    return locks


def changed(settings: Settings, **changes: Value) -> Settings:
    """The settings with some of `OPTIONS` changed, nothing written.

    Raises RequestRejected: OPTION_INVALID (option, value), OPTION_FIXED (option, path) where policy says otherwise.
    """
    _check_values(changes)
    for name, value in changes.items():
        if name in settings.fixed and value != getattr(settings, name):
            raise RequestRejected(Rejection.OPTION_FIXED, option=name, path=str(policy_path()))
    return replace(settings, **cast("dict[str, Any]", changes))


def remember_choices(settings: Settings, **changes: Value) -> Settings:
    """Keep the user's choices for now and for the next start; other choices in the file stay as they are.

    A file that cannot be read is kept as `DAMAGED_CHOICES`, also without any changes.

    Raises RequestRejected as `changed`; EnvironmentFault HOME_UNWRITABLE, DISK_FULL.
    """
    new = changed(settings, **changes)
    with _writing, writing_home(settings.home):
        settings.home.mkdir(parents=True, exist_ok=True)
        kept, lost = _read_choices(settings.home)
        if lost:
            (settings.home / CHOICES).replace(settings.home / DAMAGED_CHOICES)
        kept |= {name: value for name, value in changes.items() if name not in settings.fixed}
        lines = [f"{name} = {json.dumps(kept[name], ensure_ascii=False)}\n" for name in OPTIONS if name in kept]
        head = "# 由程序写入：用户在程序中的选择，优先于 settings.toml\n"
        write_durably(settings.home / CHOICES, (head + "".join(lines)).encode())
    return replace(new, choices_lost=False)


def _read_choices(home: Path) -> tuple[dict[str, Value], bool]:
    """The user's choices, and whether there were some that cannot be read."""
    path = home / CHOICES
    if not path.is_file():
        return _earlier_choice(home), False
    try:
        choices = tomllib.loads(path.read_text(encoding="utf-8"))
        _check_values(choices)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, RequestRejected):
        return {}, True
    return choices, False


def _earlier_choice(home: Path) -> dict[str, Value]:
    try:
        name = (home / _CHOSEN_PACK).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return {}  # nothing was chosen, or what was cannot be known
    return {} if OPTIONS["generator_pack"].fault_of(name) else {"generator_pack": name}


def _usable(name: str, settings: Settings) -> bool:
    installed = Path(name).name == name and any((folder / name).is_dir() for folder in settings.pack_folders)
    return bool(name) and (installed or name == ENDPOINT)


def _administrators_values(path: Path) -> dict[str, Any]:
    known = {f.name: f for f in fields(Settings) if f.name not in _NOT_IN_FILES}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RequestRejected(Rejection.OPTION_INVALID, option=path.name, value=str(error)) from error
    for key, value in values.items():
        if key not in known or type(value) is not type(known[key].default):
            raise RequestRejected(Rejection.OPTION_INVALID, option=key, value=str(value))
    _check_values({key: value for key, value in values.items() if key in OPTIONS})
    return values


def _check_values(values: Mapping[str, object]) -> None:
    for name, value in values.items():
        option = OPTIONS.get(name)
        if option is None or option.fault_of(value):
            raise RequestRejected(Rejection.OPTION_INVALID, option=name, value=str(value))
