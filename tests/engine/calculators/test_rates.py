"""LPR, yields and the true rate of card instalments."""

from __future__ import annotations

import math
import random
from decimal import Decimal

import pytest

from engine.calculators import compute
from engine.calculators.rates import internal_rate
from engine.errors import RequestRejected


def _results(name: str, **inputs: str) -> dict[str, Decimal]:
    calculation = compute(name, inputs)
    assert not calculation.missing
    return {figure.name: Decimal(figure.value) for figure in calculation.results}


def test_lpr_moves_by_basis_points() -> None:
    assert _results("lpr", lpr="3.5", basis_points="-30")["rate"] == Decimal("3.2")
    assert _results("lpr", lpr="3.00", basis_points="145")["rate"] == Decimal("4.45")
    with pytest.raises(RequestRejected):
        compute("lpr", {"lpr": "3", "basis_points": "-301"})


def test_internal_rate_of_published_example() -> None:
    # Microsoft Support, function RATE: 8,000 repaid by 48 payments of 200 costs 9.24 % a year.
    monthly = internal_rate(Decimal(8000), [Decimal(200)] * 48)
    assert round(monthly * 12, 4) == Decimal("0.0924")


def _rate_by_newton(received: float, flows: list[float]) -> float:
    rate = 0.01
    for _ in range(100):
        worth = sum(flow / (1 + rate) ** k for k, flow in enumerate(flows, 1)) - received
        slope = sum(-k * flow / (1 + rate) ** (k + 1) for k, flow in enumerate(flows, 1))
        rate -= worth / slope
    return rate


@pytest.mark.parametrize("mode", ["每期收取", "首期一次收取", "办理时一次扣收"])
def test_card_instalments_agree_with_newtons_method(mode: str) -> None:
    chosen = random.Random(mode)
    for _ in range(25):
        principal, periods = chosen.randrange(500, 100_000), chosen.randrange(2, 61)
        fee_rate = chosen.randrange(1, 150) / 100 * (1 if mode == "每期收取" else 6)
        got = _results(
            "card_instalment",
            principal=str(principal),
            periods=str(periods),
            fee_rate=f"{fee_rate:.2f}",
            fee_mode=mode,
        )
        fee = principal * float(f"{fee_rate:.2f}") / 100
        flows = [principal / periods + (fee if mode == "每期收取" else 0)] * periods
        flows[0] += fee if mode == "首期一次收取" else 0
        monthly = _rate_by_newton(principal - (fee if mode == "办理时一次扣收" else 0), flows)
        assert abs(float(got["apr"]) - monthly * 1200) < 0.0051
        assert abs(float(got["ear"]) - ((1 + monthly) ** 12 - 1) * 100) < 0.0051


def test_a_card_instalment_costs_more_than_it_seems() -> None:
    got = _results("card_instalment", principal="12000", periods="12", fee_rate="0.6")
    # Built-in knowledge, 公式与计息: 7.2 % in name, about 13.0 % in truth.
    assert (got["nominal"], got["apr"], got["payment"]) == (Decimal("7.20"), Decimal("13.03"), Decimal("1072.00"))
    assert _results("card_instalment", principal="12000", periods="12", fee_rate="0")["apr"] == 0


def test_yields_of_a_holding_period() -> None:
    got = _results("holding_yield", principal="10000", gain="100", days="91")
    assert (got["annual"], got["compound"]) == (Decimal("4.01"), Decimal("4.07"))  # built-in knowledge
    got = _results("holding_yield", principal="10000", gain="-10000", days="30")
    assert got["compound"] == -100
    with pytest.raises(RequestRejected):
        compute("holding_yield", {"principal": "10", "gain": "1000", "days": "1"})


def test_wealth_products() -> None:
    assert _results("wealth_return", principal="5万", rate="3", days="91")["gain"] == Decimal("373.97")
    assert _results("wealth_return", principal="5万", rate="3", days="90", basis="360天")["gain"] == Decimal("375.00")


def test_seven_day_yield_agrees_with_logarithms_and_means() -> None:
    values = [0.4512, 0.4698, 0.44, 0.4533, 0.47, 0.4481, 0.43]
    told = "、".join(map(str, values))
    daily = math.exp(sum(math.log1p(value / 10000) for value in values) * 365 / 7) - 1
    assert abs(float(_results("seven_day_yield", daily=told)["seven_day"]) - daily * 100) < 0.00051
    monthly = sum(values) / 7 * 365 / 10000
    got = _results("seven_day_yield", daily=told, carried="按月结转")
    assert abs(float(got["seven_day"]) - monthly * 100) < 0.00051
    assert _results("seven_day_yield", daily="0.45")["seven_day"] == Decimal("1.656")
    with pytest.raises(RequestRejected):
        compute("seven_day_yield", {"daily": "0.45、0.46"})


def test_income_of_ten_thousand_shares() -> None:
    got = _results("fund_income", shares="12345.67", daily="0.4512", days="30")
    assert (got["day"], got["income"]) == (Decimal("0.56"), Decimal("16.80"))
