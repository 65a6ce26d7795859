"""The commands `jinpan endpoint set-key|test|use|remove-key`: the bank's own model server, where IT allows it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from getpass import getpass
from typing import TYPE_CHECKING

from desktop.cli_console import has_terminal, pump
from desktop.errors import EXIT_DONE
from engine.api import CancelToken, endpoint

if TYPE_CHECKING:
    from desktop.cli import Context


def set_key(context: Context) -> int:
    """Keep the key that is typed without echo, or that stands in the first line of standard input when it is piped."""
    endpoint.allowed_endpoint()
    key = getpass("访问密钥：") if sys.stdin.isatty() and has_terminal() else sys.stdin.readline()
    host = endpoint.store_endpoint_key(key.strip())
    context.console.record("endpoint_key_stored", host=host)
    context.console.say(f"✓ 已把 {host} 的访问密钥存入系统密钥环")
    return EXIT_DONE


def test(context: Context) -> int:
    """Ask the server for one word and tell how long that took."""
    context.console.progress("正在连接内网模型…")
    trial = next(pump(_trial(context.cancel), context.cancel))
    fields = {"first_token_s": round(trial.first_token_s, 3), "seconds": round(trial.seconds, 3)}
    context.console.record("endpoint_tested", url=trial.url, model=trial.model, **fields)
    context.console.say(
        f"✓ 内网模型 {trial.model} 可用（{trial.url}）：首字 {trial.first_token_s:.2f} 秒，共 {trial.seconds:.2f} 秒"
    )
    return EXIT_DONE


def _trial(cancel: CancelToken) -> Iterator[endpoint.EndpointTrial]:
    yield endpoint.try_endpoint(cancel)


def use(context: Context) -> int:
    """Answer with the server from the next start on."""
    model = endpoint.choose_endpoint(context.settings)
    context.console.record("pack_chosen", name=endpoint.ENDPOINT, model=model)
    context.console.say(f"✓ 今后用内网模型 {model} 回答；要改回本机模型，请运行 jinpan pack use 名称")
    return EXIT_DONE


def remove_key(context: Context) -> int:
    removed = endpoint.forget_endpoint_key()
    context.console.record("endpoint_key_removed", removed=removed)
    context.console.say("✓ 已从系统密钥环删除访问密钥" if removed else "系统密钥环里没有内网模型的访问密钥。")
    return EXIT_DONE


COMMANDS: dict[str, Callable[[Context], int]] = {
    "endpoint set-key": set_key,
    "endpoint test": test,
    "endpoint use": use,
    "endpoint remove-key": remove_key,
}
