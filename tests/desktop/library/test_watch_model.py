from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from desktop.jobs import QueueLane, shut_down
from desktop.library.folders_dialog import FoldersDialog
from desktop.library.library_model import LibraryModel
from desktop.library.watch_model import WatchModel
from desktop.look import text
from engine.api import DocumentIndexed, DocumentRemoved, DocumentStarted, FolderUnreachable
from tests.fakes import document_id


@pytest.fixture
def lane(application):
    lane = QueueLane()
    yield lane
    assert shut_down([lane], 5.0)


@pytest.fixture
def library(lane, engine):
    library = LibraryModel(lane)
    library.set_engine(engine)
    return library


@pytest.fixture
def model(library):
    model = WatchModel(library)
    yield model
    model.stop()


def taken_in(name: str) -> list[object]:
    path = f"/d/{name}"
    return [DocumentStarted(path, name), DocumentIndexed(path, document_id(name), name, 2, 8, 0.1)]


def test_the_first_look_catches_up_and_a_quiet_one_changes_nothing(model, lane, library, engine, wait):
    engine.hold("新.pdf")
    engine.watching.paths = ["/d"]
    engine.watching.news = taken_in("新.pdf")
    model.set_engine(engine)
    wait(lambda: not lane.busy)
    assert [row.name for row in library.rows] == ["新.pdf"]
    assert [(row.path, row.last.added) for row in model.rows] == [("/d", 3)]
    listed: list[None] = []
    library.modelReset.connect(lambda: listed.append(None))
    engine.watching.paths = [str(Path.cwd())]
    syncs = engine.watching.syncs
    model.look_again()
    wait(lambda: not model.busy)
    assert engine.watching.syncs == syncs and listed == []


def test_a_changed_folder_is_synced_by_the_timer(model, lane, library, engine, wait, tmp_path):
    wait(lambda: not lane.busy)
    engine.hold("旧.pdf")
    library.refresh()
    engine.watching.paths = [str(tmp_path)]
    model.set_engine(engine)
    wait(lambda: not lane.busy and library.rowCount() == 1)
    engine.holdings.clear()
    engine.watching.news = [DocumentRemoved(document_id("旧.pdf"), "旧.pdf")]
    model.look_again()
    wait(lambda: not model.busy)
    assert library.rowCount() == 0


def test_a_sync_that_the_user_stops_waits_until_asked(model, lane, library, engine, wait, tmp_path):
    engine.watching.paths = [str(tmp_path)]
    engine.watching.news, engine.watching.held = taken_in("大.pdf")[:1], True
    model.set_engine(engine)
    wait(lambda: library.rowCount() == 1)
    library.cancel(library.rows[0])
    wait(lambda: not model.busy)
    assert model.paused and library.rowCount() == 0
    engine.watching.held = False
    syncs = engine.watching.syncs
    model.look_again()
    assert not model.busy
    model.look()
    wait(lambda: not model.busy)
    assert engine.watching.syncs == syncs + 1 and not model.paused


def test_a_folder_that_is_away_is_said_calmly_and_a_missing_one_is_refused(model, engine, wait):
    engine.watching.paths, engine.watching.away = ["//server/share"], {"//server/share", "/no"}
    failures: list[object] = []
    model.failed.connect(failures.append)
    model.set_engine(engine)
    wait(lambda: not model.busy)
    assert isinstance(model.rows[0].last, FolderUnreachable) and failures == []
    model.add(Path("/no"))
    wait(lambda: failures)
    assert failures[0].error.code == "path_missing" and len(model.rows) == 1


def test_the_dialog_adds_and_asks_before_it_removes(model, engine, theme, wait, application):
    model.set_engine(engine)
    dialog = FoldersDialog(None, theme, model)
    model.add(Path("/d/制度"))
    wait(lambda: not model.busy)
    assert [row.name for row in dialog.rows] == ["/d/制度"] and text.IN_STEP in dialog.rows[0].note
    dialog.remove_pressed.emit("/d/制度")
    keep = next(b for b in dialog.findChildren(QPushButton) if b.text() == text.SYNC_KEEP_DOCUMENTS)
    keep.click()
    wait(lambda: not model.busy)
    assert engine.watching.removed == [("/d/制度", True)] and dialog.rows == ()
    dialog.deleteLater()
