from __future__ import annotations

import pytest

from engine.ingestion.numbering import ARTICLE, DIVISION, article_label, format_numeral, parse_numeral


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一", 1),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零五", 105),
        ("一百一十", 110),
        ("一百二十三", 123),
        ("一千二百六十", 1260),
        ("二〇二四", 2024),
        ("两百", 200),
        ("57", 57),
    ],
)
def test_numerals_are_read(text: str, number: int) -> None:
    assert parse_numeral(text) == number


def test_every_article_number_survives_both_ways() -> None:
    assert all(parse_numeral(format_numeral(number)) == number for number in range(10_000))
    assert [format_numeral(number) for number in (0, 10, 19, 20, 101, 110, 1001, 1010)] == [
        "零",
        "十",
        "十九",
        "二十",
        "一百零一",
        "一百一十",
        "一千零一",
        "一千零一十",
    ]


def test_what_is_no_numeral_is_refused() -> None:
    with pytest.raises(ValueError):
        parse_numeral("甲")
    with pytest.raises(ValueError):
        format_numeral(10_000)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("第三条 为了", "第三条"),
        ("第 12 条", "第十二条"),
        ("第十条之一 有", "第十条之一"),
        ("第一千二百六十条", "第一千二百六十条"),
    ],
)
def test_articles_get_one_spelling(text: str, label: str) -> None:
    match = ARTICLE.match(text)
    assert match is not None
    assert article_label(match) == label


def test_divisions_are_found_and_references_to_them_are_not() -> None:
    assert [DIVISION.match(text) is not None for text in ("第二章 存款", "第三节一般规定", "第一分编")] == [True] * 3
    assert [DIVISION.match(text) is not None for text in ("第二章的规定", "第三章、第四章", "第五条")] == [False] * 3
