"""The window of the audit log: over made-up entries, and over a real log that somebody changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from desktop.audit.audit_dialog import AuditDialog
from desktop.audit.audit_model import AuditModel
from desktop.audit.filter_row import FilterRow
from desktop.jobs import QueueLane, shut_down
from desktop.look import audit_text, audit_view_text
from engine.api import AuditAction, AuditFilter
from engine.auditing import Audit
from engine.knowledge import keys
from engine.knowledge.database import connect
from engine.knowledge.keys import SubKeys, obtain_key
from engine.knowledge.store import KnowledgeBase
from tests.fake_audit import FakeAudit

Show = Callable[[object], AuditDialog]


@pytest.fixture
def show(application, theme, wait) -> Iterator[Show]:
    lane, parent = QueueLane(), QWidget()
    parent.resize(1100, 760)

    def shown(audit: object) -> AuditDialog:
        model = AuditModel(lane)
        model.set_engine(SimpleNamespace(audit=audit))  # type: ignore[arg-type]
        dialog = AuditDialog(parent, theme, model)
        dialog.show()
        wait(lambda: not model.loading)
        return dialog

    yield shown
    assert shut_down([lane], 5.0)
    parent.deleteLater()


def words(widget: QWidget) -> str:
    return "\n".join(shown.text() for shown in widget.findChildren(QLabel) if shown.isVisible())


def test_a_row_shows_its_masked_content(show):
    dialog = show(FakeAudit())
    assert dialog.table.model().rowCount() == 12
    assert dialog.table.model().index(0, 3).data().startswith(audit_text.OUTCOMES["found"])
    dialog.table.selectRow(0)
    shown = dialog.content.toPlainText()
    assert "【问题】" in shown and "[1] 规程.pdf, 3" in shown and "outcome" not in shown
    dialog.table.selectRow(1)
    assert audit_view_text.NO_CONTENT in dialog.content.toPlainText()


def test_the_filter_asks_the_log(show, wait):
    audit = FakeAudit()
    dialog = show(audit)
    dialog.filter.action.setCurrentIndex(dialog.filter.action.findData(str(AuditAction.EXPORTED)))
    wait(lambda: dialog.table.model().rowCount() == 3)
    assert audit.asked[-1].action == AuditAction.EXPORTED
    audit.count = 0
    dialog.filter.action.setCurrentIndex(0)
    wait(lambda: audit_view_text.NOTHING in words(dialog))


def test_days_are_those_of_this_computers_clock(application, monkeypatch: pytest.MonkeyPatch):
    import time

    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    row = FilterRow()
    row.period.setCurrentIndex(2)
    week = row.wanted(today=date(2026, 11, 23))
    assert (week.since, week.until) == ("2026-11-16T16:00:00.000", "2026-11-23T15:59:59.999")
    row.period.setCurrentIndex(4)
    row.first.setDate(QDate(2026, 1, 5))
    row.last.setDate(QDate(2026, 1, 5))
    day = row.wanted()
    assert (day.since, day.until) == ("2026-01-04T16:00:00.000", "2026-01-05T15:59:59.999")
    monkeypatch.undo()
    time.tzset()


def test_the_check_value_is_shown_to_be_noted(show, wait, application):
    audit = FakeAudit()
    dialog = show(audit)
    dialog.noted.setText(" 3:ab ")
    QTest.mouseClick(dialog.verify, Qt.MouseButton.LeftButton)
    wait(lambda: dialog.notice.isVisible())
    assert audit.noted == ["3:ab"]
    assert dialog.head.text() == audit.report.head
    QTest.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert application.clipboard().text() == audit.report.head


def test_every_control_has_a_name(show):
    dialog = show(FakeAudit())
    buttons = [button for button in dialog.findChildren(QAbstractButton) if button.isVisible()]
    assert all(button.accessibleName() or button.text() for button in buttons if button.focusPolicy())
    assert dialog.filter.action.accessibleName() and dialog.filter.period.accessibleName()
    assert dialog.table.accessibleName() and dialog.content.accessibleName() and dialog.noted.accessibleName()


# ---- a real log


@pytest.fixture
def log(home: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], KnowledgeBase]:
    """A home with 230 entries; opens it."""
    monkeypatch.setattr(keys, "_SCRYPT_N", 2**10)

    def opened() -> KnowledgeBase:
        return KnowledgeBase.open(home, embedder_fingerprint=None, passphrase_file=passphrase_file)

    with opened() as knowledge:
        for number in range(230):
            content = {"question": f"客户张三13812345678问第{number}件事"} if number % 100 == 29 else None
            knowledge.audit.record(AuditAction.ANSWERED, facts={"outcome": "found"}, content=content)
    return opened


def test_a_real_log_is_paged_checked_and_exported(show, wait, log, tmp_path: Path):
    with log() as knowledge:
        dialog = show(Audit(knowledge.audit))
        assert dialog.table.model().rowCount() == 200
        dialog.table.scrollToBottom()
        wait(lambda: dialog.table.model().rowCount() == 230)
        dialog.table.selectRow(0)
        assert "客户〔姓名〕〔手机号〕问第229件事" in dialog.content.toPlainText()
        QTest.mouseClick(dialog.verify, Qt.MouseButton.LeftButton)
        wait(lambda: dialog.notice.isVisible())
        assert "审计日志完好：230 条" in words(dialog) and dialog.head.text().startswith("230:")
        dialog._model.export(tmp_path / "log.jsonl")
        wait(lambda: dialog.table.model().index(0, 2).data() == audit_text.ACTIONS[AuditAction.LOG_EXPORTED])
        assert (tmp_path / "log.jsonl").read_text(encoding="utf-8").count("\n") == 232


def test_the_first_broken_entry_is_named(show, wait, log, home: Path, passphrase_file: Path):
    db = connect(home / "ledger.db", SubKeys.derive(obtain_key(home, passphrase_file=passphrase_file)).ledger)
    db.execute("UPDATE audit_entries SET facts = '{}' WHERE sequence IN (7, 90)")
    db.close()
    with log() as knowledge:
        dialog = show(Audit(knowledge.audit))
        QTest.mouseClick(dialog.verify, Qt.MouseButton.LeftButton)
        wait(lambda: dialog.notice.isVisible())
        said = words(dialog)
        assert "第 7 条与前后不符" in said and audit_text.ADVICE in said
        assert said.index("第 7 条") < said.index("第 90 条")
        assert not dialog.head.isVisible()


def test_before_means_older(log):
    with log() as knowledge:
        entries = Audit(knowledge.audit).entries(AuditFilter(before=11, limit=5))
        assert [entry.sequence for entry in entries] == [6, 7, 8, 9, 10]
