"""Measures tables: python tests/benchmarks/tables.py --data DIR [--rounds 3]

DIR holds `pdf/` with the annual report. Its cells that were read off the pages by eye are looked for in the chunks: a
cell counts when a chunk of its page has its row, its column's name and its value, and cites the header where it
stands. Pages a second are those of the parser inside this process, with tables and without looking for any, rounds
interleaved. Figures are medians; the last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import time
from pathlib import Path
from unittest import mock

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

import psutil  # noqa: E402  the repository must be on the path before its packages

from engine.ingestion.chunker import chunk_document  # noqa: E402
from engine.ingestion.running_heads import without_running_heads  # noqa: E402
from engine.parser import pdf  # noqa: E402
from engine.values import Page  # noqa: E402
from tests.table_cells import missing_cells, read_cells  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with pdf/")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    (report,) = (options.data / "pdf").glob("*.pdf")
    data = report.read_bytes()
    pdf.quiet()
    with_tables: list[float] = []
    without: list[float] = []
    pages: list[Page] = []
    for _ in range(options.rounds):
        pages, seconds = parse(data)
        with_tables.append(len(pages) / seconds)
        with (
            mock.patch("engine.parser.printed._rulings", return_value=()),
            mock.patch.object(pdf, "with_aligned_tables", side_effect=list),
        ):
            without.append(len(pages) / parse(data)[1])
    started = time.perf_counter()
    chunks = chunk_document("d", report.name, without_running_heads(pages))
    chunk_s = time.perf_counter() - started
    cells = read_cells()
    wrong, elsewhere = missing_cells(cells, chunks)
    for cell in wrong:
        print("not found:", cell)
    result = {
        "benchmark": "tables",
        "pages": len(pages),
        "tables": sum(len(page.tables) for page in pages),
        "rows": sum(len(chunk.spans) == 2 or "|" in chunk.text for chunk in chunks),
        "cells": len(cells),
        "cell_pages": len({cell.page for cell in cells}),
        "cell_accuracy": round(1 - len(wrong) / len(cells), 4),
        "page_accuracy": round(1 - len(elsewhere) / len(cells), 4),
        "pages_per_s": round(statistics.median(with_tables), 1),
        "pages_per_s_without_tables": round(statistics.median(without), 1),
        "chunk_s": round(chunk_s, 3),
        "machine": {"system": platform.platform(), "cores": psutil.cpu_count(), "load_1min": psutil.getloadavg()[0]},
    }
    print(json.dumps(result))


def parse(data: bytes) -> tuple[list[Page], float]:
    """All pages, and the seconds they took."""
    started = time.perf_counter()
    document = pdf.open_document(data, 5000)
    pages = [pdf.parse_page(document, page_no) for page_no in range(1, document.page_count + 1)]
    return pages, time.perf_counter() - started


if __name__ == "__main__":
    main()
