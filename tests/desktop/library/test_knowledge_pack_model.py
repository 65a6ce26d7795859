from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from desktop.jobs import QueueLane, shut_down
from desktop.library.knowledge_pack_model import KnowledgePackModel
from desktop.library.knowledge_packs_dialog import KnowledgePacksDialog
from desktop.library.library_model import LibraryModel
from desktop.library.library_row import RowState
from desktop.look import text
from engine.api import EnvironmentFault, Fault
from tests.fake_parts import FakeKnowledgePack

FILE = Path("/总行/柜面制度-2.0.jkp")


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
def model(library, engine):
    model = KnowledgePackModel(library)
    model.set_engine(engine)
    return model


def test_installing_shows_its_progress_and_then_the_pack(model, lane, library, engine, wait):
    engine.kb.held = True
    model.install(FILE)
    wait(lambda: library.rowCount() == 1 and "规程" in library.rows[0].note)
    assert library.rows[0].name == FILE.name and "3/20" in library.rows[0].note
    engine.kb.held = False
    wait(lambda: not lane.busy)
    assert library.rowCount() == 0
    assert [pack.title for pack in model.packs] == ["柜面制度汇编"] and "2.0 版" in model.message


def test_an_installation_can_be_stopped(model, lane, library, engine, wait):
    engine.kb.held = True
    model.install(FILE)
    wait(lambda: library.rowCount() == 1 and library.rows[0].state is RowState.WORKING)
    library.cancel(library.rows[0])
    wait(lambda: not lane.busy)
    assert library.rowCount() == 0 and model.packs == () and model.problem is None


def test_a_refused_pack_says_why_without_its_whole_key(model, lane, library, engine, wait):
    signer = "5f0c" * 16
    engine.kb.error = EnvironmentFault(Fault.KNOWLEDGE_PACK_UNTRUSTED, path=str(FILE), signer=signer)
    model.install(FILE)
    wait(lambda: not lane.busy)
    row = library.rows[0]
    assert row.state is RowState.FAILED and "5f0c 5f0c…" in row.hint and signer in row.detail
    assert model.problem is not None and signer not in str(model.problem)
    engine.kb.error = None
    model.install(FILE)  # the failure makes way
    wait(lambda: not lane.busy)
    assert library.rowCount() == 0


def test_removing_asks_and_the_built_in_pack_stays(model, lane, theme, engine, wait):
    engine.kb.packs = [FakeKnowledgePack("builtin", "内置知识"), FakeKnowledgePack("zhidu", "柜面制度汇编")]
    model.set_engine(engine)
    wait(lambda: not lane.busy)
    dialog = KnowledgePacksDialog(None, theme, model)
    assert [row.removable for row in dialog.rows] == [False, True]
    assert "总行" in dialog.rows[1].note and "5f0c 5f0c" in dialog.rows[1].note
    dialog.remove_pressed.emit("zhidu")
    yes = next(b for b in dialog.findChildren(QPushButton) if b.text() == text.REMOVE)
    yes.click()
    assert dialog.rows[1].note == text.REMOVING
    wait(lambda: not lane.busy)
    assert [row.key for row in dialog.rows] == ["builtin"]
    dialog.deleteLater()
