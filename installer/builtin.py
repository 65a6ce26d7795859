"""Typesets the built-in knowledge: assets/knowledge/*.toml to one PDF each, one entry a page, so that it opens and is
cited like any document.

usage: python installer/builtin.py     needs what installer/samples.py needs
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pymupdf
from samples import ACCENT, BOTTOM, LEFT, PAGE, RIGHT, SOFT, TOP, Sheet, draw_remark, font

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "knowledge"
FOOT = "智海-金磐网点助手 · 内置知识"


def typeset(source: Path) -> Path:
    """Write the PDF beside its source and return its path. The same input gives the same bytes."""
    entries = tomllib.loads(source.read_text(encoding="utf-8"))["entry"]
    characters = FOOT + "依据：核对于（）使用前请核对现行文件" + "".join("".join(entry.values()) for entry in entries)
    sheet = Sheet(font("Regular", characters), font("Bold", characters))
    for entry in entries:
        sheet.document.new_page(width=PAGE.width, height=PAGE.height)
        sheet.y = TOP
        sheet.paragraph(entry["name"].strip(), 19, sheet.bold, 30)
        sheet.y += 12
        for paragraph in entry["text"].strip().splitlines():
            sheet.paragraph(paragraph, 11, sheet.regular, 20, indent=22)
        sheet.y += 14
        held = f"核对于{entry['checked']}" if "checked" in entry else "使用前请核对现行文件"
        draw_remark(sheet, f"依据：{entry['basis'].strip()}（{held}）")
    _draw_feet(sheet)
    sheet.document.set_metadata({"title": source.stem, "author": "", "producer": "", "creator": ""})
    path = source.with_suffix(".pdf")
    sheet.document.save(path, garbage=4, deflate=True, deflate_fonts=True, no_new_id=True)
    return path


def _draw_feet(sheet: Sheet) -> None:
    for number, page in enumerate(sheet.document, 1):
        writer = pymupdf.TextWriter(PAGE, color=SOFT)
        foot = f"{FOOT} · {number}"
        writer.append(((PAGE.width - sheet.regular.text_length(foot, 8.5)) / 2, 806), foot, sheet.regular, 8.5)
        writer.write_text(page)
        page.draw_line((LEFT, BOTTOM + 20), (RIGHT, BOTTOM + 20), color=ACCENT, width=0.4)


if __name__ == "__main__":
    for toml in sorted(FOLDER.glob("*.toml")):
        pdf = typeset(toml)
        print(f"{pdf.name}: {len(pymupdf.open(pdf))} pages, {pdf.stat().st_size // 1024} KB")
