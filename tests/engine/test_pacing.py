"""Background work stands still while an answer runs, and never longer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.api import AskRequest, Engine, load_settings
from engine.cancel import CancelToken
from engine.errors import Cancelled
from engine.pacing import Pacer


def test_it_is_busy_until_the_last_of_overlapping_answers_ends() -> None:
    pacer = Pacer()
    assert not pacer.busy
    with pacer.answering():
        with pacer.answering():
            assert pacer.busy
        assert pacer.busy
    assert not pacer.busy
    pacer.wait(CancelToken())


def test_waiting_ends_with_the_answer() -> None:
    pacer, waited = Pacer(), threading.Event()
    worker = threading.Thread(target=lambda: (pacer.wait(CancelToken()), waited.set()))
    with pacer.answering():
        worker.start()
        assert not waited.wait(0.2)
    assert waited.wait(5)
    worker.join()


def test_waiting_can_be_cancelled() -> None:
    pacer, cancel = Pacer(), CancelToken()
    threading.Timer(0.1, cancel.cancel).start()
    with pacer.answering(), pytest.raises(Cancelled):
        pacer.wait(cancel)


def answer(pacer: Pacer, fails: bool = False) -> Iterator[str]:
    with pacer.answering():
        yield "text"
        if fails:
            raise ValueError


def test_a_closed_or_failed_or_dropped_answer_lets_go() -> None:
    pacer = Pacer()
    closed = answer(pacer)
    next(closed)
    assert pacer.busy
    closed.close()  # type: ignore[attr-defined]
    assert not pacer.busy
    with pytest.raises(ValueError):
        list(answer(pacer, fails=True))
    assert not pacer.busy
    next(answer(pacer))
    assert not pacer.busy


def test_a_follower_is_stopped_and_let_go_once_each() -> None:
    pacer, calls = Pacer(), list[str]()
    unfollow = pacer.follow(lambda: calls.append("stop"), lambda: calls.append("go"))
    with pacer.answering(), pacer.answering():
        pass
    assert calls == ["stop", "go"]
    unfollow()
    unfollow()
    with pacer.answering():
        late = pacer.follow(lambda: calls.append("late stop"), lambda: calls.append("late go"))
        late()
    assert calls == ["stop", "go", "late stop", "late go"]


def test_asking_holds_it_until_the_answer_is_closed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Engine.open(load_settings(home=home)) as engine:
        answerer = SimpleNamespace(answer=lambda *_, **__: iter(["text", "more"]))
        monkeypatch.setattr(engine, "_answerer", lambda: answerer)
        events = engine.ask(AskRequest("存款保险?"), CancelToken())
        assert not engine._pacer.busy
        next(events)
        assert engine._pacer.busy
        events.close()  # type: ignore[attr-defined]
        assert not engine._pacer.busy


def test_waiting_costs_no_processor_time() -> None:
    pacer = Pacer()
    worker = threading.Thread(target=pacer.wait, args=(CancelToken(),))
    before = time.process_time()
    with pacer.answering():
        worker.start()
        time.sleep(0.5)
    worker.join()
    assert time.process_time() - before < 0.1
