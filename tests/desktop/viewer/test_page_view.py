"""The viewer over a scripted engine: what is on screen after each thing a user does."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.ask.turn import Source
from desktop.viewer.zoom import MOST_PERCENT, Fit, Zoom
from engine.api import Rung, Span
from tests.fakes import document_id


def source(page_no: int = 3, marker: int = 1, name: str = "规程.pdf") -> Source:
    spans = (Span(page_no, 0, 9),)
    words = {"snippet": "第五条 …", "quote": "第五条"}
    return Source(marker, document_id(name), name, page_no, rung=Rung.BRANCH, spans=spans, **words)


@pytest.fixture
def opened(view, wait):
    view.open_source(source())
    wait(lambda: view.canvas.shown)
    return view


def page_shown(view):
    return view.canvas.shown.page.page_no if view.canvas.shown else 0


def test_a_source_opens_at_its_page_with_the_passage_boxed(opened, engine):
    assert page_shown(opened) == 3
    assert engine.rendered[0][3] == "第五条"
    boxes = opened.canvas.boxes()
    assert len(boxes) == 4 and all(opened.canvas.rect().toRectF().contains(box) for box in boxes)
    assert not opened.canvas.outline().isEmpty()
    assert "第 3 页" in opened.canvas.accessibleName() and "第五条" in opened.canvas.accessibleName()


def test_the_neighbours_are_fetched_while_nothing_is_wanted(opened, engine, wait):
    wait(lambda: {page for _, page, _, _ in engine.rendered} == {2, 3, 4})
    drawn = len(engine.rendered)
    opened.step_page(1)
    assert page_shown(opened) == 4  # at once: it was at hand
    wait(lambda: {page for _, page, _, _ in engine.rendered} == {2, 3, 4, 5})
    assert len(engine.rendered) == drawn + 1


def test_paging_leaves_the_box_behind_and_finds_it_again(opened, wait):
    opened.step_page(1)
    wait(lambda: page_shown(opened) == 4)
    assert opened.canvas.boxes() == []
    assert opened.tools._back.isVisibleTo(opened)
    opened.tools._back.click()
    assert page_shown(opened) == 3
    assert not opened.tools._back.isVisibleTo(opened)


def test_a_passage_that_goes_on_is_boxed_on_its_next_page_too(view, wait):
    view.open_source(replace(source(), spans=(Span(3, 40, 90), Span(4, 0, 30))))
    wait(lambda: page_shown(view) == 3)
    assert view.canvas.boxes()
    view.step_page(1)
    wait(lambda: page_shown(view) == 4)
    assert view.canvas.boxes()


def test_a_page_number_is_typed(opened, wait):
    field = opened.tools.field
    field.setFocus()
    QTest.keyClicks(field, "11\r")
    wait(lambda: page_shown(opened) == 11)
    QTest.keyClicks(field, "999\r")
    wait(lambda: page_shown(opened) == 12)
    QTest.keyClicks(field, "x\r")
    assert (field.text(), opened.page_no) == ("12", 12)
    assert "共 12 页" in field.accessibleDescription()


def test_keys_turn_the_pages(opened, wait, application):
    area = opened._area
    area.scroll_to("bottom")
    QTest.keyClick(area, Qt.Key.Key_PageDown)
    wait(lambda: page_shown(opened) == 4)
    assert area.verticalScrollBar().value() == 0
    QTest.keyClick(area, Qt.Key.Key_PageUp)
    wait(lambda: page_shown(opened) == 3)
    assert area.verticalScrollBar().value() == area.verticalScrollBar().maximum()
    QTest.keyClick(area, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: page_shown(opened) == 12)
    QTest.keyClick(area, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: page_shown(opened) == 1)
    QTest.keyClick(area, Qt.Key.Key_PageUp)
    assert opened.page_no == 1


def test_zoom_renders_sharper_and_stays_within_limits(opened, wait):
    fitted = opened.canvas.shown.page.width_px
    opened.zoom_in()
    assert opened.canvas.page_width > fitted  # stretched at once
    wait(lambda: opened.canvas.shown.page.width_px > fitted)
    for _ in range(20):
        opened.zoom_in()
    assert opened._percent == MOST_PERCENT
    for _ in range(20):
        opened.zoom_out()
    wait(lambda: opened.canvas.shown.page.width_px < fitted)
    assert opened._percent == 50
    assert opened.tools.zoom.text() == "50%"


def test_a_page_fits_whole_or_by_its_width(opened, wait):
    opened.set_zoom(Zoom(Fit.PAGE))
    wait(lambda: opened.canvas.shown.page.width_px == opened.canvas.page_width)
    assert opened.canvas.height() <= opened._area.height()
    assert opened._area.verticalScrollBar().maximum() == 0
    opened.set_zoom(Zoom(Fit.WIDTH))
    assert opened._area.horizontalScrollBar().maximum() == 0


def test_in_a_narrow_viewer_the_text_fills_the_width_and_the_margins_are_out_of_sight(opened, wait):
    assert opened._zoom == Zoom(Fit.TEXT)
    area, canvas = opened._area, opened.canvas
    assert canvas.page_width > area.room.width()
    left, right = canvas.text_edges
    shown = area.horizontalScrollBar().value()
    assert shown <= left < right <= shown + area.viewport().width()
    opened.resize(1400, 700)
    wait(lambda: canvas.page_width == int(area.room.width()))  # where there is room the whole width is shown


def test_the_wheel_zooms_with_control(opened):
    before = opened._percent
    wheel(opened, 1, Qt.KeyboardModifier.ControlModifier)
    assert opened._percent > before


def wheel(view, notches, modifiers=Qt.KeyboardModifier.NoModifier):
    viewport = view._area.viewport()
    turned = QWheelEvent(
        QPointF(9, 9), viewport.mapToGlobal(QPointF(9, 9)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, turned)


def test_the_wheel_goes_on_to_the_next_page_when_it_is_turned_anew_at_the_end(opened, wait):
    area = opened._area
    QTest.qWait(50)  # the scroll bars take their room
    area.scroll_to("top")
    wheel(opened, -40)
    wheel(opened, -40)  # it runs on
    assert opened.page_no == 3 and area.verticalScrollBar().value() == area.verticalScrollBar().maximum()
    QTest.qWait(300)
    wheel(opened, -1)
    wait(lambda: page_shown(opened) == 4)
    QTest.qWait(300)
    wheel(opened, 1)
    wait(lambda: page_shown(opened) == 3)


def test_citations_are_gone_through_in_order(view, wait):
    among = (source(3, 1), source(5, 2), source(1, 3, "别的.pdf"))
    chosen: list[Source] = []
    view.source_chosen.connect(chosen.append)
    view.open_source(among[0], among)
    wait(lambda: page_shown(view) == 3)
    header = view._header
    assert header._which.text() == "1 / 3" and header._which.accessibleName() == "第 1 处出处，共 3 处"
    assert not header._previous.isEnabled()
    header._next.click()
    wait(lambda: page_shown(view) == 5)
    QTest.keyClick(view, Qt.Key.Key_F8)
    wait(lambda: page_shown(view) == 1)
    assert view.canvas.shown.page.document_id == document_id("别的.pdf")
    QTest.keyClick(view, Qt.Key.Key_F8)  # there is none behind it
    assert chosen == [among[1], among[2]] and not header._next.isEnabled()
    QTest.keyClick(view, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    wait(lambda: page_shown(view) == 5)
    view.open_source(source())
    assert not header._citations.isVisibleTo(view)


def test_a_page_that_cannot_be_drawn_says_so(view, wait):
    view.open_source(source(page_no=41))
    wait(lambda: view._notice.isVisible())
    assert view._notice.accessibleName()
    view.open_source(source())
    wait(lambda: view.canvas.shown)
    assert not view._notice.isVisible()


def test_only_the_newest_of_many_clicks_is_shown(view, wait):
    for page_no in range(1, 12):
        view.open_source(source(page_no))
    wait(lambda: page_shown(view) == 11)


def test_another_documents_page_does_not_stand_under_the_new_name(opened, engine, wait, monkeypatch):
    drawn = engine.render_page

    def slowly(*arguments):
        time.sleep(0.6)
        return drawn(*arguments)

    monkeypatch.setattr(engine, "render_page", slowly)
    opened.open_source(source(1, 1, "别的.pdf"))
    wait(lambda: opened.canvas.shown is None)
    wait(lambda: page_shown(opened) == 1)


def test_closing_keeps_no_picture(opened):
    assert opened.pictures.kept_bytes
    opened.hide()
    assert not opened.pictures.kept_bytes


def test_the_engine_is_warmed_when_the_window_has_had_time(view, engine, wait):
    view.pictures._warming.setInterval(1)
    view.set_engine(engine)
    wait(lambda: engine.viewing.warmed)


# ---- search


def search(view, words):
    view.open_search()
    view.search_bar.edit.setText(words)
    view.search_bar.edit.textEdited.emit(words)  # QTest types ASCII only


def test_words_are_found_on_all_pages_and_gone_through(opened, wait):
    search(opened, "限额")
    wait(lambda: not opened.search.searching and opened.search.hits)
    assert opened.search_bar.count_text == "3 / 12"  # the first one from page 3 on
    wait(lambda: opened.canvas.hit_boxes(0))
    assert opened.canvas._present == 0 and opened.canvas.boxes()
    opened.search_bar._next.click()
    wait(lambda: page_shown(opened) == 4 and opened.canvas.hit_boxes(0))
    assert opened._area.verticalScrollBar().value() > 0 and opened.canvas._present == 0
    QTest.keyClick(opened.search_bar.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(opened, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    wait(lambda: page_shown(opened) == 2)
    assert "现在是第 2 处，在第 2 页" in opened.search_bar._count.accessibleName()


def test_the_last_hit_is_followed_by_the_first(opened, wait):
    search(opened, "限额")
    wait(lambda: not opened.search.searching and opened.search.hits)
    opened.search.at = 11
    opened.search.next()
    wait(lambda: page_shown(opened) == 1)


def test_words_that_stand_nowhere_say_so(opened, wait):
    search(opened, "没有的词")
    wait(lambda: opened.search_bar.count_text == "没有找到")
    assert not opened.search_bar._next.isEnabled()


def test_a_search_that_stops_counting_says_so(opened, engine, wait):
    engine.viewing.more = True
    search(opened, "限额")
    wait(lambda: opened.search.more)
    assert opened.search_bar.count_text == "3 / 12+"
    assert opened.search_bar._note.isVisibleTo(opened)


def test_a_search_that_fails_says_so_and_the_page_stays(opened, engine, wait):
    engine.viewing.error = RuntimeError("broken")
    search(opened, "限额")
    wait(lambda: opened._notice.isVisible())
    assert opened.canvas.shown


def test_escape_leaves_the_search_and_nothing_else(opened, wait):
    left: list[object] = []
    opened.closed.connect(lambda: left.append(1))
    search(opened, "限额")
    wait(lambda: opened.search.hits and opened.canvas.hit_boxes(0))
    QTest.keyClick(opened.search_bar.edit, Qt.Key.Key_Escape)
    assert not opened.search_bar.isVisible() and not left
    assert not opened.search.hits and not opened.canvas.hit_boxes(0)


def test_another_document_ends_the_search(opened, wait):
    search(opened, "限额")
    wait(lambda: opened.search.hits)
    opened.open_source(source(1, 1, "别的.pdf"))
    assert not opened.search.hits and not opened.search_bar.isVisible()
