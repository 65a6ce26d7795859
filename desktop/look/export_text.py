"""Words about files that answers and texts are saved to."""

from __future__ import annotations

import re
from datetime import date

from desktop.look.catalogue import translate

EXPORT_NAME = translate("export", "导出对话（Ctrl+S）")
EXPORT_CONVERSATION = translate("export", "导出对话")
EXPORT_DRAFT = translate("export", "保存为文件…")
EXPORT_NOTHING = translate("export", "还没有可以导出的回答。")
EXPORT_NOTHING_ACTION = translate("export", "提问并得到回答之后再导出。")
FORMATS = ((".docx", translate("export", "Word 文档")), (".pdf", "PDF"), (".md", translate("export", "Markdown 文本")))
FOLDER_UNWRITABLE = (
    translate("export", "这个位置不能写入，或者同名文件正在别的程序里打开。"),
    translate("export", "请先关闭那个文件，或者换一个文件夹或文件名。"),
)
DISK_FULL_ACTION = translate("export", "请清理磁盘，或者保存到别的磁盘。")

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+')  # nor what turns one round
_SEPARATOR = re.compile(r"([\\/])")
_NAME_CHARS = 40


def file_name(title: str, day: date) -> str:
    """A name without suffix that every file system takes: 问答记录 2026-11-23."""
    plain = " ".join(_NOT_IN_NAMES.sub(" ", title).split())[:_NAME_CHARS].rstrip(" .")
    return f"{plain} {day.isoformat()}".strip()


def saved(name: str, folder: str) -> tuple[str, str]:
    """A path may break after its separators: a line that cannot break would widen the window."""
    breaking = _SEPARATOR.sub("\\1\u200b", folder)
    where = translate("export", "在文件夹 {folder}。文件里带有人工智能生成的标识。").format(folder=breaking)
    return translate("export", "已保存「{name}」。").format(name=name), where


def not_saved(name: str, reason: str) -> str:
    return translate("export", "没有保存「{name}」：{reason}").format(name=name, reason=reason)
