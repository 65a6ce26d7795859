"""How the page of the library feels with many documents: milliseconds for a frame of scrolling, a letter of a search …

    python tests/benchmarks/library.py [--documents 10000] [--small 100]

The page is shown (offscreen where there is no display) over a list of invented documents, once with `--small` of them
and once with `--documents`, so that what grows with their number can be told from what painting costs anyhow. Each
figure is the median and the 95th percentile of its steps; a step ends when the page has been painted. `drop_500` is how
long the window stands still when 500 files are dropped at once. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "win32"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from desktop.app import make_application
from desktop.jobs import NewestLane, QueueLane, shut_down
from desktop.library.collection_model import CollectionModel
from desktop.library.knowledge_pack_model import KnowledgePackModel
from desktop.library.library_model import LibraryModel
from desktop.library.library_page import LibraryPage
from desktop.library.page_accounts import PageAccounts
from desktop.library.removals import Removals
from desktop.library.shelf_model import Order
from desktop.library.shelves import EVERYTHING, RECENT, TROUBLE
from desktop.library.watch_model import WatchModel
from desktop.look.theme import Theme
from engine.api import DocumentInfo, DocumentStatus, PathSurveyed, Rung

WORDS = ("存款", "贷款", "结算", "账户", "反洗钱", "外汇", "票据", "理财", "信用卡", "收费", "柜面", "档案", "现金")
KINDS = ("管理办法", "操作规程", "实施细则", "工作手册", "通知", "问答汇编")
STEPS = 60


def documents(count: int) -> tuple[DocumentInfo, ...]:
    """Invented documents, oldest first; every seventh has a date, every tenth is partly readable."""
    start = datetime(2025, 1, 1, tzinfo=UTC)
    made: list[DocumentInfo] = []
    for n in range(count):
        name = f"{WORDS[n % len(WORDS)]}业务{KINDS[n // 16 % len(KINDS)]} 第{n}号.pdf"
        key = sha256(name.encode()).hexdigest()
        added_at = (start + timedelta(hours=n)).isoformat(timespec="seconds")
        status = DocumentStatus.INDEXED
        version = f"20{10 + n % 15}-03-01" if n % 7 == 0 else ""
        facts = (n % 300 + 1, 40, 10_000 + n * 37 % 5_000_000, added_at, f"/资料/{name}")
        made.append(DocumentInfo(key, name, status, Rung.BRANCH, *facts, version=version, title=name[:-4]))
    return tuple(made)


class Scripted:
    """As much of the engine as the page asks for."""

    def __init__(self, count: int) -> None:
        self._documents = documents(count)

        def none(*_: object) -> tuple[object, ...]:
            return ()

        self.knowledge_packs: Any = SimpleNamespace(installed=none)
        self.collections: Any = SimpleNamespace(all=none)
        self.watching: Any = SimpleNamespace(folders=none, changed=lambda: False, sync=none)
        intake = SimpleNamespace(entries=none, queue=none, forget=none, begin=none, settle=none)
        self.library: Any = SimpleNamespace(intake=intake, survey=self._survey)

    def documents(self) -> tuple[DocumentInfo, ...]:
        return self._documents

    def pages(self, document_id: str) -> tuple[object, ...]:
        return ()

    def _survey(self, paths: Sequence[Path], token: object) -> Iterator[PathSurveyed]:
        for path in paths:
            yield PathSurveyed(str(path), (str(path),), is_folder=False)


class Run:
    """The page over one list."""

    def __init__(self, application: Any, theme: Theme, count: int) -> None:
        self._application = application
        self.lanes = (QueueLane(), QueueLane(), QueueLane(), NewestLane())
        library = LibraryModel(*self.lanes[:3])
        self.models: Any = SimpleNamespace(
            library=library,
            removals=Removals(library, *self.lanes[1:3]),
            collections=CollectionModel(library, self.lanes[1]),
            accounts=PageAccounts(self.lanes[3]),
            folders=WatchModel(library),
            knowledge_packs=KnowledgePackModel(library),
        )
        self.page = LibraryPage(theme, self.models)
        self.page.resize(1200, 760)
        self.page.show()
        engine: Any = Scripted(count)
        library.set_engine(engine)
        self._until(lambda: self.page.shelf_model.rowCount() == count)
        self._settle()

    def figures(self) -> dict[str, dict[str, float]]:
        page, bar = self.page, self.page.list.verticalScrollBar()
        far = bar.maximum() // STEPS
        figures = {
            "scroll_page": self._measure(lambda n: bar.setValue(n * 500)),
            "scroll_anywhere": self._measure(lambda n: bar.setValue(n * 37 % STEPS * far)),
            "search_letter": self._measure(lambda n: page.search.edit.setText("存款业务管理"[: n % 7])),
            "order": self._measure(lambda n: page.shelf_model.sort_by(tuple(Order)[n % len(Order)])),
        }
        page.shelf_model.sort_by(Order.ADDED)
        shelves = (EVERYTHING, RECENT, TROUBLE)
        figures["shelf"] = self._measure(lambda n: page.shelf_model.choose(shelves[n % 3]))
        page.shelf_model.choose(EVERYTHING)
        figures["choose_row"] = self._measure(lambda n: page.list.setCurrentIndex(page.shelf_model.index(n)))
        files = [Path(f"/新/{n}.pdf") for n in range(500)]
        self.models.library.queue.pause()
        figures["drop_500"] = self._measure(lambda n: self.models.library.add_paths(files), 1)
        return figures

    def _measure(self, step: Callable[[int], object], steps: int = STEPS) -> dict[str, float]:
        """Milliseconds until a step has been painted."""
        times: list[float] = []
        for n in range(steps):
            began = time.perf_counter()
            step(n)
            self.page.list.viewport().repaint()
            self._application.processEvents()
            times.append((time.perf_counter() - began) * 1000)
        times.sort()
        return {"p50": round(times[len(times) // 2], 1), "p95": round(times[int(len(times) * 0.95)], 1)}

    def _until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not condition() and time.monotonic() < end:
            self._application.processEvents()
            time.sleep(0.001)

    def _settle(self) -> None:
        end = time.monotonic() + 0.5
        self._until(lambda: time.monotonic() > end)

    def close(self) -> None:
        shut_down(self.lanes, 10.0)
        self.page.close()
        self.page.deleteLater()
        self._application.processEvents()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--small", type=int, default=100)
    arguments = parser.parse_args()
    application = make_application()
    theme = Theme(application, "light")
    results: dict[str, object] = {"unit": "ms"}
    for count in (arguments.small, arguments.documents):
        run = Run(application, theme, count)
        results[str(count)] = run.figures()
        run.close()
    print(json.dumps(results))


if __name__ == "__main__":
    main()
