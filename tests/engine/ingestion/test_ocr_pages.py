"""Recognized lines to a page: order, paragraphs, repairs, and boxes that stay where the characters are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from engine.boxes import char_boxes, span_boxes
from engine.errors import DocumentFault
from engine.ingestion.ocr_pages import recognized_page
from engine.ocr.protocol import OcrLine
from engine.parser.protocol import Scan
from engine.values import Page, PageKind

PX_PER_PT = 2.0
EM_PX = 24.0
SCAN = Scan(3, 600.0, 800.0, 1200, 1600, b"")
Point = tuple[float, float]


def line(text: str, x: float, y: float, score: float = 0.99, em: float = EM_PX) -> OcrLine:
    """A level line that begins at (x, y) pixels; ASCII takes half the width of an ideograph."""
    widths = [0.5 if ord(char) < 128 else 1.0 for char in text]
    ends = np.cumsum(widths)
    length = float(ends[-1])
    centers = tuple(float(end - width / 2) / length for end, width in zip(ends, widths, strict=True))
    right, bottom = x + length * em, y + em
    return OcrLine(text, score, ((x, y), (right, y), (right, bottom), (x, bottom)), centers)


def turned(lines: Sequence[OcrLine], degrees: float) -> list[OcrLine]:
    """The lines of a page that was turned clockwise about its middle."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def turn(point: Point) -> Point:
        x, y = point[0] - 600, point[1] - 800
        return x * cos - y * sin + 600, x * sin + y * cos + 800

    return [OcrLine(one.text, one.score, tuple(map(turn, one.corners)), one.centers) for one in lines]


def page(*lines: OcrLine) -> Page:
    return recognized_page(SCAN, lines)


PARAGRAPH = [
    line("存款保险实行限额偿付，最高偿付限额为人民币五十万元。中国人民银行会同国务院有关部", 148, 200),
    line("门可以根据经济发展、存款结构变化、金融风险状况等因素调整最高偿付限额，报国务院批准后", 100, 240),
    line("公布执行。", 100, 280),
]


def test_lines_come_in_any_order_and_become_paragraphs() -> None:
    title = line("第五条", 500, 120)
    found = page(PARAGRAPH[2], PARAGRAPH[0], title, PARAGRAPH[1])
    assert (found.page_no, found.kind, found.width_pt, found.height_pt) == (3, PageKind.OCR, 600.0, 800.0)
    assert found.text == "第五条\n" + "".join(one.text for one in PARAGRAPH)
    assert len(char_boxes(found)) == len(found.text)


def test_every_character_is_boxed_where_it_stands() -> None:
    found = page(*PARAGRAPH)
    (box,) = span_boxes(found, 0, 4)  # 存款保险
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((74, 100, 74 + 4 * 12, 112), abs=1)
    boxes = span_boxes(found, 0, len(found.text))
    assert [(box.y0, box.y1) for box in boxes] == [(100, 112), (120, 132), (140, 152)]


@pytest.mark.parametrize("degrees", [2, -2, 90, 180, 270, 45])
def test_a_page_askew_reads_as_a_level_one_and_boxes_stay_on_the_page(degrees: float) -> None:
    level, askew = page(*PARAGRAPH), page(*turned(PARAGRAPH, degrees))
    assert askew.text == level.text
    middles = (
        [(box[0] + box[2]) / 2 for box in char_boxes(level)[:4]],
        [(box[1] + box[3]) / 2 for box in char_boxes(level)[:4]],
    )
    there = char_boxes(askew)[:4]
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    for x, y, box in zip(*middles, there, strict=True):
        expected = (x - 300) * cos - (y - 400) * sin + 300, (x - 300) * sin + (y - 400) * cos + 400
        assert ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) == pytest.approx(expected, abs=1.0)


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [line(f"左栏第{n}行的文字内容足够长才像正文一样", 80, 200 + 40 * n) for n in range(1, 8)]
    right = [line(f"右栏第{n}行的文字内容足够长才像正文一样", 640, 200 + 40 * n) for n in range(1, 8)]
    text = page(*[one for pair in zip(left, right, strict=True) for one in pair]).text
    assert text.index("左栏第7行") < text.index("右栏第1行")


def test_cells_of_a_row_stay_in_the_row() -> None:
    rows = [("项目", "2024年", "2025年"), ("存款", "1,024", "2,048"), ("贷款", "512", "640"), ("合计", "1,5", "2,6")]
    cells = [line(cell, 100 + 300 * n, 200 + 60 * at) for at, row in enumerate(rows) for n, cell in enumerate(row)]
    assert page(*cells).text.splitlines() == [" ".join(row) for row in rows]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("每日按0.5%0计收", "每日按0.5‰计收"),
        ("收取万分之五即0.5%o。", "收取万分之五即0.5‰。"),
        ("利率为5%0.5年", "利率为5%0.5年"),
        ("二○二四年一月", "二〇二四年一月"),
        ("金额为1O0元和1.O5元", "金额为100元和1.05元"),
        ("ＡＴＭ转账１００元（跨行）", "ATM转账100元（跨行）"),
        ("第一章 总则........3", "第一章 总则...3"),
    ],
)
def test_known_confusions_are_repaired_where_they_are_certain(read: str, meant: str) -> None:
    found = page(line(read, 100, 200))
    assert found.text == meant
    assert len(char_boxes(found)) == len(meant)


def test_noise_is_dropped_and_an_illegible_page_fails() -> None:
    assert page(line("存款", 100, 200), line("乱码", 100, 400, score=0.2)).text == "存款"
    failed = page(line("乱码", 100, 400, score=0.2))
    assert (failed.kind, failed.reason) == (PageKind.FAILED, DocumentFault.OCR_FAILED)
    assert page().kind is PageKind.EMPTY


def test_a_page_of_nothing_but_points_and_invisible_characters_is_no_error() -> None:
    point = ((10.0, 10.0),) * 4
    flat = OcrLine("存款保险条例", 0.9, point, (0.1, 0.2, 0.3, 0.4, 0.5, 0.6))
    assert page(flat, line("利率", 100, 200)).text.count("存款保险条例") == 1
    assert page(line("\u00ad\u200b", 100, 200)).kind is PageKind.EMPTY
