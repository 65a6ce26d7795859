"""From a question in Chinese to a filled calculation.

A question is a calculation only where it asks for a figure, names the matter of one calculator, and tells the figures
that this calculator cannot do without. Anything that asks about rules, reasons, documents or differences is not one:
a missed calculation is answered from the documents all the same, a false one hides their answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.calculators.question_readers import (
    card,
    deposit,
    exchange,
    fund,
    insurance,
    large_amount,
    loan,
    lpr,
    prepayment,
    wealth,
)
from engine.calculators.registry import compute
from engine.calculators.told import Told
from engine.errors import RequestRejected
from engine.proof import Calculation

_LONGEST = 200  # a calculation is asked in a sentence or two; a pasted contract is none
_ASKS = re.compile(
    r"多少|几多|几块|几元|[怎咋如]么?何?算|算一?[下算]|算[出个]|计算|求|是几|等于|能赚|吗|要不要|是否|算不算|[?？]|"
    r"(?:月供|利息|本息|利率|年化|收益|还款额)(?:呢)?$"
)
_NOT_A_CALCULATION = re.compile(
    r"例子|举例|手册|原文|引用|资料里|资料中|文件|条例|规定|办法第|第[一二三四五六七八九十百\d]+条|制度|"
    r"区别|不同|差别|差异|比较|对比|哪个|哪种|哪一|划算|合适|好还是|还是.*好|为什么|为何|什么是|什么叫|是什么|什么意思|有什么|"
    r"违约金|罚息|手续费(?:多少|怎么收|收多少|是多少)|流程|材料|手续(?!费)|条件|要求|资格|证件|证明|预约|"
    r"上限|下限|最低|最高(?!赔)|至少|最多能|起存|限额|额度|标准是|达到多少|超过多少|"
    r"建议|分析|写一|起草|翻译|解释|说说|介绍|话术|"
    r"会不会|能不能|可不可以|可以吗|行吗|合法|允许|保护|支持吗|收费吗|要交税|交税|个税|"
    r"首付|公积金.*商|组合贷|民间借贷|诈骗|洗钱罪|判|起诉|法院|仲裁|犯罪"
)
_READERS: tuple[Callable[[Told], tuple[str, dict[str, str]] | None], ...] = (
    lpr,
    card,
    exchange,
    insurance,
    large_amount,
    fund,
    wealth,
    prepayment,
    loan,
    deposit,
)


def from_question(question: str) -> Calculation | None:
    """The calculation that a question asks for, with `missing` for what it does not tell; None for any other question.

    Never raises: figures out of a calculator's bounds, or that contradict each other, make no calculation.
    """
    if len(question) > _LONGEST:
        return None
    told = Told.of(question)
    if not _ASKS.search(told.text) or _NOT_A_CALCULATION.search(told.text):
        return None
    for reader in _READERS:
        read = reader(told)
        if read is None:
            continue
        try:
            return compute(*read)
        except RequestRejected:
            return None
    return None
