from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from desktop.jobs import QueueLane, shut_down
from desktop.library.collection_model import CollectionModel
from desktop.library.library_model import LibraryModel
from desktop.library.shelf_model import DOCUMENTS_MIME, Order, ShelfModel
from desktop.library.shelves import RECENT, TROUBLE, Shelf, ShelfKind, shelf_rows
from engine.api import DocumentStarted, PageFailure, PageParsed
from tests.fake_parts import FakeKnowledgePack
from tests.fakes import document_id

NAMES = ("张三合同.pdf", "安全守则 10.pdf", "安全守则 9.pdf", "会计制度.pdf", "贷款办法.pdf")


@pytest.fixture
def shelf(application, engine, wait):
    lane = QueueLane()
    library = LibraryModel(lane)
    collections = CollectionModel(library, lane)
    model = ShelfModel(library, collections.members)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    engine.partial = {NAMES[4]: (PageFailure(2, "scanned_page"),)}
    engine.hold(*NAMES)
    facts = {0: {"size_bytes": 9}, 1: {"title": "Branch Safety Rules"}, 2: {"version": "2024-01-01"}, 3: {"pack": "z"}}
    for at, changes in facts.items():
        key = document_id(NAMES[at])
        engine.holdings[key] = replace(engine.holdings[key], **changes)
    library.set_engine(engine)
    collections.set_engine(engine)
    wait(lambda: model.rowCount() == len(NAMES))
    model.library, model.collections, model.lane = library, collections, lane
    yield model
    tester.deleteLater()
    assert shut_down([lane], 5.0)


def names(model: ShelfModel) -> list[str]:
    return [row.name for row in model.rows]


def test_orders(shelf):
    assert names(shelf) == list(reversed(NAMES))
    shelf.sort_by(Order.NAME)
    assert names(shelf) == [NAMES[2], NAMES[1], NAMES[4], NAMES[3], NAMES[0]]  # by pinyin, numbers by value
    shelf.sort_by(Order.SIZE)
    assert names(shelf)[-1] == NAMES[0]
    shelf.sort_by(Order.VERSION)
    assert names(shelf)[0] == NAMES[2]
    shelf.sort_by(Order.ADDED)
    assert names(shelf) == list(reversed(NAMES))


def test_search_looks_in_names_and_titles(shelf):
    shelf.search("安全 9")
    assert names(shelf) == [NAMES[2]]
    shelf.search("SAFETY branch")
    assert names(shelf) == [NAMES[1]]
    shelf.search("没有")
    assert names(shelf) == []
    shelf.search(" ")
    assert len(names(shelf)) == len(NAMES)


def test_shelves(shelf, wait):
    shelf.collections.create("柜台", [document_id(NAMES[0])])
    wait(lambda: shelf.collections.collections and not shelf.lane.busy)
    (made,) = shelf.collections.collections
    shelf.choose(Shelf(ShelfKind.COLLECTION, made.collection_id))
    assert names(shelf) == [NAMES[0]]
    shelf.choose(TROUBLE)
    assert names(shelf) == [NAMES[4]]
    shelf.choose(Shelf(ShelfKind.PACK, "z"))
    assert names(shelf) == [NAMES[3]]
    shelf.choose(Shelf(ShelfKind.FOLDER, "/资料"))
    assert len(names(shelf)) == 4
    shelf.choose(Shelf(ShelfKind.FOLDER, "/资"))
    assert names(shelf) == []
    shelf.choose(RECENT)
    assert NAMES[3] not in names(shelf)
    packs = [FakeKnowledgePack("z", "汇编", documents=1)]
    column = shelf_rows(shelf.library.rows, shelf.collections.collections, packs, [], frozenset())
    assert [(row.name, row.count) for row in column if row.shelf] == [
        ("全部", 5),
        ("最近加入", 4),
        ("未完成和失败", 1),
        ("柜台", 1),
        ("汇编", 1),
    ]
    assert "5f0c" in column[-1].note


def test_progress_is_followed_without_moving_rows(shelf, wait):
    changed: list[int] = []
    shelf.sort_by(Order.NAME)
    shelf.library.apply("/d/新.pdf", DocumentStarted("/d/新.pdf", "新.pdf"))
    wait(lambda: names(shelf)[0] == "新.pdf")
    shelf.dataChanged.connect(lambda first, last: changed.append(first.row()))
    shelf.rowsInserted.connect(lambda *_: changed.append(-1))
    shelf.library.apply("/d/新.pdf", PageParsed("/d/新.pdf", 3, 20))
    assert changed == [0] and "3/20" in shelf.rows[0].note


def test_chosen_rows_are_dragged_by_their_documents(shelf):
    data = shelf.mimeData([shelf.index(0), shelf.index(2)])
    ids = bytes(data.data(DOCUMENTS_MIME).data()).decode().split()
    assert ids == [document_id(NAMES[4]), document_id(NAMES[2])]


def test_collections_change_and_refusals_are_told(shelf, wait, engine):
    failures: list[object] = []
    made: list[str] = []
    shelf.library.failed.connect(failures.append)
    shelf.collections.made.connect(made.append)
    shelf.collections.create("柜台")
    wait(lambda: made)
    shelf.collections.create("柜台")
    wait(lambda: failures)
    key = made[0]
    shelf.collections.add(key, [document_id(NAMES[0]), document_id(NAMES[1])])
    shelf.collections.take_out(key, [document_id(NAMES[0])])
    shelf.collections.rename(key, "柜面")
    wait(lambda: [c.name for c in shelf.collections.collections] == ["柜面"])
    assert shelf.collections.members(key) == {document_id(NAMES[1])}
    assert [c.name for c in shelf.collections.of(document_id(NAMES[1]))] == ["柜面"]
    shelf.collections.delete(key)
    wait(lambda: shelf.collections.collections == ())
    assert shelf.collections.members(key) == frozenset()
