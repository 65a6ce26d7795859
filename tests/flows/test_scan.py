"""A scanned law from the file to the boxed citation: taken in, found, drawn with its box on the right line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest

from engine.api import CancelToken, DocumentIndexed, Engine, PageKind, PageRecognized, load_settings
from tests.scans import drawn, scan_pdf

LAW = "存款保险条例(2015-02-17).pdf"
WIDTH_PX = 800


@pytest.mark.slow
def test_a_scanned_law_is_found_and_boxed(
    home: Path, passphrase_file: Path, shared_data: Path, embedder_pack: Path, tmp_path: Path
) -> None:
    law = pymupdf.open(shared_data / "laws_pdf" / LAW)
    path = scan_pdf(tmp_path / LAW, [drawn(law[0])])
    settings = replace(load_settings(home=home), passphrase_file=passphrase_file)
    with Engine.open(settings) as engine:
        *progress, end = engine.ingest([path], CancelToken())
        assert isinstance(end, DocumentIndexed)
        assert any(isinstance(event, PageRecognized) for event in progress)
        assert [account.kind for account in engine.pages(end.document_id)] == [PageKind.OCR]
        found = next(p for p in engine.search("存款保险最高赔多少") if p.document_id == end.document_id)
        assert found.heading_path[-1] == "第五条" and found.version == "2015-02-17"
        image = engine.render_page(end.document_id, found.page_no, WIDTH_PX, "最高偿付限额为人民币50万元")
        printed = law[0].search_for("最高偿付限额为人民币50万元")
    scale = WIDTH_PX / law[0].rect.width
    assert len(image.boxes) == len(printed) >= 1
    for box, place in zip(image.boxes, printed, strict=True):
        edges = place.x0 * scale, place.x1 * scale
        assert (box.x0, box.x1) == pytest.approx(edges, abs=8)
        assert abs((box.y0 + box.y1) / 2 - (place.y0 + place.y1) / 2 * scale) < 6
