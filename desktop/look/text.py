"""Every word on screen, Chinese first. Functions where a number or a name goes in; plain text, never markup."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from desktop.look.catalogue import translate
from engine.api import ENDPOINT, labelled

APP_NAME = translate("text", "智海-金磐网点助手")

# ---- conversation
EMPTY_TITLE = translate("text", "有什么业务问题？")
EMPTY_HINT = translate(
    "text", "回答只依据资料库里的文件，并标出页码，点一下就能看到原文。\n把文件拖进窗口，就能加入资料库。"
)
EXAMPLES = (
    translate("text", "存款保险最高赔多少？"),
    translate("text", "客户身份资料要保存多少年？"),
    translate("text", "银行卡被盗刷，客户应该怎么办？"),
)
QUESTION_PLACEHOLDER = translate("text", "输入问题，按 Enter 发送")
QUESTION_NAME = translate("text", "问题")
QUESTION_NOTE = translate("text", "回答由模型根据资料生成，办理业务前请核对原文。")
QUESTION_KEYS = translate("text", "Enter 发送　Shift+Enter 换行　Esc 停止")
SEND = translate("text", "发送")
STOP = translate("text", "停止")
NEW_CONVERSATION = translate("text", "新对话")
APPEARANCE = translate("text", "切换浅色与深色")

WAITING_ENGINE = translate("text", "正在启动，准备好后自动回答")
SEARCHING = translate("text", "正在查找资料")
WRITING = translate("text", "正在作答")
STOPPED = translate("text", "已停止")
NOT_FOUND = translate("text", "资料库里没有找到能回答这个问题的内容。下面是最接近的几段，供参考。")
COPY_ANSWER = translate("text", "复制回答和出处")
COPIED = translate("text", "已复制")
ASK_AGAIN = translate("text", "重新回答")
SOURCES = translate("text", "出处")
PASSAGES = translate("text", "查到的资料")
SUPERSEDED = translate("text", "已被替代")
RECOVERY_KEEP = translate(
    "text",
    "请抄在纸上，交科技部门与这台电脑分开保管。它只显示这一次，软件不保存；系统账户重装、密钥环丢失或忘记口令时，"
    "凭它运行 jinpan recovery use 打开资料库。拿到它和这个数据目录的人都能读到全部资料。",
)
IMAGE = translate("text", "〔图片〕")

RUNGS = {
    "builtin": translate("text", "知识包"),
    "branch": translate("text", "网点资料"),
    "web": translate("text", "网页"),
}


def loading_model(pack: str, seconds: int) -> str:
    return translate("text", "正在载入模型 {pack}，已 {seconds} 秒").format(pack=model_name(pack), seconds=seconds)


def reading(passages: int, done_tokens: int, total_tokens: int) -> str:
    found = translate("text", "查到 {passages} 段，正在阅读最相关的…").format(passages=passages)
    if not total_tokens:
        return found
    return found + translate("text", "（{done}/{total} 词元）").format(done=done_tokens, total=total_tokens)


ANSWERED_WITHOUT_SHARED = translate("text", "先用本机的资料回答。")


def answer_note(ttft_s: float, tokens_per_s: float) -> str:
    first = translate("text", "首字 {ttft_s:.1f} 秒").format(ttft_s=ttft_s)
    speed = translate("text", "每秒 {tokens:.0f} 词元").format(tokens=tokens_per_s) if tokens_per_s else ""
    return joined((first, speed))


def earlier_turns(count: int) -> str:
    return translate("text", "显示更早的 {count} 轮对话").format(count=count)


def page_label(page_no: int) -> str:
    return translate("text", "第 {page_no} 页").format(page_no=page_no)


def other_passages(count: int) -> str:
    return translate("text", "另外查到 {count} 段资料").format(count=count)


def fewer_passages() -> str:
    return translate("text", "收起")


def long_question(shown: str, length: int) -> str:
    return translate("text", "{shown}…（共 {length} 字）").format(shown=shown, length=length)


def source_name(marker: int, name: str, page_no: int) -> str:
    return translate("text", "出处 {marker}：{name}，第 {page_no} 页").format(marker=marker, name=name, page_no=page_no)


def copied_answer(text: str, sources: Sequence[tuple[int, str, int]], *, generated: bool = True) -> str:
    """What a model wrote carries the label of GB 45438-2025, which in the window stands beside it."""
    words = translate("text", "[{marker}] {name}，第 {page_no} 页")
    lines = [words.format(marker=marker, name=name, page_no=page_no) for marker, name, page_no in sources]
    copied = "\n".join((text, "", translate("text", "出处："), *lines)) if lines else text
    return labelled(copied) if generated else copied


EXPORT_TITLE = translate("text", "问答记录")


# ---- library
LIBRARY = translate("text", "资料库")
DROP_TITLE = translate("text", "把文件拖到这里")
DROP_FILES = translate("text", "选择文件")
DROP_FOLDER = translate("text", "选择文件夹")
DROP_OVERLAY = translate("text", "松开，加入资料库")
DROP_OVERLAY_NOTE = translate("text", "PDF、Word、Excel、PowerPoint、网页、文本，文件夹也可以；文件只在本机处理")
DROP_FORMATS = translate("text", "PDF、Word、Excel、PowerPoint、网页和文本文件")
DOCUMENT_SUFFIXES = ("pdf", "docx", "xlsx", "xlsm", "pptx", "html", "htm", "md", "markdown", "txt")
DOCUMENT_FILTER = f"{translate('text', '文档')} ({' '.join(f'*.{suffix}' for suffix in DOCUMENT_SUFFIXES)})"
FORMATS = {
    "pdf": "PDF",
    "docx": translate("text", "Word 文档"),
    "xlsx": translate("text", "Excel 表格"),
    "pptx": translate("text", "PowerPoint 演示文稿"),
    "html": translate("text", "网页"),
    "web": translate("text", "网页"),
    "md": translate("text", "Markdown 文本"),
    "txt": translate("text", "文本文件"),
}
LIBRARY_EMPTY = translate("text", "还没有文件")
LIBRARY_EMPTY_NOTE = translate("text", "加入的制度、产品说明和法规会列在这里。")
CANCEL_ALL = translate("text", "全部取消")
REMOVE = translate("text", "移除")
QUEUED = translate("text", "等待处理")
STARTING = translate("text", "正在打开")
REMOVING = translate("text", "正在移除")
NOTHING_FOUND = translate("text", "文件夹里没有可以读取的文件。")
ALREADY_KNOWN = translate("text", "已在资料库中")
LIBRARY_MENU = translate("text", "管理资料库")
KNOWLEDGE_PACK = translate("text", "知识包")
ENTER_PASSWORD = translate("text", "输入密码")
LOCKED = translate("text", "有打开密码")
PASSWORD_WRONG_NOTE = translate("text", "密码不对")
PAGE_KINDS = {
    "text": translate("text", "文字"),
    "table": translate("text", "表格"),
    "ocr": translate("text", "扫描"),
    "empty": translate("text", "空白"),
    "failed": translate("text", "失败"),
}


def working(done: int, total: int) -> str:
    return translate("text", "正在处理 {done}/{total}").format(done=done, total=total)


def pages_progress(page_no: int, page_count: int) -> str:
    return translate("text", "读取第 {page_no}/{page_count} 页").format(page_no=page_no, page_count=page_count)


def vectors_progress(done: int, total: int) -> str:
    return translate("text", "建立向量 {done}/{total}").format(done=done, total=total)


def recognition_progress(page_no: int, page_count: int) -> str:
    return translate("text", "文字识别 第 {page_no}/{page_count} 页").format(page_no=page_no, page_count=page_count)


def pages(count: int) -> str:
    return translate("text", "{count} 页").format(count=count)


def version(date: str) -> str:
    """2024-03-01 版; empty where no version is known."""
    return translate("text", "{date} 版").format(date=date) if date else ""


def joined(facts: Sequence[str]) -> str:
    """Short facts on one line; empty ones are left out."""
    return "　".join(fact for fact in facts if fact)


def listed(items: Iterable[str]) -> str:
    """甲、乙、丙."""
    return translate("text", "、").join(items)


def spoken(*facts: str) -> str:
    """Short facts for a screen reader; empty ones are left out."""
    return translate("text", "，").join(fact for fact in facts if fact)


def in_brackets(words: str) -> str:
    return translate("text", "（{words}）").format(words=words)


def named(name: str, words: str) -> str:
    return translate("text", "{name}：{words}").format(name=name, words=words)


def superseded_by(name: str) -> str:
    """`name` is that of the newer version, empty where it is not listed."""
    if not name:
        return translate("text", "已被替代，回答依据较新的版本")
    return translate("text", "已被替代：回答依据较新的「{name}」").format(name=without_suffix(name))


def superseded_name(name: str, superseded: bool) -> str:
    return translate("text", "{name}（已被替代）").format(name=name) if superseded else name


def of_pack(title: str) -> str:
    return translate("text", "属于知识包「{title}」，随知识包一起更新和移除").format(title=title)


def page_account(counts: Sequence[tuple[str, int]]) -> str:
    """文字 180 页 · 表格 12 · 空白 1, from kinds and how many pages ended so; none are left out."""
    words = [f"{PAGE_KINDS[kind]} {count}" for kind, count in counts if count]
    return " · ".join([translate("text", "{kind} 页").format(kind=kind) for kind in words[:1]] + words[1:])


def failed_pages(page_numbers: Sequence[int]) -> str:
    """第 3、7–9 页无法读取."""
    return translate("text", "第 {pages} 页无法读取").format(pages=_ranges(page_numbers))


def failed_page_reason(page_no: int, reason: str) -> str:
    return translate("text", "第 {page_no} 页：{reason}").format(page_no=page_no, reason=reason)


def more_failed_pages(count: int) -> str:
    return translate("text", "……另有 {count} 页").format(count=count)


def _ranges(numbers: Sequence[int]) -> str:
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    words = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:4]]
    return listed(words) if len(runs) <= 4 else translate("text", "{some} 等").format(some=listed(words))


# ---- watched folders
SYNC_MENU = translate("text", "关注的文件夹…")
SYNC_TITLE = translate("text", "关注的文件夹")
SYNC_WORDS = translate(
    "text", "文件夹里的文件会自动加入资料库：有改动就更新，删掉的就移除。软件关闭期间的变化，下次打开时补上。"
)
SYNC_EMPTY = translate("text", "还没有关注的文件夹。")
SYNC_ADD = translate("text", "添加文件夹…")
SYNC_NOW = translate("text", "立即同步")
SYNCING = translate("text", "正在同步，进度显示在资料库列表里。")
SYNC_PAUSED = translate("text", "您停止了同步。点“立即同步”接着做；重新打开软件也会接着做。")
SYNC_WAITING = translate("text", "等待同步")
SYNC_UNREACHABLE = translate("text", "暂时连不上这个文件夹。资料库里的文件不受影响，连上后自动同步。")
SYNC_KEEP_DOCUMENTS = translate("text", "保留文件")
SYNC_DROP_DOCUMENTS = translate("text", "一并移除")
IN_STEP = translate("text", "已同步")
CLOSE = translate("text", "关闭")


def stop_sync_question(path: str) -> str:
    return translate("text", "不再关注「{path}」。已经加入资料库的文件，要保留还是一并移除？原文件不受影响。").format(
        path=path
    )


def synced(added: int, changed: int, removed: int, failed: int, waiting: int) -> str:
    """How the last look at a folder ended."""
    facts = (
        (added, translate("text", "新增 {count} 份")),
        (changed, translate("text", "更新 {count} 份")),
        (removed, translate("text", "移除 {count} 份")),
        (failed, translate("text", "{count} 份无法读取")),
        (waiting, translate("text", "{count} 份正在写入，稍后处理")),
    )
    return joined([IN_STEP, *(words.format(count=count) for count, words in facts if count)])


# ---- knowledge packs
PACKS_MENU = translate("text", "知识包…")
PACK_FILTER = translate("text", "知识包 (*.jkp)")


def fingerprint(public_key: str) -> str:
    """5f0c 1a2b…: enough of a key to compare it by."""
    return f"{public_key[:4]} {public_key[4:8]}…" if len(public_key) > 8 else public_key


# ---- status and messages
STARTING_ENGINE = translate("text", "正在启动")
LOADING_MODEL = translate("text", "正在载入模型")
PREPARING = translate("text", "正在准备资料库")
ENGINE_FAILED = translate("text", "未能启动")
MODEL_FAILED = translate("text", "模型未就绪")
CHANGE_PACK = translate("text", "更换回答所用的模型")
CHANGE_PACK_LATER = translate("text", "这条回答完成后，可以更换模型")
OFFLINE = translate("text", "离线")
OFFLINE_NOTE = translate("text", "所有文件和问题只在这台电脑上处理，不连接网络。")
INTRANET = translate("text", "内网")
INTRANET_NOTE = translate(
    "text", "问题、本次对话和查到的资料片段会发送到本行的内网模型；文件和资料库仍只在这台电脑上。"
)
INTRANET_MODEL = translate("text", "内网模型")
COPY_DETAILS = translate("text", "复制详情")
OK = translate("text", "确定")
CANCEL = translate("text", "取消")
CLOSE_MESSAGE = translate("text", "关闭这条消息")
RETRY = translate("text", "重试")


def rebuilding(done: int, total: int) -> str:
    return translate("text", "检索索引已损坏或过期，正在由资料库重建 {done}/{total}").format(done=done, total=total)


def library_count(count: int) -> str:
    return translate("text", "资料 {count} 份").format(count=count)


def pack_note(size: str, *, fits: bool) -> str:
    return joined((size, "" if fits else translate("text", "本机内存不够")))


def model_name(pack: str) -> str:
    return INTRANET_MODEL if pack == ENDPOINT else pack


def pack_on_device(pack: str, device: str) -> str:
    return joined((INTRANET_MODEL, pack) if device == ENDPOINT else (pack, device))


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
