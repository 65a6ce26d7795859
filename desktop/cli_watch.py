"""The commands `jinpan watch add|remove|list|sync`: folders that the library is kept in step with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from desktop.cli_console import Console, pump
from desktop.errors import EXIT_DOCUMENTS_FAILED, EXIT_DONE
from engine.api import DocumentFailed, DocumentRemoved, Engine, FolderSynced, FolderUnreachable

if TYPE_CHECKING:
    from desktop.cli import Context


def add(context: Context) -> int:
    """Watch folders and take in what is in them."""
    with context.open_engine() as engine:
        for path in context.arguments.folders:
            folder = engine.watching.add(path)
            context.console.record("watched_folder", path=folder.path, added_at=folder.added_at)
            context.console.say(f"✓ 已关注 {folder.path}")
        return _sync(context, engine)


def remove(context: Context) -> int:
    with context.open_engine() as engine:
        for path in context.arguments.folders:
            events = engine.watching.remove(path, context.arguments.keep)
            for event in pump(events, context.cancel):
                _report_removal(context.console, event)
            context.console.record("folder_unwatched", path=str(path), kept=context.arguments.keep)
            kept = "，其中的文档留在资料库" if context.arguments.keep else ""
            context.console.say(f"✓ 不再关注 {path}{kept}")
    return EXIT_DONE


def list_folders(context: Context) -> int:
    with context.open_engine() as engine:
        folders = engine.watching.folders()
    for folder in folders:
        context.console.record("watched_folder", path=folder.path, added_at=folder.added_at)
        context.console.say(folder.path)
    if not folders:
        context.console.say("还没有关注的文件夹。用 jinpan watch add 添加。")
    return EXIT_DONE


def sync(context: Context) -> int:
    with context.open_engine() as engine:
        return _sync(context, engine)


def _sync(context: Context, engine: Engine) -> int:
    from desktop.cli import report_document

    complete = True
    for event in pump(engine.watching.sync(context.cancel), context.cancel):
        match event:
            case FolderSynced():
                context.console.record("folder_synced", **asdict(event))
                context.console.say(_summary(event))
            case FolderUnreachable(path=path):
                complete = False
                context.console.record("folder_unreachable", path=path)
                context.console.say(f"△ {path}：文件夹不在或是空的（网络盘、移动盘可能没有连接），资料库保持不变。")
            case DocumentRemoved():
                _report_removal(context.console, event)
            case _:
                complete = complete and not isinstance(event, DocumentFailed)
                report_document(context.console, event)
    return EXIT_DONE if complete else EXIT_DOCUMENTS_FAILED


def _report_removal(console: Console, event: DocumentRemoved) -> None:
    console.record("document_removed", document_id=event.document_id, name=event.name)
    console.say(f"已移除 {event.name}")


def _summary(event: FolderSynced) -> str:
    counts = ((event.added, "新增"), (event.changed, "更新"), (event.removed, "移除"), (event.failed, "失败"))
    words = [f"{word} {count}" for count, word in counts if count]
    words += [f"{event.waiting} 份还在写入，下次再导入"] if event.waiting else []
    return f"✓ {event.path}：{'，'.join(words) or '没有变化'}"


COMMANDS: dict[str, Callable[[Context], int]] = {
    "watch add": add,
    "watch remove": remove,
    "watch list": list_folders,
    "watch sync": sync,
}
