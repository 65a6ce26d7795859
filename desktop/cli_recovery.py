"""The commands `jinpan recovery new|use` and `jinpan passphrase change`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from getpass import getpass
from typing import TYPE_CHECKING

from desktop.cli_console import ask_passphrase, choose_passphrase, has_terminal
from desktop.errors import EXIT_DONE
from desktop.look.text import RECOVERY_KEEP
from engine.api import recovery

if TYPE_CHECKING:
    from desktop.cli import Context
    from desktop.cli_console import Console


def show_recovery_key(recovery_key: str) -> None:
    """On standard error, which is no file that a script keeps."""
    print(f"\n恢复密钥：\n\n    {recovery_key}\n\n{RECOVERY_KEEP}\n", file=sys.stderr, flush=True)


def recovery_key_taker(console: Console, scripted: bool) -> Callable[[str], None] | None:
    """Who is told the key of a new library: a person at a terminal. A script gets none made."""
    return show_recovery_key if not scripted and not console.json and sys.stderr.isatty() else None


def new(context: Context) -> int:
    """Make a recovery key and show it once; the one before it opens nothing any more."""
    made = recovery.new_recovery_key(context.settings, ask_passphrase)
    context.console.record("recovery_key", recovery_key=made)
    context.console.say(f"恢复密钥：\n\n    {made}\n\n{RECOVERY_KEEP}\n以前的恢复密钥从现在起作废。")
    return EXIT_DONE


def use(context: Context) -> int:
    """Lock the library anew with the recovery key that is typed, or that is the first line of a piped input."""
    typed = getpass("恢复密钥：") if sys.stdin.isatty() and has_terminal() else sys.stdin.readline()
    recovery.use_recovery_key(context.settings, typed, ask_passphrase)
    context.console.record("recovery_key_used")
    context.console.say("✓ 资料库可以打开了：密钥已重新存入系统密钥环，或已用新口令加锁。恢复密钥仍然有效。")
    return EXIT_DONE


def change_passphrase(context: Context) -> int:
    recovery.change_passphrase(context.settings, ask_passphrase(False), choose_passphrase)
    context.console.record("passphrase_changed")
    context.console.say("✓ 口令已更换；恢复密钥仍然有效。")
    return EXIT_DONE


COMMANDS: dict[str, Callable[[Context], int]] = {
    "recovery new": new,
    "recovery use": use,
    "passphrase change": change_passphrase,
}
