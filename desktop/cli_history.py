"""The commands `jinpan history list|search|show|export|delete`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from desktop.cli_answer import source_line
from desktop.errors import EXIT_DONE
from desktop.look import history_text
from engine.api import ConversationInfo, Engine, Rejection, RequestRejected, StoredTurn

if TYPE_CHECKING:
    from desktop.cli import Context

_ID_CHARS = 8  # enough of an id to name a conversation
_STATES = {"asked": "（中断）", "stopped": "（已停止）", "failed": "（没有成功）"}


def show_list(context: Context) -> int:
    with context.open_engine() as engine:
        infos = engine.history.list(context.arguments.last)
    for info in infos:
        context.console.record("conversation", **asdict(info))
        context.console.say(_line(info))
    if not infos:
        context.console.say(f"{history_text.NOTHING_YET}。窗口里的每次对话都会自动保存。")
    return EXIT_DONE


def search(context: Context) -> int:
    """The conversations that hold every one of the words."""
    with context.open_engine() as engine:
        hits = engine.history.search(" ".join(context.arguments.words), context.arguments.last)
    for hit in hits:
        context.console.record("conversation_found", **asdict(hit))
        context.console.say(_line(hit.conversation))
        if hit.snippet:
            context.console.say(f"    {hit.snippet}")
    if not hits:
        context.console.say(f"{history_text.NOTHING_FOUND}。")
    return EXIT_DONE


def show(context: Context) -> int:
    """A conversation as it is on screen when it is opened: questions, answers, sources."""
    with context.open_engine() as engine:
        found = engine.history.load(_full_id(engine, context.arguments.conversation))
    context.console.say(_line(found.info))
    for turn in found.path:
        _show_turn(context, turn)
    return EXIT_DONE


def export(context: Context) -> int:
    path = context.arguments.file.absolute()
    with context.open_engine() as engine:
        key = _full_id(engine, context.arguments.conversation)
        turns, title = engine.history.exported(key), engine.history.load(key).info.title
        if not turns:
            context.console.say("".join(history_text.NOTHING_TO_EXPORT))
            return EXIT_DONE
        engine.export(turns, path, title, context.cancel, key)
    context.console.record("conversation_exported", conversation_id=key, path=str(path), turns=len(turns))
    context.console.say(f"✓ 已把 {len(turns)} 个问答写入 {path}，带出处和人工智能生成标识")
    return EXIT_DONE


def delete(context: Context) -> int:
    """Erase conversations for good: the given ones, or all of them."""
    given = context.arguments
    with context.open_engine() as engine:
        if given.all:
            count = engine.history.delete_all()
        else:
            count = engine.history.delete([_full_id(engine, each) for each in given.conversations])
    context.console.record("conversations_deleted", count=count)
    context.console.say(f"✓ 已永久删除 {count} 次对话，审计日志中的内容一并擦除。")
    return EXIT_DONE


def _full_id(engine: Engine, given: str) -> str:
    """The conversation whose id begins like this; as given where not exactly one does."""
    ids = [key for key in engine.history.ids() if key.startswith(given)]
    if len(ids) != 1:
        raise RequestRejected(Rejection.CONVERSATION_UNKNOWN, conversation_id=given)
    return ids[0]


def _line(info: ConversationInfo) -> str:
    changed = datetime.fromisoformat(info.changed_at).astimezone()
    pinned = f"  [{history_text.PINNED}]" if info.pinned else ""
    return f"{info.conversation_id[:_ID_CHARS]}  {changed:%Y-%m-%d %H:%M}  {info.title}{pinned}"


def _show_turn(context: Context, turn: StoredTurn) -> None:
    citations = turn.content.citations
    context.console.record(
        "turn",
        turn_id=turn.turn_id,
        asked_at=turn.asked_at,
        state=turn.state,
        question=turn.question,
        answer=turn.text,
        citations=[{"marker": c.marker, "name": c.name, "page_no": c.page_no, "quote": c.quote} for c in citations],
        sources_removed=turn.content.sources_removed,
    )
    context.console.say(f"\n问：{turn.question}")
    removed = history_text.SOURCES_REMOVED[0] if turn.content.sources_removed and not turn.text else ""
    context.console.say(f"答{_STATES.get(turn.state, '')}：{turn.text or removed}")
    for citation in citations:
        context.console.say(f"  {source_line(citation)}")


COMMANDS: dict[str, Callable[[Context], int]] = {
    "history list": show_list,
    "history search": search,
    "history show": show,
    "history export": export,
    "history delete": delete,
}
