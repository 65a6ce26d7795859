"""Words of the library page. Figures and names go in by `.format`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from unicodedata import category

from desktop.look import text
from desktop.look.catalogue import translate

# ---- the column at the left
EVERYTHING = translate("library", "全部")
RECENT = translate("library", "最近加入")
UNFINISHED = translate("library", "未完成和失败")
COLLECTIONS = translate("library", "文件集")
NEW_COLLECTION = translate("library", "新建文件集")
PACKS = translate("library", "知识包")
FOLDERS = translate("library", "关注的文件夹")
SHELVES = translate("library", "分类")
COLLECTION_NAME = translate("library", "文件集名称")
RENAME = translate("library", "重命名")
ASK_WITHIN = translate("library", "在这个文件集里提问")
ASK_EVERYTHING = translate("library", "改为在整个资料库里查找")
DELETE = translate("library", "删除")
DELETE_COLLECTION = translate("library", "删除文件集")
FOLDER_AWAY = translate("library", "暂时连不上")
CREATE = translate("library", "新建")

# ---- the list
SEARCH = translate("library", "按名称或标题查找")
CLEAR_SEARCH = translate("library", "清除查找")
ORDER = translate("library", "排序方式")
ORDERS = {
    "added": translate("library", "最近加入在前"),
    "name": translate("library", "按名称"),
    "size": translate("library", "按大小"),
    "pages": translate("library", "按页数"),
    "version": translate("library", "按版本日期"),
}
NOTHING_MATCHES = translate("library", "没有符合的文件。")
NOTHING_MATCHES_NOTE = translate("library", "可以换几个字，或在左边选“全部”再找。")
SHELF_EMPTY = translate("library", "这里还没有文件。")
COLLECTION_EMPTY = translate("library", "把文件拖到左边的文件集上，就放进来了。")
NO_TROUBLE = translate("library", "没有未完成或失败的文件。")

# ---- the card at the right
CHOOSE_ONE = translate("library", "选一份文件，这里显示它的详情。")
CARD = translate("library", "文件详情")
OPEN = translate("library", "打开原文")
REPLACE = translate("library", "替换…")
REPLACE_WITH = translate("library", "选择新版本的文件")
REMOVE_MANY = translate("library", "全部移除")
PUT_INTO = translate("library", "放入文件集")
TAKE_OUT = translate("library", "从这个文件集取出")
FORMAT = translate("library", "格式")
PAGES = translate("library", "页数")
SIZE = translate("library", "大小")
ADDED = translate("library", "加入时间")
VERSION = translate("library", "版本日期")
ORIGIN = translate("library", "来源")
VERSIONS = translate("library", "各个版本")
PAGE_ACCOUNT = translate("library", "逐页情况")
MISSING_PAGES = translate("library", "没有读出的页")
ALL_PAGES_READ = translate("library", "各页都已读出。")
PRESENT_VERSION = translate("library", "现行")
OLDER_VERSION = translate("library", "已被替代")
THIS_ONE = translate("library", "当前这份")
NO_DATE = translate("library", "没有日期")
WAITS = translate("library", "等待处理，前面的完成后自动开始。")
CANCEL_ONE = translate("library", "取消这一份")
DISMISS = translate("library", "不再显示")

# ---- progress
PAUSE = translate("library", "暂停")
RESUME = translate("library", "继续")
UNDO = translate("library", "撤销")
SHOW_LIBRARY = translate("library", "查看")
CLOSE_STRIP = translate("library", "收起这条进度")


def selected(count: int) -> str:
    return translate("library", "已选 {count} 份").format(count=count)


def removed(count: int) -> str:
    return translate("library", "已移除 {count} 份").format(count=count)


def taking_in(name: str, note: str, done: int, total: int) -> str:
    words = translate("library", "正在加入 {done}/{total}：{name}").format(done=done, total=total, name=name)
    return text.joined([words, note])


def paused(left: int) -> str:
    return translate("library", "已暂停，还有 {count} 份等待加入").format(count=left)


def resumed(count: int) -> str:
    return translate("library", "接着加入上次没有完成的 {count} 份文件").format(count=count)


def finished(added: int, known: int, failed: int) -> str:
    """已加入 3 份，可以提问了; 1 份已在资料库中，没有重复加入; 2 份没有成功."""
    facts: list[str] = []
    if added:
        facts.append(translate("library", "已加入 {count} 份，可以提问了").format(count=added))
    if known:
        facts.append(translate("library", "{count} 份已在资料库中，没有重复加入").format(count=known))
    if failed:
        facts.append(translate("library", "{count} 份没有成功").format(count=failed))
    return translate("library", "；").join(facts)


def already_waiting(count: int) -> str:
    return translate("library", "{count} 份已经在等待加入，不会重复处理").format(count=count)


def same_content(name: str) -> str:
    return translate("library", "「{name}」与这份内容相同，没有重复加入").format(name=text.without_suffix(name))


def replaced(name: str) -> str:
    return translate("library", "已替换「{name}」").format(name=text.without_suffix(name))


def not_replaced(name: str) -> str:
    return translate("library", "「{name}」保持不变：新文件没有加入成功。").format(name=text.without_suffix(name))


def delete_collection_question(name: str, count: int) -> str:
    return translate("library", "删除文件集「{name}」？其中的 {count} 份文件仍留在资料库里。").format(
        name=name, count=count
    )


def asked_within(name: str, count: int) -> str:
    words = translate("library", "只在文件集「{name}」的 {count} 份文件里查找")
    return words.format(name=name, count=count)


def retry_all(count: int) -> str:
    return translate("library", "重试 {count} 份").format(count=count)


def count_of(shown: int, total: int) -> str:
    if shown == total:
        return translate("library", "{total} 份").format(total=total)
    return translate("library", "{shown} / {total} 份").format(shown=shown, total=total)


def size(size_bytes: int) -> str:
    """1.5 MB."""
    value = float(size_bytes)
    for unit in ("B", "KB", "MB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit != "MB" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} GB"


def local_day(moment: str) -> str:
    """2026-11-22, where this machine stands, of an ISO 8601 moment."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d")


