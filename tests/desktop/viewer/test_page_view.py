from __future__ import annotations

import pytest

from desktop.ask.turn import Source
from desktop.jobs import NewestLane, shut_down
from desktop.viewer.page_view import PageView
from engine.api import Rung, Span
from tests.fakes import document_id


@pytest.fixture
def lane(application):
    lane = NewestLane()
    yield lane
    assert shut_down([lane], 5.0)


@pytest.fixture
def view(theme, lane, engine, application):
    view = PageView(theme, lane)
    view.resize(500, 700)
    view.set_engine(engine)
    view.show()
    application.processEvents()
    yield view
    view.hide()


def source(page_no: int = 3) -> Source:
    spans = (Span(page_no, 0, 9),)
    words = {"snippet": "第五条 …", "quote": "第五条"}
    return Source(1, document_id("规程.pdf"), "规程.pdf", page_no, rung=Rung.BRANCH, spans=spans, **words)


def test_a_source_opens_at_its_page_with_the_passage_boxed(view, engine, wait):
    view.open_source(source())
    wait(lambda: view.canvas.shown)
    assert view.canvas.shown.page.page_no == 3
    assert engine.rendered[-1][3] == "第五条"
    boxes = view.canvas.boxes()
    assert len(boxes) == 4 and all(view.canvas.rect().toRectF().contains(box) for box in boxes)
    assert not view.canvas.outline().isEmpty()


def test_paging_leaves_the_box_behind_and_finds_it_again(view, engine, wait):
    view.open_source(source())
    wait(lambda: view.canvas.shown)
    view._next_page()
    wait(lambda: view.canvas.shown.page.page_no == 4)
    assert view.canvas.boxes() == []
    rendered = len(engine.rendered)
    view._back_to_source()
    assert view.canvas.shown.page.page_no == 3  # at once: it was kept
    assert len(engine.rendered) == rendered


def test_zoom_renders_sharper_and_stays_within_limits(view, engine, wait):
    view.open_source(source())
    wait(lambda: view.canvas.shown)
    fitted = view.canvas.shown.page.width_px
    view.zoom_in()
    wait(lambda: view.canvas.shown.page.width_px > fitted)
    for _ in range(20):
        view.zoom_out()
    wait(lambda: view.canvas.shown.page.width_px < fitted)
    assert view.canvas.shown.page.width_px >= 120


def test_a_page_that_cannot_be_drawn_says_so(view, wait):
    view.open_source(source(page_no=41))
    wait(lambda: view._notice.isVisible())
    assert view._notice.accessibleName()
    view.open_source(source())
    wait(lambda: view.canvas.shown)
    assert not view._notice.isVisible()


def test_only_the_newest_of_many_clicks_is_shown(view, wait, lane):
    for page_no in range(1, 12):
        view.open_source(source(page_no))
    wait(lambda: not lane.busy)
    assert view.canvas.shown.page.page_no == 11
