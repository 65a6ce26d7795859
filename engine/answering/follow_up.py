"""What a question is about, where earlier turns have to say it: a follow-up becomes a question that stands alone.

「那企业户呢？」 after 「个人户开户要什么材料？」 is searched as 「企业户开户要什么材料？」. The rewriting is by rule:
it costs no waiting, is the same every time, and the window shows it to be corrected. `tests/benchmarks/follow_ups.py`
says what it finds (decision 35).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from engine.answering.contrasts import contrast_groups, read_lines
from engine.answering.text import bigrams, containment, without_question_words
from engine.values import Message

_LEAD = re.compile(
    r"^(?:(?:那么|那|如果是|如果|要是|换成|至于|对于|关于|还有|还|再|又|请问|and|what about|how about)(?:\s+|，|,)*)+",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"它们?|这种情况|这样|这种|那种|这个|那个|该(?:业务|产品|贷款|账户|存款|卡)|上述(?:业务|情况)?|前者|后者"
    r"|刚才(?:说的)?|其中"
)
_ELLIPSIS = re.compile(r"(?:的)?(?:话)?呢[？?。.！!\s]*$")
_END = re.compile(r"[？?。.！!\s]+$")
_ASKING = re.compile(
    r"怎么|怎样|如何|多少|多久|多长|什么|哪些|哪个|哪里|为什么|几[天个年次月张人名]|是否|有没有|能不能|可不可以|由谁|谁"
    r"|最[高低长多少](?=可以|能|要|赔|贷|几)"
)
_MODAL = re.compile(r"需要|应当|应该|可以|可不可以|能不能|能|要|会|是|有")
_MODAL_FIRST = re.compile(r"^(?:需要|可以|可不可以|能不能|能|要|会|有)")
_WAY = re.compile(r"(?:怎么|怎样|如何)(.{2,8})$")  # 存单丢了怎么挂失
_EMPTY_WAYS = ("办理", "处理", "计算", "计息", "开始")
_QUANTITY = re.compile(
    r"(?:超过|不超过|不满|至少)?"
    r"(?:\d+(?:\.\d+)?\s*(?:万元|万|元|年|个月|天|日|岁|%|周岁|期)|[一二三四五六七八九十两]+(?:年|个月|天|期))"
    r"(?:以[上下内])?"
)
_MORE_CHARS = 3  # what stands beside the member of a contrast and goes with it: 银行卡换卡
_SHORT_CHARS = 16  # a longer question says what it is about
_LONG_CHARS = 100
_SUBJECT_CHARS = 40  # of the earlier question; more would drown the follow-up's own words
_SAME_TOPIC_SHARE = 0.2  # of the bigrams of what the question is about
_SAME_TOPIC_SIMILARITY = 0.885  # cosine of multilingual-e5-small; both calibrated by the benchmark's tune half


@dataclass(frozen=True, slots=True)
class Understood:
    """The question to search with, and whether what was said before has nothing to do with it."""

    searched: str
    topic_changed: bool = False


def understand(
    question: str, history: Sequence[Message], similarity: Callable[[str, str], float] | None = None
) -> Understood:
    """Rewrite a follow-up by the questions before it, or notice that the topic has changed.

    Args:
        history: oldest first.
        similarity: cosine of two questions in [-1, 1]; without it only shared words tell one topic from another.
    """
    asked = [message.content for message in history if message.role == "user"]
    if not asked:
        return Understood(question)
    context = asked[0]
    for earlier in asked[1:]:
        context = _standalone(earlier, context)
    searched = _standalone(question, context)
    if searched != question:
        return Understood(searched)
    about = bigrams(without_question_words(question))
    shared = containment(about, bigrams(" ".join(asked)))
    alike = similarity(question, context) if similarity else 0.0
    return Understood(question, shared < _SAME_TOPIC_SHARE and alike < _SAME_TOPIC_SIMILARITY)


def _standalone(question: str, context: str) -> str:
    """The question itself where it stands alone, else with what `context` was about."""
    text = question.strip()
    if len(text) > _LONG_CHARS:
        return question
    own = _LEAD.sub("", text)
    if _ELLIPSIS.search(own):
        return _instead(_END.sub("", _ELLIPSIS.sub("", own)), context)
    pointing = _POINTING.search(own)
    if pointing:
        return f"{own[: pointing.start()]}{_subject(context)}{own[pointing.end() :]}"
    if own != text and len(own) <= _SHORT_CHARS and not _is_latin(own):
        return _behind(own, context)
    if len(own) <= _SHORT_CHARS and (not _subjects(own) or _MODAL_FIRST.match(own)) and not _is_latin(own):
        return _behind(own, context)
    if own != text and _is_latin(own):
        return f"{own} {_subject(context)}"
    return question


def _instead(part: str, context: str) -> str:
    """The earlier question with `part` in the place of what it stands against, or in front of it."""
    if _ASKING.search(part) and _subjects(part):
        return f"{part}？"
    for old, new in (_contrast(part, context), _quantity(part, context)):
        if old:
            return context.replace(old, new, 1)
    return f"{part}，{context[:_SUBJECT_CHARS]}" if part else context


def _contrast(part: str, context: str) -> tuple[str, str]:
    """The member of `context` that stands against one in `part`, and what replaces it."""
    pairs = [
        (theirs, mine)
        for group in contrast_groups()
        if (mine := next((member for member in group if member in part), ""))
        and (theirs := next((member for member in group if member in context and member not in part), ""))
    ]
    theirs, mine = max(pairs, key=lambda pair: len(pair[0]) + len(pair[1]), default=("", ""))
    return (theirs, part) if len(part) <= len(mine) + _MORE_CHARS else ("", "")


def _quantity(part: str, context: str) -> tuple[str, str]:
    """The earlier question's quantity of the same unit."""
    mine = _QUANTITY.search(part)
    if not mine:
        return "", ""
    unit = re.sub(r"超过|不|至少|以[上下内]|[\d.\s一二三四五六七八九十两]", "", mine[0])
    theirs = next((found[0] for found in _QUANTITY.finditer(context) if unit and unit in found[0]), "")
    return theirs, part if len(part) <= len(mine[0]) + _MORE_CHARS else mine[0]


def _behind(question: str, context: str) -> str:
    subject = _subject(context)
    return f"{subject}，{question}" if subject else question


def _subject(context: str) -> str:
    """What an earlier question is about: its words up to what it asks of them."""
    text = _END.sub("", _LEAD.sub("", context.strip())).rstrip("吗么呢")
    way = _WAY.search(text)
    if way and way[1] not in _EMPTY_WAYS:
        text = text[: way.start()] + way[1]
    asking = next((found for found in _ASKING.finditer(text) if found.start() >= 2), None)
    subject = text[: asking.start()] if asking else text
    modal = next((found for found in _MODAL.finditer(subject) if found.start() >= 2), None)
    subject = subject[: modal.start()] + subject[modal.end() :] if modal else subject
    if subject == text and not modal and not way:
        subject = " ".join(without_question_words(text).split())
    return subject.rstrip("，,的 ")[:_SUBJECT_CHARS]


def _subjects(text: str) -> bool:
    return any(word in text for word in _subject_words())


def _is_latin(text: str) -> bool:
    return not re.search(r"[\u3400-\u9fff]", text)


@cache
def _subject_words() -> frozenset[str]:
    members = {member for group in contrast_groups() for member in group if len(member) > 2}
    return frozenset(members | {word for line in read_lines("subjects.txt") for word in line.split()})
