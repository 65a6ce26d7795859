"""Closing in the middle of an answer, an ingestion, an export, a web search: whatever runs is ended and joined."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from desktop import main_window
from desktop.jobs import Job
from engine.api import CancelToken


def test_work_on_every_lane_ends_with_the_window(open_window, engine, wait):
    window = open_window(engine)
    wait(lambda: window.engine_ready)
    wait(lambda: not any(lane.busy for lane in window._lanes.all))
    ended: list[str] = []

    def endless(name: str) -> Job:
        def work(token: CancelToken) -> Iterator[object]:
            try:
                while True:
                    time.sleep(0.005)
                    token.raise_if_cancelled()
                    yield name
            finally:
                ended.append(name)

        return Job(work, lambda event: None)

    before = threading.active_count()
    for name, lane in vars(window._lanes).items():
        if name != "edits":  # its short writes are done to the end
            lane.submit(endless(name))
        lane.submit(Job(lambda token: iter(()), lambda event: None))  # one more waits behind it
    window.close()
    assert set(ended) <= set(vars(window._lanes)) and "web" in ended and "files" in ended
    assert window.all_joined and engine.closed
    assert threading.active_count() <= before


def test_work_that_cannot_be_stopped_does_not_keep_the_window(open_window, engine, wait, monkeypatch):
    monkeypatch.setattr(main_window, "CLOSE_TIMEOUT_S", 0.2)
    window = open_window(engine)
    wait(lambda: window.engine_ready)
    go_on, begun = threading.Event(), threading.Event()

    def stuck(token: CancelToken) -> Iterator[object]:
        begun.set()
        go_on.wait(10)
        yield None

    window._lanes.files.submit(Job(stuck, lambda event: None))
    assert begun.wait(5)
    window.close()
    assert not window.all_joined and not engine.closed, "the ledger is not closed under a thread that may write"
    go_on.set()
    wait(lambda: not window._lanes.files.busy)
    window.all_joined = True  # for the fixture, which asks every window
