"""Long work off the window's thread: a job pumps one generator into one ordered signal.

    lane.submit(Job(lambda token: engine.ask(request, token), deliver))

`deliver` runs on the window's thread, once per event, in order; then comes at most one `JobCancelled` or
`JobFailed`, by the same signal (two signals would race). Nothing else in the desktop starts threads.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QThread, Signal, Slot

from engine.api import Cancelled, CancelToken, JobCancelled, JobFailed

_NICE = 5  # of the threads of jobs on Linux; ordinary programs have 0


class Gate:
    """Open unless an answer is being made; work of lower rank stops at its next event while it is shut."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()

    def shut(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    def pass_through(self, token: CancelToken) -> None:
        """Wait until open, or until `token` is cancelled."""
        while not self._open.wait(0.05) and not token.cancelled:
            pass


class Job(QThread):
    """One generator on one thread.

    Args:
        start: makes the generator; called on the worker thread.
        deliver: gets every event on the thread that made the job.
        patient: a newer job waits for this one instead of cancelling it (loading a model is not wasted).
        must_finish: closing waits for it, also where it has not begun: a short write of what the screen already shows.
    """

    event_received = Signal(object)  # not `event`: that would shadow QObject.event

    def __init__(
        self,
        start: Callable[[CancelToken], Iterable[object]],
        deliver: Callable[[object], None],
        *,
        patient: bool = False,
        must_finish: bool = False,
    ) -> None:
        super().__init__()
        self.token = CancelToken()
        self.patient = patient
        self.must_finish = must_finish
        self.gate: Gate | None = None
        self._start = start
        self._deliver_to = deliver
        self.event_received.connect(self._deliver)

    def run(self) -> None:
        _step_back()
        self.pump()

    def pump(self) -> None:
        """Do the work on the calling thread."""
        try:
            events = iter(self._start(self.token))
            try:
                for event in events:
                    self.event_received.emit(event)
                    if self.gate:
                        self.gate.pass_through(self.token)
                    self.token.raise_if_cancelled()
            finally:
                close = getattr(events, "close", None)
                if close:
                    close()
        except Cancelled:
            self.event_received.emit(JobCancelled())
        except Exception as error:  # the one place where a job's failure becomes an event
            self.event_received.emit(JobFailed(error, traceback.format_exc()))

    def discard(self) -> None:
        """End a job that never started."""
        self.token.cancel()
        self.event_received.emit(JobCancelled())

    @Slot(object)
    def _deliver(self, event: object) -> None:
        self._deliver_to(event)


class Lane(QObject):
    """Runs jobs one after the other. Subclasses say what a new job does to those before it."""

    busy_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._running: Job | None = None
        self._waiting: deque[Job] = deque()
        self._shut_down = False

    @property
    def busy(self) -> bool:
        return self._running is not None

    def submit(self, job: Job) -> None:
        if self._shut_down:
            return
        self._waiting.append(job)
        if self._running is None:
            self._start_next()

    def cancel(self, job: Job) -> None:
        """Stop a running job, or drop one that waits."""
        if job is self._running:
            job.token.cancel()
        elif job in self._waiting:
            self._waiting.remove(job)
            job.discard()

    def cancel_all(self) -> None:
        for job in list(self._waiting):
            self.cancel(job)
        if self._running:
            self._running.token.cancel()

    def shut_down(self) -> None:
        """Cancel everything but what must finish and take no more jobs; `wait` then ends the lane."""
        self._shut_down = True
        for job in list(self._waiting):
            if not job.must_finish:
                self.cancel(job)
        if self._running and not self._running.must_finish:
            self._running.token.cancel()

    def wait(self, timeout_s: float) -> bool:
        """Join the running thread, then do here what must still be done; False when a job outlives `timeout_s`."""
        deadline = time.monotonic() + timeout_s
        if self._running and not self._running.wait(max(1, int(timeout_s * 1000))):
            return False
        while self._waiting and time.monotonic() < deadline:
            self._waiting.popleft().pump()
        return not self._waiting

    def _start_next(self) -> None:
        was_busy = self._running is not None
        self._running = self._waiting.popleft() if self._waiting else None
        if self._running:
            self._running.finished.connect(self._finish)
            self._prepare(self._running)
            self._running.start()
        if was_busy != self.busy:
            self.busy_changed.emit(self.busy)

    @Slot()
    def _finish(self) -> None:
        job = self._running
        if job is None:
            return
        job.wait()
        self._conclude(job)
        job.deleteLater()
        self._start_next()

    def _prepare(self, job: Job) -> None:
        """Called before a job's thread starts."""

    def _conclude(self, job: Job) -> None:
        """Called after a job's thread has ended."""


class NewestLane(Lane):
    """One job at a time, the newest wins: it cancels the running one and replaces the waiting one."""

    def __init__(self, gate: Gate | None = None) -> None:
        super().__init__()
        self._gate = gate

    def submit(self, job: Job) -> None:
        for waiting in list(self._waiting):
            self.cancel(waiting)
        if self._running and not self._running.patient:
            self._running.token.cancel()
        super().submit(job)

    def _prepare(self, job: Job) -> None:
        if self._gate and not job.patient:
            self._gate.shut()

    def _conclude(self, job: Job) -> None:
        if self._gate:
            self._gate.open()


class QueueLane(Lane):
    """First in, first out; its jobs pause at event boundaries while the gate is shut."""

    def __init__(self, gate: Gate | None = None) -> None:
        super().__init__()
        self._gate = gate

    def _prepare(self, job: Job) -> None:
        job.gate = self._gate


def _step_back() -> None:
    """Let the window's thread go first where processors are short. What native code starts in here inherits it.

    With two threads of native code on two cores, 8 ms of work on the window's thread took 15 to 28 ms at the same
    priority and 10 to 18 ms at this one (Linux, medians of two rounds). On an idle machine nothing becomes slower.
    """
    thread = threading.get_native_id()
    if sys.platform == "linux" and os.getpriority(os.PRIO_PROCESS, thread) < _NICE:  # forward needs privileges
        os.setpriority(os.PRIO_PROCESS, thread, _NICE)


def shut_down(lanes: Iterable[Lane], timeout_s: float) -> bool:
    """Cancel all lanes, then join their threads within one shared limit. False if a thread is still running."""
    all_lanes = tuple(lanes)
    for lane in all_lanes:
        lane.shut_down()
    deadline = time.monotonic() + timeout_s
    joined = [lane.wait(deadline - time.monotonic()) for lane in all_lanes]
    return all(joined)
