"""Scanned pages through both children: what they become, how they fail, and that a cancel or an answer stops them."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pymupdf
import pytest

from engine.boxes import span_boxes
from engine.cancel import CancelToken
from engine.errors import Cancelled, DocumentFault
from engine.ingestion import ocr_process
from engine.ingestion.parser_process import parse_document
from engine.ingestion.scans import needs_ocr, recognize_pages
from engine.pacing import Pacer
from engine.settings import ParserLimits
from engine.values import Page, PageKind
from tests import pdfs
from tests.scans import drawn, scan_pdf

LIMITS = ParserLimits()
TEXTS = ("存款保险实行限额偿付。", "最高偿付限额为人民币50万元。", "本条例自2015年5月1日起施行。")


def scanned(path: Path, texts: tuple[str, ...] = TEXTS) -> tuple[bytes, list[Page]]:
    """A PDF of scans, and its pages as the parser child gives them."""
    source = pymupdf.open(pdfs.pages_pdf(path.with_suffix(".source.pdf"), list(texts)))
    data = scan_pdf(path, [drawn(page) for page in source]).read_bytes()
    pages = [page for page in parse_document(data, LIMITS) if isinstance(page, Page)]
    assert all(needs_ocr(page) for page in pages)
    return data, pages


def recognize(data: bytes, pages: list[Page], limits: ParserLimits = LIMITS, **others: object) -> list[Page]:
    cancel, pacer = others.get("cancel", CancelToken()), others.get("pacer", Pacer())
    assert isinstance(cancel, CancelToken) and isinstance(pacer, Pacer)
    return list(recognize_pages(data, pages, limits, cancel, pacer))


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if {"engine.ocr", "engine.parser"} & set(child.cmdline())]


def acting(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Children that say they are ready, and then do what `code` says with every image."""
    head = (
        "import sys, time\nfrom engine.ocr.protocol import *\nfrom engine.parser.protocol import *\n"
        "out = sys.stdout.buffer; read_ocr_request(sys.stdin.buffer); write_frame(out, READY)\n"
        "while (frame := read_frame(sys.stdin.buffer)) is not None:\n    "
    )
    monkeypatch.setattr(ocr_process, "ocr_command", lambda: [sys.executable, "-c", head + code])


def test_scans_become_pages_with_boxes_where_the_text_stands(tmp_path: Path) -> None:
    data, pages = scanned(tmp_path / "a.pdf", TEXTS[:2])
    found = recognize(data, pages)
    assert [(page.page_no, page.kind, page.reason) for page in found] == [(1, PageKind.OCR, ""), (2, PageKind.OCR, "")]
    assert [page.text for page in found] == list(TEXTS[:2])
    source = pymupdf.open(tmp_path / "a.source.pdf")[1]
    printed = source.search_for("50万元")[0]
    start = found[1].text.index("50万元")
    (box,) = span_boxes(found[1], start, start + 4)
    assert (box.x0, box.x1) == pytest.approx((printed.x0, printed.x1), abs=4)
    assert printed.y0 - 4 < box.y0 < box.y1 < printed.y1 + 4
    assert not children()


def test_no_child_is_started_where_no_page_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_process, "ocr_command", lambda: pytest.fail("started"))
    assert recognize(b"", []) == []


def test_recognition_that_does_not_run_fails_the_pages_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, pages = scanned(tmp_path / "a.pdf")
    for command in (["/does/not/exist"], [sys.executable, "-c", "raise ImportError"]):
        monkeypatch.setattr(ocr_process, "ocr_command", lambda command=command: command)
        found = recognize(data, pages)
        assert [page.page_no for page in found] == [1, 2, 3]
        assert {page.reason for page in found} == {DocumentFault.OCR_UNUSABLE}


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("time.sleep(60)", DocumentFault.OCR_TIMEOUT),
        ("sys.exit(70)", DocumentFault.OCR_FAILED),
        ("write_frame(out, FAULT, encode_json({'code': 'memory'}))", DocumentFault.OCR_FAILED),
        ("write_frame(out, LINES, b'[]')", DocumentFault.OCR_FAILED),
        ("write_frame(out, LINES, encode_json({'lines': [['x', 2, [0] * 8, [0]]]}))", DocumentFault.OCR_FAILED),
        ("out.write(b'L' + b'\\xff' * 4); out.flush()", DocumentFault.OCR_FAILED),
    ],
)
def test_a_child_that_hangs_dies_or_lies_costs_its_page_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, reason: DocumentFault
) -> None:
    data, pages = scanned(tmp_path / "a.pdf", TEXTS[:2])
    acting(monkeypatch, code)
    found = recognize(data, pages, replace(LIMITS, ocr_page_timeout_s=1.0))
    assert [(page.kind, page.reason) for page in found] == [(PageKind.FAILED, reason)] * 2
    assert not children()


def test_a_cancel_stops_within_a_page_and_leaves_no_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, pages = scanned(tmp_path / "a.pdf")
    acting(monkeypatch, "time.sleep(60)")
    cancel = CancelToken()
    threading.Timer(1.5, cancel.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        recognize(data, pages, cancel=cancel)
    assert time.monotonic() - started < 10
    assert not children()


def test_reading_stands_still_while_an_answer_runs(tmp_path: Path) -> None:
    data, pages = scanned(tmp_path / "a.pdf", TEXTS[:1])
    pacer, found = Pacer(), list[Page]()
    worker = threading.Thread(target=lambda: found.extend(recognize(data, pages, pacer=pacer)))
    with pacer.answering():
        worker.start()
        time.sleep(1.0)
        used = sum(child.cpu_times().user + child.cpu_times().system for child in children())
        time.sleep(1.0)
        assert sum(child.cpu_times().user + child.cpu_times().system for child in children()) - used < 0.1
        assert not found
    worker.join()
    assert [page.text for page in found] == [TEXTS[0]]
