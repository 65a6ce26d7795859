"""The bundled documents: every sentence of the source is in the PDF, and the font travels with it."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pymupdf
import pytest

SOURCES = sorted((Path(__file__).resolve().parents[2] / "assets" / "samples").glob("*.md"))


def squash(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def test_there_are_three_samples() -> None:
    assert len(SOURCES) == 3


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_the_pdf_holds_its_source(source: Path) -> None:
    with pymupdf.open(source.with_suffix(".pdf")) as document:
        assert 2 <= len(document) <= 5
        pages = [squash(page.get_text(clip=(0, 62, 595, 790))) for page in document]
        fonts = {font[3]: document.extract_font(font[0])[3] for page in document for font in page.get_fonts()}
    text = "".join(pages)
    lines = [line.lstrip("#> ") for line in source.read_text(encoding="utf-8").splitlines() if line]
    for line in lines:
        for cell in line.strip("|").split("|") if line.startswith("|") else [line]:
            assert squash(cell) in text, cell
    assert "虚构" in pages[0] and "示例" in pages[0]
    assert fonts and all(len(data) > 1000 for data in fonts.values()), "every font is embedded"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_the_articles_are_numbered_without_a_gap(source: Path) -> None:
    digits = "零一二三四五六七八九"
    numbers = re.findall(r"^第([一二三四五六七八九十]+)条 ", source.read_text(encoding="utf-8"), re.M)

    def chinese(number: int) -> str:
        tens, ones = divmod(number, 10)
        return ("" if tens < 2 else digits[tens]) + ("十" if tens else "") + (digits[ones] if ones else "")

    assert numbers == [chinese(number) for number in range(1, len(numbers) + 1)]
