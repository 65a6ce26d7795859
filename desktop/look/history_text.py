"""Words about the conversations that are kept."""

from __future__ import annotations

from desktop.look.catalogue import translate

HISTORY = translate("history", "历史对话")
NEW = translate("history", "新对话")
SEARCH = translate("history", "搜索对话")
NOTHING_YET = translate("history", "还没有对话")
NOTHING_YET_NOTE = translate("history", "提问之后，对话会自动保存在这里，加密存放，不离开本机。")
NOTHING_FOUND = translate("history", "没有找到")
NOTHING_FOUND_NOTE = translate("history", "问题和回答里都没有这些字。换个词试试，或者少写几个词。")

PINNED = translate("history", "置顶")
TODAY = translate("history", "今天")
YESTERDAY = translate("history", "昨天")
THIS_WEEK = translate("history", "本周")
EARLIER = translate("history", "更早")

MORE = translate("history", "更多操作")
OPEN = translate("history", "打开")
RENAME = translate("history", "重命名")
PIN = translate("history_menu", "置顶")  # to pin; above: what is pinned
UNPIN = translate("history", "取消置顶")
PIN_OR_UNPIN = translate("history", "置顶或取消置顶")
EXPORT = translate("history", "导出…")
DELETE = translate("history", "永久删除…")
DELETE_ALL = translate("history", "清空历史对话…")
NEW_TITLE = translate("history", "对话的新名称")

CONFIRM_DELETE = translate("history", "永久删除“{title}”？")
CONFIRM_DELETE_ALL = translate("history", "永久删除全部历史对话，包括置顶的？")
CONFIRM_NOTE = translate("history", "问题、回答、评分和审计日志中的内容一并擦除，无法恢复。")
CONFIRM_YES = translate("history", "永久删除")
CONFIRM_NO = translate("history", "保留")

SOURCES_REMOVED = (
    translate("history", "这条回答依据的文档已经从资料库移除，回答内容随之擦除。"),
    translate("history", "问题还在，可以用现有的资料重新提问。"),
)
ASK_AGAIN = translate("history", "重新提问")
NOTHING_TO_EXPORT = (
    translate("history", "这次对话还没有完成的回答。"),
    translate("history", "得到回答之后再导出。"),
)


def spoken(title: str, section: str, day: str, snippet: str) -> str:
    """What a screen reader says of a row."""
    return translate("history", "，").join(filter(None, (title, section, day, snippet)))
