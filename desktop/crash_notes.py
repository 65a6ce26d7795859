"""What nobody foresaw: an exception in a slot or a thread, a Qt error, a crash of the interpreter itself.

The user is told once, calmly, with a detail to copy; a note stays in HOME/crash. Notes hold the kind of error and the
places in the program where it passed, never its message: that may quote a document, a question or an answer.
"""

from __future__ import annotations

import faulthandler
import platform
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

KEPT_NOTES = 8
_CHAIN_LIMIT = 8
_FRAME_LIMIT = 40
_NATIVE = "native.txt"  # what the interpreter writes with its last breath


class CrashNotes(QObject):
    """`happened` comes once for each place that fails, from any thread; connect it to something of the window's."""

    happened = Signal(str)  # the note

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._told: set[str] = set()
        self._native: TextIO | None = None
        self._previous: object = None

    def install(self) -> str:
        """Take over the hooks; returns the note of a crash that ended the program last time, or nothing."""
        sys.excepthook = self._of_main
        threading.excepthook = self._of_thread
        self._previous = qInstallMessageHandler(self._of_qt)
        return self._watch_interpreter()

    def uninstall(self) -> None:
        """Give the hooks back; a clean end leaves no trace of the watch over the interpreter."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(self._previous)
        if self._native is not None:
            faulthandler.disable()
            self._native.close()
            (self._folder / _NATIVE).unlink(missing_ok=True)

    def _of_main(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if issubclass(kind, Exception):
            self._tell("\n".join(_places(error)))

    def _of_thread(self, given: threading.ExceptHookArgs) -> None:
        threading.__excepthook__(given)
        if isinstance(given.exc_value, Exception):
            self._tell("\n".join(_places(given.exc_value)))

    def _of_qt(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind is not QtMsgType.QtDebugMsg:
            print(message, file=sys.stderr, flush=True)
        if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            place = (str(getattr(context, name, "")) for name in ("category", "file", "line"))  # the stubs lack them
            self._tell(" ".join(("Qt", kind.name, *place)))

    def _tell(self, places: str) -> None:
        if places in self._told:
            return
        self._told.add(places)
        note = f"{_circumstances()}\n{places}\n"
        if len(self._told) <= KEPT_NOTES:
            self._keep(note)
        self.happened.emit(note)

    def _keep(self, note: str) -> None:
        """A disk that takes no note must not become the next error."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            numbers = sorted(int(path.stem) for path in self._folder.glob("*.txt") if path.stem.isdecimal())
            for number in numbers[: 1 - KEPT_NOTES]:
                (self._folder / f"{number:06d}.txt").unlink(missing_ok=True)
            path = self._folder / f"{numbers[-1] + 1 if numbers else 1:06d}.txt"
            path.write_text(note, encoding="utf-8")
        except OSError as error:
            print(f"no crash note: {error.strerror}", file=sys.stderr, flush=True)

    def _watch_interpreter(self) -> str:
        path = self._folder / _NATIVE
        try:
            last = path.read_text(encoding="utf-8", errors="replace").strip() if path.exists() else ""
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._native = path.open("w", encoding="utf-8")
        except OSError:  # the home is not there or not ours: opening it says so
            return ""
        faulthandler.enable(self._native)
        if not last:
            return ""
        note = f"{_circumstances()}\n{last}\n"
        self._keep(note)
        return note


def _places(error: BaseException) -> Iterator[str]:
    """Kinds of an error and its causes, each with where it passed, innermost first."""
    link: BaseException | None = error
    for _ in range(_CHAIN_LIMIT):
        if link is None:
            return
        code = getattr(link, "code", "")
        yield f"{type(link).__module__}.{type(link).__qualname__} {code}".rstrip()
        frames = [(frame.f_code, line) for frame, line in walk_tb(link.__traceback__)]
        for code_object, line in reversed(frames[-_FRAME_LIMIT:]):
            place = "/".join(Path(code_object.co_filename).parts[-3:])
            yield f"  {place}:{line} {code_object.co_qualname}"
        link = link.__cause__ or link.__context__


def _circumstances() -> str:
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    return f"{now} {platform.platform()} Python {platform.python_version()}"
