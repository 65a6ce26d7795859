"""The parser child with real files: what it gives, what it refuses, and that nothing outlives it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pymupdf
import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled, DocumentFault, DocumentRejected, EnvironmentFault, Fault
from engine.ingestion import parser_process
from engine.ingestion.page_drawing import render_page
from engine.ingestion.parser_process import DocumentHeader, parse_document
from engine.pacing import Pacer
from engine.settings import ParserLimits
from engine.values import Page, PageKind
from tests import pdfs

LIMITS = ParserLimits()


def parse(data: bytes, limits: ParserLimits = LIMITS) -> tuple[int, list[Page]]:
    header, *pages = parse_document(data, limits)
    assert isinstance(header, DocumentHeader)
    return header.page_count, [page for page in pages if isinstance(page, Page)]


def rejection(data: bytes, limits: ParserLimits = LIMITS) -> DocumentRejected:
    with pytest.raises(DocumentRejected) as caught:
        parse(data, limits)
    return caught.value


def parser_children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "engine.parser" in child.cmdline()]


def test_pages_come_in_order_after_the_header(tmp_path: Path) -> None:
    data = pdfs.pages_pdf(tmp_path / "a.pdf", ["第一页。", "", "第三页。"]).read_bytes()
    page_count, pages = parse(data)
    assert page_count == 3
    assert [(page.page_no, page.kind, page.text) for page in pages] == [
        (1, PageKind.TEXT, "第一页。"),
        (2, PageKind.EMPTY, ""),
        (3, PageKind.TEXT, "第三页。"),
    ]


def test_files_that_are_no_readable_pdf_are_refused_by_name(tmp_path: Path) -> None:
    good = pdfs.article_pdf(tmp_path / "a.pdf", ["正文内容。" * 30] * 20).read_bytes()
    assert rejection(b"").code == DocumentFault.EMPTY_FILE
    assert rejection("存款".encode() * 900).code == DocumentFault.NOT_A_PDF
    assert rejection(pdfs.encrypted_pdf(tmp_path / "e.pdf").read_bytes()).code == DocumentFault.ENCRYPTED
    assert rejection(good[:400]).code == DocumentFault.BROKEN
    assert rejection(pdfs.flipped_bytes(good)).code == DocumentFault.BROKEN
    assert rejection(b"%PDF-1.7\n" + os.urandom(5000)).code == DocumentFault.BROKEN


def test_a_document_locked_against_changes_only_is_read(tmp_path: Path) -> None:
    lock = {"encryption": pymupdf.PDF_ENCRYPT_AES_256, "owner_pw": "owner", "user_pw": ""}
    _, (page,) = parse(pdfs.pages_pdf(tmp_path / "a.pdf", ["可读。"], **lock).read_bytes())
    assert page.text == "可读。"


def test_a_document_that_stops_every_child_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser_process, "_MAX_RESTARTS", 1)
    code = (
        "import sys; from engine.parser.protocol import *; out = sys.stdout.buffer\n"
        "write_frame(out, READY); write_frame(out, DOCUMENT, encode_json({'page_count': 9})); sys.exit(70)"
    )
    monkeypatch.setattr(parser_process, "parser_command", lambda: [sys.executable, "-c", code])
    error = rejection(b"%PDF-1.7")
    assert (error.code, error.details) == (DocumentFault.PARSER_CRASHED, {"exit_code": 70})


def test_what_a_truncated_file_has_lost_is_named(tmp_path: Path) -> None:
    data = pdfs.article_pdf(tmp_path / "a.pdf", ["正文内容。" * 30] * 20).read_bytes()
    _, whole = parse(data)
    _, pages = parse(data[: len(data) // 2])
    assert [page.kind for page in pages] == [PageKind.TEXT, PageKind.FAILED, PageKind.FAILED]
    assert {page.reason for page in pages[1:]} == {"page_broken"}
    assert pages[0].text == whole[0].text


def test_limits_are_named_with_their_figures(tmp_path: Path) -> None:
    data = pdfs.pages_pdf(tmp_path / "a.pdf", ["页"] * 6).read_bytes()
    error = rejection(data, replace(LIMITS, pages=5))
    assert (error.code, error.details) == (DocumentFault.TOO_MANY_PAGES, {"pages": 6, "limit": 5})
    error = rejection(data, replace(LIMITS, size_bytes=100))
    assert (error.code, error.details) == (DocumentFault.TOO_LARGE, {"size_bytes": len(data), "limit_bytes": 100})


def test_scans_are_named_page_by_page(tmp_path: Path) -> None:
    _, pages = parse(pdfs.partly_scanned_pdf(tmp_path / "s.pdf").read_bytes())
    assert [(page.kind, page.reason) for page in pages] == [
        (PageKind.TEXT, ""),
        (PageKind.FAILED, DocumentFault.SCANNED_PAGE),
        (PageKind.TEXT, ""),
    ]


def test_a_page_that_hangs_is_given_up_and_the_rest_is_read(tmp_path: Path) -> None:
    data = pdfs.slow_page_pdf(tmp_path / "slow.pdf").read_bytes()
    page_count, pages = parse(data, replace(LIMITS, page_timeout_s=1.0))
    assert page_count == 3
    assert [(page.page_no, page.kind, page.reason) for page in pages] == [
        (1, PageKind.TEXT, ""),
        (2, PageKind.FAILED, DocumentFault.PAGE_TIMEOUT),
        (3, PageKind.TEXT, ""),
    ]
    assert not parser_children()


def test_a_document_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    data = pdfs.slow_page_pdf(tmp_path / "slow.pdf").read_bytes()
    error = rejection(data, replace(LIMITS, page_timeout_s=5.0, document_timeout_s=0.7))
    assert (error.code, error.details) == (DocumentFault.TIMEOUT, {"limit_s": 0.7})


def test_a_page_that_fills_the_memory_is_given_up(tmp_path: Path) -> None:
    data = pdfs.memory_bomb_pdf(tmp_path / "bomb.pdf").read_bytes()
    _, (page,) = parse(data, replace(LIMITS, memory_bytes=150 << 20))
    assert (page.kind, page.reason) == (PageKind.FAILED, DocumentFault.MEMORY)


def test_a_file_larger_than_the_memory_limit_is_refused(tmp_path: Path) -> None:
    data = pdfs.pages_pdf(tmp_path / "a.pdf", ["页"]).read_bytes() + b"%" * (120 << 20)
    assert rejection(data, replace(LIMITS, memory_bytes=64 << 20)).code == DocumentFault.MEMORY


def test_cancelling_kills_a_hanging_child_at_once(tmp_path: Path) -> None:
    data = pdfs.slow_page_pdf(tmp_path / "slow.pdf", slow_page=1, pages=1).read_bytes()
    cancel = CancelToken()
    pages = parse_document(data, LIMITS, cancel)
    next(pages)  # the header: the child is at work on the page that hangs
    cancelled_at: list[float] = []

    def stop() -> None:
        cancelled_at.append(time.monotonic())
        cancel.cancel()

    threading.Timer(0.3, stop).start()
    with pytest.raises(Cancelled):
        next(pages)
    assert time.monotonic() - cancelled_at[0] < 2.0  # 0.2 s on a machine with nothing else to do
    assert not parser_children()


def test_a_child_stands_still_while_an_answer_runs_and_no_limit_runs_out(tmp_path: Path) -> None:
    data = pdfs.slow_page_pdf(tmp_path / "slow.pdf", slow_page=1, pages=1).read_bytes()
    pacer, got = Pacer(), list[object]()
    pages = parse_document(data, replace(LIMITS, page_timeout_s=1.0), pacer=pacer)
    next(pages)
    (child,) = parser_children()
    reader = threading.Thread(target=lambda: got.extend(pages))
    with pacer.answering():
        reader.start()
        used = child.cpu_times().user
        time.sleep(1.5)
        assert child.cpu_times().user - used < 0.1
        assert not got
    reader.join()
    assert [page.reason for page in got if isinstance(page, Page)] == [DocumentFault.PAGE_TIMEOUT]
    assert not parser_children()


def test_a_child_that_stands_still_is_gone_after_closing_and_after_a_cancel(tmp_path: Path) -> None:
    data = pdfs.slow_page_pdf(tmp_path / "slow.pdf", slow_page=1, pages=1).read_bytes()
    pacer, cancel = Pacer(), CancelToken()
    with pacer.answering():
        with pytest.raises(Cancelled):
            threading.Timer(0.3, cancel.cancel).start()
            list(parse_document(data, LIMITS, cancel, pacer))
        assert not parser_children()
    pages = parse_document(data, LIMITS, pacer=pacer)
    next(pages)
    with pacer.answering():
        pages.close()  # type: ignore[attr-defined]
        assert not parser_children()


def test_a_consumer_that_walks_away_leaves_no_child(tmp_path: Path) -> None:
    data = pdfs.pages_pdf(tmp_path / "a.pdf", ["页"] * 50).read_bytes()
    pages = parse_document(data, LIMITS)
    next(pages)
    assert parser_children()
    pages.close()  # type: ignore[attr-defined]
    assert not parser_children()


def test_a_parent_that_is_killed_takes_its_child_along(tmp_path: Path) -> None:
    path = pdfs.slow_page_pdf(tmp_path / "slow.pdf", slow_page=1, pages=1)
    script = (
        "import sys; from pathlib import Path; from engine.ingestion.parser_process import parse_document\n"
        "from engine.settings import ParserLimits\n"
        "pages = parse_document(Path(sys.argv[1]).read_bytes(), ParserLimits())\n"
        "next(pages); print('ready', flush=True); next(pages)"
    )
    root = Path(__file__).parents[3]
    parent = subprocess.Popen([sys.executable, "-c", script, str(path)], cwd=root, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"ready\n" or sys.platform == "win32"
    children = psutil.Process(parent.pid).children()
    assert children
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _, alive = psutil.wait_procs(children, timeout=5)
    assert not alive


def test_a_child_that_dies_on_the_way_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import sys; from engine.parser.protocol import *; out = sys.stdout.buffer\n"
        "write_frame(out, READY); write_frame(out, DOCUMENT, encode_json({'page_count': 2})); sys.exit(70)"
    )
    monkeypatch.setattr(parser_process, "parser_command", lambda: [sys.executable, "-c", code])
    data = pdfs.pages_pdf(tmp_path / "a.pdf", ["页"] * 2).read_bytes()
    _, pages = parse(data)
    assert [(page.page_no, page.reason) for page in pages] == [(1, "page_broken"), (2, "page_broken")]


@pytest.mark.parametrize(
    "frames",
    [
        "write_frame(out, DOCUMENT, encode_json({'page_count': 10**9}))",
        "write_frame(out, DOCUMENT, encode_json({'page_count': -1}))",
        "write_frame(out, DOCUMENT, b'[1]')",
        "write_frame(out, FAULT, encode_json({'code': 'pack_missing'}))",
        "write_frame(out, PAGE, b'')",
        "out.write(b'D' + b'\\xff' * 4)",
        "sys.exit(3)",
    ],
)
def test_a_child_that_lies_is_not_believed(frames: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        f"import sys; from engine.parser.protocol import *; out = sys.stdout.buffer; write_frame(out, READY); {frames}"
    )
    monkeypatch.setattr(parser_process, "parser_command", lambda: [sys.executable, "-c", code])
    assert rejection(b"%PDF-1.7").code == DocumentFault.PARSER_CRASHED


def test_a_parser_that_cannot_start_is_the_environments_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    for command in (["/does/not/exist"], [sys.executable, "-c", "raise ImportError"]):
        monkeypatch.setattr(parser_process, "parser_command", lambda command=command: command)
        with pytest.raises(EnvironmentFault) as caught:
            parse(b"%PDF-1.7")
        assert caught.value.code == Fault.PARSER_UNUSABLE


def test_a_child_killed_before_it_is_ready_is_replaced_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = pdfs.pages_pdf(tmp_path / "a.pdf", ["页"]).read_bytes()
    code = "import os, signal; os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))"
    commands = [[sys.executable, "-c", code], parser_process.parser_command()]
    monkeypatch.setattr(parser_process, "parser_command", lambda: commands.pop(0))
    _, (page,) = parse(data)
    assert (page.text, commands) == ("页", [])


def test_a_page_is_drawn_at_the_width_asked_for(tmp_path: Path) -> None:
    data = pdfs.pages_pdf(tmp_path / "a.pdf", ["第一页。", "第二页。"]).read_bytes()
    png, width_px, height_px = render_page(data, 2, 600, LIMITS)
    assert png.startswith(b"\x89PNG")
    assert (width_px, height_px) == (600, pytest.approx(600 * 842 / 595, abs=1))


def test_a_page_that_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    data = pdfs.pages_pdf(tmp_path / "a.pdf", ["页"]).read_bytes()
    with pytest.raises(DocumentRejected) as caught:
        render_page(data, 9, 600, LIMITS)
    assert caught.value.code == DocumentFault.PAGE_BROKEN
    with pytest.raises(DocumentRejected) as caught:
        render_page(pdfs.slow_page_pdf(tmp_path / "s.pdf").read_bytes(), 2, 600, replace(LIMITS, page_timeout_s=0.5))
    assert caught.value.code == DocumentFault.TIMEOUT


def test_the_child_inherits_neither_secrets_nor_telemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import os, sys; from engine.parser.protocol import *; out = sys.stdout.buffer; write_frame(out, READY)\n"
        "good = 'BANK_PASSWORD' not in os.environ and os.environ['ORT_DISABLE_TELEMETRY'] == '1'\n"
        "write_frame(out, FAULT, encode_json({'code': 'encrypted' if good else 'broken'}))"
    )
    monkeypatch.setenv("BANK_PASSWORD", "secret")
    monkeypatch.setattr(parser_process, "parser_command", lambda: [sys.executable, "-c", code])
    assert rejection(b"%PDF-1.7").code == DocumentFault.ENCRYPTED


def test_the_parser_package_loads_nothing_of_the_other_layers() -> None:
    code = "import sys, engine.parser.pdf; print(sorted({name.split('.')[0] for name in sys.modules}))"
    run = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], capture_output=True, check=True)
    loaded = run.stdout.decode()
    assert "pymupdf" in loaded
    assert not any(name in loaded for name in ("onnxruntime", "lancedb", "PySide6", "numpy", "keyring", "psutil"))
