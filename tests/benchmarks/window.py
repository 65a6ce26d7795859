"""How long the real window leaves the user waiting: event-loop gaps while it generates and while it ingests.

    python tests/benchmarks/window.py --packs DIR --data DIR [--pack NAME] [--seconds 25] [--documents 500]

A 5 ms heartbeat runs on the window's thread; a gap is the time between two beats, less 5 ms. `--data` is a folder of
PDFs, of which the smallest are copied, each copy with a byte of its own, until there are `--documents`; all of them are
dropped at once. The window is shown (offscreen where there is no display) with the real engine in an empty home. The
last line is one JSON object: milliseconds p50, p95, p99, max per phase, and the longest gaps with their phase; the
limit is a p99 of 50 ms. `--stacks FILE` writes what all threads did in every gap above 50 ms.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "win32"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer

from desktop.app import make_application
from desktop.look.theme import Theme
from desktop.main_window import MainWindow
from engine.api import load_settings

BEAT_MS = 5
LIMIT_MS = 50
QUESTIONS = (
    "存款保险最高赔多少？",
    "客户身份资料要保存多少年？",
    "商业银行破产清算时，个人储蓄存款怎么支付？",
    "个人信息处理者在什么情况下应当删除个人信息？",
)


@dataclass(frozen=True, slots=True)
class Gaps:
    """Milliseconds by which the heartbeat came late."""

    beats: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


class Heartbeat(QObject):
    """Beats every 5 ms on the thread it lives on."""

    def __init__(self, stacks: TextIO | None = None) -> None:
        super().__init__()
        self._stacks = stacks
        self._gaps_s: list[float] = []
        self._last_s = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def measure(self, until: Callable[[], bool], limit_s: float) -> Gaps:
        """Run the event loop until `until` holds or the limit is over."""
        self._gaps_s, self._last_s = [], time.perf_counter()
        self._timer.start(BEAT_MS)
        end = time.monotonic() + limit_s
        loop = QEventLoop()
        watch = QTimer()
        watch.timeout.connect(lambda: loop.quit() if until() or time.monotonic() > end else None)
        watch.start(50)
        loop.exec()
        self._timer.stop()
        faulthandler.cancel_dump_traceback_later()
        return self._summary()

    def _beat(self) -> None:
        now = time.perf_counter()
        self._gaps_s.append(now - self._last_s)
        self._last_s = now
        if self._stacks:
            faulthandler.dump_traceback_later(LIMIT_MS / 1000, file=self._stacks)

    def _summary(self) -> Gaps:
        late = sorted(max(0.0, gap * 1000 - BEAT_MS) for gap in self._gaps_s)
        if not late:
            return Gaps(0, 0.0, 0.0, 0.0, 0.0)
        at = [late[min(len(late) - 1, int(len(late) * share))] for share in (0.50, 0.95, 0.99)]
        return Gaps(len(late), *(round(value, 1) for value in (*at, late[-1])))


class Run:
    """One window, phase by phase."""

    def __init__(self, window: MainWindow, documents: Sequence[Path], seconds: float, stacks: TextIO | None) -> None:
        self._window = window
        self._documents = documents
        self._seconds = seconds
        self._heartbeat = Heartbeat(stacks)

    def phases(self) -> dict[str, object]:
        window = self._window
        results: dict[str, object] = {}
        results["opening"] = asdict(self._heartbeat.measure(lambda: window.engine_ready, 120))
        results["idle"] = asdict(self._heartbeat.measure(lambda: False, 3))
        window.library.add_paths(self._documents)
        results["ingesting"] = asdict(self._heartbeat.measure(self._library_idle, self._seconds))
        results["documents"] = window.library.document_count
        results["generating_while_ingesting"] = asdict(self._generate())
        window.library.cancel_all()
        self._heartbeat.measure(self._library_idle, 60)
        results["generating"] = asdict(self._generate())
        results["answers"] = sum(1 for turn in window.conversation.turns if turn.text)
        return results

    def _library_idle(self) -> bool:
        return self._window.library.progress == (0, 0)

    def _generate(self) -> Gaps:
        """Ask one question after the other for the given time."""
        questions = iter(QUESTIONS * 100)

        def ask_on() -> bool:
            if not self._window.conversation.busy:
                self._window.conversation.ask(next(questions))
            return False

        gaps = self._heartbeat.measure(ask_on, self._seconds)
        self._window.conversation.stop()
        return gaps


def copies(data: Path, folder: Path, count: int) -> list[Path]:
    """That many distinct PDFs made of the smallest of `data`: a comment behind the end of a PDF changes no page."""
    folder.mkdir()
    originals = sorted(data.rglob("*.pdf"), key=lambda path: path.stat().st_size)[: min(count, 100)]
    paths: list[Path] = []
    for number in range(count):
        original = originals[number % len(originals)]
        path = folder / f"{number:04d} {original.name}"
        path.write_bytes(original.read_bytes() + f"\n%{number}\n".encode())
        paths.append(path)
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pack", help="generator pack; the default one if left out")
    parser.add_argument("--seconds", type=float, default=25.0, help="of each phase")
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--stacks", type=argparse.FileType("w"))
    arguments = parser.parse_args()
    os.environ["JINPAN_PACKS"] = str(arguments.packs)
    application = make_application()
    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder, "passphrase")
        secret.write_text("window benchmark passphrase\n", encoding="utf-8")
        secret.chmod(0o600)
        settings = load_settings(Path(folder, "home"), passphrase_file=secret, generator_pack=arguments.pack)
        window = MainWindow(settings, Theme(application))
        window.show()
        application.processEvents()
        first_paint_s = round(time.time() - psutil.Process().create_time(), 2)
        documents = copies(arguments.data, Path(folder, "documents"), arguments.documents)
        results = Run(window, documents, arguments.seconds, arguments.stacks).phases()
        memory_mb = round(psutil.Process().memory_info().rss / 2**20)
        window.close()
    line = {"benchmark": "window", "pack": settings.generator_pack, "platform": application.platformName()}
    print(json.dumps(line | {"first_paint_s": first_paint_s, **results, "rss_mb": memory_mb}, ensure_ascii=False))


if __name__ == "__main__":
    main()
