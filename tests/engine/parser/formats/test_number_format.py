from __future__ import annotations

import datetime as dt

import pytest

from engine.parser.formats.number_format import shown
from engine.parser.formats.word_numbering import written


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.031, "0.00%", "3.10%"),
        (0.5, "0%", "50%"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (1234567, "#,##0", "1,234,567"),
        (-88, "#,##0.00", "-88.00"),
        (-88, "#,##0.00;(#,##0.00)", "(88.00)"),
        (-88.5, "#,##0.00;[Red]-#,##0.00", "-88.50"),
        (0, '#,##0;-#,##0;"-"', "-"),
        (5, '0"元"', "5元"),
        (5, '"¥"#,##0.00', "¥5.00"),
        (5, "[$¥-804]#,##0.00", "¥5.00"),
        (5, "_ * #,##0.00_ ", "5.00"),
        (12345678, '#,##0,"千元"', "12,346千元"),
        (12345678, "0.00E+00", "1.23E+07"),
        (0.1 + 0.2, "General", "0.3"),
        (3, "General", "3"),
        (1e20, "General", "1E+20"),
        (7, "000", "007"),
        (1.5, "0.###", "1.5"),
        (2.675, "0.00", "2.68"),
        (True, "General", "TRUE"),
        (None, "0.00", ""),
        ("原样", "0.00", "原样"),
        ("甲", '0;0;0;@"类"', "甲类"),
        (dt.datetime(2024, 3, 1), "yyyy-mm-dd", "2024-03-01"),
        (dt.datetime(2024, 3, 1), "m/d/yy", "3/1/24"),
        (dt.date(2024, 3, 1), 'yyyy"年"m"月"d"日"', "2024年3月1日"),
        (dt.datetime(2024, 3, 1, 9, 5, 7), "yyyy/mm/dd hh:mm:ss", "2024/03/01 09:05:07"),
        (dt.datetime(2024, 3, 1, 15, 5), "h:mm AM/PM", "3:05 PM"),
        (dt.date(2024, 3, 1), "aaaa", "星期五"),
        (dt.time(9, 30), "h:mm", "9:30"),
        (dt.timedelta(hours=30, minutes=5), "[h]:mm:ss", "30:05:00"),
        (dt.datetime(2024, 3, 1), "General", "2024-03-01"),
    ],
)
def test_a_value_is_shown_as_the_sheet_shows_it(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


@pytest.mark.parametrize(
    ("number", "number_format", "text"),
    [
        (12, "chineseCounting", "十二"),
        (101, "chineseCountingThousand", "一百零一"),
        (110, "chineseCountingThousand", "一百一十"),
        (2010, "japaneseCounting", "二千零一十"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (27, "upperLetter", "AA"),
        (4, "lowerRoman", "iv"),
        (3, "decimalEnclosedCircle", "③"),
        (2, "ideographTraditional", "乙"),
        (7, "decimalZero", "07"),
        (7, "aFormatOfTheFuture", "7"),
    ],
)
def test_list_numbers_are_written_as_word_does(number: int, number_format: str, text: str) -> None:
    assert written(number, number_format) == text
