"""What `Engine.audit` offers to the window: entries made up from their number, a report, a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine.api import AuditAction, AuditEntry, AuditFilter, AuditReport

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
_ACTIONS = (AuditAction.ANSWERED, AuditAction.DOCUMENT_ADDED, AuditAction.EXPORTED, AuditAction.WEB_REQUESTED)
_FACTS: dict[AuditAction, dict[str, str | int | float | bool]] = {
    AuditAction.ANSWERED: {"outcome": "found", "sentences_supported": 1, "rung_branch": "sufficed"},
    AuditAction.DOCUMENT_ADDED: {"pages": 38, "chunks": 214},
    AuditAction.EXPORTED: {"format": ".docx", "turns": 3},
    AuditAction.WEB_REQUESTED: {"host": "search.bank.example", "results": 5},
}
_QUESTIONS = (
    "客户〔姓名〕的定期存款提前支取，利息怎么算？",
    "个人网银转账限额是多少，怎样调整？",
    "假币收缴凭证要保存多久？",
)


def entry(number: int) -> AuditEntry:
    """An hour apart, the newest has the highest number."""
    at = (NOON - timedelta(hours=5) + timedelta(hours=number)).isoformat(timespec="milliseconds")
    action = _ACTIONS[number % len(_ACTIONS)]
    content: dict[str, str] | None = None
    facts = dict(_FACTS[action])
    if action is AuditAction.ANSWERED:
        question = _QUESTIONS[number // len(_ACTIONS) % len(_QUESTIONS)]
        content = {
            "question": question,
            "answer": "未到期的部分按支取日挂牌的活期利率计付利息 [1]。",
            "sources": "[1] 规程.pdf, 3",
        }
    return AuditEntry(number, at, str(action), "talk", (), facts, content, "0" * 64)


@dataclass
class FakeAudit:
    count: int = 12
    report: AuditReport = field(
        default_factory=lambda: AuditReport(12, entry(1).at, entry(12).at, f"12:{'5f0c' * 16}", (), ())
    )
    error: Exception | None = None
    asked: list[AuditFilter] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)

    def entries(self, wanted: AuditFilter | None = None) -> tuple[AuditEntry, ...]:
        """Oldest first, as the engine gives them."""
        self._fail()
        asked = wanted or AuditFilter()
        self.asked.append(asked)
        last = asked.before - 1 if asked.before else self.count
        fitting = [entry(n) for n in range(1, last + 1)]
        fitting = [each for each in fitting if not asked.action or each.action == asked.action]
        return tuple(fitting[-asked.limit :] if asked.limit else fitting)

    def verify(self, noted_head: str = "") -> AuditReport:
        self._fail()
        self.noted.append(noted_head)
        return self.report

    def export(self, path: Path) -> int:
        self._fail()
        path.write_text("{}\n", encoding="utf-8")
        return self.count

    def _fail(self) -> None:
        if self.error:
            raise self.error
