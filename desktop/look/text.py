"""Every word on screen, Chinese first. Functions where a number or a name goes in; plain text, never markup."""

from __future__ import annotations

import html
from collections.abc import Sequence

from engine.api import ENDPOINT, labelled

APP_NAME = "智海-金磐网点助手"
APP_SHORT = "金磐网点助手"

# ---- conversation
EMPTY_TITLE = "有什么业务问题？"
EMPTY_HINT = "回答只依据资料库里的文件，并标出页码，点一下就能看到原文。\n把文件拖进窗口，就能加入资料库。"
EXAMPLES = (
    "存款保险最高赔多少？",
    "客户身份资料要保存多少年？",
    "银行卡被盗刷，客户应该怎么办？",
)
QUESTION_PLACEHOLDER = "输入问题，按 Enter 发送"
QUESTION_NAME = "问题"
QUESTION_NOTE = "回答由模型根据资料生成，办理业务前请核对原文。"
QUESTION_KEYS = "Enter 发送　Shift+Enter 换行　Esc 停止"
SEND = "发送"
STOP = "停止"
NEW_CONVERSATION = "新对话"
TOGGLE_LIBRARY = "显示或隐藏资料库"
APPEARANCE = "切换浅色与深色"

WAITING_ENGINE = "正在启动，准备好后自动回答"
SEARCHING = "正在查找资料"
WRITING = "正在作答"
STOPPED = "已停止"
NOT_FOUND = "资料库里没有找到能回答这个问题的内容。下面是最接近的几段，供参考。"
NOT_FOUND_BARE = "资料库里没有找到能回答这个问题的内容。可以换一种问法，或者先把有关文件加入资料库。"
COPY_ANSWER = "复制回答和出处"
COPIED = "已复制"
ASK_AGAIN = "重新回答"
SOURCES = "出处"
PASSAGES = "查到的资料"
SUPERSEDED = "已被替代"
RECOVERY_KEEP = (
    "请抄在纸上，交科技部门与这台电脑分开保管。它只显示这一次，软件不保存；系统账户重装、密钥环丢失或忘记口令时，"
    "凭它运行 jinpan recovery use 打开资料库。拿到它和这个数据目录的人都能读到全部资料。"
)
IMAGE = "图片"

RUNGS = {"builtin": "知识包", "branch": "网点资料", "web": "网页"}


def loading_model(pack: str, seconds: int) -> str:
    return f"正在载入模型 {model_name(pack)}，已 {seconds} 秒"


def reading(passages: int, done_tokens: int, total_tokens: int) -> str:
    progress = f"（{done_tokens}/{total_tokens} 词元）" if total_tokens else ""
    return f"查到 {passages} 段，正在阅读最相关的…{progress}"


ANSWERED_WITHOUT_SHARED = "先用本机的资料回答。"


def answer_note(ttft_s: float, tokens_per_s: float) -> str:
    speed = f"　每秒 {tokens_per_s:.0f} 词元" if tokens_per_s else ""
    return f"首字 {ttft_s:.1f} 秒{speed}"


def earlier_turns(count: int) -> str:
    return f"显示更早的 {count} 轮对话"


def page_label(page_no: int) -> str:
    return f"第 {page_no} 页"


def other_passages(count: int) -> str:
    return f"另外查到 {count} 段资料"


def fewer_passages() -> str:
    return "收起"


def long_question(shown: str, length: int) -> str:
    return f"{shown}…（共 {length} 字）"


def source_name(marker: int, name: str, page_no: int) -> str:
    return f"出处 {marker}：{name}，第 {page_no} 页"


def copied_answer(text: str, sources: Sequence[tuple[int, str, int]], *, generated: bool = True) -> str:
    """What a model wrote carries the label of GB 45438-2025, which in the window stands beside it."""
    lines = [f"[{marker}] {name}，第 {page_no} 页" for marker, name, page_no in sources]
    copied = text if not lines else text + "\n\n出处：\n" + "\n".join(lines)
    return labelled(copied) if generated else copied


EXPORT_TITLE = "问答记录"


