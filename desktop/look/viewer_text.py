"""Words of the viewer beside the conversation. Plain text, never markup."""

from __future__ import annotations

from desktop.look.catalogue import translate

PREVIOUS_PAGE = translate("viewer", "上一页")
NEXT_PAGE = translate("viewer", "下一页")
PAGE_FIELD = translate("viewer", "页码，输入后按回车跳转")
GO_TO_PAGE = translate("viewer", "跳到某一页")
BACK_TO_SOURCE = translate("viewer", "回到出处")
CLOSE_VIEWER = translate("viewer", "关闭原文")
MORE = translate("viewer", "打开或保存原件")

PREVIOUS_CITATION = translate("viewer", "上一处出处")
NEXT_CITATION = translate("viewer", "下一处出处")
CITATION = translate("viewer", "出处")

ZOOM_IN = translate("viewer", "放大")
ZOOM_OUT = translate("viewer", "缩小")
ZOOM = translate("viewer", "缩放")
FIT_TEXT = translate("viewer", "适合正文")
FIT_WIDTH = translate("viewer", "适合宽度")
FIT_PAGE = translate("viewer", "适合整页")

FIND = translate("viewer", "在文件中查找")
FIND_HINT = translate("viewer", "查找文字")
NEXT_HIT = translate("viewer", "下一处")
PREVIOUS_HIT = translate("viewer", "上一处")
CLOSE_SEARCH = translate("viewer", "关闭查找")
NO_HIT = translate("viewer", "没有找到")
FINDING = translate("viewer", "正在查找…")

OPEN_ORIGINAL = translate("viewer", "用其他程序打开原件…")
SAVE_ORIGINAL = translate("viewer", "保存原件…")
SAVE_TITLE = translate("viewer", "保存原件")
OPEN_TITLE = translate("viewer", "打开原件")
OPEN = translate("viewer", "打开")
OPEN_NOTE = translate("viewer", "文件和加入资料库时完全一样，由系统中与它关联的程序打开。")
FILE_NAME = translate("viewer", "文件")
FOLDER_NAME = translate("viewer", "所在文件夹")
ORIGINAL_GONE = translate("viewer", "原来位置的文件已经不在，或者改动过。资料库里还存着加入时的原件，可以另存一份。")
ORIGINAL_SAVED_ONLY = translate("viewer", "这种文件可能带有脚本或宏，不从这里直接打开；可以把原件另存一份。")
ORIGINAL_NOT_OPENED = translate("viewer", "系统里没有能打开这种文件的程序。可以把原件另存一份。")
PAGE_WAITING = translate("viewer", "正在显示这一页")


def of_count(number: int, count: int) -> str:
    return f"{number} / {count}"


def page_count(count: int) -> str:
    return f"/ {count}"


def page_said(page_no: int, count: int) -> str:
    return translate("viewer", "第 {page_no} 页，共 {count} 页").format(page_no=page_no, count=count)


def citation_said(number: int, count: int) -> str:
    return translate("viewer", "第 {number} 处出处，共 {count} 处").format(number=number, count=count)


def hit_said(number: int, count: int, page_no: int, *, more: bool) -> str:
    words = translate("viewer", "至少找到 {count} 处，现在是第 {number} 处，在第 {page_no} 页")
    exact = translate("viewer", "找到 {count} 处，现在是第 {number} 处，在第 {page_no} 页")
    return (words if more else exact).format(count=count, number=number, page_no=page_no)


def hit_count(number: int, count: int, *, more: bool) -> str:
    """3 / 17, or 3 / 2000+ where the search stopped counting."""
    return f"{number} / {count}+" if more else f"{number} / {count}"


def only_first(count: int) -> str:
    return translate("viewer", "结果太多，只列出前 {count} 处。多输入几个字再找。").format(count=count)


def finding(pages_read: int, page_count: int) -> str:
    return translate("viewer", "已查 {read} / {count} 页").format(read=pages_read, count=page_count)


def with_keys(name: str, keys: str) -> str:
    return translate("viewer", "{name}（{keys}）").format(name=name, keys=keys)


def percent(value: int) -> str:
    return f"{value}%"


def zoom_said(value: int) -> str:
    return translate("viewer", "缩放 {value}%").format(value=value)


def page_picture(page_no: int, quote: str) -> str:
    """What a screen reader says of the page's picture."""
    if not quote:
        return translate("viewer", "第 {page_no} 页的图像").format(page_no=page_no)
    words = translate("viewer", "第 {page_no} 页的图像，框出的原文：{quote}")
    return words.format(page_no=page_no, quote=quote)


def saved(name: str, folder: str) -> tuple[str, str]:
    return (
        translate("viewer", "原件已保存：{name}").format(name=name),
        translate("viewer", "在文件夹 {folder}").format(folder=folder),
    )


def not_saved(name: str, reason: str) -> str:
    return translate("viewer", "没能保存 {name}。{reason}").format(name=name, reason=reason)
