"""The words of the audit log: its actions, what its check finds, and what to do then."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.look.catalogue import translate
from engine.api import AuditAction, AuditEntry, AuditFinding, AuditReport, FindingKind

ACTIONS: Mapping[str, str] = {
    AuditAction.ANSWERED: translate("audit", "提问"),
    AuditAction.CALCULATED: translate("audit", "计算"),
    AuditAction.DRAFTED: translate("audit", "起草文稿"),
    AuditAction.EXPORTED: translate("audit", "导出"),
    AuditAction.DOCUMENT_ADDED: translate("audit", "导入文档"),
    AuditAction.DOCUMENT_REMOVED: translate("audit", "移除文档"),
    AuditAction.PACK_INSTALLED: translate("audit", "安装知识包"),
    AuditAction.PACK_REMOVED: translate("audit", "移除知识包"),
    AuditAction.WEB_REQUESTED: translate("audit", "联网请求"),
    AuditAction.WEB_SWITCHED: translate("audit", "联网搜索开关"),
    AuditAction.LOG_EXPORTED: translate("audit", "导出日志"),
    AuditAction.ERASED: translate("audit", "永久删除内容"),
    AuditAction.PURGED: translate("audit", "到期清理"),
    AuditAction.INTERRUPTED: translate("audit", "上次写入中断"),
    AuditAction.RESEALED: translate("audit", "封存记录重建"),
}

OUTCOMES: Mapping[str, str] = {
    "found": translate("audit", "有依据的回答"),
    "not_found": translate("audit", "没有找到依据"),
    "cancelled": translate("audit", "中途停止"),
    "failed": translate("audit", "出错"),
}

_FINDINGS: Mapping[FindingKind, str] = {
    FindingKind.ALTERED: translate("audit", "第 {sequence} 条与前后不符：它被改动、插入或调换过。"),
    FindingKind.REMOVED: translate("audit", "第 {range} 条不见了：有人删除了它。"),
    FindingKind.TRUNCATED: translate("audit", "第 {range} 条不见了：最新的记录被截掉，或整个文件被换成了旧的。"),
    FindingKind.CONTENT_ALTERED: translate("audit", "第 {sequence} 条的内容被改动过。"),
    FindingKind.CONTENT_REMOVED: translate("audit", "第 {sequence} 条的内容不见了，而日志里没有相应的删除记录。"),
    FindingKind.CONTENT_STRAY: translate("audit", "第 {sequence} 条的内容没有对应的记录：它是插入的。"),
    FindingKind.CHECKPOINT_ALTERED: translate("audit", "到期清理的起点（第 {sequence} 条之后）被改动过。"),
    FindingKind.SEAL_MISSING: translate(
        "audit", "封存记录（audit.db）不见了或无法读取，无法证明第 {sequence} 条之后没有被截掉的记录。"
    ),
    FindingKind.SEAL_OUTDATED: translate("audit", "封存记录（audit.db）被换成了旧的：它没有记到第 {range} 条。"),
    FindingKind.SEAL_DIFFERS: translate("audit", "最后一条（第 {sequence} 条）与封存记录不同：它被替换过。"),
    FindingKind.RESEALED: translate(
        "audit", "写第 {sequence} 条之前，日志与封存记录已经不符：此前的记录被截掉、替换，或封存记录丢失过。"
    ),
    FindingKind.HEAD_UNKNOWN: translate(
        "audit", "日志里没有您给出的第 {sequence} 条校验码：此前的记录被整体替换过，或校验码抄错了。"
    ),
    FindingKind.CLOCK_SET_BACK: translate("audit", "第 {sequence} 条的时间早于上一条：电脑的时钟被拨回过。"),
    FindingKind.INTERRUPTED: translate("audit", "写第 {sequence} 条时程序中断：记录完好，内容无法读取。"),
    FindingKind.PURGED: translate("audit", "第 {sequence} 条及以前的记录已到期清理。"),
}

INTACT = translate("audit", "✓ 审计日志完好：{entries} 条，{first} 至 {last}。")
EMPTY = translate("audit", "✓ 审计日志完好：还没有记录。")
ALTERED = translate("audit", "✗ 审计日志被改动过：")
ADVICE = translate("audit", "请不要再使用这个数据目录，保留原样，交给科技部门或内审部门。")
HEAD = translate(
    "audit",
    "校验码：{head}\n"
    "  把它抄到这台电脑以外的地方，以后用 jinpan audit verify --head 校验码 可以证明此前的记录没有变过。",
)
MISSED = translate("audit", "这次操作暂时没有写入审计日志；条件恢复后会补记。")


def finding(found: AuditFinding) -> str:
    several = found.until > found.sequence
    numbers = (
        translate("audit", "{sequence} 至 {until}").format(sequence=found.sequence, until=found.until)
        if several
        else str(found.sequence)
    )
    return _FINDINGS[found.kind].format(sequence=found.sequence, range=numbers)


def verdict(report: AuditReport) -> str:
    if not report.intact:
        return ALTERED
    if not report.entries:
        return EMPTY
    return INTACT.format(entries=report.entries, first=_minute(report.first_at), last=_minute(report.last_at))


def entry(shown: AuditEntry) -> str:
    """One line: number, time (UTC), action, what became of it."""
    told = translate("audit", "，").join(part for part in (action(shown), outcome(shown)) if part)
    return f"{shown.sequence}  {_minute(shown.at)}  {told}"


def action(shown: AuditEntry) -> str:
    return ACTIONS.get(shown.action, shown.action)


def outcome(shown: AuditEntry) -> str:
    """What became of a question, empty for other actions."""
    return OUTCOMES.get(str(shown.facts.get("outcome", "")), "")


def _minute(at: str) -> str:
    return at[:16].replace("T", " ") + " UTC"
