from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.parser.headers import describe
from engine.parser.layout import Rows
from engine.values import Table

MERGED = "<"  # the cell on the left goes on here
BELOW = "^"  # the cell above goes on here


def lay(rows: Sequence[str]) -> tuple[str, Rows]:
    """Rows of cells separated by `|` as a page's text and offsets."""
    text = ""
    offsets: list[tuple[tuple[int, int], ...]] = []
    for number, row in enumerate(rows):
        text += "\n" * (number > 0)
        cells: list[tuple[int, int]] = []
        for column, cell in enumerate(row.split("|")):
            if cell == MERGED:
                cells.append(cells[-1])
            elif cell == BELOW:
                cells.append(offsets[-1][column])
            else:
                text += " " * (bool(cell) and not text.endswith("\n") and bool(text))
                cells.append((len(text), len(text) + len(cell)))
                text += cell
        offsets.append(tuple(cells))
    return text, tuple(offsets)


def tables(*rows: str, above: str = "") -> list[Table]:
    text, offsets = lay(rows)
    columns = len(offsets[0])
    return describe(text, tuple(float(edge) for edge in range(columns + 1)), offsets, above)


@pytest.mark.parametrize(
    ("rows", "header_rows"),
    [
        (["项目|金额", "存款|100.00", "贷款|200.00"], 1),
        (["|金额", "存款|100.00", "贷款|-5%"], 1),
        (["存款|100.00", "贷款|200.00"], 0),
        (["公司名称|某某银行", "注册地址|某某路一号"], 0),
        (["姓名|主要工作经历", "张三|曾任某某银行行长。"], 1),
        (["公司股票简况|<|<", "种类|简称|代码", "普通股|某某|600000"], 2),
        (["项目|本期|<", "^|金额|比例(%)", "存款|1.00|2.00"], 2),
        (["类别|期末余额|<|<", "^|账面余额|<|价值", "^|金额|比例|^", "存款|1.00|2.00|3.00"], 3),
        (["坏账准备|第一阶段|合计", "^|未来12个月|^", "期初|1.00|2.00"], 2),
        (["事务所|名称|某某事务所", "^|地址|某某路", "^|电话|某某号"], 0),
        (["原材料|47.17|42.65", "包装费|3.63|3.14"], 0),
        (["2020|2019|增减", "1.00|2.00|3.00"], 1),
        (["存期|年利率|备注"], 1),
        (["一年以上存款|1.45|"], 0),
    ],
)
def test_rows_that_name_the_columns_are_told_from_others(rows: list[str], header_rows: int) -> None:
    (table,) = tables(*rows)
    assert table.header_rows == header_rows


def test_a_table_that_changes_its_header_is_two() -> None:
    first, second = tables(
        "分行业|本期|上期", "制造业|1.00|2.00", "零售业|3.00|4.00", "分产品情况|<|<", "分产品|数量|金额", "甲|5|6.00"
    )
    assert (len(first.rows), first.header_rows) == (3, 1)
    assert (len(second.rows), second.header_rows) == (3, 2)


@pytest.mark.parametrize(
    ("above", "title"),
    [
        ("第三条 收费按下表执行。\n表1 收费标准\n", "表1 收费标准"),
        ("(1). 应收票据\n√适用 □不适用\n单位：元 币种：人民币\n", "(1). 应收票据 单位：元 币种：人民币"),
        ("合并资产负债表\n2020 年12 月31 日\n编制单位: 某某公司 单位:元\n", "合并资产负债表 单位:元"),
        ("按下列标准收费。表二 个人业务收费标准\n", "表二 个人业务收费标准"),
        ("本行按照有关规定向客户收取服务费用。\n", ""),
        ("", ""),
    ],
)
def test_the_title_is_the_short_line_above(above: str, title: str) -> None:
    (table,) = tables("项目|金额", "存款|100.00", above=above)
    assert table.title == title
