"""Measures other formats than PDF: python tests/benchmarks/formats.py [--size 300] [--rounds 3]

Documents of about `--size` pages are made with the libraries, then typeset and parsed in the parser child, without
chunking or embedding, the formats by turns. Figures are medians with minimum and maximum over the rounds; memory is
the child's peak resident size. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import io
import json
import platform
import statistics
import sys
import threading
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.quiet import silence_dependencies  # noqa: E402  the repository must be on the path before its packages

silence_dependencies()

import docx  # noqa: E402  makes the documents; the product opens files in its children only
import openpyxl  # noqa: E402
import psutil  # noqa: E402
from pptx import Presentation  # noqa: E402

from engine.ingestion.parser_process import DocumentView, parse_document  # noqa: E402
from engine.settings import ParserLimits  # noqa: E402
from engine.values import DocumentFormat, Page  # noqa: E402

PARAGRAPH = "同一存款人在同一家投保机构所有被保险存款账户的本金和利息合并计算的资金数额在限额以内的，实行全额偿付。" * 3
PARAGRAPHS_A_PAGE = 9
ROWS_A_PAGE = 24


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=300, help="pages, about")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    documents = {
        DocumentFormat.DOCX: word(options.size),
        DocumentFormat.XLSX: workbook(options.size),
        DocumentFormat.PPTX: presentation(options.size),
        DocumentFormat.HTML: "".join(f"<p>{PARAGRAPH}" for _ in range(options.size * PARAGRAPHS_A_PAGE)).encode(),
        DocumentFormat.MARKDOWN: f"{PARAGRAPH}\n\n".encode() * (options.size * PARAGRAPHS_A_PAGE),
        DocumentFormat.TEXT: f"{PARAGRAPH}\n".encode() * (options.size * PARAGRAPHS_A_PAGE),
    }
    measured: dict[DocumentFormat, list[dict[str, float]]] = {kind: [] for kind in documents}
    for _ in range(options.rounds):
        for kind, data in documents.items():
            measured[kind].append(measure(kind, data))
    result = {kind.value: summary(rounds) for kind, rounds in measured.items()}
    for kind, figures in result.items():
        print(kind, figures)
    print(json.dumps({"benchmark": "formats", "machine": platform.processor(), "rounds": options.rounds, **result}))


def measure(kind: DocumentFormat, data: bytes) -> dict[str, float]:
    peak: list[int] = [0]
    done = threading.Event()
    watcher = threading.Thread(target=watch, args=(peak, done))
    watcher.start()
    started = time.perf_counter()
    items = list(parse_document(data, ParserLimits(), claimed=kind))
    seconds = time.perf_counter() - started
    done.set()
    watcher.join()
    pages = sum(isinstance(item, Page) for item in items)
    view_bytes = sum(len(item.data) for item in items if isinstance(item, DocumentView))
    return {
        "pages": pages,
        "pages_per_s": pages / seconds,
        "child_mb": peak[0] / 1e6,
        "view_kb_a_page": view_bytes / pages / 1000,
    }


def watch(peak: list[int], done: threading.Event) -> None:
    while not done.wait(0.05):
        try:
            peak[0] = max([peak[0], *(child.memory_info().rss for child in psutil.Process().children())])
        except psutil.Error:  # it has just ended
            continue


def summary(rounds: list[dict[str, float]]) -> dict[str, list[float]]:
    """Median, least and greatest of each figure."""
    columns = {name: [figures[name] for figures in rounds] for name in rounds[0]}
    return {
        name: [round(value, 1) for value in (statistics.median(values), min(values), max(values))]
        for name, values in columns.items()
    }


def word(pages: int) -> bytes:
    document = docx.Document()
    for number in range(pages):
        document.add_heading(f"第{number}节", 2)
        for _ in range(PARAGRAPHS_A_PAGE - 1):
            document.add_paragraph(PARAGRAPH)
    return saved(document)


def workbook(pages: int) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("费率")
    sheet.append(["网点", "费率", "业务", "状态", "笔数", "备注"])
    for number in range(pages * ROWS_A_PAGE):
        sheet.append([f"网点{number}", number * 1.5, "汇款", "正常", number, f"备注{number}"])
    return saved(book)


def presentation(pages: int) -> bytes:
    slides = Presentation()
    for number in range(pages):
        slide = slides.slides.add_slide(slides.slide_layouts[1])
        slide.shapes.title.text = f"第{number}讲"
        slide.placeholders[1].text_frame.text = PARAGRAPH
    return saved(slides)


def saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


if __name__ == "__main__":
    main()
