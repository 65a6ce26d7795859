"""Passwords of locked PDFs on the command line: from a file, or asked for on the terminal; kept nowhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli_console import has_terminal
from engine.api import DocumentFailed, DocumentFault, Rejection, RequestRejected

if TYPE_CHECKING:
    from desktop.cli import Context

TakeIn = Callable[[Sequence[Path], Mapping[Path, str]], list[DocumentFailed]]
_TRIES = 3
_ASKED_FOR = (DocumentFault.ENCRYPTED, DocumentFault.PASSWORD_WRONG)


def passwords_from_file(context: Context) -> dict[Path, str]:
    """The first line of --password-file for every path given. Raises RequestRejected path_missing."""
    path: Path | None = context.arguments.password_file
    if path is None:
        return {}
    try:
        password = path.read_text(encoding="utf-8-sig").split("\n", 1)[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestRejected(Rejection.PATH_MISSING, path=str(path)) from error
    return dict.fromkeys(context.arguments.paths, password)


def ask_for_passwords(context: Context, failed: Sequence[DocumentFailed], take_in: TakeIn) -> list[DocumentFailed]:
    """Offer to open each locked PDF where someone sits at the terminal; returns what failed in the end."""
    watched = not context.console.json and sys.stdin.isatty() and has_terminal()
    if not watched or context.arguments.password_file is not None:
        return list(failed)
    return [left for event in failed for left in _opened(event, take_in)]


def _opened(event: DocumentFailed, take_in: TakeIn) -> list[DocumentFailed]:
    left = [event]
    for _ in range(_TRIES):
        locked = left and left[0].reason in _ASKED_FOR and event.path.lower().endswith(".pdf")
        password = getpass(f"「{event.name}」的打开密码（直接按回车跳过）：") if locked else ""
        if not password:
            break
        left = take_in([Path(event.path)], {Path(event.path): password})
    return left
