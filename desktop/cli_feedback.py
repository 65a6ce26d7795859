"""The commands `jinpan feedback list|export`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from desktop.errors import EXIT_DONE
from desktop.look import feedback_text

if TYPE_CHECKING:
    from desktop.cli import Context


def show(context: Context) -> int:
    """What was said of answers, newest first."""
    with context.open_engine() as engine:
        found = engine.feedback.list(context.arguments.last)
    for feedback in found:
        context.console.record("feedback", **asdict(feedback))
        thumb = feedback_text.THUMBS[feedback.thumb]
        told = " · ".join(part for part in (thumb, feedback_text.said(feedback)) if part)
        kept = "" if feedback.consent else "（不导出）"
        context.console.say(f"{feedback.scored_at[:16].replace('T', ' ')} UTC  {told}{kept}")
        for text in (feedback.question, feedback.comment):
            if line := " ".join(text.split()):
                context.console.say(f"    {line}")
    if not found:
        context.console.say("还没有评价。在窗口里，每个回答下面都可以评价。")
    return EXIT_DONE


def export(context: Context) -> int:
    """Write what may be exported to a new file; nothing is written where nothing may be."""
    path = context.arguments.file.absolute()
    with context.open_engine() as engine:
        done = engine.feedback.export(path, context.cancel)
        given = engine.feedback.consent().given
    context.console.record("feedback_exported", path=str(path) if done.written else None, **asdict(done))
    if done.written:
        withheld = f"；另有 {done.withheld} 条没有同意导出，留在本机" if done.withheld else ""
        context.console.say(f"✓ 已把 {done.written} 条评价写入 {path}（每行一个 JSON 对象，个人信息已隐去）{withheld}")
    elif not given:
        context.console.say("没有写文件：还没有同意导出评价。可以在窗口的“设置”里打开。")
    else:
        context.console.say("没有写文件：没有同意导出的评价。")
    return EXIT_DONE


COMMANDS: dict[str, Callable[[Context], int]] = {"feedback list": show, "feedback export": export}
