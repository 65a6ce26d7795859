"""From a click on a source to the boxed page on screen, in the real window over a real library.

    python tests/benchmarks/viewer.py --data DIR [--citations 200] [--pages 1000] [--pause 0.3]

`--data` is a folder of PDFs; with the bundled samples and a PDF of `--pages` pages made here they are parsed by the
real parser and stored in a real ledger (without vectors: no model is loaded). Then cards of sources with sentences from
random pages are clicked, a reader's pause apart, and timed until the canvas has painted that page with its box. Also
timed: the very first click in a fresh process of the program; clicks after the document's child was ended for idling;
clicks without any pause; going to the next page; searches in documents of `--pages` and five times as many pages.
The last line is one JSON object; the limit is a p95 of 0.5 s for clicks.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import psutil
import pymupdf

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "win32"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app import make_application
from desktop.ask.source_list import SourceCard
from desktop.ask.turn import Source
from desktop.look.theme import Theme
from desktop.main_window import MainWindow
from desktop.viewer.canvas import PageCanvas
from engine.api import CancelToken, Engine, HitsCounted, HitsFound, Rung, load_settings, sample_documents
from engine.ingestion.parser_process import parse_document
from engine.knowledge.store import KnowledgeBase, NewDocument
from engine.settings import ParserLimits
from engine.values import Page
from tests import pdfs

LIMIT_S = 0.5
QUOTE_CHARS = (18, 90)
WAIT_S = 20.0
PARAGRAPH = "网点受理存款业务时应当核对客户身份证件，登记证件种类和号码，留存复印件并妥善保管。" * 3


class Stage:
    """The window, and how long it takes to show what is clicked."""

    def __init__(self, application: QApplication, window: MainWindow) -> None:
        self.application, self.window = application, window
        self.painted_s = 0.0
        self.painted: tuple[str, int, bool] = ("", 0, False)
        paint = PageCanvas.paintEvent

        def noted(canvas: PageCanvas, event: object) -> None:
            paint(canvas, event)  # type: ignore[arg-type]
            if canvas.shown:
                page = canvas.shown.page
                self.painted = (page.document_id, page.page_no, bool(canvas.boxes()))
                self.painted_s = time.perf_counter()

        PageCanvas.paintEvent = noted  # type: ignore[method-assign]

    def until(self, condition: Callable[[], object], limit_s: float = WAIT_S) -> None:
        end = time.perf_counter() + limit_s
        while not condition():
            self.application.processEvents()
            time.sleep(0.0005)
            if time.perf_counter() > end:
                raise SystemExit("timed out")

    def rest(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        self.until(lambda: time.perf_counter() >= end)

    def click(self, source: Source, theme: Theme) -> float:
        """Seconds from the press on the source's card to the painted box."""
        card = SourceCard(theme, source)
        card.resize(400, 85)
        card.clicked.connect(lambda: self.window.open_source(source))
        self.painted = ("", 0, False)
        began = time.perf_counter()
        QTest.mouseClick(card, Qt.MouseButton.LeftButton)
        self.until(lambda: self.painted == (source.document_id, source.page_no, True))
        card.deleteLater()
        return self.painted_s - began

    def next_page(self) -> float:
        view = self.window.page_view
        wanted = view.page_no + 1
        began = time.perf_counter()
        view.step_page(1)
        self.until(lambda: self.painted[1] == wanted)
        return self.painted_s - began


def stored(knowledge: KnowledgeBase, path: Path, pages: Sequence[Page], data: bytes) -> list[Source]:
    document_id = hashlib.sha256(data).hexdigest()
    none = np.zeros((0, 8), np.float32)
    new = NewDocument(
        document_id=document_id, name=path.name, title="", source_path=str(path), rung=Rung.BRANCH, original=data,
        pages=tuple(pages), chunks=[], vectors=none,
    )  # fmt: skip
    knowledge.add_document(new)
    sources: list[Source] = []
    for page in pages:
        for sentence in page.text.replace("\n", "。").split("。"):
            if QUOTE_CHARS[0] <= len(sentence) <= QUOTE_CHARS[1]:
                sources.append(Source(1, document_id, path.name, page.page_no, sentence, Rung.BRANCH, quote=sentence))
    return sources


def long_pdf(path: Path, pages: int) -> Path:
    """A few pages over and over again: typesetting a thousand of them takes minutes."""
    few = pymupdf.open(pdfs.article_pdf(path, [PARAGRAPH] * 240))
    long = pymupdf.open()
    while long.page_count < pages:
        long.insert_pdf(few, to_page=min(few.page_count, pages - long.page_count) - 1)
    path = path.with_name(f"长文件{pages}.pdf")
    long.save(path)
    return path


