"""All calculators by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import localcontext

from engine.calculators import deposits, exchange, loans, protection, rates
from engine.calculators.exact import CONTEXT
from engine.calculators.fields import Calculator, Inputs, Outcome, read
from engine.errors import Rejection, RequestRejected
from engine.proof import Calculation

_ALL: tuple[tuple[Calculator, Callable[[Inputs], Outcome]], ...] = (
    (loans.LOAN, loans.loan),
    (loans.PREPAYMENT, loans.prepayment),
    (deposits.FIXED, deposits.fixed),
    (deposits.DEMAND, deposits.demand),
    (deposits.INSTALMENT_SAVINGS, deposits.instalment_savings),
    (deposits.NOTICE, deposits.notice),
    (rates.LPR, rates.lpr),
    (rates.CARD_INSTALMENT, rates.card_instalment),
    (rates.HOLDING_YIELD, rates.holding_yield),
    (rates.WEALTH_RETURN, rates.wealth_return),
    (rates.SEVEN_DAY, rates.seven_day_yield),
    (rates.FUND_INCOME, rates.fund_income),
    (exchange.EXCHANGE, exchange.exchange),
    (exchange.CROSS, exchange.cross),
    (protection.DEPOSIT_INSURANCE, protection.deposit_insurance),
    (protection.LARGE_AMOUNT, protection.large_amount),
)
_BY_NAME = {calculator.name: (calculator, function) for calculator, function in _ALL}


def calculators() -> tuple[Calculator, ...]:
    """All of them, in the order a menu shows them."""
    return tuple(calculator for calculator, _ in _ALL)


def compute(name: str, inputs: Mapping[str, str]) -> Calculation:
    """Run one calculator. Inputs are text by field name; with one `missing` there are no results.

    Raises RequestRejected OPTION_INVALID (option: the label, field: its name, value) for a calculator that does not
    exist, an unknown field, a value that cannot be read or is out of bounds.
    """
    if name not in _BY_NAME:
        raise RequestRejected(Rejection.OPTION_INVALID, option="calculator", field="calculator", value=name[:40])
    calculator, function = _BY_NAME[name]
    with localcontext(CONTEXT):
        checked, figures, missing = read(calculator, inputs)
        if missing:
            return Calculation(name, calculator.title, figures, missing=missing)
        outcome = function(checked)
    return Calculation(
        name,
        calculator.title,
        figures,
        results=outcome.results,
        formula=outcome.formula,
        conventions=outcome.conventions,
        source=outcome.source,
        schedule=outcome.schedule,
    )
