from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.audit.audit_model import PAGE, AuditModel
from desktop.audit.entry_table import EntryRows
from desktop.jobs import QueueLane, shut_down
from engine.api import AuditAction, AuditFilter, EnvironmentFault, Fault, Rejection, RequestRejected
from tests.fake_audit import FakeAudit


@pytest.fixture
def audit() -> FakeAudit:
    return FakeAudit(count=450)


@pytest.fixture
def model(application, audit: FakeAudit) -> Iterator[AuditModel]:
    lane = QueueLane()
    model = AuditModel(lane)
    model.set_engine(SimpleNamespace(audit=audit))  # type: ignore[arg-type]
    yield model
    assert shut_down([lane], 5.0)


def test_entries_come_newest_first_in_pages(model, audit, wait):
    model.show_entries(AuditFilter())
    wait(lambda: not model.loading)
    assert [each.sequence for each in model.entries] == list(range(450, 450 - PAGE, -1))
    while model.more:
        model.load_more()
        wait(lambda: not model.loading)
    assert [each.sequence for each in model.entries] == list(range(450, 0, -1))
    assert [asked.before for asked in audit.asked] == [0, 251, 51]
    model.load_more()
    assert not model.loading


def test_a_page_of_an_older_filter_is_thrown_away(model, audit, wait):
    model.show_entries(AuditFilter())
    model.show_entries(AuditFilter(action=str(AuditAction.EXPORTED)))
    wait(lambda: not model.loading and not model._lane.busy)
    assert {each.action for each in model.entries} == {AuditAction.EXPORTED}
    assert len(model.entries) == len([n for n in range(1, 451) if n % 4 == 2])


def test_the_table_reads_on_when_it_is_scrolled_to_its_end(model, wait):
    from PySide6.QtCore import QModelIndex

    rows = EntryRows(model)
    assert not rows.canFetchMore(QModelIndex())
    model.show_entries(AuditFilter())
    wait(lambda: rows.rowCount() == PAGE)
    assert rows.canFetchMore(QModelIndex())
    rows.fetchMore(QModelIndex())
    assert not rows.canFetchMore(QModelIndex())  # one page at a time
    wait(lambda: rows.rowCount() == 2 * PAGE)
    assert rows.data(rows.index(0, 0)) == "450"
    model.show_entries(AuditFilter())
    assert rows.rowCount() == 0


def test_the_check_gets_the_noted_value(model, audit, wait):
    model.verify("12:ab")
    assert model.verifying
    wait(lambda: model.report)
    assert (audit.noted, model.verifying) == (["12:ab"], False)


def test_an_export_is_told_and_shown_as_an_entry(model, audit, wait, tmp_path: Path):
    told: list[Path] = []
    model.exported.connect(told.append)
    model.export(tmp_path / "log.jsonl")
    wait(lambda: told)
    wait(lambda: audit.asked)  # the list begins anew
    assert told == [tmp_path / "log.jsonl"]


@pytest.mark.parametrize(
    "error",
    [
        EnvironmentFault(Fault.LEDGER_DAMAGED, path="/资料/ledger.db"),
        RequestRejected(Rejection.PATH_EXISTS, path="/资料/log.jsonl"),
    ],
)
def test_what_goes_wrong_becomes_a_sentence(model, audit, wait, tmp_path: Path, error):
    audit.error = error
    for act in (
        lambda: model.show_entries(AuditFilter()),
        lambda: model.verify(""),
        lambda: model.export(tmp_path / "a.jsonl"),
    ):
        model.problem = None
        act()
        wait(lambda: model.problem)
        assert not model.loading and not model.verifying


def test_without_an_engine_nothing_is_under_way(application):
    model = AuditModel(QueueLane())
    model.show_entries(AuditFilter())
    model.verify("")
    assert not model.loading and not model.verifying
