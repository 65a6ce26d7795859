from __future__ import annotations

from array import array

from engine.parser.layout import Line, join_lines

EM = 10.0
WIDTH = 595.0


def line(chars: str, x: float, y: float, *, block: int = 0, indented: bool = False, size: float = EM) -> Line:
    """A line of square characters whose left edge is at `x`."""
    boxes = [(x + n * size, y, x + (n + 1) * size, y + size) for n in range(len(chars))]
    return Line(block, x, y, x + len(chars) * size, y + size, size, indented, chars, boxes)


def text_of(*lines: Line) -> str:
    return join_lines(lines, WIDTH)[0]


FULL = "存款保险实行限额偿付最高偿付限额为人民币五十万元中国人民银行会同国务院有关"  # 37 characters, 370 points


def test_a_full_line_goes_on_without_a_break() -> None:
    assert text_of(line(FULL, 60, 100), line("部门调整。", 60, 117)) == FULL + "部门调整。"


def test_a_short_line_ends_its_paragraph() -> None:
    lines = line(FULL, 60, 100), line("到此为止。", 60, 117, block=1), line(FULL, 60, 134, block=2)
    assert text_of(*lines) == f"{FULL}到此为止。\n{FULL}"


def test_an_indented_line_or_an_item_begins_a_paragraph() -> None:
    assert text_of(line(FULL, 60, 100), line("另起一段。", 60, 117, indented=True)) == f"{FULL}\n另起一段。"
    assert text_of(line(FULL, 60, 100), line("(二)下一项。", 60, 117)) == f"{FULL}\n(二)下一项。"
    assert text_of(line(FULL, 60, 100), line("第二条 下一条。", 60, 117)) == f"{FULL}\n第二条 下一条。"


def test_a_wide_gap_or_another_size_ends_a_paragraph() -> None:
    assert text_of(line(FULL, 60, 100), line("后文", 60, 140)) == f"{FULL}\n后文"
    assert text_of(line(FULL, 60, 100), line("后文", 60, 117, size=16)) == f"{FULL}\n后文"


def test_words_keep_a_space_and_numbers_do_not_get_one() -> None:
    words = "the deposit insurance covers the principal"
    assert text_of(line(words, 60, 100), line("and interest", 60, 117)) == f"{words} and interest"
    number = FULL[:-1] + "2"
    assert text_of(line(number, 60, 100), line("024年", 60, 117)) == number + "024年"


def test_cells_of_a_row_stay_on_one_line_and_rows_apart() -> None:
    rows = [line("活期", 60, 100), line("0.05", 200, 100), line("定期", 60, 117), line("0.95", 200, 117)]
    assert text_of(*rows) == "活期 0.05\n定期 0.95"


def test_a_cell_that_wraps_is_put_together() -> None:
    cell = [line("归属于上市公司", 60, 100, block=3), line("股东的净利润", 60, 112, block=3)]
    assert text_of(*cell) == "归属于上市公司股东的净利润"


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [line("左栏第一行文字在这里写满", 60, 100), line("左栏完。", 60, 117)]
    right = [line("右栏第一行文字在这里写满", 320, 100, block=1), line("右栏完。", 320, 117, block=1)]
    assert (
        text_of(*left, *right).replace("\n", "") == "左栏第一行文字在这里写满左栏完。右栏第一行文字在这里写满右栏完。"
    )
    assert text_of(*left, *right).index("左栏完") < text_of(*left, *right).index("右栏第一")


def test_boxes_and_line_starts_stay_aligned_with_the_text() -> None:
    lines = line(FULL, 60, 100), line("完。", 60, 117), line("下段", 60, 150)
    text, boxes, starts = join_lines(lines, WIDTH)
    values = array("f", boxes)
    assert len(values) == 4 * len(text)
    assert [text[start] for start in starts] == [FULL[0], "完", "下"]
    at = text.index("下")
    assert values[4 * at : 4 * at + 4] == array("f", [60, 150, 70, 160])
    x0, y0, x1, y1 = values[4 * (at - 1) : 4 * at]  # the line break
    assert (x1 - x0) * (y1 - y0) == 0


def test_no_lines_give_no_text() -> None:
    assert join_lines([], WIDTH) == ("", b"", ())