def fill(home: Path, data: Path, pages: int, passphrase: Path) -> tuple[dict[str, list[Source]], str, str]:
    """The library; returns sources by kind of document, and the ids of the long and the longest document."""
    limits = ParserLimits()
    sources: dict[str, list[Source]] = {"laws": [], "samples": [], "long": []}
    with KnowledgeBase.open(home, embedder_fingerprint="none", passphrase_file=passphrase) as knowledge:
        long = long_pdf(home / "长文件.pdf", pages)
        paths = [(kind, path) for kind, found in (("laws", sorted(data.glob("*.pdf"))), ("samples", sample_documents()))
                 for path in found] + [("long", long)]  # fmt: skip
        for kind, path in paths:
            content = path.read_bytes()
            read = [page for page in parse_document(content, limits) if isinstance(page, Page)]
            sources[kind] += stored(knowledge, path, read, content)
        longest = [replace(page, page_no=page.page_no + len(read) * n) for n in range(5) for page in read]
        stored(knowledge, Path("最长.pdf"), longest, content + b"\n")
        return sources, sources["long"][0].document_id, hashlib.sha256(content + b"\n").hexdigest()


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    at = {f"p{p}_s": round(float(np.percentile(seconds, p)), 3) for p in (50, 95)}
    return at | {"max_s": round(max(seconds), 3), "clicks": len(seconds)}


def searches(engine: Engine, document_id: str) -> dict[str, float | int]:
    figures: dict[str, float | int] = {}
    for name, needle in (("often", "存款业务"), ("never", "没有出现的词")):
        began, first_s, hits = time.perf_counter(), 0.0, 0
        for event in engine.viewing.find(document_id, needle, CancelToken()):
            if isinstance(event, HitsFound) and event.hits and not first_s:
                first_s = time.perf_counter() - began
            elif isinstance(event, HitsCounted):
                hits = event.hits
        figures |= {f"{name}_first_s": round(first_s, 4), f"{name}_s": round(time.perf_counter() - began, 4)}
        figures[f"{name}_hits"] = hits
    return figures


def measure(stage: Stage, theme: Theme, wanted: Sequence[Source], pause_s: float) -> dict[str, object]:
    window = stage.window
    engine = window.page_view.pictures._engine
    assert engine is not None
    figures: dict[str, object] = {"first_click_s": round(stage.click(wanted[0], theme), 3)}
    stage.rest(1.0)
    taken: list[float] = []
    for source in wanted:
        taken.append(stage.click(source, theme))
        stage.rest(pause_s)
    figures["clicks"] = percentiles(taken)
    idle: list[float] = []
    for source in wanted[:10]:
        stage.rest(pause_s)
        engine.viewing.forget()  # what idling does
        window.page_view.pictures.forget()
        idle.append(stage.click(source, theme))
    figures["after_idle"] = percentiles(idle)
    figures["hurried"] = percentiles([stage.click(source, theme) for source in wanted[10:40]])
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--citations", type=int, default=200)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--pause", type=float, default=0.3, help="seconds between clicks")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), options)


def run(folder: Path, options: argparse.Namespace) -> None:
    home, passphrase = folder / "home", folder / "passphrase"
    home.mkdir(mode=0o700)
    passphrase.write_text("benchmark of the viewer\n", encoding="utf-8")
    passphrase.chmod(0o600)
    os.environ["JINPAN_PACKS"] = str(folder)  # no model: what is measured needs none
    began = time.perf_counter()
    sources, long, longest = fill(home, options.data, options.pages, passphrase)
    print(f"library filled in {time.perf_counter() - began:.0f} s: { {k: len(v) for k, v in sources.items()} }")
    chosen = random.Random(6)
    share = {"laws": 0.6, "samples": 0.1, "long": 0.3}
    wanted = [source for kind, part in share.items()
              for source in chosen.choices(sources[kind], k=round(options.citations * part))]  # fmt: skip
    chosen.shuffle(wanted)
    application = make_application()
    theme = Theme(application, "light")
    window = MainWindow(load_settings(home, passphrase_file=passphrase), theme)
    window.resize(1280, 800)
    window.show()
    stage = Stage(application, window)
    stage.until(lambda: window.page_view.pictures._engine)
    figures = measure(stage, theme, wanted, options.pause)
    stage.click(sources["long"][40], theme)
    stage.rest(0.5)
    turned: list[float] = []
    for _ in range(40):
        turned.append(stage.next_page())
        stage.rest(options.pause)
    figures["next_page"] = percentiles(turned)
    engine = window.page_view.pictures._engine
    assert engine is not None
    figures["search_pages"] = options.pages
    figures["search"] = searches(engine, long)
    figures["search_longest"] = searches(engine, longest)
    children = [child for child in psutil.Process().children() if "engine.parser" in child.cmdline()]
    figures["children_mb"] = [round(child.memory_info().rss / 2**20) for child in children]
    figures["pictures_mb"] = round(window.page_view.pictures.kept_bytes / 2**20)
    figures["limit_s"] = LIMIT_S
    window.close()
    print(json.dumps(figures, ensure_ascii=False))


if __name__ == "__main__":
    main()
