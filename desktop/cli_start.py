"""`jinpan` (the window) and `jinpan start` (first run: packs, sample documents, then window or a terminal answer)."""

from __future__ import annotations

import ctypes
import os
import secrets
import socket
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli_packs import build_packs
from desktop.cli_recovery import recovery_key_taker
from desktop.errors import EXIT_DONE
from engine import api
from engine.api import EnvironmentFault, Fault

if TYPE_CHECKING:
    from desktop.cli import Context
    from engine.api import Engine

_SAMPLES_TAKEN = "samples_taken"  # beside the ledger: a user who removed the samples does not get them back
# What Qt's xcb plugin needs from the system; Qt aborts the whole process when one is missing.
_LIBRARIES = (
    "libEGL.so.1",
    "libGL.so.1",
    "libdbus-1.so.3",
    "libfontconfig.so.1",
    "libglib-2.0.so.0",
    "libxkbcommon-x11.so.0",
    "libxcb-cursor.so.0",
    "libxcb-icccm.so.4",
    "libxcb-image.so.0",
    "libxcb-keysyms.so.1",
    "libxcb-randr.so.0",
    "libxcb-render-util.so.0",
    "libxcb-shape.so.0",
    "libxcb-xkb.so.1",
)


def window(context: Context) -> int:
    """Open the window. Raises EnvironmentFault where there is no display or Qt lacks a system library."""
    fault = display_fault()
    if fault is not None:
        raise fault
    return _run_window(context, tuple(context.arguments.paths))


def start(context: Context) -> int:
    """Make what is missing, then open the window; without a display answer a sample question in the terminal."""
    build_packs(
        context.console,
        context.settings,
        api.missing_packs(context.settings),
        context.arguments.weights,
        context.cancel,
    )
    fault = display_fault()
    if fault is None:
        return _run_window(context, _take_samples(context))
    context.console.note("没有可用的图形界面，改在终端回答一个示例问题。")
    if fault.code == Fault.LIBRARY_MISSING:
        context.console.fail(fault)
    return _answer_sample(context)


def samples_to_take(home: Path) -> tuple[Path, ...]:
    """The bundled sample documents the first time, nothing later."""
    return () if (home / _SAMPLES_TAKEN).exists() else api.sample_documents()


def _take_samples(context: Context) -> tuple[Path, ...]:
    """Take the samples in before the window opens; returns those that are left to it.

    Without a keyring they are left: its dialog asks for the passphrase then, and asking twice would be tiresome.
    """
    documents = samples_to_take(context.settings.home)
    if not documents:
        return ()
    try:
        taker = recovery_key_taker(context.console, scripted=context.settings.passphrase_file is not None)
        engine = api.Engine.open(context.settings, None, taker)
    except EnvironmentFault as fault:
        if fault.code != Fault.KEYRING_UNUSABLE:
            raise
        return documents
    with engine:
        _ingest_samples(context, engine, documents)
    return ()


def _ingest_samples(context: Context, engine: Engine, documents: tuple[Path, ...]) -> int:
    from desktop.cli import ingest_paths

    code = ingest_paths(context, engine, documents) if documents else EXIT_DONE
    if documents and code == EXIT_DONE:
        (engine.settings.home / _SAMPLES_TAKEN).touch()
    return code


def _run_window(context: Context, documents: tuple[Path, ...]) -> int:
    from desktop.app import run_window  # Qt is imported only when a window can open

    return run_window(context.settings, documents)


def _answer_sample(context: Context) -> int:
    """Answer from the user's own library; without keyring and terminal from one that is thrown away."""
    try:
        engine = context.open_engine()
    except EnvironmentFault as fault:
        if fault.code != Fault.KEYRING_UNUSABLE:
            raise
        return _answer_sample_in_passing(context)
    with engine:
        return _take_and_ask(context, engine, samples_to_take(context.settings.home))


def _answer_sample_in_passing(context: Context) -> int:
    context.console.note(
        "没有系统密钥环，也没有可输入口令的终端：本次在临时资料库中演示，结束后即删除，不保存任何数据。"
        "正式使用请在终端运行，或加 --passphrase-file。"
    )
    os.environ["JINPAN_PACKS"] = str(context.settings.packs_folder)  # the packs stay where they are
    secret = secrets.token_urlsafe(32)
    with tempfile.TemporaryDirectory(prefix="jinpan-", ignore_cleanup_errors=True) as folder:
        settings = replace(context.settings, home=Path(folder) / "home")
        with api.Engine.open(settings, lambda _: secret) as engine:
            return _take_and_ask(context, engine, api.sample_documents())


def _take_and_ask(context: Context, engine: Engine, documents: tuple[Path, ...]) -> int:
    from desktop.cli import ask_one

    code = _ingest_samples(context, engine, documents)
    question = api.sample_questions()[0]
    context.console.say(f"\n问：{question}")
    ask_one(context, engine, question, {})
    return code


# ---- the display


def display_fault() -> EnvironmentFault | None:
    """Why no window can open here; None when it can. Qt itself would abort without a word to the user."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM", "") in ("offscreen", "minimal", "vnc"):
        return None
    if not (_wayland_answers() or _x11_answers(os.environ.get("DISPLAY", ""))):
        return EnvironmentFault(Fault.DISPLAY_MISSING)
    missing = [name for name in _LIBRARIES if not _loads(name)]
    return EnvironmentFault(Fault.LIBRARY_MISSING, library="、".join(missing)) if missing else None


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY", "")
    return bool(name) and Path(os.environ.get("XDG_RUNTIME_DIR", "/"), name).is_socket()


def _x11_answers(display: str) -> bool:
    host, colon, number = display.rpartition(":")
    number = number.partition(".")[0]
    if not colon or not number.isdecimal():
        return False
    if host not in ("", "unix"):
        return _connects(socket.AF_INET, (host, 6000 + int(number)))
    path = f"/tmp/.X11-unix/X{number}"
    return _connects(socket.AF_UNIX, path) or _connects(socket.AF_UNIX, f"\0{path}")


def _connects(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(address)
        except OSError:
            return False
        return True


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
