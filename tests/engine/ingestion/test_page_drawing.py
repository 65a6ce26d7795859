"""Pages drawn in real children: one is started ahead, one stays with its document, none gets a second document."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled, DocumentFault, DocumentRejected, EnvironmentFault, Fault
from engine.ingestion import page_drawing, parser_process
from engine.ingestion.page_drawing import DocumentDrawing, PageRenderer
from engine.settings import ParserLimits
from tests import pdfs

LIMITS = ParserLimits()


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children() if "engine.parser" in child.cmdline()}


@pytest.fixture
def renderer() -> Iterator[PageRenderer]:
    renderer = PageRenderer(LIMITS)
    yield renderer
    renderer.close()
    assert not children()


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10.0
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def data(path: Path, pages: int = 3) -> bytes:
    return pdfs.pages_pdf(path, [f"第{n}页" for n in range(1, pages + 1)]).read_bytes()


def test_one_child_draws_a_document_and_another_waits(renderer: PageRenderer, tmp_path: Path) -> None:
    one, two = data(tmp_path / "1.pdf"), data(tmp_path / "2.pdf", pages=4)
    renderer.warm()
    until(children)
    (ahead,) = children()
    loaded: list[str] = []

    def load(name: str, document: bytes) -> Callable[[], bytes]:
        return lambda: loaded.append(name) or document

    for page_no in (1, 2, 3, 1):
        png, width_px, _ = renderer.draw("one", load("one", one), page_no, 300, CancelToken())
        assert png.startswith(b"\x89PNG") and width_px == 300
    assert loaded == ["one"]
    until(lambda: len(children()) == 2)
    assert ahead in children()  # the one that was ready took the document
    (next_one,) = children() - {ahead}
    renderer.draw("two", load("two", two), 4, 300, CancelToken())
    assert loaded == ["one", "two"]
    until(lambda: len(children()) == 2)
    assert ahead not in children() and next_one in children()  # the first document's child ended with it


def test_a_document_that_is_let_go_leaves_no_child_of_its_own(renderer: PageRenderer, tmp_path: Path) -> None:
    document = data(tmp_path / "1.pdf")
    renderer.draw("one", lambda: document, 1, 300, CancelToken())
    (own,) = {pid for pid in children() if renderer._document and pid == renderer._document[1]._child.pid}
    renderer.forget()
    assert own not in children()


def test_the_documents_child_ends_when_it_is_not_used_for_long(
    renderer: PageRenderer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_drawing, "IDLE_S", 0.4)
    document = data(tmp_path / "1.pdf")
    renderer.draw("one", lambda: document, 1, 300, CancelToken())
    until(lambda: renderer._document is None)
    until(lambda: len(children()) == 1)  # what has read nothing stays ready
    renderer.draw("one", lambda: document, 2, 300, CancelToken())


def test_a_child_that_was_killed_meanwhile_is_replaced(renderer: PageRenderer, tmp_path: Path) -> None:
    document = data(tmp_path / "1.pdf")
    renderer.draw("one", lambda: document, 1, 300, CancelToken())
    until(lambda: len(children()) == 2)
    for pid in children():
        psutil.Process(pid).kill()
    assert renderer.draw("one", lambda: document, 2, 300, CancelToken())[1] == 300


def test_a_cancelled_page_does_not_disturb_the_next(renderer: PageRenderer, tmp_path: Path) -> None:
    document = data(tmp_path / "1.pdf")
    renderer.draw("one", lambda: document, 1, 300, CancelToken())
    cancelled = CancelToken()
    cancelled.cancel()
    with pytest.raises(Cancelled):
        renderer._document[1].draw(2, 300, cancelled)  # type: ignore[index]  # ordered, and nobody waits
    assert renderer.draw("one", lambda: document, 3, 200, CancelToken())[1] == 200


def test_a_page_that_takes_too_long_is_refused_and_the_others_are_drawn(tmp_path: Path) -> None:
    renderer = PageRenderer(replace(LIMITS, page_timeout_s=0.5))
    document = pdfs.slow_page_pdf(tmp_path / "s.pdf").read_bytes()
    try:
        renderer.draw("slow", lambda: document, 1, 300, CancelToken())
        with pytest.raises(DocumentRejected) as caught:
            renderer.draw("slow", lambda: document, 2, 300, CancelToken())
        assert caught.value.code == DocumentFault.TIMEOUT
        assert renderer.draw("slow", lambda: document, 3, 300, CancelToken())[1] == 300
        cancel = CancelToken()
        threading.Timer(0.1, cancel.cancel).start()
        with pytest.raises(Cancelled):
            renderer.draw("slow", lambda: document, 2, 300, cancel)
        began = time.monotonic()
        renderer.draw("slow", lambda: document, 1, 300, CancelToken())  # not behind the slow page
        assert time.monotonic() - began < 5.0
    finally:
        renderer.close()


@pytest.mark.parametrize(
    "picture",
    [
        "join_json({'page_no': 2, 'width_px': 1, 'height_px': 1}, b'')",
        "join_json({'page_no': 1, 'width_px': 1, 'height_px': 1}, b'GIF89a')",
        "join_json({'page_no': 1, 'width_px': 10**6, 'height_px': 1}, b'')",
        "b''",
    ],
)
def test_a_child_that_lies_about_a_picture_is_not_believed(picture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import sys; from engine.parser.protocol import *; out = sys.stdout.buffer\n"
        f"write_frame(out, READY); write_frame(out, IMAGE, {picture}); sys.stdin.read()"
    )
    monkeypatch.setattr(parser_process, "parser_command", lambda: [sys.executable, "-c", code])
    renderer = PageRenderer(LIMITS)
    try:
        with pytest.raises(DocumentRejected) as caught:
            renderer.draw("one", lambda: b"%PDF-1.7", 1, 300, CancelToken())
        assert caught.value.code == DocumentFault.PARSER_CRASHED
    finally:
        renderer.close()


def test_a_parser_that_cannot_start_is_the_environments_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser_process, "parser_command", lambda: ["/does/not/exist"])
    renderer = PageRenderer(LIMITS)
    try:
        for _ in range(2):  # it is tried anew each time
            with pytest.raises(EnvironmentFault) as caught:
                renderer.draw("one", lambda: b"%PDF-1.7", 1, 300, CancelToken())
            assert caught.value.code == Fault.PARSER_UNUSABLE
    finally:
        renderer.close()


def test_what_needs_no_child_to_be_refused_leaves_none() -> None:
    child = parser_process.start_child(LIMITS)
    with pytest.raises(DocumentRejected):
        DocumentDrawing(child, b"", LIMITS)
    child.close()
    assert not children()
