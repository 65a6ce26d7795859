from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from desktop.jobs import QueueLane, shut_down
from desktop.library.library_model import LibraryModel
from desktop.library.library_row import LibraryRow, RowState
from desktop.look import text
from engine.api import (
    ChunksEmbedded,
    DocumentFailed,
    DocumentFault,
    DocumentFormat,
    DocumentIndexed,
    DocumentStarted,
    EnvironmentFault,
    Fault,
    PageFailure,
    PageParsed,
)
from engine.ingestion.files import FORMATS
from tests.fake_parts import FakeKnowledgePack
from tests.fakes import PASSWORD, FakeEngine, document_id


@pytest.fixture
def lane(application):
    lane = QueueLane()
    yield lane
    assert shut_down([lane], 5.0)


@pytest.fixture
def model(lane):
    model = LibraryModel(lane)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    yield model
    tester.deleteLater()


def idle(model: LibraryModel, lane: QueueLane) -> bool:
    return not lane.busy and model.progress == (0, 0)


def states(model: LibraryModel) -> list[tuple[str, str]]:
    return [(row.name, row.state.value) for row in model.rows]


def test_dropped_files_are_taken_in_one_by_one_and_stand_newest_first(model, lane, engine, wait):
    model.set_engine(engine.hold("旧.pdf"))
    model.add_paths([Path("/d/甲.pdf"), Path("/d/乙.pdf")])
    assert states(model)[:2] == [("甲.pdf", "queued"), ("乙.pdf", "queued")]
    assert model.progress == (0, 2)
    wait(lambda: idle(model, lane))
    assert states(model) == [("乙.pdf", "ready"), ("甲.pdf", "ready"), ("旧.pdf", "ready")]
    assert model.progress == (0, 0)
    assert model.document_count == 3


def test_progress_names_pages_then_vectors(model):
    path = "/d/甲.pdf"
    model.apply(path, DocumentStarted(path, "甲.pdf"))
    model.apply(path, PageParsed(path, 12, 48))
    assert model.rows[0].note == "读取第 12/48 页"
    model.apply(path, ChunksEmbedded(path, 30, 96))
    assert model.rows[0].note == "建立向量 30/96"
    assert model.rows[0].done / model.rows[0].total == pytest.approx(0.656, abs=0.001)


def test_a_failed_document_says_why_and_the_rest_goes_on(model, lane, engine, wait):
    engine.faults = {"密.pdf": DocumentFault.ENCRYPTED}
    model.set_engine(engine)
    model.add_paths([Path("/d/密.pdf"), Path("/d/好.pdf")])
    wait(lambda: idle(model, lane))
    assert states(model) == [("好.pdf", "ready"), ("密.pdf", "failed")]
    assert "密码" in model.rows[1].note
    model.add_paths([Path("/d/密.pdf")])  # once more: the old failure makes way
    assert [row.name for row in model.rows].count("密.pdf") == 1
    wait(lambda: idle(model, lane))
    model.dismiss(next(row for row in model.rows if row.state is RowState.FAILED))
    assert states(model) == [("好.pdf", "ready")]


def test_a_partial_document_names_its_pages(model, lane, engine, wait):
    engine.partial = {"半.pdf": tuple(PageFailure(n, "scanned_page") for n in (3, 7, 8, 9))}
    model.set_engine(engine)
    model.add_paths([Path("/d/半.pdf")])
    wait(lambda: idle(model, lane))
    assert model.rows[0].state is RowState.PARTIAL
    assert model.rows[0].note == "第 3、7–9 页无法读取"
    assert "第 7 页：" in model.rows[0].hint


def test_cancelling_one_leaves_the_others(model, lane, settings, wait):
    engine = FakeEngine(settings, stop_after=ChunksEmbedded)
    model.set_engine(engine)
    model.add_paths([Path(f"/d/{name}.pdf") for name in "甲乙丙"])
    wait(lambda: "向量" in model.rows[0].note)
    model.cancel(model.rows[1])
    assert [row.name for row in model.rows] == ["甲.pdf", "丙.pdf"]
    engine.stop_after = None
    model.cancel(model.rows[0])
    wait(lambda: idle(model, lane))
    assert states(model) == [("丙.pdf", "ready")]


def test_cancelling_all_empties_a_queue_of_five_hundred(lane, settings, wait):
    model = LibraryModel(lane)
    model.set_engine(FakeEngine(settings, stop_after=DocumentStarted))
    model.add_paths([Path(f"/d/{n}.pdf") for n in range(500)])
    wait(lambda: model.rows and model.rows[0].state is RowState.WORKING)
    model.cancel_all()
    wait(lambda: idle(model, lane))
    assert model.rows == ()


def test_files_dropped_before_the_engine_is_open_wait_for_it(model, lane, engine, wait):
    model.add_paths([Path("/d/早.pdf"), Path("/d/悔.pdf")])
    model.cancel(model.rows[1])
    model.set_engine(engine)
    wait(lambda: idle(model, lane))
    assert states(model) == [("早.pdf", "ready")]


