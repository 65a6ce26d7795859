"""Loans against schedules in exact fractions written apart from the product, and against published figures."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.calculators import compute
from engine.errors import RequestRejected
from engine.proof import Calculation


def _results(calculation: Calculation) -> dict[str, Decimal]:
    assert not calculation.missing
    return {figure.name: Decimal(figure.value) for figure in calculation.results}


def _loan(principal: str, rate: str, months: int, method: str = "等额本息") -> dict[str, Decimal]:
    return _results(
        compute("loan", {"principal": principal, "rate": rate, "term_months": str(months), "method": method})
    )


def _fen(value: Fraction) -> Fraction:
    """Half up, by integers only."""
    return Fraction((value * 200 + 1).__floor__() // 2, 100)


def _payment_by_bisection(principal: Fraction, monthly: Fraction, months: int) -> Fraction:
    """The payment whose discounted sum is the principal: no closed form."""
    low, high = principal / months, principal * (monthly + 1)
    discounts = [1.0 / float(1 + monthly) ** number for number in range(1, months + 1)]
    for _ in range(80):
        middle = (low + high) / 2
        if float(middle) * sum(discounts) > float(principal):
            high = middle
        else:
            low = middle
        low, high = Fraction(float(low)), Fraction(float(high))
    return _fen((low + high) / 2)


@pytest.mark.parametrize(
    ("principal", "rate", "months", "payment"),
    [
        ("100000", "12", 360, "1028.61"),  # MathWorks Financial Toolbox, documentation of `amortize`
        ("21000", "6.9", 48, "501.90"),  # Claris FileMaker Pro Help, function PMT, example 1
        ("10000", "8", 10, "1037.03"),  # Microsoft Support, function PMT, first example
        ("1000000", "3.5", 360, "4490.45"),  # built-in knowledge, 公式与计息
    ],
)
def test_published_level_payments(principal: str, rate: str, months: int, payment: str) -> None:
    assert _loan(principal, rate, months)["payment"] == Decimal(payment)


def test_level_payment_and_interest_agree_with_bisection_and_a_schedule_in_fractions() -> None:
    chosen = random.Random(5)
    for _ in range(40):
        principal, months = chosen.randrange(1000, 3_000_000), chosen.randrange(2, 481)
        rate = Fraction(chosen.randrange(1, 2400), 100)
        monthly = rate / 1200
        payment = _payment_by_bisection(Fraction(principal), monthly, months)
        balance, interest = Fraction(principal), Fraction(0)
        for _ in range(months):
            month = _fen(balance * monthly)
            interest += month
            balance -= min(payment - month, balance)
        got = _loan(str(principal), f"{float(rate):.2f}", months)
        assert got["payment"] == Decimal(str(float(payment)))
        assert abs(got["interest"] - Decimal(str(float(interest)))) < Decimal("0.02")


def test_level_principal_is_an_arithmetic_series() -> None:
    got = _loan("1000000", "3.5", 360, "等额本金")
    assert (got["payment"], got["decrease"]) == (Decimal("5694.44"), Decimal("8.10"))
    series = Fraction(1_000_000) * Fraction(35, 12000) * 361 / 2  # P·i·(n + 1)/2
    assert abs(got["interest"] - Decimal(str(float(series)))) < Decimal("0.05")


def test_interest_only_pays_the_principal_at_the_end() -> None:
    got = _loan("100000", "4.5", 12, "先息后本")
    assert (got["payment"], got["last_payment"], got["interest"]) == (
        Decimal("375.00"),
        Decimal("100375.00"),
        Decimal("4500.00"),
    )


@pytest.mark.parametrize("method", ["等额本息", "等额本金", "先息后本"])
def test_every_schedule_ends_at_zero_and_adds_up(method: str) -> None:
    chosen = random.Random(method)
    for _ in range(15):
        principal, months = chosen.randrange(20_000, 2_000_000), chosen.randrange(1, 361)
        inputs = {"principal": str(principal), "rate": str(chosen.randrange(0, 800) / 100)}
        calculation = compute("loan", {**inputs, "term_months": str(months), "method": method})
        rows = [[Decimal(cell) for cell in row] for row in calculation.schedule[1:]]
        assert len(rows) == months
        assert rows[-1][4] == 0
        assert sum(row[2] for row in rows) == principal
        assert all(row[1] == row[2] + row[3] for row in rows)
        assert _results(calculation)["total"] == sum(row[1] for row in rows)


def _prepaid(**more: str) -> dict[str, Decimal]:
    inputs = {"principal": "1000000", "rate": "3.5", "term_months": "360", "paid_months": "60", "amount": "200000"}
    return _results(compute("prepayment", {**inputs, **more}))


def test_early_repayment_agrees_with_the_annuity_formulas() -> None:
    i = Fraction(35, 12000)
    growth = (1 + i) ** 60
    payment = Fraction("4490.45")
    balance = 1_000_000 * growth - payment * (growth - 1) / i  # the closed form of what is still owed
    shorter, lower = _prepaid(), _prepaid(way="减少月供")
    assert abs(shorter["balance"] - Decimal(str(float(balance)))) < Decimal("0.50")
    assert (lower["new_payment"], lower["new_months"]) == (Decimal("3489.20"), 300)
    assert shorter["new_months"] == 207  # 93 months fewer: built-in knowledge, 公式与计息
    assert shorter["saved"] > lower["saved"] > 0


def test_settling_early_saves_all_interest_that_is_left() -> None:
    settled = _prepaid(way="一次结清", amount="")
    assert settled["new_balance"] == 0
    assert "new_payment" not in settled
    paid_as_agreed = settled["old_payment"] * 300
    assert abs(paid_as_agreed - settled["balance"] - settled["saved"]) < 5  # the tail of rounding


def test_a_shorter_level_principal_loan_keeps_its_share() -> None:
    got = _prepaid(method="等额本金")
    assert got["new_months"] == 228  # 633,333.33 at 2,777.78 a month
    assert got["new_payment"] == Decimal("4625.00")  # 2777.78 + 633333.33 · 0.035 / 12


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({"paid_months": "360"}, "paid_months"),
        ({"amount": "900000"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"rate": "99"}, "rate"),
        ({"term_months": "481"}, "term_months"),
        ({"principal": "12.345"}, "principal"),
    ],
)
def test_what_does_not_go_together_is_rejected_by_field(inputs: dict[str, str], field: str) -> None:
    with pytest.raises(RequestRejected) as rejected:
        _prepaid(**inputs)
    assert rejected.value.details["field"] == field
