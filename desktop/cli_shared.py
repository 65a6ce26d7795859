"""The commands `jinpan kb key new|import`, `kb publish` and `kb shared`: what head office shares with all branches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from desktop.errors import EXIT_DONE, describe, exit_code
from engine.api import EnvironmentFault, Fault

if TYPE_CHECKING:
    from desktop.cli import Context


def new_key(context: Context) -> int:
    path = context.arguments.file
    with context.open_engine() as engine:
        engine.sharing.new_key(path)
    context.console.record("shared_key", path=str(path))
    context.console.say(f"✓ 共享知识库的密钥已写入 {path}")
    context.console.say("  持有它就能读共享知识库：请用可靠的方式交给网点，不要放进共享存储。")
    return EXIT_DONE


def import_key(context: Context) -> int:
    """Keep the key, and say at once whether it opens the collection."""
    with context.open_engine() as engine:
        state = engine.sharing.import_key(context.arguments.file)
    context.console.say(f"✓ 共享知识库「{state.name}」的密钥已存入系统密钥环，密钥文件可以删除。")
    return _show(context)


def publish(context: Context) -> int:
    with context.open_engine() as engine:
        done = engine.sharing.publish(context.arguments.key)
    context.console.record("shared_published", **asdict(done))
    context.console.say(
        f"✓ 已发布到 {done.location}：{done.documents} 份文档，{done.chunks} 个片段，用时 {done.seconds:.1f} 秒"
    )
    return EXIT_DONE


def shared(context: Context) -> int:
    return _show(context)


def _show(context: Context) -> int:
    """Exit code 4 where the collection cannot be read."""
    with context.open_engine() as engine:
        state = engine.sharing.state()
    context.console.record("shared", **asdict(state))
    if state.fault:
        fault = EnvironmentFault(Fault(state.fault), name=state.name)
        sentence = describe(fault)
        context.console.say(f"✗ {sentence.text}{sentence.action}")
        return exit_code(fault)
    context.console.say(f"共享知识库「{state.name}」 {state.location}")
    context.console.say(f"  {state.documents} 份文档，发布于 {state.published_at}")
    return EXIT_DONE


COMMANDS: dict[str, Callable[[Context], int]] = {
    "kb key new": new_key,
    "kb key import": import_key,
    "kb publish": publish,
    "kb shared": shared,
}
