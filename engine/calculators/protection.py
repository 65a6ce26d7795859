"""Deposit insurance across accounts, and whether an amount reaches a reporting threshold."""

from __future__ import annotations

from decimal import Decimal

from engine.calculators.exact import to_fen, yuan
from engine.calculators.fields import MONEY_LIMIT, Calculator, Field, FieldKind, Inputs, Outcome, choice
from engine.proof import Figure

INSURED_LIMIT_YUAN = Decimal(500_000)  # 《存款保险条例》 Article 5

DEPOSIT_INSURANCE = Calculator(
    "deposit_insurance",
    "存款保险赔付",
    (
        Field(
            "balances",
            "同一存款人的各账户本息",
            FieldKind.LIST,
            "元",
            minimum=Decimal(0),
            maximum=MONEY_LIMIT,
            help="各账户的本金加利息，用顿号分开；在不同银行的写银行名，如 甲行:30万、乙行:60万",
        ),
        Field(
            "excluded",
            "其中不保的金额",
            default="0",
            unit="元",
            minimum=Decimal(0),
            maximum=MONEY_LIMIT,
            help="理财、基金、保险、国债等不是存款，不在保障内；另行填写，不计入上面",
        ),
    ),
)


def deposit_insurance(inputs: Inputs) -> Outcome:
    """min(sum of one depositor's balances at one bank, 500,000 yuan), bank by bank.

    Source: 《存款保险条例》 (国务院令第660号) Articles 4, 5.
    """
    banks: dict[str, Decimal] = {}
    for entry in inputs.entries("balances"):
        banks[entry.name] = banks.get(entry.name, Decimal(0)) + entry.amount
    covered = {name: min(total, INSURED_LIMIT_YUAN) for name, total in banks.items()}
    total, paid = sum(banks.values(), Decimal(0)), sum(covered.values(), Decimal(0))
    excluded = inputs.decimal("excluded")
    rows: list[tuple[str, ...]] = [("银行", "存款本息（元）", "存款保险赔付（元）", "超出部分（元）")]
    for name, balance in banks.items():
        amounts = (balance, covered[name], balance - covered[name])
        rows.append((name or "本行", *_texts(amounts)))
    return Outcome(
        (
            yuan("covered", "存款保险赔付", paid),
            yuan("excess", "超出限额、从清算财产受偿", total - paid),
            *((yuan("outside", "不属于存款保险", excluded),) if excluded else ()),
            yuan("total", "存款本息合计", total),
        ),
        "每家银行的赔付＝min(该存款人在这家银行全部存款本息之和，500000元)",
        (
            "同一存款人在同一家银行（含各网点）的账户，本金和利息合并计算，最高赔付50万元",
            "不同银行、家庭成员各自名下分别计算",
            "联名账户怎样划分，条例没有规定，未计入",
            "理财、基金、保险、国债，同业存款和本行高管在本行的存款不在保障内",
        ),
        "《存款保险条例》第四条、第五条",
        tuple(rows) if len(banks) > 1 else (),
    )


def _texts(amounts: tuple[Decimal, ...]) -> tuple[str, ...]:
    return tuple(format(to_fen(amount), "f") for amount in amounts)


_CASH, _ENTITY, _DOMESTIC, _CROSS_BORDER = "现金收支", "单位转账", "个人境内转账", "个人跨境转账"
_YUAN, _DOLLAR = "人民币", "外币折美元"
_WAN = 10_000
_THRESHOLDS = {  # 《金融机构大额交易和可疑交易报告管理办法》 Article 5: yuan, US dollars
    _CASH: (5 * _WAN, 1 * _WAN),
    _ENTITY: (200 * _WAN, 20 * _WAN),
    _DOMESTIC: (50 * _WAN, 10 * _WAN),
    _CROSS_BORDER: (20 * _WAN, 1 * _WAN),
}

LARGE_AMOUNT = Calculator(
    "large_amount",
    "大额交易报告标准",
    (
        choice("transaction", "交易", _CASH, _ENTITY, _DOMESTIC, _CROSS_BORDER),
        choice("currency", "币种", _YUAN, _DOLLAR),
        Field(
            "amount", "当日累计金额", minimum=Decimal("0.01"), maximum=MONEY_LIMIT, help="同一客户，收入或支出单边累计"
        ),
    ),
)


def large_amount(inputs: Inputs) -> Outcome:
    """Whether one customer's amount of a day reaches the threshold of its kind (the threshold itself included).

    Source: 《金融机构大额交易和可疑交易报告管理办法》 (中国人民银行令〔2016〕第3号) Article 5.
    """
    in_yuan = inputs.text("currency") == _YUAN
    threshold = Decimal(_THRESHOLDS[inputs.text("transaction")][0 if in_yuan else 1])
    unit = "元" if in_yuan else "美元"
    reached = inputs.decimal("amount") >= threshold
    return Outcome(
        (
            Figure("reached", "是否达到", "达到，须提交大额交易报告" if reached else "未达到"),
            Figure("threshold", "报告标准", str(threshold), unit),
        ),
        "当日单笔或者累计金额≥报告标准",
        (
            "同一客户当日的收入或者支出单边累计，含本数",
            "未达到标准但有可疑情形的，仍按可疑交易报告",
            "报告由银行提交，不妨碍客户正常办理",
        ),
        "《金融机构大额交易和可疑交易报告管理办法》（中国人民银行令〔2016〕第3号）第五条",
    )
