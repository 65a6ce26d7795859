"""Units that follow a figure, and what one of them is worth in the unit that figures are compared in.

A year is twelve months and a week seven days (民法典 第二百条, 第二百零二条: terms run by calendar years, months, days
and hours); days are not converted to months nor hours to days, working days to nothing. 日, 天 and 自然日 are the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from engine.figures.quantity import Kind


@dataclass(frozen=True, slots=True)
class Unit:
    kind: Kind
    name: str
    factor: Decimal = Decimal(1)


def _table(kind: Kind, rows: dict[str, tuple[str, str]]) -> dict[str, Unit]:
    """`rows`: words set apart by blanks -> name and factor."""
    return {word: Unit(kind, name, Decimal(factor)) for words, (name, factor) in rows.items() for word in words.split()}


_CURRENCIES = {
    "CNY": "元 圆 块 块钱 元钱 元人民币 元RMB RMB CNY 人民币",
    "USD": "美元 美金 元美元 USD 美圆",
    "EUR": "欧元 EUR",
    "GBP": "英镑 GBP",
    "JPY": "日元 日圆 JPY",
    "HKD": "港元 港币 元港币 HKD 港圆",
    "AUD": "澳元 澳大利亚元 AUD",
    "CAD": "加元 加拿大元 CAD",
    "SGD": "新加坡元 新元 SGD",
    "CHF": "瑞士法郎 CHF",
    "KRW": "韩元 韩圆 KRW",
    "RUB": "卢布 RUB",
    "TWD": "新台币 台币 TWD",
    "MOP": "澳门元 澳门币 MOP",
}
# Words for a thing that is counted; those on one line say the same.
_COUNTED = (
    "人 名 位 口",
    "户",
    "家",
    "个",
    "笔 宗 单",
    "次 回 遍 人次",
    "份",
    "张",
    "件 起",
    "套",
    "枚",
    "只 支",
    "部",
    "台 架",
    "种",
    "类",
    "项",
    "条",
    "款",
    "点",
    "页",
    "期",
    "届",
    "级",
    "档",
    "股",
    "手",
    "票",
    "米",
    "平方米 ㎡ 平米",
    "公里 千米 km",
    "公斤 千克 kg",
    "吨",
    "克",
    "辆",
    "栋 幢",
    "批",
    "组",
    "字",
    "处",
    "间",
    "亩",
    "分钟前",
    "层",
    "轮",
    "门",
    "本",
    "册",
    "把",
    "道",
    "行",
    "列",
    "岗",
    "步",
    "方面",
    "章",
    "节",
    "编",
    "顺序",
    "季度 季",
)
UNITS: dict[str, Unit] = {
    **{word: Unit(Kind.COUNT, words.split()[0]) for words in _COUNTED for word in words.split()},
    **{word: Unit(Kind.AMOUNT, name) for name, words in _CURRENCIES.items() for word in words.split()},
    **_table(Kind.AMOUNT, {"角 毛": ("CNY", "0.1"), "美分": ("USD", "0.01")}),
    **_table(
        Kind.RATE,
        {
            "% 个%": ("1", "0.01"),
            "‰": ("1", "0.001"),
            "‱": ("1", "0.0001"),
            "个百分点 百分点": ("pp", "1"),
            "个基点 基点 BP bp Bp BPS bps BPs 个BP 个bp 个BPS": ("pp", "0.01"),
        },
    ),
    **_table(Kind.RATIO, {"倍": ("倍", "1"), "折": ("折", "1"), "成": ("1", "0.1")}),
    **_table(
        Kind.TERM,
        {
            "年 周年 年度 整年 个年度 个完整年度 个会计年度 个纳税年度": ("month", "12"),
            "个月 月 个自然月 个整月": ("month", "1"),
            "日 天 自然日 个自然日 日历日 个日历日 昼夜": ("day", "1"),
            "周 星期 个星期 个周 礼拜 个礼拜": ("day", "7"),
            "小时 个小时 钟头 个钟头": ("second", "3600"),
            "分钟": ("second", "60"),
            "秒 秒钟": ("second", "1"),
            "工作日 个工作日 银行工作日 个银行工作日": ("working_day", "1"),
            "交易日 个交易日": ("trading_day", "1"),
            "营业日 个营业日": ("business_day", "1"),
            "开放日 个开放日": ("dealing_day", "1"),
        },
    ),
    **_table(Kind.AGE, {"周岁 岁": ("岁", "1")}),
}
_LONGEST = max(map(len, UNITS))
POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
# A unit's sign that begins another word: 三年级, 5分之一, 二成为, 十天干.
_NOT_A_UNIT = re.compile(
    "成[为了立本员果功交熟长都年就份人]|点[^，。；、:.,)）以之要意建内经的]|家[庭族属长]|人民|名[义称单誉字下]|位[于置]|部[分门]"
    "|本[金人息法规条办行案次]|级别|行[为政业使]|处[罚以理分]|项目|单位|期[间货权待]|月份?[利息]率|日期|日[常均]|节假|节约|把[握关]|道[路]"
    "|章程|起诉|门诊|条例|条件|条[款约]|款项|股[东份权]|票据|手[续机]|户口|户籍|家具|件数|天然|门槛|门店|层[级面]"
    "|编制|列[入明示]|组[织成]|轮[候换]|批[准复]|次[日月年]"
)
CURRENCY_BEFORE = re.compile(
    r"(人民币|RMB|CNY|¥|US\$|USD|美元|HK\$|HKD|港币|港元|EUR|欧元|€|GBP|英镑|£|JPY|日元|\$)[ :]?$"
)
_SIGNS = {"¥": "CNY", "US$": "USD", "HK$": "HKD", "€": "EUR", "£": "GBP", "$": "USD"}


def unit_at(text: str, position: int) -> tuple[Unit, int] | None:
    """The longest unit that begins at `position`, or after one blank, with the offset of its end."""
    if text[position : position + 1] == " " and text[position + 1 : position + 2].isascii():
        position += 1
    for length in range(_LONGEST, 0, -1):
        word = text[position : position + length]
        if len(word) == length and word in UNITS and not _NOT_A_UNIT.match(text, position + length - 1):
            end = position + length
            if word.isascii() and word.isalpha() and text[end : end + 1].isascii() and text[end : end + 1].isalpha():
                continue
            return UNITS[word], end
    return None


def currency_before(text: str, position: int) -> tuple[str, int] | None:
    """The currency that stands right before `position`, with the offset of its beginning."""
    found = CURRENCY_BEFORE.search(text[max(0, position - 5) : position])
    if not found:
        return None
    word = found[1]
    return _SIGNS.get(word) or UNITS[word].name, max(0, position - 5) + found.start()