def test_cancelling_a_second_reading_keeps_the_document(model, lane, settings, wait):
    engine = FakeEngine(settings, stop_after=DocumentStarted).hold("甲.pdf")
    model.set_engine(engine)
    wait(lambda: model.rowCount() == 1)
    model.add_paths([Path("/资料/甲.pdf")])
    wait(lambda: model.rows[0].state is RowState.WORKING)
    model.cancel(model.rows[0])
    wait(lambda: idle(model, lane))
    assert states(model) == [("甲.pdf", "ready")]


def test_the_same_file_twice_is_one_row(model, lane, engine, wait):
    model.set_engine(engine.hold("甲.pdf"))
    model.add_paths([Path("/d/甲.pdf")])
    model.add_paths([Path("/d/甲.pdf")])
    wait(lambda: idle(model, lane))
    assert states(model) == [("甲.pdf", "ready")]


def test_the_documents_of_a_folder_replace_its_row(model):
    model.add_paths([Path("/d/制度")])
    for name in ("a.pdf", "b.pdf"):
        path = f"/d/制度/{name}"
        model.apply("/d/制度", DocumentStarted(path, name))
        model.apply("/d/制度", DocumentIndexed(path, document_id(name), name, 2, 8, 0.1))
    assert states(model) == [("b.pdf", "ready"), ("a.pdf", "ready")]


def test_a_folder_without_documents_says_so(model, lane, engine, wait):
    engine.ingest = lambda paths, token, passwords: iter(())
    model.set_engine(engine)
    model.add_paths([Path("/d/空")])
    wait(lambda: idle(model, lane))
    assert states(model) == [("空", "failed")]
    assert model.rows[0].note == text.NOTHING_FOUND


def test_a_job_that_fails_clears_its_rows_and_reports(model, lane, engine, wait):
    def full(paths, token, passwords):
        yield DocumentStarted(str(paths[0]), paths[0].name)
        raise EnvironmentFault(Fault.DISK_FULL, path="/", needed_bytes=9, free_bytes=1)

    engine.ingest = full
    failures: list[object] = []
    model.failed.connect(failures.append)
    model.set_engine(engine)
    model.add_paths([Path("/d/甲.pdf")])
    wait(lambda: failures)
    assert states(model) == [("甲.pdf", "failed")]
    assert "磁盘" in model.rows[0].note
    assert failures[0].error.code == Fault.DISK_FULL


def test_already_known_documents_say_so(model):
    model.apply("/d/x.pdf", DocumentStarted("/d/x.pdf", "x.pdf"))
    model.apply("/d/x.pdf", DocumentIndexed("/d/x.pdf", "id", "x.pdf", 1, 1, 0.0, already_known=True))
    assert model.rows[0].shown_note == text.ALREADY_KNOWN


def test_a_failure_without_a_start_still_shows(model):
    """A file that vanished between drop and read."""
    model.add_paths([Path("/d/没了.pdf")])
    model.apply("/d/没了.pdf", DocumentFailed("/d/没了.pdf", "", "没了.pdf", 0.0, DocumentFault.VANISHED.value))
    assert states(model) == [("没了.pdf", "failed")]


def test_a_locked_pdf_opens_with_its_password(model, lane, engine, wait):
    engine.faults = {"密.pdf": DocumentFault.ENCRYPTED}
    model.set_engine(engine)
    for password, state in (("", "failed"), ("b2", "failed"), (PASSWORD, "ready")):
        model.add_paths([Path("/d/密.pdf")], password)
        wait(lambda: idle(model, lane))
        assert states(model) == [("密.pdf", state)]
    assert not LibraryRow("密.docx", RowState.FAILED, path="/d/密.docx", reason="encrypted").can_unlock


def test_an_older_version_is_labelled_when_the_newer_one_has_come(model, lane, engine, wait):
    model.set_engine(engine.hold("旧法.pdf", "手册.pdf"))
    wait(lambda: model.rowCount() == 2)
    engine.holdings[document_id("旧法.pdf")] = replace(
        engine.holdings[document_id("旧法.pdf")], version="2006-10-31", superseded_by=document_id("新法.pdf")
    )
    model.add_paths([Path("/d/新法.pdf")])
    wait(lambda: idle(model, lane))
    assert [row.name for row in model.rows] == ["新法.pdf", "手册.pdf", "旧法.pdf"]
    old = model.rows[2]
    assert old.superseded and "2006-10-31 版" in old.note and "新法" in old.hint
    assert text.SUPERSEDED in model.data(model.index(2), Qt.ItemDataRole.AccessibleTextRole)


def test_a_document_of_a_knowledge_pack_says_so_and_stays(model, lane, engine, wait):
    engine.kb.packs = [FakeKnowledgePack("zhidu", "柜面制度汇编")]
    engine.hold("规程.xlsx")
    key = document_id("规程.xlsx")
    engine.holdings[key] = replace(engine.holdings[key], pack="zhidu", format=DocumentFormat.XLSX)
    model.set_engine(engine)
    wait(lambda: model.rowCount() == 1)
    row = model.rows[0]
    assert not row.can_remove and not row.has_button
    assert text.KNOWLEDGE_PACK in row.note and "柜面制度汇编" in row.hint and "Excel" in row.hint


def test_every_format_of_the_engine_has_its_name_and_suffix():
    assert set(text.FORMATS) == {kind.value for kind in DocumentFormat}
    assert {f".{suffix}" for suffix in text.DOCUMENT_SUFFIXES} == set(FORMATS)
