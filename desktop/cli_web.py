"""The commands `jinpan web status|on|off|key|forget-key|log`: the web search, where IT allows it. They send nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from getpass import getpass
from typing import TYPE_CHECKING

from desktop.cli_console import Console, has_terminal
from desktop.errors import EXIT_DONE
from desktop.look import web_text
from engine.api import WebState

if TYPE_CHECKING:
    from desktop.cli import Context


def status(context: Context) -> int:
    """Whether policy allows it, whether it is switched on, and which service would be asked."""
    with context.open_engine() as engine:
        show_state(context.console, engine.web.state())
    return EXIT_DONE


def on(context: Context) -> int:
    """Switch it on; every query is still shown before it is sent."""
    with context.open_engine() as engine:
        show_state(context.console, engine.web.switch(True, context.arguments.provider or ""))
    return EXIT_DONE


def off(context: Context) -> int:
    with context.open_engine() as engine:
        show_state(context.console, engine.web.switch(False))
    return EXIT_DONE


def show_state(console: Console, state: WebState) -> None:
    console.record("web_state", **asdict(state))
    if not state.allowed:
        console.say(web_text.locked(state.policy_path))
        return
    console.say(f"{web_text.WEB_TITLE}：{'已打开' if state.switched_on else '已关闭'}")
    if state.switched_on:
        console.say("资料不够时会显示将要发出的检索词；不经您同意，什么也不发出。")
    for known in state.providers:
        chosen = "（使用中）" if known.name == state.provider and state.switched_on else ""
        console.say(f"  {known.name}  {web_text.provider(known.name, known.host)}{chosen}")
    if not state.providers:
        console.say("管理策略没有写明可用的搜索服务。")


def key(context: Context) -> int:
    """Keep the key that is typed without echo, or that stands in the first line of standard input when it is piped."""
    with context.open_engine() as engine:
        engine.web.has_key(context.arguments.provider)  # refuses before a key is typed
        typed = getpass("访问密钥：") if sys.stdin.isatty() and has_terminal() else sys.stdin.readline()
        known = engine.web.set_key(context.arguments.provider, typed.strip())
    context.console.record("web_key_stored", provider=known.name, host=known.host)
    context.console.say(f"✓ 已把 {known.host} 的访问密钥存入系统密钥环")
    return EXIT_DONE


def forget_key(context: Context) -> int:
    with context.open_engine() as engine:
        removed = engine.web.remove_key(context.arguments.provider)
    context.console.record("web_key_removed", removed=removed)
    context.console.say("✓ 已从系统密钥环删除访问密钥" if removed else "系统密钥环里没有这个搜索服务的访问密钥。")
    return EXIT_DONE


def log(context: Context) -> int:
    """Every request that ever left for the web, newest first."""
    with context.open_engine() as engine:
        made = engine.web.outbound(context.arguments.last)
    for request in made:
        context.console.record("web_request", **asdict(request))
        context.console.say("  ".join(web_text.request(request)))
    if not made:
        context.console.say(web_text.NO_REQUESTS)
    return EXIT_DONE


COMMANDS: dict[str, Callable[[Context], int]] = {
    "web status": status,
    "web on": on,
    "web off": off,
    "web key": key,
    "web forget-key": forget_key,
    "web log": log,
}
