"""Words about texts that a branch writes: the form, its progress, and what a draft is held against."""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop.look.catalogue import translate
from desktop.look.proof_text import UNSUPPORTED_MARK
from desktop.look.text import listed
from engine.api import DraftCheck, DraftFinished, Verdict

SHOWN_SENTENCES = 5
_STRUCK = re.compile(r"~~[^~\n]+~~")

WRITING_TITLE = translate("writing", "写作")
TEMPLATE = translate("writing", "模板")
DOCUMENTS = translate("writing", "依据的资料")
DOCUMENTS_NONE = translate("writing", "资料库里还没有文件")
BUILTIN = translate("writing", "也用内置知识")
INSTRUCTIONS = translate("writing", "另外的要求（可不填）")
OPTIONAL = translate("writing", "可不填")
ONE_PER_LINE = translate("writing", "每行一项")
DRAFT = translate("writing", "起草")
DRAFT_AGAIN = translate("writing", "重新起草")
COPY_DRAFT = translate("writing", "复制全文")
DRAFT_EMPTY = translate(
    "writing",
    "选好模板，填写左边的内容，勾选依据的资料，再点“起草”。固定的文字、事实和必须披露的内容由程序写入并核对。",
)
EDIT_DRAFT = translate("writing", "修改")
CHECK_EDITED = translate("writing", "核对修改")
DROP_EDITED = translate("writing", "放弃修改")
EDITOR = translate("writing", "正文（Markdown）")
CHECKING = translate("writing", "正在核对")
REDRAFT = translate("writing", "重新起草（改动会丢失）")
CHECKS = translate("writing", "核对结果")
CHECKS_WHILE_EDITING = translate("writing", "边改边查：披露、禁用词和篇幅；改完点“核对修改”，再逐句核对依据")
UNVERIFIED = translate("writing", "；部分条文制作清单时没有原文，引用前请核对")
ALL_WELL = translate("writing", "必须披露的内容齐全，没有发现禁用词。")


def section(number: int, total: int, heading: str) -> str:
    if heading:
        words = translate("writing", "正在写第 {number}/{total} 部分：{heading}")
    else:
        words = translate("writing", "正在写第 {number}/{total} 部分")
    return words.format(number=number, total=total, heading=heading)


def findings(draft: DraftFinished) -> tuple[str, ...]:
    """What has to be looked at before the text leaves the house, most serious first."""
    return (*wording(draft.check), *_facts(draft))


def edited_findings(draft: DraftFinished) -> tuple[str, ...]:
    """As `findings`, of a text that the user has changed: its sentences carry no marks but those that were left."""
    claims = draft.check.claims
    unsupported = [claim.text for claim in claims if claim.verdict is Verdict.UNSUPPORTED]
    figures = list(dict.fromkeys(figure for claim in claims for figure in claim.struck))
    lines = [
        translate("writing", "没有找到依据：“{words}”").format(words=words) for words in unsupported[:SHOWN_SENTENCES]
    ]
    more = len(unsupported) - SHOWN_SENTENCES
    if more > 0:
        lines.append(translate("writing", "另有 {more} 句没有找到依据").format(more=more))
    if figures:
        lines.append(translate("writing", "资料里没有这些数字：{figures}").format(figures=listed(figures)))
    left = draft.text.count(UNSUPPORTED_MARK) + len(_STRUCK.findall(draft.text))
    if left:
        words = translate("writing", "正文里还有 {left} 处“未找到依据”的标记或划去的数字，定稿前请补充或删去")
        lines.append(words.format(left=left))
    return (*wording(draft.check), *lines)


def wording(check: DraftCheck) -> tuple[str, ...]:
    """What a check finds in the words alone."""
    words = translate("writing", "缺少必须披露的内容：{disclosure}")
    lines = [words.format(disclosure=disclosure) for disclosure in check.missing_disclosures]
    words = translate("writing", "禁用词“{text}”：{reason}（{source}{verified}{allowed}）")
    for found in check.wording:
        allowed = translate("writing", "；{allowed}").format(allowed=found.allowed) if found.allowed else ""
        verified = "" if found.verified else UNVERIFIED
        lines.append(
            words.format(text=found.text, reason=found.reason, source=found.source, verified=verified, allowed=allowed)
        )
    if check.over_chars:
        lines.append(translate("writing", "全文超出这种材料的篇幅 {chars} 字").format(chars=check.over_chars))
    return tuple(lines)


def _facts(draft: DraftFinished) -> Sequence[str]:
    claims = draft.check.claims
    struck = list(dict.fromkeys(figure for claim in claims for figure in claim.struck))
    unsupported = sum(claim.verdict is Verdict.UNSUPPORTED for claim in claims)
    lines: list[str] = []
    if draft.missing:
        lines.append(translate("writing", "资料里没有：{facts}").format(facts=listed(draft.missing)))
    if struck:
        lines.append(translate("writing", "资料里没有这些数字，已划去：{figures}").format(figures=listed(struck)))
    if unsupported:
        lines.append(translate("writing", "{unsupported} 句没有找到依据，已标出").format(unsupported=unsupported))
    return lines