# ---- library
LIBRARY = "资料库"
DROP_TITLE = "把文件拖到这里"
DROP_FILES = "选择文件"
DROP_FOLDER = "选择文件夹"
DROP_OVERLAY = "松开，加入资料库"
DROP_OVERLAY_NOTE = "PDF、Word、Excel、PowerPoint、网页、文本，文件夹也可以；文件只在本机处理"
DROP_FORMATS = "PDF、Word、Excel、PowerPoint、网页和文本文件"
DOCUMENT_SUFFIXES = ("pdf", "docx", "xlsx", "xlsm", "pptx", "html", "htm", "md", "markdown", "txt")
DOCUMENT_FILTER = f"文档 ({' '.join(f'*.{suffix}' for suffix in DOCUMENT_SUFFIXES)})"
FORMATS = {
    "pdf": "PDF",
    "docx": "Word 文档",
    "xlsx": "Excel 表格",
    "pptx": "PowerPoint 演示文稿",
    "html": "网页",
    "web": "网页",
    "md": "Markdown 文本",
    "txt": "文本文件",
}
LIBRARY_EMPTY = "还没有文件"
LIBRARY_EMPTY_NOTE = "加入的制度、产品说明和法规会列在这里。"
CANCEL_ALL = "全部取消"
REMOVE = "移除"
KEEP = "保留"
QUEUED = "等待处理"
STARTING = "正在打开"
REMOVING = "正在移除"
NOTHING_FOUND = "文件夹里没有可以读取的文件。"
ALREADY_KNOWN = "已在资料库中"
LIBRARY_MENU = "管理资料库"
KNOWLEDGE_PACK = "知识包"
ENTER_PASSWORD = "输入密码"
LOCKED = "有打开密码"
PASSWORD_WRONG_NOTE = "密码不对"
PAGE_KINDS = {"text": "文字", "table": "表格", "ocr": "扫描", "empty": "空白", "failed": "失败"}


def remove_question(name: str) -> str:
    return f"从资料库移除「{name}」？原文件不受影响。"


def working(done: int, total: int) -> str:
    return f"正在处理 {done}/{total}"


def pages_progress(page_no: int, page_count: int) -> str:
    return f"读取第 {page_no}/{page_count} 页"


def vectors_progress(done: int, total: int) -> str:
    return f"建立向量 {done}/{total}"


def recognition_progress(page_no: int, page_count: int) -> str:
    return f"文字识别 第 {page_no}/{page_count} 页"


def pages(count: int) -> str:
    return f"{count} 页"


def version(date: str) -> str:
    """2024-03-01 版; empty where no version is known."""
    return f"{date} 版" if date else ""


def joined(facts: Sequence[str]) -> str:
    """Short facts on one line; empty ones are left out."""
    return "　".join(fact for fact in facts if fact)


def superseded_by(name: str) -> str:
    """`name` is that of the newer version, empty where it is not listed."""
    return f"{SUPERSEDED}：回答依据较新的「{without_suffix(name)}」" if name else f"{SUPERSEDED}，回答依据较新的版本"


def superseded_name(name: str, superseded: bool) -> str:
    return f"{name}（{SUPERSEDED}）" if superseded else name


def of_pack(title: str) -> str:
    return f"属于知识包「{title}」，随知识包一起更新和移除"


def page_account(counts: Sequence[tuple[str, int]]) -> str:
    """文字 180 页 · 表格 12 · 空白 1, from kinds and how many pages ended so; none are left out."""
    words = [f"{PAGE_KINDS[kind]} {count}" for kind, count in counts if count]
    return " · ".join([f"{first} 页" for first in words[:1]] + words[1:])


def failed_pages(page_numbers: Sequence[int]) -> str:
    """第 3、7–9 页无法读取."""
    return f"第 {_ranges(page_numbers)} 页无法读取"


def failed_page_reason(page_no: int, reason: str) -> str:
    return f"第 {page_no} 页：{reason}"


def more_failed_pages(count: int) -> str:
    return f"……另有 {count} 页"


def _ranges(numbers: Sequence[int]) -> str:
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    words = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:4]]
    return "、".join(words) + (" 等" if len(runs) > 4 else "")


# ---- watched folders
SYNC_MENU = "同步文件夹…"
SYNC_TITLE = "同步文件夹"
SYNC_WORDS = "文件夹里的文件会自动加入资料库：有改动就更新，删掉的就移除。软件关闭期间的变化，下次打开时补上。"
SYNC_EMPTY = "还没有同步的文件夹。"
SYNC_ADD = "添加文件夹…"
SYNC_NOW = "立即同步"
SYNCING = "正在同步，进度显示在资料库列表里。"
SYNC_PAUSED = "您停止了同步。点「立即同步」接着做；重新打开软件也会接着做。"
SYNC_WAITING = "等待同步"
SYNC_UNREACHABLE = "暂时连不上这个文件夹。资料库里的文件不受影响，连上后自动同步。"
SYNC_KEEP_DOCUMENTS = "保留文件"
SYNC_DROP_DOCUMENTS = "一并移除"
IN_STEP = "已同步"
CLOSE = "关闭"


def stop_sync_question(path: str) -> str:
    return f"不再同步「{path}」。已经加入资料库的文件，要保留还是一并移除？原文件不受影响。"


def synced(added: int, changed: int, removed: int, failed: int, waiting: int) -> str:
    """How the last look at a folder ended."""
    done = [(added, "新增"), (changed, "更新"), (removed, "移除")]
    left = [(failed, "份无法读取"), (waiting, "份正在写入，稍后处理")]
    facts = [f"{words} {count} 份" for count, words in done if count]
    return joined([IN_STEP, *facts, *(f"{count} {words}" for count, words in left if count)])


