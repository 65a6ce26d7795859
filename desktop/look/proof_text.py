"""Words about what an answer rests on: the ladder, the searched question, conflicts, calculations, the web."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.look.text import ANSWERED_WITHOUT_SHARED, RUNGS, superseded_name
from engine.api import (
    VISIBLE_LABEL,
    Calculation,
    Citation,
    Conflict,
    ConflictKind,
    Field,
    FieldKind,
    Figure,
    LadderStep,
    Rung,
    StepOutcome,
    WebQuery,
    calculators,
)

AI_LABEL = VISIBLE_LABEL
CALCULATED_LABEL = "由计算器得出"
UNSUPPORTED_MARK = "【未找到依据】"  # as it stands in an answer's text
STRUCK_NOTE = "所引资料中没有这个数字"
UNSUPPORTED_NOTE = "查到的资料里没有支持这句话的内容"
CHECKING = "正在核对依据和数字"
SEARCHING_WEB = "正在网上检索"
NOT_FOUND = "没有找到依据"
NEAREST = "最接近的资料"
NOT_FOUND_ACTION = "下面是最接近的几段，点开可以看原文。"
NOT_FOUND_BARE_ACTION = "可以换一种问法，或者先把有关文件加入资料库。"

# ---- the ladder
LADDER = "查找顺序"
RUNG_NAMES = {Rung.BUILTIN: RUNGS["builtin"], Rung.BRANCH: RUNGS["branch"], Rung.WEB: "网络检索"}
OUTCOMES = {
    StepOutcome.SUFFICED: "找到依据",
    StepOutcome.FELL_SHORT: "依据不足",
    StepOutcome.NOT_NEEDED: "不需要",
    StepOutcome.NOT_ALLOWED: "本行未开放",
    StepOutcome.SWITCHED_OFF: "未开启",
    StepOutcome.AWAITS_CONSENT: "等您确认",
    StepOutcome.FAILED: "没有连上",
}


def step(ladder_step: LadderStep) -> str:
    return f"{RUNG_NAMES[ladder_step.rung]} {OUTCOMES[ladder_step.outcome]}"


def step_note(ladder_step: LadderStep) -> str:
    """With how sure the program is that this evidence answers the question, where it looked at all."""
    looked = ladder_step.outcome in (StepOutcome.SUFFICED, StepOutcome.FELL_SHORT)
    sure = f"（把握 {ladder_step.score:.0%}）" if looked and ladder_step.score else ""
    return f"{step(ladder_step)}{sure}"


def ladder(steps: Sequence[LadderStep]) -> str:
    """知识包 依据不足 → 网点资料 找到依据 → 网络检索 不需要."""
    return " → ".join(step(each) for each in steps)


# ---- the question that was searched for
EDIT_SEARCHED = "修改查找用的问题"
SEARCH_AGAIN = "按此查找"
TOPIC_CHANGED = "已换话题，不带前文"


def searched(question: str) -> str:
    return f"按“{question}”查找"


# ---- conflicts
CONFLICTS = {
    ConflictKind.SUPERSEDED: "有较旧的规定与此不同，回答依据较新的",
    ConflictKind.DISAGREE: "两份现行资料说法不一致，请核对后再答复客户",
}
RESTS_ON = "回答依据"
DIFFERS = "另一说法"
OLDER = "旧版"


def cited_name(citation: Citation) -> str:
    """What a copy calls a source: a page of the web with its address and when it was read."""
    if citation.web:
        read = web_read_at(citation.web.site, citation.web.fetched_at)
        return f"{citation.web.title}（{read}，{citation.web.url}）"
    return superseded_name(citation.name, citation.superseded)


def conflict_source(citation: Citation) -> str:
    """[1] 收费标准.pdf，第 3 页，2025-01-01 版."""
    date = f"，{citation.version} 版" if citation.version else ""
    return f"[{citation.marker}] {superseded_name(citation.name, citation.superseded)}，第 {citation.page_no} 页{date}"


def other_side(found: Conflict) -> str:
    return OLDER if found.kind is ConflictKind.SUPERSEDED else DIFFERS


def conflict(found: Conflict) -> str:
    sides = f"{RESTS_ON} {conflict_source(found.first)}；{other_side(found)} {conflict_source(found.second)}"
    return f"{CONFLICTS[found.kind]}。{sides}"


# ---- calculations
CALCULATORS = "计算器"
CALCULATORS_NAME = "计算器（Ctrl+K）"
CALCULATOR_CHOICE = "选择计算器"
ASSUMED = "默认"
FORMULA = "公式"
CONVENTIONS = "约定"
CALCULATION_SOURCE = "依据"
RECALCULATED = "已按修改后的数值重新计算。"
COPY_CALCULATION = "复制计算结果"


def schedule_rows(count: int) -> str:
    return f"逐期明细（{count} 期）"


HIDE_SCHEDULE = "收起明细"
SCHEDULE = "逐期明细"


def missing(labels: Sequence[str]) -> str:
    return f"还缺：{'、'.join(labels)}。填好后自动计算。"


def missing_labels(made: Calculation) -> tuple[str, ...]:
    fields = next((each.fields for each in calculators() if each.name == made.calculator), ())
    labels = {field.name: field.label for field in fields}
    return tuple(labels.get(name, name) for name in made.missing)


def wrong_value(details: Mapping[str, str | int | float]) -> str:
    """贷款期限：九年（应为数字）."""
    return f"{details.get('option', '')}：{details.get('value', '')}"


def placeholder(field: Field) -> str:
    """How a value of this kind is written."""
    if field.kind is FieldKind.DATE:
        return "2026-01-31"
    if field.kind is FieldKind.LIST:
        return "甲行:30万；乙行:60万"
    return "" if field.required else "可不填"


def calculation_notes(made: Calculation) -> str:
    parts = [(FORMULA, made.formula), (CONVENTIONS, "；".join(made.conventions)), (CALCULATION_SOURCE, made.source)]
    return "\n".join(f"{name}：{words}" for name, words in parts if words)


def figure(shown: Figure) -> str:
    assumed = f"（{ASSUMED}）" if shown.assumed else ""
    return f"{shown.label} {grouped(shown.value)}{shown.unit}{assumed}"


def grouped(value: str) -> str:
    """1234567.50 as 1,234,567.50; what is no plain number stays as it is."""
    whole, dot, fraction = value.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    if not digits.isdecimal() or (dot and not fraction.isdecimal()) or (len(digits) > 1 and digits[0] == "0"):
        return value
    return f"{sign}{int(digits):,}{dot}{fraction}"


def calculation(made: Calculation) -> str:
    """A calculation as lines of text, to copy or print; the schedule is left out."""
    lines = [made.title, *(f"  {figure(each)}" for each in made.inputs)]
    if made.missing:
        lines.append(missing(missing_labels(made)))
    lines += [f"→ {figure(each)}" for each in made.results]
    lines += [calculation_notes(made)] if made.results else []
    return "\n".join(lines)


# ---- the web
WEB_QUERY_TITLE = "本机资料不够。要到网上检索吗？"
WEB_QUERY_FIELD = "将要发出的检索词"
SEND_QUERY = "发送检索"
KEEP_QUERY = "不发送"
CHECK_QUERY = "检查后再发"
REWORDED_NOTE = "改过的检索词会先查一遍个人信息，再请您确认。"
PROVIDERS = {"searxng": "本行自建的 SearXNG", "bocha": "博查", "zhipu": "智谱"}
WEB_ADDRESS = "打开网址"
WEB_ADDRESS_NOTE = "网址会在浏览器里打开，离开本软件。请先看清完整的地址。"
OPEN_IN_BROWSER = "在浏览器中打开"
COPY_ADDRESS = "复制网址"
MASKED_KINDS = {
    "id_number": "身份证号",
    "bank_card": "银行卡号",
    "mobile": "手机号",
    "landline": "电话号码",
    "email": "电子邮箱",
    "travel_document": "证件号码",
    "account_name": "社交账号",
    "plate": "车牌号",
    "address": "住址",
    "name": "姓名",
}


def fetching(done: int, total: int) -> str:
    return f"搜到 {total} 个网页，正在打开{f' {done}/{total}' if done else ''}"


def without(found: bool) -> str:
    return ANSWERED_WITHOUT_SHARED if found else ""


def web_destination(query: WebQuery) -> str:
    return f"只发送这一句，发往 {PROVIDERS.get(query.provider, query.provider)}（{query.host}）。对话和文件都不会发出。"


def masked(kinds: Sequence[str]) -> str:
    names = "、".join(MASKED_KINDS.get(kind, kind) for kind in dict.fromkeys(kinds))
    return f"已遮去：{names}" if kinds else "没有发现个人信息"


def web_read_at(site: str, fetched_at: str) -> str:
    """example.com　2026-11-23 读取."""
    return f"{site}　{fetched_at[:10]} 读取"


# ---- branches of a conversation
EDIT_QUESTION = "修改问题"
ASK_EDITED = "重新提问"
EARLIER_VERSION = "上一个版本"
LATER_VERSION = "下一个版本"


def version_of(number: int, count: int) -> str:
    return f"{number}/{count}"