def local_moment(moment: str) -> str:
    """2026-11-22 14:05, likewise."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")


# ---- what cannot be taken in
UNSUPPORTED = translate("library", "不支持 {suffix} 文件。")
NO_SUFFIX = translate("library", "文件名没有后缀，看不出是哪种文件。")
ADVICE_ARCHIVE = translate("library", "请先解压，再把里面的文件拖进来。")
ADVICE_IMAGE = translate("library", "请把图片另存为 PDF 再加入，里面的文字会自动识别。")
ADVICE_PROGRAM = translate("library", "这是程序，不是资料；请只加入文档。")
ADVICE_MEDIA = translate("library", "音频和视频读不出文字；请加入文字稿。")
ADVICE_OTHER = translate("library", "请用原程序打开，另存为 docx、xlsx、pptx 或 PDF 后再加入。")
DRIVE_GONE = translate("library", "文件所在的「{folder}」找不到了，可能是 U 盘已拔出或网络已断开。")
DRIVE_GONE_ACTION = translate("library", "接回之后点“重试”，不用重新拖入。")
CRASHED = translate("library", "处理这份文件时软件两次意外关闭，已经跳过。")
CRASHED_ACTION = translate("library", "可以重试一次；如仍不行，请另存为 PDF 后再加入。")

_ADVICE = {
    ADVICE_ARCHIVE: "zip rar 7z gz tar tgz bz2 xz cab iso",
    ADVICE_IMAGE: "png jpg jpeg bmp gif tif tiff webp heic heif svg",
    ADVICE_PROGRAM: "exe msi bat cmd com dll sh apk jar ps1 vbs scr lnk deb rpm appimage",
    ADVICE_MEDIA: "mp3 wav m4a aac flac amr mp4 avi mov mkv wmv",
}


def unsupported(suffix: str) -> tuple[str, str]:
    """What happened and what to do about a file that ends in `suffix` (".zip"; empty where there is none)."""
    bare = suffix.lower().lstrip(".")
    words = UNSUPPORTED.format(suffix=suffix) if bare else NO_SUFFIX
    return words, next((advice for advice, kinds in _ADVICE.items() if bare in kinds.split()), ADVICE_OTHER)


# Marks that reverse or hide parts of a name on screen ("invoice\u202efdp.exe").
_HIDDEN = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], "")
_BREAKING = ("Cc", "Zl", "Zp", "Cs")  # control characters, line ends, halves of characters


def one_line(name: str) -> str:
    """A file's name as it may be shown: on one line, with nothing in it that hides or reverses a part of it."""
    return "".join("\ufffd" if category(c) in _BREAKING else c for c in name.translate(_HIDDEN))


def joined_names(names: Sequence[str]) -> str:
    return translate("library", "、").join(names)
