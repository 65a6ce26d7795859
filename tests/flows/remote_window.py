"""The real program with its real window in a process of its own, held by a wire: a test asks it what it shows.

The wire is the process's stdin and stdout: a line of Python goes in, is evaluated on the window's thread with `window`
in reach, and its value comes back as JSON. Run by itself (`python remote_window.py ARGUMENTS OF jinpan …`) this module
is the far end.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE_S = 90.0


class RemoteWindow:
    """`jinpan` with `arguments`, over `home`. Leaves no process behind."""

    def __init__(self, home: Path, passphrase_file: Path, *arguments: str, environment: dict[str, str] | None = None):
        command = [sys.executable, __file__, "--home", str(home), "--passphrase-file", str(passphrase_file), *arguments]
        offscreen = {"QT_QPA_PLATFORM": "offscreen"}
        self.process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env={key: value for key, value in (os.environ | (environment or offscreen)).items() if key != "CI"}
            | {"PYTHONPATH": str(REPOSITORY)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.complaints = ""
        self._family: set[psutil.Process] = set()
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> RemoteWindow:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.family():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()
                process.kill()
        self.process.kill()
        self.process.wait()

    def get(self, expression: str) -> Any:
        """The value of an expression, as JSON knows it."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(expression) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the window is gone: {self.complaints[-3000:]}"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        self.family()
        return answer["value"]

    def until(self, expression: str, patience_s: float = PATIENCE_S) -> Any:
        """Wait until the expression is true; returns its value."""
        end = time.monotonic() + patience_s
        while not (value := self.get(expression)):
            assert time.monotonic() < end, f"never: {expression}; {self.complaints[-2000:]}"
            time.sleep(0.02)
        return value

    def family(self) -> list[psutil.Process]:
        """The process and all children that were ever seen."""
        try:
            root = psutil.Process(self.process.pid)
            self._family |= {root, *root.children(recursive=True)}
        except psutil.NoSuchProcess:
            pass
        return sorted(self._family, key=lambda process: process.pid)

    def children(self, part: str) -> list[psutil.Process]:
        """The children whose command line contains `part`."""
        found = []
        for process in self.family()[1:]:
            try:
                if any(part in word for word in process.cmdline()):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def sleep(self, seconds: float) -> None:
        """The whole family stands still, as when the machine sleeps."""
        family = self.family()
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()
        time.sleep(seconds)
        for process in reversed(family):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()

    def close(self, number: int = signal.SIGTERM) -> int:
        """A polite kill; returns the exit code."""
        self.family()
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    def orphans(self) -> list[str]:
        """What is left of the family once the window is gone."""
        left = []
        for process in self._family:
            try:
                if process.pid != self.process.pid and process.status() != psutil.STATUS_ZOMBIE:
                    left.append(" ".join(process.cmdline()))
            except psutil.NoSuchProcess:
                continue
        return left

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.complaints += line


def serve(arguments: Sequence[str]) -> int:
    """The far end."""
    from desktop import app, cli

    wire = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    scope: dict[str, Any] = {"Path": Path, "sys": sys}

    class Watched(app.MainWindow):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            scope["window"] = self
            threading.Thread(target=self._read, daemon=True).start()

        def _read(self) -> None:
            from PySide6.QtCore import QMetaObject, QObject, Qt, Slot

            class Ear(QObject):
                @Slot()
                def answer(self) -> None:
                    try:
                        reply = {"value": eval(self.line, scope)}
                    except Exception:
                        reply = {"error": traceback.format_exc()}
                    print(json.dumps(reply, default=str), file=wire, flush=True)

            ear = Ear()
            ear.moveToThread(self.thread())
            for line in sys.stdin:
                ear.line = json.loads(line)
                QMetaObject.invokeMethod(ear, "answer", Qt.ConnectionType.BlockingQueuedConnection)

    app.MainWindow = Watched  # type: ignore[misc]
    return cli.main(arguments)


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1:]))
