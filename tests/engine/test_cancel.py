"""The cancel token: seen by polling and by callbacks, from any thread, once."""

from __future__ import annotations

import threading

import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled


def test_polling_sees_it() -> None:
    token = CancelToken()
    token.raise_if_cancelled()
    assert not token.cancelled
    token.cancel()
    assert token.cancelled
    with pytest.raises(Cancelled):
        token.raise_if_cancelled()


def test_callbacks_run_once_however_often_it_is_set() -> None:
    token, calls = CancelToken(), list[str]()
    token.on_cancel(lambda: calls.append("a"))
    token.on_cancel(lambda: calls.append("b"))
    token.cancel()
    token.cancel()
    assert calls == ["a", "b"]


def test_a_late_callback_runs_at_once() -> None:
    token, calls = CancelToken(), list[str]()
    token.cancel()
    forget = token.on_cancel(lambda: calls.append("late"))
    forget()
    assert calls == ["late"]


def test_an_unregistered_callback_stays_silent() -> None:
    token, calls = CancelToken(), list[str]()
    forget = token.on_cancel(lambda: calls.append("a"))
    forget()
    forget()
    token.cancel()
    assert calls == []


def test_a_callback_may_use_the_token() -> None:
    token, seen = CancelToken(), list[bool]()
    token.on_cancel(lambda: (seen.append(token.cancelled), token.cancel(), token.on_cancel(lambda: None)))
    token.cancel()
    assert seen == [True]


def test_no_registration_is_lost_in_a_race() -> None:
    for _ in range(100):
        token, calls = CancelToken(), list[int]()
        start = threading.Barrier(3)

        def register(number: int, token: CancelToken = token, calls: list[int] = calls, start=start) -> None:  # type: ignore[no-untyped-def]
            start.wait()
            token.on_cancel(lambda: calls.append(number))

        threads = [threading.Thread(target=register, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        start.wait()
        token.cancel()
        for thread in threads:
            thread.join()
        assert sorted(calls) == [0, 1]
