"""Words of the conversation: going on, what is being read, a source's sentence, the question box, announcements."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.look.catalogue import translate
from desktop.look.text import joined, listed

CONVERSATION = translate("ask", "对话")

# ---- an answer that stopped
GO_ON = translate("ask", "继续")
GO_ON_NOTE = translate("ask", "从停下的地方接着写，写完后整篇核对依据")
STOPPED_UNCHECKED = translate("ask", "已停止，文字还没有核对依据")
CUT_OFF = translate("ask", "回答较长，写到长度上限停下了")

# ---- what is being read
SLOWER_AFTER = 1.5  # times the usual; a second more before anything is said
LEAST_TOLD_S = 1.5  # a shorter wait needs no estimate


def reading(passages: int, done_tokens: int, total_tokens: int, usual_s: float, spent_s: float) -> str:
    """正在阅读查到的 8 段资料　312/540 词元　约 4 秒; without figures where they are not known."""
    facts = [translate("ask", "正在阅读查到的 {count} 段资料").format(count=passages)]
    if total_tokens:
        facts.append(translate("ask", "{done}/{total} 词元").format(done=done_tokens, total=total_tokens))
    if usual_s >= LEAST_TOLD_S:
        slow = spent_s > usual_s * SLOWER_AFTER + 1
        words = (
            translate("ask", "比平时慢（平时约 {seconds} 秒），仍在阅读")
            if slow
            else translate("ask", "约 {seconds} 秒")
        )
        facts.append(words.format(seconds=round(usual_s)))
    return joined(facts)


# ---- what stands behind a marker
UNCHECKED_MARKER = translate("ask", "还没有核对，编号先按查到的顺序")
UNSUPPORTED_ADVICE = translate("ask", "这句话不能直接答复客户；可以换一种问法，或先加入有关文件。")


def struck(figure: str) -> str:
    """What it means that a figure is struck out."""
    return translate("ask", "「{figure}」不在所引的资料里，请以原文的数字为准。").format(figure=figure)


def struck_beside(figures: Sequence[str]) -> str:
    """What it means that a sentence has a source and a figure that is struck out."""
    told = listed(translate("ask", "「{figure}」").format(figure=figure) for figure in figures)
    return translate("ask", "这句话只有一部分有依据：划去的{figures}不在这份资料里。").format(figures=told)


def place(page: str, version: str, heading: str) -> str:
    """第 3 页 · 2024-03-01 版 · 第二章 保障范围 · 第五条; empty parts are left out."""
    return " · ".join(part for part in (page, version, heading) if part)


def spoken_source(name: str, rung: str, version: str) -> str:
    """出处 1：规程.pdf，第 3 页，网点资料，2024-03-01 版."""
    return translate("ask", "，").join(part for part in (name, rung, version) if part)


# ---- the question box
IMAGE_PASTED = translate("ask", "不能用图片提问。图片里的文字可以直接输入；整份文件请加入资料库。")


def length(chars: int, limit: int) -> str:
    """7,950/8,000 字."""
    return translate("ask", "{chars:,}/{limit:,} 字").format(chars=chars, limit=limit)


def too_long(limit: int, chars: int) -> str:
    return translate(
        "ask", "问题最多 {limit:,} 字，现在有 {chars:,} 字，请删减后再发送。长文件请加入资料库，再就它提问。"
    ).format(limit=limit, chars=chars)


# ---- announcements
ANSWER = translate("ask", "回答")


def answer_ready(words: str, sources: int) -> str:
    """回答已完成，3 处出处。存款保险……"""
    told = translate("ask", "回答已完成，{count} 处出处。").format(count=sources)
    return told + words


ANSWER_REFUSED = translate("ask", "没有找到依据。下面列出最接近的资料。")
ANSWER_STOPPED = translate("ask", "已停止作答。")
ANSWER_FAILED = translate("ask", "没有答成。")
