"""Words of the window that shows the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from desktop.look import audit_text
from desktop.look.catalogue import translate
from engine.api import AuditEntry, AuditReport

TITLE = translate("audit", "审计日志")
WORDS = translate("audit", "提问、来源、回答和各种操作都记在这里，个人信息已隐去。记录改不了：改动、删除都会被查出来。")
ACTION = translate("audit", "操作")
ALL_ACTIONS = translate("audit", "全部操作")
PERIOD = translate("audit", "时间")
ALL_TIME = translate("audit", "全部时间")
TODAY = translate("audit", "今天")
WEEK = translate("audit", "最近 7 天")
MONTH = translate("audit", "最近 30 天")
CHOSEN_DAYS = translate("audit", "选择日期…")
FROM = translate("audit", "从")
UNTIL = translate("audit", "到")
COLUMNS = (
    translate("audit", "序号"),
    translate("audit", "时间"),
    translate("audit", "操作"),
    translate("audit", "内容"),
)
LOADING = translate("audit", "正在读取…")
NOTHING = translate("audit", "没有这样的记录。")
CONTENT = translate("audit", "这条记录的内容")
CHOOSE_ROW = translate("audit", "选一条记录，这里显示它的内容。")
NO_CONTENT = translate("audit", "没有内容，或者内容已按要求永久删除。")
NAMES: Mapping[str, str] = {
    "question": translate("audit", "问题"),
    "searched": translate("audit", "查找"),
    "answer": translate("audit", "回答"),
    "sources": translate("audit", "来源"),
    "query": translate("audit", "发出的检索词"),
    "url": translate("audit", "网址"),
    "instructions": translate("audit", "要求"),
    "text": translate("audit", "文稿"),
    "inputs": translate("audit", "输入"),
    "result": translate("audit", "结果"),
}
FACTS = translate("audit", "要点")
FACT_NAMES: Mapping[str, str] = {
    "pages": translate("audit", "页数"),
    "chunks": translate("audit", "段数"),
    "pack": translate("audit", "知识包"),
    "version": translate("audit", "版本"),
    "format": translate("audit", "格式"),
    "turns": translate("audit", "问答数"),
    "feedback": translate("audit", "评价数"),
    "withheld": translate("audit", "未同意导出"),
    "template": translate("audit", "模板"),
    "forbidden_words": translate("audit", "禁用词"),
    "missing": translate("audit", "缺少的内容"),
    "host": translate("audit", "网站"),
    "results": translate("audit", "结果数"),
    "on": translate("audit", "已打开"),
    "contents": translate("audit", "删除的内容数"),
    "through": translate("audit", "清理到第几条"),
    "entry": translate("audit", "哪一条"),
    "sealed": translate("audit", "封存到第几条"),
    "last": translate("audit", "最后一条"),
    "code": translate("audit", "原因"),
    "struck": translate("audit", "划掉的数字"),
    "conflicts": translate("audit", "来源互相矛盾"),
    "calculator": translate("audit", "计算"),
    "sentences_supported": translate("audit", "有出处的句子"),
    "sentences_calculated": translate("audit", "计算得出的句子"),
    "sentences_unsupported": translate("audit", "没有依据的句子"),
    "sentences_no_claim": translate("audit", "无需依据的句子"),
    "rung_builtin": translate("audit", "知识包"),
    "rung_branch": translate("audit", "网点资料"),
    "rung_web": translate("audit", "网上"),
}
FACT_VALUES: Mapping[str | bool, str] = {
    True: translate("audit", "是"),
    False: translate("audit", "否"),
    "sufficed": translate("audit", "找到依据"),
    "fell_short": translate("audit", "依据不足"),
    "not_needed": translate("audit", "不需要"),
    "not_allowed": translate("audit", "策略不允许"),
    "switched_off": translate("audit", "未打开"),
    "awaits_consent": translate("audit", "等待同意"),
    "failed": translate("audit", "没有成功"),
}
VERIFY = translate("audit", "校验日志")
VERIFYING = translate("audit", "正在校验…")
NOTED = translate("audit", "以前抄下的校验码（可不填）")
HEAD = translate("audit", "现在的校验码")
HEAD_HINT = translate("audit", "抄到这台电脑以外的地方。以后填在上面再校验，可以证明此前的记录没有变过。")
COPY = translate("audit", "复制校验码")
EXPORT = translate("audit", "导出…")
EXPORT_TITLE = translate("audit", "导出审计日志")
EXPORT_FILTER = translate("audit", "每行一个 JSON 对象 (*.jsonl)")
EXPORT_NAME = translate("audit", "审计日志")
_SAVED = translate("audit", "已写入 {name}")
_MORE_FINDINGS = translate("audit", "另有 {count} 处。")
SHOWN_FINDINGS = 4
WIDEST = max(audit_text.ACTIONS.values(), key=len)  # of the actions, for the width of their column


def when(at: str) -> str:
    """An entry's time, to the second, on this computer's clock."""
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def summary(entry: AuditEntry) -> str:
    """One line: what became of it, and the beginning of its content."""
    text = next((words for words in (entry.content or {}).values() if words.strip()), "")
    parts = (audit_text.outcome(entry), " ".join(text.split()) or _facts(entry))
    return " · ".join(part for part in parts if part)


def _heading(name: str) -> str:
    return translate("audit", "【{name}】").format(name=name)


def whole(entry: AuditEntry) -> str:
    """All that an entry holds, a heading above each part."""
    heading = f"{entry.sequence}  {when(entry.at)}  {audit_text.action(entry)}"
    parts = [heading]
    for name, words in (entry.content or {}).items():
        parts.append(f"{_heading(NAMES.get(name, name))}\n{words.strip()}")
    if entry.content is None:
        parts.append(NO_CONTENT)
    if entry.facts:
        parts.append(f"{_heading(FACTS)}\n{_facts(entry)}")
    return "\n\n".join(parts)


def verdict(report: AuditReport) -> str:
    """The check's result, on this computer's clock, without the mark that a terminal shows: an icon stands there."""
    words = audit_text.verdict(report)
    if report.intact and report.entries:
        first, last = (when(at)[:16] for at in (report.first_at, report.last_at))
        words = audit_text.INTACT.format(entries=report.entries, first=first, last=last)
    return words.lstrip("✓✗ ")


def findings(report: AuditReport) -> str:
    """The first things found, the one that is furthest back first, and what to do."""
    found = sorted(report.faults, key=lambda each: each.sequence) or report.notes
    lines = [audit_text.finding(each) for each in found[:SHOWN_FINDINGS]]
    if len(found) > SHOWN_FINDINGS:
        lines.append(_MORE_FINDINGS.format(count=len(found) - SHOWN_FINDINGS))
    if not report.intact:
        lines.append(audit_text.ADVICE)
    return "\n".join(lines)


def saved(name: str) -> str:
    return _SAVED.format(name=name)


def _facts(entry: AuditEntry) -> str:
    shown = {name: value for name, value in entry.facts.items() if name != "outcome"}
    return " · ".join(f"{FACT_NAMES.get(name, name)} {_value(value)}" for name, value in shown.items())


def _value(value: str | int | float | bool) -> str:
    return FACT_VALUES.get(value, str(value)) if isinstance(value, (str, bool)) else str(value)
