"""The page itself, in the window, over the scripted engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desktop.library.name_dialog import NameDialog
from desktop.library.shelf_model import DOCUMENTS_MIME
from desktop.library.shelves import TROUBLE, Shelf, ShelfKind
from desktop.look import library_text, text
from desktop.shell.places import Place
from engine.api import ChunksEmbedded, DocumentFault, PageFailure
from tests.fakes import FakeEngine, document_id

NAMES = ("旧规程(2019-06-01).pdf", "新规程(2024-03-01).pdf", "手册.pdf", "半.pdf")


@pytest.fixture
def page(open_window, engine, wait):
    engine.partial = {NAMES[3]: (PageFailure(3, "scanned_page"), PageFailure(7, "page_broken"))}
    engine.hold(*NAMES)
    for at, version, newer in ((0, "2019-06-01", document_id(NAMES[1])), (1, "2024-03-01", "")):
        key = document_id(NAMES[at])
        changes = {"family": "规程", "version": version, "superseded_by": newer}
        engine.holdings[key] = replace(engine.holdings[key], **changes)
    window = open_window(engine)
    window.resize(1280, 800)
    window.show_place(Place.LIBRARY)
    page = window.library_view
    page.main_window = window
    wait(lambda: page.shelf_model.rowCount() == 4 and page.list.isVisible())
    QApplication.processEvents()
    return page


def choose(page, *at: int) -> None:
    """Click the first, and the others with Ctrl."""
    for n, row in enumerate(at):
        keys = Qt.KeyboardModifier.ControlModifier if n else Qt.KeyboardModifier.NoModifier
        place = page.list.visualRect(page.shelf_model.index(row)).center()
        QTest.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, keys, QPoint(60, place.y()))


def words(page) -> str:
    """All that the card says."""
    return "\n".join(child.text() for child in page.card.widget().findChildren(QWidget) if hasattr(child, "text"))


def button(page, name: str) -> QPushButton:
    return page.findChild(QPushButton, name)


def test_search_and_order_are_instant(page):
    page.search.edit.setText("规程")
    assert [row.name for row in page.shelf_model.rows] == [NAMES[1], NAMES[0]]
    assert page._count.text() == library_text.count_of(2, 4)
    page.search.edit.setText("没有")
    assert page._empty.isVisible() and not page.list.isVisible()
    page.search.edit.clear()
    page.search.order.setCurrentIndex(page.search.order.findText(library_text.ORDERS["version"]))
    assert page.shelf_model.rows[0].name == NAMES[1]


def test_the_card_tells_facts_versions_and_missing_pages(page, wait):
    choose(page, 3)
    assert "2019-06-01" in words(page) and text.SUPERSEDED in words(page)
    link = next(b for b in page.card.findChildren(QPushButton) if "2024-03-01" in b.text())
    link.click()
    assert page.list.chosen[0].name == NAMES[1]
    choose(page, 0)
    assert "第 3 页" in words(page) and "第 7 页" in words(page) and "扫描" in words(page)
    choose(page, 1)
    assert library_text.ALL_PAGES_READ in words(page)


def test_a_document_opens_in_the_viewer(page, wait, engine):
    choose(page, 1)
    button(page, "openDocument").click()
    wait(lambda: page.main_window.page_view.isVisible())


def test_several_are_removed_with_one_key_and_come_back(page, wait, engine):
    choose(page, 0, 2)
    assert library_text.selected(2) in words(page)
    QTest.keyClick(page.list, Qt.Key.Key_Delete)
    wait(lambda: page.shelf_model.rowCount() == 2)
    assert page.findChild(QPushButton, "undoRemove").isVisible()
    page.findChild(QPushButton, "undoRemove").click()
    wait(lambda: page.shelf_model.rowCount() == 4)


def test_rows_are_dropped_onto_a_new_collection(page, wait, engine):
    button(page, "newCollection").click()
    dialog = page.window().findChild(NameDialog)
    dialog.edit.setText("柜台业务")
    QTest.keyClick(dialog.edit, Qt.Key.Key_Return)
    wait(lambda: page.shelves.chosen.kind is ShelfKind.COLLECTION)
    key = page.shelves.chosen.key
    assert page._empty.isVisible()
    data = QMimeData()
    data.setData(DOCUMENTS_MIME, f"{document_id(NAMES[1])}\n{document_id(NAMES[2])}".encode())
    at = next(n for n, row in enumerate(page.shelves.rows) if row.shelf == Shelf(ShelfKind.COLLECTION, key))
    place = QPointF(page.shelves.visualRect(page.shelves.model().index(at, 0)).center())
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    page.shelves.dropEvent(QDropEvent(place, Qt.DropAction.CopyAction, data, left, none))
    wait(lambda: page.shelf_model.rowCount() == 2)
    choose(page, 0)
    assert "柜台业务" in words(page)
    page.card.take_out_wanted.emit()
    wait(lambda: page.shelf_model.rowCount() == 1)
    page.shelves.delete_wanted.emit(key)
    assert "柜台业务" in page._question._words.text()
    next(b for b in page._question.findChildren(QPushButton) if b.text() == library_text.DELETE).click()
    wait(lambda: page.shelves.chosen == Shelf() and page.shelf_model.rowCount() == 4)


def test_a_collection_is_asked_until_it_is_left(page, wait, engine):
    window, chip = page.main_window, page.main_window.collection_chip
    key = engine.collections.create("柜台业务").collection_id
    engine.collections.add(key, [document_id(NAMES[2])])
    page._models.collections.refresh()
    wait(lambda: page._models.collections.collections)
    assert not chip.isVisible() and not button(page, "askWithin").isVisible()
    page.shelves.choose(Shelf(ShelfKind.COLLECTION, key))
    button(page, "askWithin").click()
    assert window.pages.place is Place.ASK and chip.isVisible()
    assert "柜台业务" in chip.accessibleName()
    window.conversation.ask("怎么办？")
    wait(lambda: engine.requests)
    assert engine.requests[-1].collection == key
    wait(lambda: not window.conversation.busy)
    chip.leave.click()
    window.conversation.ask("又怎么办？")
    wait(lambda: len(engine.requests) == 2)
    assert engine.requests[-1].collection == "" and not chip.isVisible()
    chip.ask_within(key)
    page._models.collections.delete(key)
    wait(lambda: window.conversation.collection == "" and not chip.isVisible())


def test_a_new_file_takes_the_place_of_a_document(page, wait, engine):
    row = next(row for row in page.shelf_model.rows if row.name == NAMES[2])
    page._model.intake.replace(row, Path("/d/手册(2025).pdf"))
    wait(lambda: "手册(2025).pdf" in [row.name for row in page.shelf_model.rows] and page._model.progress == (0, 0))
    wait(lambda: NAMES[2] not in [row.name for row in page.shelf_model.rows])
    engine.faults = {"坏.pdf": DocumentFault.BROKEN}
    page._model.intake.replace(page.list.model().rows[0], Path("/d/坏.pdf"))
    wait(lambda: any(row.reason for row in page.shelf_model.rows))
    failed = next(row for row in page._model.rows if row.reason)
    assert library_text.not_replaced("手册(2025).pdf") in failed.hint and failed.replaces


def test_pausing_holds_the_queue_and_the_strip_says_so(open_window, settings, wait):
    engine = FakeEngine(settings, delay_s=0.002)
    window = open_window(engine)
    strip, page = window.progress_strip, window.library_view
    window.library.add_paths([Path(f"/d/{name}.pdf") for name in "甲乙丙"])
    wait(lambda: window.library.working is not None)
    strip.pause.click()
    assert window.library.queue.paused
    left = window.library.progress
    wait(lambda: "暂停" in strip.words)
    QTest.qWait(80)
    assert window.library.progress == left
    window.show_place(Place.LIBRARY)
    assert page._working.pause.accessibleName() == library_text.RESUME
    page._working.pause.click()
    wait(lambda: window.library.progress == (0, 0))
    wait(lambda: strip.words == library_text.finished(3, 0, 0))
    strip._show.click()
    assert window.pages.place is Place.LIBRARY


def test_failures_at_the_end_lead_to_their_shelf(open_window, engine, wait):
    engine.faults = {"坏.pdf": DocumentFault.BROKEN}
    window = open_window(engine)
    window.library.add_paths([Path("/d/坏.pdf"), Path("/d/好.pdf")])
    wait(lambda: window.progress_strip.words == library_text.finished(1, 0, 1))
    window.progress_strip._show.click()
    assert window.library_view.shelf_model.shelf == TROUBLE
    wait(lambda: [row.name for row in window.library_view.shelf_model.rows] == ["坏.pdf"])
    choose(window.library_view, 0)
    engine.faults = {}
    button(window.library_view, "retryDocument").click()
    wait(lambda: window.library.document_count == 2 and window.library_view.shelf_model.rowCount() == 0)


def test_what_was_not_finished_goes_on_in_the_next_window(open_window, settings, wait):
    engine = FakeEngine(settings, stop_after=ChunksEmbedded)
    first = open_window(engine)
    first.library.add_paths([Path(f"/d/{name}.pdf") for name in "甲乙丙"])
    wait(lambda: any("向量" in row.note for row in first.library.rows))
    first.close()
    assert [entry.began for entry in engine.library.intake.entries()] == [0, 0, 0]
    engine.stop_after = None
    second = open_window(engine)
    wait(lambda: second.library.document_count == 3)
    assert engine.library.intake.entries() == ()


@pytest.mark.parametrize(("width", "wide"), [(1280, True), (760, False)])
def test_where_there_is_little_room_the_card_stands_below(page, width, wide):
    page.main_window.resize(width, 600)
    QApplication.processEvents()
    assert page.card.isVisible() is wide
    choose(page, 0)
    QApplication.processEvents()
    assert page.card.isVisible()
    below = page.card.mapTo(page, QPoint(0, 0)).y() > page.list.mapTo(page, QPoint(0, 0)).y() + 60
    assert below is not wide


def test_tab_reaches_every_part(page):
    """Tab goes through search, order, list, card and column."""
    seen = set()
    page.search.edit.setFocus()
    for _ in range(40):
        widget = QApplication.focusWidget()
        seen.add(widget.objectName())
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    assert {"librarySearch", "libraryOrder", "libraryView", "shelfList", "newCollection"} <= seen
