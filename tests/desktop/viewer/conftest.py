from __future__ import annotations

import pytest

from desktop.jobs import NewestLane, QueueLane, shut_down
from desktop.viewer.page_view import PageView


@pytest.fixture
def lanes(application):
    lanes = (NewestLane(), NewestLane(), QueueLane())
    yield lanes
    assert shut_down(lanes, 5.0)


@pytest.fixture
def view(theme, lanes, engine, application):
    view = PageView(theme, *lanes)
    view.resize(500, 700)
    view.set_engine(engine)
    view.show()
    application.processEvents()
    yield view
    view.hide()
