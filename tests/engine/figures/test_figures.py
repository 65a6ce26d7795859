"""Figures are found, compared and held against sources; changed ones are flagged, restated ones are not."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from engine.figures import quantities, same, unsupported

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "figures.py"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("五万元", "50,000元"),
        ("五万元", "5 万 元"),
        ("人民币伍万元整", "5万"),
        ("百分之三", "3％"),
        ("千分之五", "5‰"),
        ("三分之二", "2/3"),
        ("二〇二四年三月一日", "2024-03-01"),
        ("三年", "三周年"),
        ("半年", "6个月"),
        ("一年半", "18个月"),
        ("25个基点", "25BP"),
        ("25BP", "0.25个百分点"),
        ("3万5千元", "35000元"),
        ("第三十一条", "第31条"),
        ("Ⅱ类户", "二类账户"),
        ("银发〔2019〕41号", "银发[2019]41号"),
        ("国务院令第660号", "中华人民共和国国务院令第660号"),
        ("一周", "7日"),
        ("每笔5元", "5元/笔"),
        ("十八周岁", "18岁"),
        ("５０，０００元", "5万元"),
        ("首付三成", "30%"),
        ("下午5点", "17:00"),
    ],
)
def test_notations_of_one_value_are_the_same(first: str, second: str) -> None:
    assert same(quantities(first)[0], quantities(second)[0])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("三个工作日", "三日"),
        ("3个月", "3年"),
        ("5万元", "5万美元"),
        ("5%", "5‰"),
        ("不得超过5万元", "5万元以上"),
        ("5%", "5"),
        ("每笔5元", "每月5元"),
        ("年利率3%", "月利率3%"),
        ("24小时", "1日"),
        ("第31条", "第31款"),
        ("5%", "5个百分点"),
        ("银发〔2019〕41号", "银发〔2018〕41号"),
        ("银发〔2019〕41号", "法释〔2019〕41号"),
        ("2024年3月1日", "2024年3月2日"),
    ],
)
def test_other_values_are_not(first: str, second: str) -> None:
    assert not same(quantities(first)[0], quantities(second)[0])


@pytest.mark.parametrize(
    "text",
    [
        "1. 提前支取",
        "（一）开户",
        "第一，核对证件",
        "一方面",
        "一次性还本",
        "三方协议",
        "万一",
        "千万别转账",
        "一律拒绝",
        "见[1][12]",
        "24小时客服电话",
        "数十万元",
        "两三天",
        "第三人",
        "P2P平台",
        "一个账户",
        "十分重要",
        "二维码",
    ],
)
def test_words_are_no_figures(text: str) -> None:
    assert quantities(text) == ()


def test_ranges_and_enumerations_share_their_unit() -> None:
    assert [int(found.value) for found in quantities("期限为3、6、12个月，金额5-10万元")] == [3, 6, 12, 50_000, 100_000]


def test_less_exact_dates_and_articles_are_held() -> None:
    source = ["第十条第二款规定，自2024年1月1日至3月31日办理。"]
    assert unsupported("依第十条，2024年3月31日截止，3月31日为止。", source) == ()
    assert [found.text for found in unsupported("第十条第三款，2024年4月", source)] == ["第十条第三款", "2024年4月"]


def test_calculated_figures_are_allowed() -> None:
    assert unsupported("月供2134.6元", [], quantities("2,134.60元")) == ()
    assert [found.text for found in unsupported("月供 2 元", [])] == ["2 元"]


def test_a_column_header_lends_its_unit_to_sources() -> None:
    row = "《利率表》存款 单位：%|期限=一年|利率(%)=1.50|起点(万元)=20"
    assert unsupported("一年期1.5%，20万元起存", [row]) == ()


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet="一二三十百千万亿零〇半点第条款年月日个元%0123456789.,，、（）() -〔〕号至分之", max_size=60))
def test_any_text_is_held_by_itself(text: str) -> None:
    for found in quantities(text):
        assert text[found.start : found.end] == found.text != ""
    assert unsupported(text, [text]) == ()


@pytest.mark.parametrize("piece", ["1 ", "一", "1、", "第一条之一", "a.", "1,111", "2024年", "不超过", "亿", "(1"])
def test_long_repetitions_are_read(piece: str) -> None:
    quantities(piece * 2000, tables=True)


def test_changed_figures_are_flagged_and_restated_ones_are_not() -> None:
    spec = importlib.util.spec_from_file_location("figures_benchmark", BENCHMARK)
    assert spec and spec.loader
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    report = benchmark.measure(list(benchmark.SENTENCES), 500, 7)
    assert report["unflagged"] == 0, report["unflagged_examples"]
    assert report["false_alarms"] <= 5, report["false_alarm_examples"]
