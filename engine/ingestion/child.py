"""One child process as the parent sees it: a process, a thread that feeds it, a thread that reads its frames."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import BinaryIO

import psutil

from engine.cancel import CancelToken
from engine.errors import DocumentFault
from engine.pacing import Pacer
from engine.parser.protocol import ProtocolError, read_frame

_POLL_S = 0.05  # how late a cancel or a limit may be noticed
_WATCH_S = 0.1
# A poll that took longer means that the machine was asleep, which is no fault of the document: on Windows the clock
# goes on meanwhile (on Linux it stops), and everywhere it does while SIGSTOP holds the process.
_AWAKE_S = 1.0
_AHEAD_FRAMES = 4  # bounds the pages in flight, and so the memory


class ChildStopped(Exception):
    """The child ended, or was killed, before it had answered. `fault` says why."""

    def __init__(self, fault: DocumentFault, **details: int | float) -> None:
        super().__init__(fault, details)
        self.fault = fault
        self.details = details


class Child:
    """A running child that is certainly gone after `close()`. Use as a context manager.

    `waited_s` sums up the time spent waiting for frames, so that a pausing consumer does not count.
    """

    def __init__(
        self,
        command: list[str],
        environment: dict[str, str],
        memory_bytes: int,
        pacer: Pacer | None = None,
    ) -> None:
        """The child stands still while `pacer` is busy. Raises OSError when the process cannot be started."""
        self.waited_s = 0.0
        self._memory_bytes = memory_bytes
        self._own_bytes = 0
        self._watched_at = 0.0
        self._closed = threading.Event()
        self._frames: queue.Queue[tuple[bytes, bytes] | None] = queue.Queue(_AHEAD_FRAMES)
        self._messages: queue.SimpleQueue[Callable[[BinaryIO], None] | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            close_fds=True,
            start_new_session=sys.platform != "win32",  # Ctrl-C in a terminal is for the parent, which kills us
            creationflags=_CREATION_FLAGS,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._job = _kill_on_exit(self._process)
        self._threads = (
            threading.Thread(target=self._feed, args=(self._process.stdin,), daemon=True),
            threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True),
        )
        for thread in self._threads:
            thread.start()
        self._pacer = pacer or Pacer()
        self._unfollow = self._pacer.follow(self._suspend, self._resume)

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def send(self, write: Callable[[BinaryIO], None]) -> None:
        """Have `write` called with the child's stdin on the thread that feeds it; returns at once."""
        self._messages.put(write)

    def frame(self, timeout_s: float, cancel: CancelToken) -> tuple[bytes, bytes]:
        """The next frame: kind and untrusted payload.

        Raises:
            ChildStopped: TIMEOUT, MEMORY or PARSER_CRASHED; the child may still run until `close()`.
            Cancelled: the token was cancelled.
        """
        left_s = timeout_s
        while True:
            self._pacer.wait(cancel)
            started = time.monotonic()
            cancel.raise_if_cancelled()
            self._watch_memory()
            if left_s <= 0 and self._frames.empty():
                raise ChildStopped(DocumentFault.TIMEOUT, limit_s=timeout_s)
            try:
                frame = self._frames.get(timeout=max(0.001, min(_POLL_S, left_s)))
            except queue.Empty:
                continue
            finally:
                waited_s = min(time.monotonic() - started, _AWAKE_S)  # an answer that began meanwhile: a poll at most
                left_s -= waited_s
                self.waited_s += waited_s
            if frame is None:
                raise ChildStopped(DocumentFault.PARSER_CRASHED, exit_code=self._process.wait())
            return frame

    def close(self) -> None:
        """Kill the child if it runs, and wait until it is gone."""
        self._closed.set()
        self._unfollow()
        self._process.kill()
        self._process.wait()
        self._messages.put(None)
        for thread in self._threads:
            thread.join()
        if self._process.stdout is not None:
            self._process.stdout.close()
        if self._job is not None:
            self._job.close()

    def start_watching(self) -> None:
        """From now on `memory_bytes` more than what is in use now stop the child. Call when it is ready."""
        self._own_bytes = self._in_use() or 1
        self.waited_s = 0.0  # starting does not count either

    def _in_use(self) -> int:
        """Resident bytes; 0 when the process has just ended, and the end of its frames will tell how."""
        try:
            return sum(process.memory_info().rss for process in self._processes())
        except psutil.Error:
            return 0

    def _processes(self) -> list[psutil.Process]:
        """The child, and on Windows what it started: python.exe of a virtual environment starts the real one."""
        process = psutil.Process(self._process.pid)
        return [process, *process.children()] if sys.platform == "win32" else [process]

    def _suspend(self) -> None:
        with contextlib.suppress(psutil.Error):  # it has just ended
            for process in self._processes():
                process.suspend()

    def _resume(self) -> None:
        with contextlib.suppress(psutil.Error):
            for process in self._processes():
                process.resume()

    def _watch_memory(self) -> None:
        now = time.monotonic()
        if now - self._watched_at < _WATCH_S:
            return
        self._watched_at = now
        if self._own_bytes and self._in_use() > self._own_bytes + self._memory_bytes:
            self._process.kill()
            raise ChildStopped(DocumentFault.MEMORY)

    def _feed(self, stdin: BinaryIO) -> None:
        with contextlib.suppress(OSError):  # the child is gone; the reader reports it
            while (write := self._messages.get()) is not None:
                write(stdin)
        with contextlib.suppress(OSError):
            stdin.close()

    def _read(self, stdout: BinaryIO) -> None:
        frame: tuple[bytes, bytes] | None = (b"", b"")
        while frame is not None and not self._closed.is_set():
            try:
                frame = read_frame(stdout)
            except (ProtocolError, OSError):
                frame = None
                self._process.kill()  # it broke the protocol; without this the parent might wait for its exit
            while not self._closed.is_set():
                try:
                    self._frames.put(frame, timeout=_POLL_S)
                    break
                except queue.Full:
                    continue


if sys.platform == "win32":
    from engine.ingestion.windows_job import Job

    _CREATION_FLAGS = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP

    def _kill_on_exit(process: subprocess.Popen[bytes]) -> Job | None:
        try:
            return Job(int(process._handle))
        except OSError:
            process.kill()
            raise

else:
    _CREATION_FLAGS = 0

    def _kill_on_exit(process: subprocess.Popen[bytes]) -> None:
        """Nothing: Linux children ask the kernel themselves (`engine.parser.confine.die_with_parent`)."""
