"""Words about texts that a branch writes: the form, its progress, and what a draft is held against."""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop.look.proof_text import UNSUPPORTED_MARK
from engine.api import DraftCheck, DraftFinished, Verdict

SHOWN_SENTENCES = 5
_STRUCK = re.compile(r"~~[^~\n]+~~")

WRITING_TITLE = "写材料"
WRITING_NAME = "写材料（Ctrl+J）"
TEMPLATE = "模板"
DOCUMENTS = "依据的资料"
DOCUMENTS_NONE = "资料库里还没有文件"
BUILTIN = "也用内置知识"
INSTRUCTIONS = "另外的要求（可不填）"
OPTIONAL = "可不填"
ONE_PER_LINE = "每行一项"
DRAFT = "起草"
DRAFT_AGAIN = "重新起草"
COPY_DRAFT = "复制全文"
DRAFT_EMPTY = "选好模板，填写左边的内容，勾选依据的资料，再点“起草”。固定的文字、事实和必须披露的内容由程序写入并核对。"
EDIT_DRAFT = "修改"
CHECK_EDITED = "核对修改"
DROP_EDITED = "放弃修改"
EDITOR = "正文（Markdown）"
CHECKING = "正在核对"
REDRAFT = "重新起草（改动会丢失）"
CHECKS = "核对结果"
CHECKS_WHILE_EDITING = "边改边查：披露、禁用词和篇幅；改完点“核对修改”，再逐句核对依据"
UNVERIFIED = "；部分条文制作清单时没有原文，引用前请核对"
ALL_WELL = "必须披露的内容齐全，没有发现禁用词。"


def section(number: int, total: int, heading: str) -> str:
    return f"正在写第 {number}/{total} 部分{f'：{heading}' if heading else ''}"


def findings(draft: DraftFinished) -> tuple[str, ...]:
    """What has to be looked at before the text leaves the house, most serious first."""
    return (*wording(draft.check), *_facts(draft))


def edited_findings(draft: DraftFinished) -> tuple[str, ...]:
    """As `findings`, of a text that the user has changed: its sentences carry no marks but those that were left."""
    claims = draft.check.claims
    unsupported = [claim.text for claim in claims if claim.verdict is Verdict.UNSUPPORTED]
    figures = list(dict.fromkeys(figure for claim in claims for figure in claim.struck))
    lines = [f"没有找到依据：“{words}”" for words in unsupported[:SHOWN_SENTENCES]]
    more = len(unsupported) - SHOWN_SENTENCES
    lines += [f"另有 {more} 句没有找到依据"] if more > 0 else []
    lines += [f"资料里没有这些数字：{'、'.join(figures)}"] if figures else []
    left = draft.text.count(UNSUPPORTED_MARK) + len(_STRUCK.findall(draft.text))
    lines += [f"正文里还有 {left} 处“未找到依据”的标记或划去的数字，定稿前请补充或删去"] if left else []
    return (*wording(draft.check), *lines)


def wording(check: DraftCheck) -> tuple[str, ...]:
    """What a check finds in the words alone."""
    lines = [f"缺少必须披露的内容：{words}" for words in check.missing_disclosures]
    for found in check.wording:
        allowed = f"；{found.allowed}" if found.allowed else ""
        verified = "" if found.verified else UNVERIFIED
        lines.append(f"禁用词“{found.text}”：{found.reason}（{found.source}{verified}{allowed}）")
    lines += [f"全文超出这种材料的篇幅 {check.over_chars} 字"] if check.over_chars else []
    return tuple(lines)


def _facts(draft: DraftFinished) -> Sequence[str]:
    claims = draft.check.claims
    struck = list(dict.fromkeys(figure for claim in claims for figure in claim.struck))
    unsupported = sum(claim.verdict is Verdict.UNSUPPORTED for claim in claims)
    lines = [f"资料里没有：{'、'.join(draft.missing)}"] if draft.missing else []
    lines += [f"资料里没有这些数字，已划去：{'、'.join(struck)}"] if struck else []
    return [*lines, f"{unsupported} 句没有找到依据，已标出"] if unsupported else lines
