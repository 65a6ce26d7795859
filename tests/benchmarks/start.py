"""From the start of the process to a window that takes typing; and how it responds while the engine loads behind it.

    python tests/benchmarks/start.py --packs DIR --home DIR --passphrase-file FILE [--pack NAME] [--before TREE]
        [--runs 5] [--cold]

Starts the real program on copies of `--home` on a display of its own (Xvfb), in turn from this tree and from the
working tree `--before`. Both run from byte code that is already compiled, as an installed program does.

`paint_s`: the question box is painted for the first time. `usable_s`: a key press after that paint stands in the box.
`ready_s`: the model is loaded. `late_ms`: how late a 5 ms heartbeat on the window's thread came between usable and
ready (p50, p99, the worst), that is how long a key press may wait while the engine loads. `--cold` drops the disk cache
before each run of a second series, where the system allows it. The last line is one JSON object of medians.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

REPOSITORY = Path(__file__).resolve().parents[2]
DROP_CACHES = Path("/proc/sys/vm/drop_caches")
LIMIT_S = 120

# Runs `desktop` as `python -m desktop` does, and watches the application from the moment it is made.
PROGRAM = """
import importlib.abc, importlib.util, json, os, sys, time

def watch(application):
    from PySide6.QtCore import QEvent, QObject, Qt, QTimer
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QPlainTextEdit
    seen, late = {}, []

    class Watcher(QObject):
        def eventFilter(self, widget, event):
            if event.type() == QEvent.Type.Paint and isinstance(widget.parent(), QPlainTextEdit):
                edit = widget.parent()
                if "paint" not in seen and edit.window().focusWidget() is edit:
                    seen["paint"] = time.monotonic()
                    QTimer.singleShot(0, lambda: self.press(edit))
            return False

        def press(self, edit):
            application.sendEvent(edit, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.NoModifier, "a"))
            assert edit.toPlainText() == "a"
            seen["usable"] = self.last = time.monotonic()
            self.window = edit.window()
            self.timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=5)
            self.timer.timeout.connect(self.beat)
            self.timer.start()

        def beat(self):
            now = time.monotonic()
            late.append(max(0.0, (now - self.last) * 1000 - 5))
            self.last = now
            if self.window.engine_ready or now - seen["usable"] > 60:
                seen["ready"] = now
                self.timer.stop()
                late.sort()
                at = lambda share: round(late[min(len(late) - 1, int(len(late) * share))], 1)
                print(json.dumps({**seen, "late": [at(0.5), at(0.99), at(1)]}), flush=True)
                self.window.close()

    watcher = Watcher(application)
    application.installEventFilter(watcher)

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "desktop.app":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)
            make = module.make_application

            def made(*given):
                application = make(*given)
                watch(application)
                return application

            module.make_application = made

        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, Finder())
from desktop.__main__ import main
sys.exit(main())
"""


@contextmanager
def display() -> Iterator[str]:
    """A screen of 1600 x 1000 that nothing else draws on; yields its name."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as numbers:
        number = numbers.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


class Starts:
    """Starts of one working tree."""

    def __init__(self, tree: Path, scratch: Path, arguments: argparse.Namespace) -> None:
        self._tree = tree
        self._home = scratch / f"home-{tree.name}"
        self._byte_code = scratch / f"bytecode-{tree.name}"
        self._given = arguments
        self.runs: dict[str, list[dict[str, float]]] = {"warm": [], "cold": []}
        shutil.copytree(arguments.home, self._home)

    def start(self, screen: str, series: str = "") -> None:
        """One start; without a series its figures are not kept (the first run compiles)."""
        environment = {key: value for key, value in os.environ.items() if key not in ("CI", "PYTHONDONTWRITEBYTECODE")}
        environment |= {
            "DISPLAY": screen,
            "QT_QPA_PLATFORM": "xcb",
            "PYTHONPATH": str(self._tree),
            "PYTHONPYCACHEPREFIX": str(self._byte_code),
            "JINPAN_PACKS": str(self._given.packs),
        }
        command = [sys.executable, "-c", PROGRAM, "--home", str(self._home)]
        command += ["--passphrase-file", str(self._given.passphrase_file)]
        command += ["--pack", self._given.pack] if self._given.pack else []
        if series == "cold":
            os.sync()
            DROP_CACHES.write_text("3", encoding="ascii")
        began = time.monotonic()
        done = subprocess.run(
            command, env=environment, cwd=self._tree, capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
        if not done.stdout.strip():
            raise SystemExit(f"{self._tree} did not start: {done.stderr[-2000:]}")
        seen = json.loads(done.stdout.splitlines()[-1])
        figures = {f"{name}_s": seen[name] - began for name in ("paint", "usable", "ready")}
        figures |= dict(zip(("late_p50_ms", "late_p99_ms", "late_worst_ms"), seen["late"], strict=True))
        if series:
            self.runs[series].append(figures)
        print(
            self._tree.name, series or "first", {name: round(value, 2) for name, value in figures.items()}, flush=True
        )

    def medians(self) -> dict[str, dict[str, float]]:
        return {
            series: {name: round(median(run[name] for run in runs), 2) for name in runs[0]}
            for series, runs in self.runs.items()
            if runs
        }


def cold_is_possible() -> str:
    """Why the disk cache cannot be dropped; empty when it can."""
    try:
        DROP_CACHES.write_text("1", encoding="ascii")
    except OSError as error:
        return error.strerror or str(error)
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True, help="a home with documents; it is copied")
    parser.add_argument("--passphrase-file", type=Path, required=True)
    parser.add_argument("--pack", help="generator pack; the default one if left out")
    parser.add_argument("--before", type=Path, help="another working tree to compare with")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cold", action="store_true")
    arguments = parser.parse_args()
    line: dict[str, object] = {"benchmark": "start", "runs": arguments.runs}
    with tempfile.TemporaryDirectory() as folder, display() as screen:
        trees = {"now": REPOSITORY} | ({"before": arguments.before.resolve()} if arguments.before else {})
        starts = {name: Starts(tree, Path(folder), arguments) for name, tree in trees.items()}
        for each in starts.values():
            each.start(screen)
        for _ in range(arguments.runs):
            for each in starts.values():
                each.start(screen, "warm")
        if arguments.cold and not (refused := cold_is_possible()):
            for _ in range(max(1, arguments.runs // 2)):
                for each in starts.values():
                    each.start(screen, "cold")
        elif arguments.cold:
            line["cold"] = f"not measured: {refused}"
        line |= {name: each.medians() for name, each in starts.items()}
    print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
