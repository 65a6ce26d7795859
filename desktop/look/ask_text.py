"""Words of the conversation: going on, what is being read, a source's sentence, the question box, announcements."""

from __future__ import annotations

from desktop.look.catalogue import translate
from desktop.look.text import joined

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
