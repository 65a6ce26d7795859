"""What the commands share: output for people or programs, Ctrl+C during native work, the passphrase prompt."""

from __future__ import annotations

import json
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from getpass import getpass
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from desktop.errors import EXIT_BUG, describe, exit_code
from engine.api import CancelToken, EnvironmentFault, Fault, JinpanError

T = TypeVar("T")

POLL_S = 0.1  # on Windows a wait without a time limit would not see Ctrl+C
PROGRESS_EVERY_S = 5.0  # how often a log file (not a terminal) is told about progress


@dataclass(slots=True)
class Console:
    """Records as JSON lines or text on stdout; progress and errors for people on stderr."""

    json: bool = False
    _bar: str = field(default="", repr=False)
    _told_at: float = field(default=0.0, repr=False)

    @property
    def live(self) -> bool:
        """Whether someone watches the text come; a file gets the finished text only."""
        return not self.json and sys.stdout.isatty()

    def record(self, kind: str, **fields: Any) -> None:
        """One JSON object on a line of its own; nothing in text mode."""
        if self.json:
            print(json.dumps({"kind": kind, **fields}, ensure_ascii=False), flush=True)

    def say(self, text: str = "", end: str = "\n") -> None:
        """Text for people on stdout; nothing in JSON mode."""
        if not self.json:
            self.clear()
            print(text, end=end, flush=True)

    def note(self, text: str) -> None:
        """One lasting line on stderr, in both modes."""
        self.clear()
        print(text, file=sys.stderr, flush=True)

    def progress(self, text: str, done: float = 0, total: float = 0) -> None:
        """A line that the next one overwrites; with a `total`, a bar. A log file gets a line now and then."""
        if total > 0:
            share = min(max(done / total, 0.0), 1.0)
            text = f"{'█' * int(share * 20):░<20} {share:4.0%} {text}"
        if sys.stderr.isatty():
            self.clear()
            self._bar = text
            print(text, end="", file=sys.stderr, flush=True)
        elif time.monotonic() - self._told_at >= PROGRESS_EVERY_S:
            self._told_at = time.monotonic()
            print(text, file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._bar:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self._bar = ""

    def fail(self, error: BaseException, **fields: Any) -> int:
        """Tell what happened and what to do; returns the exit code of the error's family."""
        sentence = describe(error)
        code = exit_code(error)
        name = str(error.code) if isinstance(error, JinpanError) else "bug"
        self.record("error", code=name, message=sentence.text, action=sentence.action, **fields)
        self.clear()
        if not self.json or code == EXIT_BUG:
            print(f"{sentence.text}{sentence.action}", file=sys.stderr)
            if sentence.detail:
                print(f"详情：{sentence.detail}", file=sys.stderr, flush=True)
        return code


def use_utf8() -> None:
    """Standard streams speak UTF-8 whatever the console's code page; a character it cannot show is replaced."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def pump(events: Iterator[T], cancel: CancelToken) -> Iterator[T]:
    """Run `events` in a worker thread, so that the main thread hears Ctrl+C while native code works.

    The first Ctrl+C cancels the job, which then ends with Cancelled; so does leaving this generator early.
    """
    items: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue()

    def work() -> None:
        try:
            for event in events:
                items.put((event, None))
        except BaseException as error:  # carried to the main thread, which raises it
            items.put((None, error))
        else:
            items.put((None, None))

    worker = threading.Thread(target=work, name="jinpan-job")
    with _cancelled_by_signals(cancel):
        worker.start()
        try:
            while True:
                event, error = _next_item(items)
                if error is not None:
                    raise error
                if event is None:
                    return
                yield event
        except GeneratorExit:
            cancel.cancel()
            raise
        finally:
            worker.join()


def _next_item(items: queue.Queue[T]) -> T:
    while True:
        try:
            return items.get(timeout=POLL_S)
        except queue.Empty:
            continue


@contextmanager
def _cancelled_by_signals(cancel: CancelToken) -> Iterator[None]:
    def on_signal(_: int, __: FrameType | None) -> None:
        cancel.cancel()

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, on_signal) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ask_passphrase(new: bool) -> str:
    """Read the passphrase from the terminal itself (never from stdin), twice when a new one is chosen.

    Raises EnvironmentFault (keyring_unusable) without a terminal.
    """
    if not has_terminal():
        raise EnvironmentFault(Fault.KEYRING_UNUSABLE, reason="no keyring and no terminal")
    if not new:
        return getpass("资料库口令：")
    print("系统密钥环不可用。请设置资料库口令：软件不保存它，忘记后只有恢复密钥能打开资料库。", file=sys.stderr)
    return choose_passphrase()


def choose_passphrase() -> str:
    """Read a new passphrase twice from the terminal. Raises EnvironmentFault (keyring_unusable) without one."""
    if not has_terminal():
        raise EnvironmentFault(Fault.KEYRING_UNUSABLE, reason="no keyring and no terminal")
    while True:
        first = getpass("新口令：")
        if first and first == getpass("再输入一次："):
            return first
        print("两次输入不一致，或口令为空，请重新输入。", file=sys.stderr)


def has_terminal() -> bool:
    """Whether someone sits at a terminal, even when stdin is a pipe."""
    try:
        with Path("CONIN$" if sys.platform == "win32" else "/dev/tty").open("rb"):
            return True
    except OSError:
        return False
