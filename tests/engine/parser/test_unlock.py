"""Locked PDFs through the real, confined parser child."""

from __future__ import annotations

import sys
from pathlib import Path

import pymupdf
import pytest

from engine.errors import DocumentFault, DocumentRejected
from engine.ingestion import parser_process
from engine.ingestion.page_drawing import render_page
from engine.ingestion.parser_process import DocumentHeader, DocumentView, parse_document
from engine.settings import ParserLimits
from engine.values import Page
from tests import pdfs

LIMITS = ParserLimits()


def test_the_right_password_gives_an_open_copy_that_can_be_drawn(tmp_path: Path) -> None:
    data = pdfs.encrypted_pdf(tmp_path / "e.pdf").read_bytes()
    view, header, page = parse_document(data, LIMITS, password="user")
    assert isinstance(view, DocumentView) and isinstance(header, DocumentHeader) and isinstance(page, Page)
    assert page.text == "机密"
    assert not pymupdf.open(stream=view.data).is_encrypted
    assert render_page(view.data, 1, 200, LIMITS)[0].startswith(b"\x89PNG")


@pytest.mark.parametrize(("password", "code"), [("", DocumentFault.ENCRYPTED), ("错", DocumentFault.PASSWORD_WRONG)])
def test_no_password_and_a_wrong_one_are_told_apart(tmp_path: Path, password: str, code: DocumentFault) -> None:
    data = pdfs.encrypted_pdf(tmp_path / "e.pdf").read_bytes()
    with pytest.raises(DocumentRejected) as caught:
        list(parse_document(data, LIMITS, password=password))
    assert caught.value.code == code and not caught.value.details


def test_a_password_for_an_open_file_is_ignored(tmp_path: Path) -> None:
    data = pdfs.pages_pdf(tmp_path / "a.pdf", ["公开"]).read_bytes()
    header, page = parse_document(data, LIMITS, password="x")
    assert isinstance(header, DocumentHeader) and isinstance(page, Page) and page.text == "公开"


@pytest.mark.parametrize(
    "frames", ["[write_frame(out, VIEW, b'x') for _ in range(10**9)]", "write_frame(out, VIEW, b'x'); sys.exit(3)"]
)
def test_a_child_that_sends_views_without_end_is_not_believed(frames: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        f"import sys; from engine.parser.protocol import *; out = sys.stdout.buffer; write_frame(out, READY); {frames}"
    )
    monkeypatch.setattr(parser_process, "parser_command", lambda: [sys.executable, "-c", code])
    with pytest.raises(DocumentRejected) as caught:
        list(parse_document(b"%PDF-1.7", LIMITS, password="x"))
    assert caught.value.code == DocumentFault.PARSER_CRASHED
