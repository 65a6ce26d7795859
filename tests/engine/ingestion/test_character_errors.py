"""Recognition of real law pages stays as good as it was measured (tests/benchmarks/ocr.py has the full figures)."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from engine.cancel import CancelToken
from engine.ingestion.parser_process import parse_document
from engine.ingestion.scans import recognize_pages
from engine.pacing import Pacer
from engine.settings import ParserLimits
from engine.values import Page
from tests.character_errors import errors_and_length, printed_text
from tests.scans import drawn, scan_pdf, worn


def test_edits_are_counted_over_characters_without_white_space() -> None:
    assert errors_and_length("第五条　存款", "第五条 存款") == (0, 5)
    assert errors_and_length("限额偿付", "限频赔偿付款") == (3, 4)
    assert errors_and_length("（一）", "(一)") == (0, 3)


@pytest.mark.slow
@pytest.mark.parametrize(("wear", "most"), [(False, 0.02), (True, 0.08)])
def test_two_law_pages_are_read_with_few_errors(shared_data: Path, tmp_path: Path, wear: bool, most: float) -> None:
    laws = "存款保险条例(2015-02-17).pdf", "反洗钱法(2024-11-08).pdf"
    printed = [pymupdf.open(shared_data / "laws_pdf" / law)[1] for law in laws]
    images = [worn(drawn(page, 150), 1.5, 12, 7) if wear else drawn(page) for page in printed]
    data = scan_pdf(tmp_path / "a.pdf", images, 150 if wear else 200, 40 if wear else 92).read_bytes()
    scans = [page for page in parse_document(data, ParserLimits()) if isinstance(page, Page)]
    errors = length = 0
    for page, read in zip(printed, recognize_pages(data, scans, ParserLimits(), CancelToken(), Pacer()), strict=True):
        wrong, size = errors_and_length(printed_text(page), read.text)
        errors, length = errors + wrong, length + size
    assert length > 500
    assert errors / length <= most
