"""Measures text recognition: python tests/benchmarks/ocr.py --data DIR [--pages 20] [--first 0] [--tables 4]

Pages of the laws in DIR/laws_pdf, evenly drawn, become scans: clean ones (200 dpi, JPEG quality 92) and worn ones
(150 dpi, skewed by 1 to 2 degrees, grayed, Gaussian noise of 12, JPEG quality 40); pages with tables of the annual
report in DIR/pdf become clean ones. All go through both children as in ingestion. The character error rate is the
Levenshtein distance over the characters of the text layer, NFKC and without white space; on pages with tables it counts
the order of cells too. Seconds are the median over pages, memory is the OCR child's peak. The last line is one JSON
object.
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
from collections.abc import Sequence
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

import psutil  # noqa: E402  the repository must be on the path before its packages
import pymupdf  # noqa: E402  makes the scans; the product opens files in its children only

from engine.cancel import CancelToken  # noqa: E402
from engine.ingestion.parser_process import parse_document  # noqa: E402
from engine.ingestion.scans import needs_ocr, recognize_pages  # noqa: E402
from engine.pacing import Pacer  # noqa: E402
from engine.settings import ParserLimits  # noqa: E402
from engine.values import Page  # noqa: E402
from tests.character_errors import errors_and_length, printed_text  # noqa: E402
from tests.scans import drawn, scan_pdf, worn  # noqa: E402

LIMITS = ParserLimits()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with pdf/ and laws_pdf/")
    parser.add_argument("--pages", type=int, default=20, help="how many pages of each kind of wear")
    parser.add_argument("--first", type=int, default=0, help="which of them to begin with")
    parser.add_argument("--last", type=int, default=None, help="and which to end before")
    parser.add_argument("--kinds", default="clean,worn,tables")
    parser.add_argument("--tables", type=int, default=4, help="how many pages with tables of the report")
    arguments = parser.parse_args()
    chosen = slice(arguments.first, arguments.last)
    laws = law_pages(arguments.data / "laws_pdf", arguments.pages)[chosen]
    figures: dict[str, float] = {}
    for kind in arguments.kinds.split(","):
        pages = table_pages(arguments.data / "pdf", arguments.tables) if kind == "tables" else laws
        figures |= measure(kind, pages)
    machine = {"system": platform.platform(), "cores": psutil.cpu_count(), "load_1min": psutil.getloadavg()[0]}
    print(json.dumps({"benchmark": "ocr", **figures, "machine": machine}))


def law_pages(folder: Path, count: int) -> list[Any]:
    """The second page (or the only one) of `count` laws."""
    paths = sorted(folder.glob("*.pdf"))
    documents = [pymupdf.open(path) for path in paths[:: max(1, len(paths) // count)][:count]]
    return [document[min(1, document.page_count - 1)] for document in documents]


def table_pages(folder: Path, count: int) -> list[Any]:
    """Pages of the report with a ruled table over more than a third of the page."""
    found: list[Any] = []
    document = pymupdf.open(next(iter(sorted(folder.glob("*.pdf")))))
    for number in range(5, document.page_count, max(1, document.page_count // (8 * count))):
        page = document[number]
        tables = page.find_tables().tables
        area = sum((t.bbox[2] - t.bbox[0]) * (t.bbox[3] - t.bbox[1]) for t in tables)
        if area > page.rect.width * page.rect.height / 3 and len(found) < count:
            found.append(page)
    return found


def measure(kind: str, pages: Sequence[Any]) -> dict[str, float]:
    if kind == "worn":
        images = [
            worn(drawn(page, 150), (1 + seed % 11 / 10) * (-1) ** seed, 12, seed) for seed, page in enumerate(pages)
        ]
    else:
        images = [drawn(page) for page in pages]
    with tempfile.TemporaryDirectory() as folder:
        dpi, quality = (150, 40) if kind == "worn" else (200, 92)
        data = scan_pdf(Path(folder) / "scan.pdf", images, dpi, quality).read_bytes()
    seconds, peak_mb, found = recognize(data)
    errors = length = 0
    for page, read in zip(pages, found, strict=True):
        wrong, size = errors_and_length(printed_text(page), read.text)
        errors, length = errors + wrong, length + size
        print(f"{kind:7} {Path(page.parent.name).stem[:24]:24} page {page.number + 1:3}  {wrong:4} of {size} wrong")
    return {
        f"{kind}_pages": len(pages),
        f"{kind}_characters": length,
        f"{kind}_error_rate": round(errors / length, 5),
        f"{kind}_page_s": round(statistics.median(seconds), 2),
        f"{kind}_child_peak_mb": round(peak_mb),
    }


def recognize(data: bytes) -> tuple[list[float], float, list[Page]]:
    """Seconds a page, the first with the start of the children; peak memory of the OCR child; the pages."""
    scans = [page for page in parse_document(data, LIMITS) if isinstance(page, Page)]
    assert all(needs_ocr(page) for page in scans)
    peak, stop = [0.0], threading.Event()
    watcher = threading.Thread(target=watch, args=(peak, stop))
    watcher.start()
    seconds: list[float] = []
    found: list[Page] = []
    started = time.monotonic()
    for page in recognize_pages(data, scans, LIMITS, CancelToken(), Pacer()):
        seconds.append(time.monotonic() - started)
        found.append(page)
        started = time.monotonic()
    stop.set()
    watcher.join()
    return seconds, peak[0], found


def watch(peak: list[float], stop: threading.Event) -> None:
    while not stop.wait(0.05):
        for child in psutil.Process().children():
            try:
                if "engine.ocr" in child.cmdline():
                    peak[0] = max(peak[0], child.memory_info().rss / 1e6)
            except psutil.Error:  # it has just ended
                continue


if __name__ == "__main__":
    main()
