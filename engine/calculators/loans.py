"""Repayment of loans: level instalments, level principal, interest only; early repayment."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from engine.calculators.exact import ROUNDED_TO_THE_FEN, to_fen, yuan
from engine.calculators.fields import Calculator, Inputs, Outcome, choice, count, money, per_cent
from engine.proof import Figure

_LEVEL, _LEVEL_PRINCIPAL, _INTEREST_ONLY = "等额本息", "等额本金", "先息后本"
_SHORTER, _LOWER, _SETTLED = "缩短期限", "减少月供", "一次结清"
_COLUMNS = ("期数", "还款额（元）", "本金（元）", "利息（元）", "剩余本金（元）")
_FORMULAS = {
    _LEVEL: "月供＝本金×月利率×(1＋月利率)^期数÷[(1＋月利率)^期数－1]",
    _LEVEL_PRINCIPAL: "每月还款＝本金÷期数＋剩余本金×月利率",
    _INTEREST_ONLY: "每月利息＝本金×月利率；到期一次还本",
}
_CONVENTIONS = (
    "月利率＝年利率÷12，每期按整月计息，利率不变",
    f"{ROUNDED_TO_THE_FEN}：每期利息和还款额各舍入一次，最后一期结清尾差",
    "首期按实际天数计息、利率重定价时会有出入，以借款合同和还款计划表为准",
)
_SOURCE = "《中华人民共和国民法典》第六百六十八条；公式为年金现值公式"


@dataclass(frozen=True, slots=True)
class Instalment:
    """One period, in yuan: `balance` is what is still owed after it."""

    payment: Decimal
    principal: Decimal
    interest: Decimal
    balance: Decimal


def level_payment(principal: Decimal, monthly_rate: Decimal, months: int) -> Decimal:
    """P·i·(1+i)^n / ((1+i)^n - 1), to the fen; P/n at a rate of 0. Source: present value of an annuity (Kellison, The
    Theory of Interest, chapter 3)."""
    if not monthly_rate:
        return to_fen(principal / months)
    growth = (1 + monthly_rate) ** months
    return to_fen(principal * monthly_rate * growth / (growth - 1))


def schedule(principal: Decimal, monthly_rate: Decimal, months: int, method: str) -> list[Instalment]:
    """All periods. The interest of each is rounded to the fen; the last one pays what is left."""
    if method == _LEVEL:
        return repaid_by(principal, monthly_rate, level_payment(principal, monthly_rate, months), months)
    share = principal / months if method == _LEVEL_PRINCIPAL else Decimal(0)
    return repaid_with_share(principal, monthly_rate, share, months)


def repaid_by(principal: Decimal, monthly_rate: Decimal, payment: Decimal, months: int) -> list[Instalment]:
    """Periods of the same payment until nothing is owed, at most `months`, the last of which pays the rest."""
    rows: list[Instalment] = []
    while principal:
        interest = to_fen(principal * monthly_rate)
        last = len(rows) + 1 == months or principal + interest <= payment
        paid = principal + interest if last else payment
        principal -= paid - interest
        rows.append(Instalment(paid, paid - interest, interest, principal))
    return rows


def repaid_with_share(principal: Decimal, monthly_rate: Decimal, share: Decimal, months: int) -> list[Instalment]:
    """Periods of the same principal `share` (not rounded) with interest until nothing is owed, at most `months`, the
    last of which pays the rest. A payment is rounded as one sum: what is not interest is principal."""
    rows: list[Instalment] = []
    while principal:
        exact = principal * monthly_rate
        interest = to_fen(exact)
        last = len(rows) + 1 == months
        paid = principal if last else min(to_fen(share + exact) - interest, principal)
        principal -= paid
        rows.append(Instalment(paid + interest, paid, interest, principal))
    return rows


LOAN = Calculator(
    "loan",
    "贷款还款",
    (
        money("principal", "贷款金额", minimum="1000"),
        per_cent("rate", "年利率"),
        count("term_months", "贷款期限", "个月", 1, 480),
        choice("method", "还款方式", _LEVEL, _LEVEL_PRINCIPAL, _INTEREST_ONLY),
    ),
)


def loan(inputs: Inputs) -> Outcome:
    """The schedule of a loan and its sums. Methods: 《民法典》 Article 668 leaves them to the contract; formulas: see
    `level_payment`; level principal is an arithmetic series."""
    principal, months, method = inputs.decimal("principal"), inputs.integer("term_months"), inputs.text("method")
    rows = schedule(principal, inputs.rate("rate") / 12, months, method)
    interest = sum((row.interest for row in rows), Decimal(0))
    results = _payments(rows, method)
    results += (yuan("interest", "利息合计", interest), yuan("total", "还款合计", principal + interest))
    return Outcome(results, _FORMULAS[method], _CONVENTIONS, _SOURCE, _table(rows))


def _payments(rows: list[Instalment], method: str) -> tuple[Figure, ...]:
    first, last = rows[0].payment, rows[-1].payment
    if method == _LEVEL:
        return (yuan("payment", "每月还款（月供）", first),)
    if method == _INTEREST_ONLY:
        return yuan("payment", "每月付息", rows[0].interest), yuan("last_payment", "到期还本付息", last)
    if len(rows) < 3:
        return yuan("payment", "首月还款", first), yuan("last_payment", "末月还款", last)
    return (
        yuan("payment", "首月还款", first),
        yuan("decrease", "以后每月约少还", rows[0].payment - rows[1].payment),
        yuan("last_payment", "末月还款", last),
    )


def _table(rows: list[Instalment], first_no: int = 1) -> tuple[tuple[str, ...], ...]:
    body = (
        (
            str(number),
            *(format(to_fen(value), "f") for value in (row.payment, row.principal, row.interest, row.balance)),
        )
        for number, row in enumerate(rows, first_no)
    )
    return (_COLUMNS, *body)


PREPAYMENT = Calculator(
    "prepayment",
    "提前还款",
    (
        *LOAN.fields[:3],
        choice("method", "还款方式", _LEVEL, _LEVEL_PRINCIPAL),
        count("paid_months", "已还期数", "个月", 1, 479),
        choice("way", "提前还款方式", _SHORTER, _LOWER, _SETTLED),
        money("amount", "提前还本金额", visible_when=(("way", (_SHORTER, _LOWER)),)),
    ),
)


def prepayment(inputs: Inputs) -> Outcome:
    """What an early repayment on the day of a regular payment changes: the interest is that of the real term.

    Source: 《民法典》 Article 677; the rest is a schedule of the lower balance with the old payment (shorter term) or
    the old number of periods (lower payment).
    """
    principal, rate = inputs.decimal("principal"), inputs.rate("rate") / 12
    months, paid, method = inputs.integer("term_months"), inputs.integer("paid_months"), inputs.text("method")
    if paid >= months:
        inputs.reject("paid_months", "应小于贷款期限")
    old = schedule(principal, rate, months, method)
    if len(old) <= paid:
        inputs.reject("paid_months", "贷款已经还清")
    balance, way = old[paid - 1].balance, inputs.text("way")
    amount = balance if way == _SETTLED else inputs.decimal("amount")
    if amount > balance:
        inputs.reject("amount", f"不应超过剩余本金 {balance} 元")
    left = old[paid:]
    share = principal / months if method == _LEVEL_PRINCIPAL else None
    new = _after(balance - amount, rate, left, share, way)
    return Outcome(
        _changes(balance, amount, left, new),
        "剩余本金＝本金－已还各期本金之和；节省利息＝原剩余各期利息之和－新剩余各期利息之和",
        ("在还款日当天提前还款，当期已照常还清", "违约金和手续费以合同约定为准，未计入", *_CONVENTIONS[:2]),
        "《中华人民共和国民法典》第六百七十七条；公式为年金现值公式",
        _table(new, paid + 1) if new else (),
    )


def _after(
    balance: Decimal, rate: Decimal, left: list[Instalment], share: Decimal | None, way: str
) -> list[Instalment]:
    if not balance:
        return []
    if way == _LOWER:
        return schedule(balance, rate, len(left), _LEVEL if share is None else _LEVEL_PRINCIPAL)
    if share is None:
        return repaid_by(balance, rate, left[0].payment, len(left))
    # What rounding left over does not make a period of its own.
    periods = int((balance / share).quantize(Decimal("0.001")).to_integral_value(ROUND_CEILING))
    return repaid_with_share(balance, rate, share, periods)


def _changes(balance: Decimal, amount: Decimal, left: list[Instalment], new: list[Instalment]) -> tuple[Figure, ...]:
    saved = sum((row.interest for row in left), Decimal(0)) - sum((row.interest for row in new), Decimal(0))
    return (
        yuan("saved", "节省利息", saved),
        yuan("balance", "提前还款前剩余本金", balance),
        yuan("new_balance", "提前还款后剩余本金", balance - amount),
        yuan("old_payment", "原下期还款", left[0].payment),
        *((yuan("new_payment", "新下期还款", new[0].payment),) if new else ()),
        Figure("old_months", "原剩余期数", str(len(left)), "个月"),
        Figure("new_months", "新剩余期数", str(len(new)), "个月"),
    )
