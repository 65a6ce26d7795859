"""Measures ingestion: python tests/benchmarks/ingestion.py --packs DIR --data DIR [--laws 12] [--rounds 3]

DIR of --data holds `pdf/` (the annual report) and `laws_pdf/`. Parsing with chunking is measured on the report and on
a sample of the laws, drawing pages on the report; then laws and report are taken in end to end with the real
embedder and the real store in a fresh home, until the time budget ends; then the report, repeated until it has a
thousand pages, into such a store but with random vectors in place of the embedder's. Figures are medians with
minimum and maximum over the rounds; memory is the peak resident size, of this process and of all its parser children
together. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.quiet import silence_dependencies  # noqa: E402  the repository must be on the path before its packages

silence_dependencies()

import numpy as np  # noqa: E402
import psutil  # noqa: E402
import pymupdf  # noqa: E402  makes the long document; the product opens files in its children only
from numpy.typing import NDArray  # noqa: E402

from engine.cancel import CancelToken  # noqa: E402
from engine.errors import Cancelled  # noqa: E402
from engine.events import DocumentIndexed  # noqa: E402
from engine.ingestion.chunker import chunk_document  # noqa: E402
from engine.ingestion.page_drawing import render_page  # noqa: E402
from engine.ingestion.parser_process import DocumentHeader, parse_document  # noqa: E402
from engine.ingestion.pipeline import Ingestor  # noqa: E402
from engine.ingestion.running_heads import without_running_heads  # noqa: E402
from engine.knowledge.store import KnowledgeBase  # noqa: E402
from engine.runtime.embedder import Embedder  # noqa: E402
from engine.settings import DEFAULT_EMBEDDER, ParserLimits  # noqa: E402

LIMITS = ParserLimits()
RENDER_WIDTH_PX = 900
Figures = dict[str, list[float]]
FloatArray = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True, help="folder that holds the packs")
    parser.add_argument("--data", type=Path, required=True, help="folder with pdf/ and laws_pdf/")
    parser.add_argument("--laws", type=int, default=12, help="how many laws, evenly drawn from the folder")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--budget", type=float, default=150.0, help="seconds for the end-to-end part")
    parser.add_argument("--long-pages", type=int, default=1000, help="pages of the long document; 0 leaves it out")
    options = parser.parse_args()
    (report,) = (options.data / "pdf").glob("*.pdf")
    laws = sorted((options.data / "laws_pdf").glob("*.pdf"))
    sample = laws[:: max(1, len(laws) // options.laws)][: options.laws]
    figures: Figures = {}
    with peak_memory() as peak:
        for _ in range(options.rounds):
            measure_parsing("report", [report], figures)
            measure_parsing("laws", sample, figures)
            measure_rendering(report, figures)
    figures["parse_parent_mb"], figures["parse_child_mb"] = ([megabytes] for megabytes in peak())
    with peak_memory() as peak:
        measure_end_to_end(options.packs / DEFAULT_EMBEDDER, [*sample, report], options.budget, figures)
    figures["ingest_parent_mb"], figures["ingest_child_mb"] = ([megabytes] for megabytes in peak())
    if options.long_pages:
        with peak_memory() as peak:
            measure_long_document(report, options.long_pages, figures)
        figures["long_parent_mb"], figures["long_child_mb"] = ([megabytes] for megabytes in peak())
    print_figures(figures)


def measure_parsing(name: str, paths: list[Path], figures: Figures) -> None:
    """Pages a second of parsing alone and of parsing with chunking, the start of the children included."""
    pages = chunks = 0
    parse_s = chunk_s = 0.0
    for path in paths:
        data = path.read_bytes()
        started = time.perf_counter()
        parsed = [item for item in parse_document(data, LIMITS) if not isinstance(item, DocumentHeader)]
        parse_s += time.perf_counter() - started
        started = time.perf_counter()
        chunks += len(chunk_document("d", path.name, without_running_heads(parsed)))
        chunk_s += time.perf_counter() - started
        pages += len(parsed)
    note(figures, f"{name}_parse_pages_per_s", pages / parse_s)
    note(figures, f"{name}_parse_and_chunk_pages_per_s", pages / (parse_s + chunk_s))
    note(figures, f"{name}_pages", pages)
    note(figures, f"{name}_chunks", chunks)


def measure_rendering(path: Path, figures: Figures) -> None:
    data = path.read_bytes()
    for page_no in (1, 5, 100):
        started = time.perf_counter()
        render_page(data, page_no, RENDER_WIDTH_PX, LIMITS)
        note(figures, "render_page_s", time.perf_counter() - started)


def measure_end_to_end(pack: Path, paths: list[Path], budget_s: float, figures: Figures) -> None:
    """Chunks a second from files to the store. What the budget cuts off is not counted."""
    done = ingest(Embedder.open(pack), paths, budget_s)
    seconds = sum(event.seconds for event in done)
    note(figures, "ingest_documents", len(done))
    note(figures, "ingest_chunks", sum(event.chunks for event in done))
    note(figures, "ingest_chunks_per_s", sum(event.chunks for event in done) / seconds)
    note(figures, "ingest_pages_per_s", sum(event.pages for event in done) / seconds)


def measure_long_document(report: Path, page_count: int, figures: Figures) -> None:
    """Pages a second from the file to the store without embedding: the goal is 20, and 1,500 MB in the children."""
    source = pymupdf.open(report)
    document = pymupdf.open()
    while document.page_count < page_count:
        document.insert_pdf(source, to_page=min(source.page_count, page_count - document.page_count) - 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.pdf"
        document.save(path)
        note(figures, "long_file_mb", path.stat().st_size / 1e6)
        (event,) = ingest(RandomVectors(), [path], 600.0)
    note(figures, "long_pages", event.pages)
    note(figures, "long_chunks", event.chunks)
    note(figures, "long_pages_per_s", event.pages / event.seconds)


class RandomVectors:
    """In place of an embedder: unit vectors of 384 dimensions that take no time."""

    fingerprint = "random vectors"

    def embed_passages(
        self, texts: Sequence[str], cancel: CancelToken | None = None, pause: Callable[[], None] | None = None
    ) -> Iterator[FloatArray]:
        vectors = np.random.default_rng(1).standard_normal((len(texts), 384)).astype(np.float32)
        yield vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def ingest(embedder: Embedder | RandomVectors, paths: list[Path], budget_s: float) -> list[DocumentIndexed]:
    """Takes the files into a fresh store; the documents that were done before the budget ended."""
    done: list[DocumentIndexed] = []
    with tempfile.TemporaryDirectory() as folder:
        passphrase_file = Path(folder) / "passphrase"
        passphrase_file.write_text("benchmark only, nothing secret here")
        passphrase_file.chmod(0o600)
        home = Path(folder) / "home"
        home.mkdir(mode=0o700)
        with KnowledgeBase.open(
            home, embedder_fingerprint=embedder.fingerprint, passphrase_file=passphrase_file
        ) as knowledge:
            for _ in knowledge.prepare():  # loads LanceDB, which the window does behind its first paint
                pass
            cancel = CancelToken()
            timer = threading.Timer(budget_s, cancel.cancel)
            timer.start()
            try:
                for event in Ingestor(knowledge, embedder, LIMITS).ingest(paths, cancel):
                    if isinstance(event, DocumentIndexed):
                        done.append(event)
            except Cancelled:
                print(f"the budget of {budget_s:.0f} s ended the last part early", file=sys.stderr)
            finally:
                timer.cancel()
    return done


@contextmanager
def peak_memory() -> Iterator[Callable[[], tuple[float, float]]]:
    """Watches resident memory; the yielded function gives the peaks in MB of this process and of its children."""
    peaks = [0.0, 0.0]
    stop = threading.Event()

    def watch() -> None:
        own = psutil.Process()
        while not stop.wait(0.05):
            peaks[0] = max(peaks[0], own.memory_info().rss / 1e6)
            peaks[1] = max(peaks[1], sum(map(resident_mb, own.children())))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield lambda: (peaks[0], peaks[1])
    finally:
        stop.set()
        thread.join()


def resident_mb(process: psutil.Process) -> float:
    try:
        return process.memory_info().rss / 1e6
    except psutil.Error:  # it has just ended
        return 0.0


def note(figures: Figures, name: str, value: float) -> None:
    figures.setdefault(name, []).append(value)


def print_figures(figures: Figures) -> None:
    for name, values in figures.items():
        print(f"{name:36} {statistics.median(values):10.3f}   {min(values):.3f} … {max(values):.3f}   n={len(values)}")
    medians = {name: round(statistics.median(values), 3) for name, values in figures.items()}
    machine = {"system": platform.platform(), "cores": psutil.cpu_count(), "load_1min": psutil.getloadavg()[0]}
    print(json.dumps({"benchmark": "ingestion", **medians, "machine": machine}))


if __name__ == "__main__":
    main()