# ---- knowledge packs
PACKS_MENU = "知识包…"
PACKS_TITLE = "知识包"
PACKS_WORDS = "总行制作并签名的成套资料，整体安装、更新和移除，回答问题时先查它们。把 .jkp 文件拖进窗口也可以安装。"
PACKS_EMPTY = "还没有安装知识包。"
PACKS_INSTALL = "安装知识包…"
PACK_FILTER = "知识包 (*.jkp)"


def pack_version(version: str) -> str:
    return f"{version} 版"


def fingerprint(public_key: str) -> str:
    """5f0c 1a2b…: enough of a key to compare it by."""
    return f"{public_key[:4]} {public_key[4:8]}…" if len(public_key) > 8 else public_key


def signed_by(public_key: str) -> str:
    return f"签名公钥 {fingerprint(public_key)}"


def pack_reading(name: str, page_no: int, page_count: int) -> str:
    place = f"第 {page_no}/{page_count} 页　" if page_count else "正在读取　"
    return f"{place}{name}"


def pack_installed(file_name: str, version: str, documents: int) -> str:
    return f"「{file_name}」已安装：{version} 版，{documents} 份文件。"


def remove_pack_question(title: str, documents: int) -> str:
    return f"移除知识包「{title}」和其中的 {documents} 份文件？以后可以再安装。"


# ---- viewer
PREVIOUS_PAGE = "上一页"
NEXT_PAGE = "下一页"
ZOOM_IN = "放大"
ZOOM_OUT = "缩小"
FIT_WIDTH = "适合宽度"
CLOSE_VIEWER = "关闭原文"
BACK_TO_SOURCE = "回到出处"


def page_of(page_no: int, page_count: int) -> str:
    return f"{page_no} / {page_count}" if page_count else f"{page_no}"


# ---- status and messages
STARTING_ENGINE = "正在启动"
LOADING_MODEL = "正在载入模型"
PREPARING = "正在准备资料库"
ENGINE_FAILED = "未能启动"
MODEL_FAILED = "模型未就绪"
CHANGE_PACK = "更换回答所用的模型"
CHANGE_PACK_LATER = "这条回答完成后，可以更换模型"
OFFLINE = "离线"
OFFLINE_NOTE = "所有文件和问题只在这台电脑上处理，不连接网络。"
INTRANET = "内网"
INTRANET_NOTE = "问题、本次对话和查到的资料片段会发送到本行的内网模型；文件和资料库仍只在这台电脑上。"
INTRANET_MODEL = "内网模型"
COPY_DETAILS = "复制详情"
CLOSE_MESSAGE = "关闭这条消息"
RETRY = "重试"


def rebuilding(done: int, total: int) -> str:
    return f"检索索引已损坏或过期，正在由资料库重建 {done}/{total}"


def library_count(count: int) -> str:
    return f"资料 {count} 份"


def pack_note(size: str, *, fits: bool) -> str:
    return size if fits else f"{size}　本机内存不够"


def model_name(pack: str) -> str:
    return INTRANET_MODEL if pack == ENDPOINT else pack


def pack_on_device(pack: str, device: str) -> str:
    return f"{INTRANET_MODEL}　{pack}" if device == ENDPOINT else f"{pack}　{device}"


# ---- passphrase
PASSPHRASE_TITLE = "资料库口令"
PASSPHRASE_NEW = "这台电脑没有可用的系统密钥环。请设置一个口令来加密资料库。忘记口令就无法再打开资料库。"
PASSPHRASE_OPEN = "资料库由口令保护，请输入口令。"
PASSPHRASE_FIELD = "口令"
PASSPHRASE_AGAIN = "再输一次"
PASSPHRASE_SHORT = "口令至少 8 个字符。"
PASSPHRASE_DIFFERS = "两次输入不一致。"
PASSPHRASE_WRONG = "口令不对，请再试一次。"
PASSPHRASE_OK = "确定"
PASSPHRASE_CANCEL = "退出"
PASSPHRASE_FORGOTTEN = "忘记口令"

# ---- a locked document
PASSWORD_TITLE = "打开密码"
PASSWORD_FIELD = "密码"
PASSWORD_WRONG = "密码不对，请核对后再试。"
CANCEL = "取消"


def password_words(name: str) -> str:
    return f"「{name}」有打开密码。密码只用来打开这一次，不会保存。"


def without_suffix(name: str) -> str:
    """Most documents are PDFs: in narrow places their names do without saying so; others keep their suffix."""
    return name[:-4] if name.lower().endswith(".pdf") else name


def unbroken(words: str) -> str:
    """The same words for a label that wraps: lines break at the dots only (word joiners, no-break spaces)."""
    return " · ".join("\u2060".join(part.replace(" ", "\u00a0")) for part in words.split(" · "))


def tooltip(plain: str) -> str:
    """Tooltips guess whether text is markup; escaped text in a paragraph is always shown as it is, and wraps."""
    lines = "<br>".join(html.escape(line) for line in plain.split("\n"))
    return f"<p style='white-space:normal'>{lines}</p>"
