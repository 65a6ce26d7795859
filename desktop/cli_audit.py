"""The commands `jinpan audit verify|show|export|erase`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from desktop.errors import EXIT_DONE, EXIT_LOG_ALTERED
from desktop.look import audit_text
from engine.api import AuditFilter

if TYPE_CHECKING:
    from desktop.cli import Context

_CONTENT_CHARS = 200


def verify(context: Context) -> int:
    """Exit code 5 when anybody changed the log."""
    console = context.console
    with context.open_engine() as engine:
        report = engine.audit.verify(context.arguments.head or "")
    console.record("audit_report", intact=report.intact, **asdict(report))
    console.say(audit_text.verdict(report))
    for found in (*report.faults, *report.notes):
        console.say(f"  {audit_text.finding(found)}")
    if not report.intact:
        console.say(audit_text.ADVICE)
        return EXIT_LOG_ALTERED
    if report.entries:
        console.say(audit_text.HEAD.format(head=report.head))
    return EXIT_DONE


def show(context: Context) -> int:
    given = context.arguments
    wanted = AuditFilter(
        action=given.action or "",
        conversation=given.conversation or "",
        document_id=given.document or "",
        since=given.since or "",
        until=given.until or "",
        limit=given.last,
    )
    with context.open_engine() as engine:
        entries = engine.audit.entries(wanted)
    for entry in entries:
        context.console.record("audit_entry", **asdict(entry))
        context.console.say(audit_text.entry(entry))
        for text in (entry.content or {}).values():
            line = " ".join(text.split())
            context.console.say(f"    {line[:_CONTENT_CHARS]}{'…' if len(line) > _CONTENT_CHARS else ''}")
    if not entries:
        context.console.say("没有这样的记录。")
    return EXIT_DONE


def export(context: Context) -> int:
    path = context.arguments.file.absolute()
    with context.open_engine() as engine:
        count = engine.audit.export(path)
    context.console.record("audit_exported", path=str(path), entries=count)
    context.console.say(f"✓ 已把 {count} 条记录写入 {path}（每行一个 JSON 对象，最后一行是校验结果）")
    return EXIT_DONE


def erase(context: Context) -> int:
    """Erase what was asked and answered in a conversation, for good."""
    with context.open_engine() as engine:
        count = engine.audit.erase_conversation(context.arguments.conversation)
    context.console.record("audit_erased", contents=count)
    context.console.say(f"✓ 已永久删除 {count} 条记录的内容；记录本身保留，日志仍可校验。")
    return EXIT_DONE


COMMANDS: dict[str, Callable[[Context], int]] = {
    "audit verify": verify,
    "audit show": show,
    "audit export": export,
    "audit erase": erase,
}
