from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QThread

from desktop.jobs import Gate, Job, NewestLane, QueueLane, shut_down
from engine.api import CancelToken, JobCancelled, JobFailed


def count_to(last: int, delay_s: float = 0.0) -> Callable[[CancelToken], Iterator[object]]:
    def generate(token: CancelToken) -> Iterator[object]:
        for number in range(1, last + 1):
            token.raise_if_cancelled()
            yield number
            time.sleep(delay_s)

    return generate


def endless(token: CancelToken) -> Iterator[object]:
    yield "begun"
    while True:
        time.sleep(0.002)
        token.raise_if_cancelled()


def test_events_arrive_in_order_on_the_thread_that_made_the_job(application, wait):
    got: list[object] = []
    threads: set[QThread] = set()

    def deliver(event: object) -> None:
        threads.add(QThread.currentThread())
        got.append(event)

    lane = QueueLane()
    lane.submit(Job(count_to(500), deliver))
    wait(lambda: not lane.busy)
    assert got == list(range(1, 501))
    assert threads == {QCoreApplication.instance().thread()}


def test_a_failure_is_the_last_event_and_carries_its_traceback(application, wait):
    def broken(token: CancelToken) -> Iterator[object]:
        yield 1
        raise OSError("no space left")

    for _ in range(30):  # two signals would lose this race now and then
        got: list[object] = []
        lane = QueueLane()
        lane.submit(Job(broken, got.append))
        wait(lambda lane=lane: not lane.busy)
        assert got[0] == 1
        assert isinstance(got[1], JobFailed) and isinstance(got[1].error, OSError)
        assert "no space left" in got[1].traceback
        assert len(got) == 2


def test_cancelling_ends_the_stream_with_one_event_and_closes_the_generator(application, wait):
    closed = threading.Event()

    def careless(token: CancelToken) -> Iterator[object]:  # never asks the token
        try:
            for number in range(100_000):
                yield number
                time.sleep(0.001)
        finally:
            closed.set()

    got: list[object] = []
    lane = QueueLane()
    job = Job(careless, got.append)
    lane.submit(job)
    wait(lambda: len(got) > 3)
    lane.cancel(job)
    wait(lambda: not lane.busy)
    assert got[-1] == JobCancelled()
    assert got.count(JobCancelled()) == 1
    assert closed.is_set()


def test_the_newest_answer_wins(application, wait):
    lane = NewestLane()
    streams: list[list[object]] = [[], [], []]
    for stream in streams[:2]:
        lane.submit(Job(endless, stream.append))
    lane.submit(Job(count_to(3), streams[2].append))
    wait(lambda: not lane.busy)
    assert streams[0][-1] == JobCancelled()
    assert streams[1] == [JobCancelled()]  # it waited, and never ran
    assert streams[2] == [1, 2, 3]


def test_a_patient_job_is_waited_for(application, wait):
    lane = NewestLane()
    got: list[object] = []
    lane.submit(Job(count_to(20, 0.002), got.append, patient=True))
    lane.submit(Job(count_to(2), got.append))
    wait(lambda: not lane.busy)
    assert got == [*range(1, 21), 1, 2]


def test_the_library_pauses_while_an_answer_runs(application, wait):
    gate = Gate()
    answers, library = NewestLane(gate), QueueLane(gate)
    pages: list[object] = []
    library.submit(Job(count_to(400, 0.002), pages.append))
    wait(lambda: len(pages) > 5)
    question = Job(endless, lambda event: None)
    answers.submit(question)
    time.sleep(0.15)
    application.processEvents()
    held = len(pages)
    time.sleep(0.2)
    application.processEvents()
    assert len(pages) == held
    answers.cancel(question)
    wait(lambda: not library.busy and not answers.busy)
    assert pages == list(range(1, 401))


def test_the_library_is_first_in_first_out_and_a_waiting_job_can_be_dropped(application, wait):
    lane = QueueLane()
    got: list[object] = []
    jobs = [Job(lambda token, n=n: iter([n]), got.append) for n in range(4)]
    for job in jobs:
        lane.submit(job)
    lane.cancel(jobs[2])
    wait(lambda: not lane.busy)
    assert got == [JobCancelled(), 0, 1, 3]


def test_shutting_down_joins_every_thread_and_refuses_new_work(application):
    gate = Gate()
    lanes = [NewestLane(gate), QueueLane(gate), NewestLane()]
    for lane in lanes:
        lane.submit(Job(endless, lambda event: None))
    assert shut_down(lanes, 5.0)
    ran: list[object] = []
    lanes[0].submit(Job(count_to(1), ran.append))
    application.processEvents()
    assert ran == []


def test_shutting_down_says_when_a_thread_outlives_the_limit(application, wait):
    release = threading.Event()

    def deaf(token: CancelToken) -> Iterator[object]:
        release.wait()
        yield 1

    lane = QueueLane()
    lane.submit(Job(deaf, lambda event: None))
    assert not shut_down([lane], 0.1)
    release.set()
    assert lane.wait(5.0)


def test_closing_finishes_short_writes_and_nothing_else(application, wait):
    written: list[object] = []
    begun, go_on = threading.Event(), threading.Event()

    def slow_write(token: CancelToken) -> Iterator[object]:
        begun.set()
        go_on.wait(5)
        written.append("first")
        yield "done"

    def write(token: CancelToken) -> Iterator[object]:
        written.append("second")
        yield "done"

    told: list[object] = []
    lane = QueueLane()
    lane.submit(Job(slow_write, told.append, must_finish=True))
    lane.submit(Job(endless, told.append))
    lane.submit(Job(write, told.append, must_finish=True))
    assert begun.wait(5)
    lane.shut_down()
    go_on.set()
    assert lane.wait(5)
    assert written == ["first", "second"]
    wait(lambda: not lane.busy)
    assert [event for event in told if isinstance(event, JobCancelled)] and told.count("done") == 2


def test_a_write_that_does_not_come_to_an_end_is_waited_for_no_longer_than_the_limit(application, wait):
    go_on = threading.Event()

    def stuck(token: CancelToken) -> Iterator[object]:
        go_on.wait(5)
        yield "done"

    lane = QueueLane()
    lane.submit(Job(stuck, lambda event: None, must_finish=True))
    lane.shut_down()
    assert not lane.wait(0.05)
    go_on.set()
    wait(lambda: not lane.busy)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a priority of their own on Linux only")
def test_the_window_s_thread_goes_first_where_processors_are_short(application, wait):
    def own_priority(token: CancelToken) -> Iterator[object]:
        yield os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    got: list[object] = []
    lane = QueueLane()
    lane.submit(Job(own_priority, got.append))
    wait(lambda: not lane.busy)
    assert got[0] > 0 and os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


@pytest.mark.skipif(sys.platform != "linux", reason="priorities of threads are Linux's")
def test_a_program_that_stands_back_already_stays_there():
    """Where it may not come forward, asking to would end the thread before its work."""
    script = (
        "import os, threading\nfrom desktop import jobs\nos.nice(jobs._NICE + 2)\njobs._step_back()\n"
        "print(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) - jobs._NICE)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) >= 2
