"""Words about what an answer rests on: the ladder, the searched question, conflicts, calculations, the web."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.look.catalogue import translate
from desktop.look.text import ANSWERED_WITHOUT_SHARED, RUNGS, listed, named, superseded_name
from engine.api import (
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

AI_LABEL = translate("proof", "内容由人工智能生成，请核对来源后使用。")  # VISIBLE_LABEL, which files carry in Chinese
CALCULATED_LABEL = translate("proof", "由计算器得出")
UNSUPPORTED_MARK = "【未找到依据】"  # as it stands in an answer's text
UNSUPPORTED_LABEL = translate("proof", "【未找到依据】")
STRUCK_NOTE = translate("proof", "所引资料中没有这个数字")
UNSUPPORTED_NOTE = translate("proof", "查到的资料里没有支持这句话的内容")
CHECKING = translate("proof", "正在核对依据和数字")
SEARCHING_WEB = translate("proof", "正在网上检索")
NOT_FOUND = translate("proof", "没有找到依据")
NEAREST = translate("proof", "最接近的资料")
NOT_FOUND_ACTION = translate("proof", "下面是最接近的几段，点开可以看原文。")
NOT_FOUND_BARE_ACTION = translate("proof", "可以换一种问法，或者先把有关文件加入资料库。")

# ---- the ladder
LADDER = translate("proof", "查找顺序")
RUNG_NAMES = {Rung.BUILTIN: RUNGS["builtin"], Rung.BRANCH: RUNGS["branch"], Rung.WEB: translate("proof", "网络检索")}
OUTCOMES = {
    StepOutcome.SUFFICED: translate("proof", "找到依据"),
    StepOutcome.FELL_SHORT: translate("proof", "依据不足"),
    StepOutcome.NOT_NEEDED: translate("proof", "不需要"),
    StepOutcome.NOT_ALLOWED: translate("proof", "本行未开放"),
    StepOutcome.SWITCHED_OFF: translate("proof", "未开启"),
    StepOutcome.AWAITS_CONSENT: translate("proof", "等您确认"),
    StepOutcome.FAILED: translate("proof", "没有连上"),
}


def step(ladder_step: LadderStep) -> str:
    words = translate("proof", "{rung} {outcome}")
    return words.format(rung=RUNG_NAMES[ladder_step.rung], outcome=OUTCOMES[ladder_step.outcome])


def step_note(ladder_step: LadderStep) -> str:
    """With how sure the program is that this evidence answers the question, where it looked at all."""
    looked = ladder_step.outcome in (StepOutcome.SUFFICED, StepOutcome.FELL_SHORT)
    if not (looked and ladder_step.score):
        return step(ladder_step)
    return step(ladder_step) + translate("proof", "（把握 {score:.0%}）").format(score=ladder_step.score)


def ladder(steps: Sequence[LadderStep]) -> str:
    """知识包 依据不足 → 网点资料 找到依据 → 网络检索 不需要."""
    return " → ".join(step(each) for each in steps)


# ---- the question that was searched for
EDIT_SEARCHED = translate("proof", "修改查找用的问题")
SEARCH_AGAIN = translate("proof", "按此查找")
TOPIC_CHANGED = translate("proof", "已换话题，不带前文")


def searched(question: str) -> str:
    return translate("proof", "按“{question}”查找").format(question=question)


# ---- conflicts
CONFLICTS = {
    ConflictKind.SUPERSEDED: translate("proof", "有较旧的规定与此不同，回答依据较新的"),
    ConflictKind.DISAGREE: translate("proof", "两份现行资料说法不一致，请核对后再答复客户"),
}
RESTS_ON = translate("proof", "回答依据")
DIFFERS = translate("proof", "另一说法")
OLDER = translate("proof", "旧版")


def cited_name(citation: Citation) -> str:
    """What a copy calls a source: a page of the web with its address and when it was read."""
    if citation.web:
        read = web_read_at(citation.web.site, citation.web.fetched_at)
        words = translate("proof", "{title}（{read}，{url}）")
        return words.format(title=citation.web.title, read=read, url=citation.web.url)
    return superseded_name(citation.name, citation.superseded)


def conflict_source(citation: Citation) -> str:
    """[1] 收费标准.pdf，第 3 页，2025-01-01 版."""
    name = superseded_name(citation.name, citation.superseded)
    words = translate("proof", "[{marker}] {name}，第 {page_no} 页")
    if citation.version:
        words = translate("proof", "[{marker}] {name}，第 {page_no} 页，{version} 版")
    return words.format(marker=citation.marker, name=name, page_no=citation.page_no, version=citation.version)


def other_side(found: Conflict) -> str:
    return OLDER if found.kind is ConflictKind.SUPERSEDED else DIFFERS


def conflict(found: Conflict) -> str:
    words = translate("proof", "{what}。{rests_on} {first}；{other_side} {second}")
    first, second = conflict_source(found.first), conflict_source(found.second)
    what, other = CONFLICTS[found.kind], other_side(found)
    return words.format(what=what, rests_on=RESTS_ON, first=first, other_side=other, second=second)


# ---- calculations
CALCULATORS = translate("proof", "计算器")
CALCULATOR_CHOICE = translate("proof", "选择计算器")
ASSUMED = translate("proof", "默认")
FORMULA = translate("proof", "公式")
CONVENTIONS = translate("proof", "约定")
CALCULATION_SOURCE = translate("proof", "依据")
RECALCULATED = translate("proof", "已按修改后的数值重新计算。")
COPY_CALCULATION = translate("proof", "复制计算结果")


def schedule_rows(count: int) -> str:
    return translate("proof", "逐期明细（{count} 期）").format(count=count)


HIDE_SCHEDULE = translate("proof", "收起明细")
SCHEDULE = translate("proof", "逐期明细")


def missing(labels: Sequence[str]) -> str:
    return translate("proof", "还缺：{labels}。填好后自动计算。").format(labels=listed(labels))


def missing_labels(made: Calculation) -> tuple[str, ...]:
    fields = next((each.fields for each in calculators() if each.name == made.calculator), ())
    labels = {field.name: field.label for field in fields}
    return tuple(labels.get(name, name) for name in made.missing)


def wrong_value(details: Mapping[str, str | int | float]) -> str:
    """贷款期限：九年（应为数字）."""
    return named(str(details.get("option", "")), str(details.get("value", "")))


def placeholder(field: Field) -> str:
    """How a value of this kind is written."""
    if field.kind is FieldKind.DATE:
        return "2026-01-31"
    if field.kind is FieldKind.LIST:
        return translate("proof", "甲行:30万；乙行:60万")
    return "" if field.required else translate("proof", "可不填")


def calculation_notes(made: Calculation) -> str:
    parts = [
        (FORMULA, made.formula),
        (CONVENTIONS, translate("proof", "；").join(made.conventions)),
        (CALCULATION_SOURCE, made.source),
    ]
    return "\n".join(named(name, words) for name, words in parts if words)


def figure(shown: Figure) -> str:
    assumed = translate("proof", "（{note}）").format(note=ASSUMED) if shown.assumed else ""
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
WEB_QUERY_TITLE = translate("proof", "本机资料不够。要到网上检索吗？")
WEB_QUERY_FIELD = translate("proof", "将要发出的检索词")
SEND_QUERY = translate("proof", "发送检索")
KEEP_QUERY = translate("proof", "不发送")
CHECK_QUERY = translate("proof", "检查后再发")
REWORDED_NOTE = translate("proof", "改过的检索词会先查一遍个人信息，再请您确认。")
PROVIDERS = {
    "searxng": translate("proof", "本行自建的 SearXNG"),
    "bocha": translate("proof", "博查"),
    "zhipu": translate("proof", "智谱"),
}
WEB_ADDRESS = translate("proof", "打开网址")
WEB_ADDRESS_NOTE = translate("proof", "网址会在浏览器里打开，离开本软件。请先看清完整的地址。")
OPEN_IN_BROWSER = translate("proof", "在浏览器中打开")
COPY_ADDRESS = translate("proof", "复制网址")
MASKED_KINDS = {
    "id_number": translate("proof", "身份证号"),
    "bank_card": translate("proof", "银行卡号"),
    "mobile": translate("proof", "手机号"),
    "landline": translate("proof", "电话号码"),
    "email": translate("proof", "电子邮箱"),
    "travel_document": translate("proof", "证件号码"),
    "account_name": translate("proof", "社交账号"),
    "plate": translate("proof", "车牌号"),
    "address": translate("proof", "住址"),
    "name": translate("proof", "姓名"),
}


def fetching(done: int, total: int) -> str:
    words = translate("proof", "搜到 {total} 个网页，正在打开").format(total=total)
    return f"{words} {done}/{total}" if done else words


def without(found: bool) -> str:
    return ANSWERED_WITHOUT_SHARED if found else ""


def web_destination(query: WebQuery) -> str:
    words = translate("proof", "只发送这一句，发往 {provider}（{host}）。对话和文件都不会发出。")
    return words.format(provider=PROVIDERS.get(query.provider, query.provider), host=query.host)


def masked(kinds: Sequence[str]) -> str:
    if not kinds:
        return translate("proof", "没有发现个人信息")
    names = listed(MASKED_KINDS.get(kind, kind) for kind in dict.fromkeys(kinds))
    return translate("proof", "已遮去：{names}").format(names=names)


def web_read_at(site: str, fetched_at: str) -> str:
    """example.com　2026-11-23 读取."""
    return translate("proof", "{site}　{date} 读取").format(site=site, date=fetched_at[:10])


# ---- branches of a conversation
EDIT_QUESTION = translate("proof", "修改问题")
ASK_EDITED = translate("proof", "重新提问")
EARLIER_VERSION = translate("proof", "上一个版本")
LATER_VERSION = translate("proof", "下一个版本")


def version_of(number: int, count: int) -> str:
    return f"{number}/{count}"
