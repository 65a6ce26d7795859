"""Deposits against interest added up day by day, written apart from the product."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from engine.calculators import compute
from engine.calculators.calendar import add_months, months_and_days
from engine.errors import RequestRejected

FEN = Decimal("0.01")


def _results(name: str, **inputs: str) -> dict[str, Decimal]:
    calculation = compute(name, inputs)
    assert not calculation.missing
    return {figure.name: Decimal(figure.value) for figure in calculation.results}


def _fen(value: Decimal) -> Decimal:
    return value.quantize(FEN, ROUND_HALF_UP)


def test_fixed_deposits_at_maturity() -> None:
    assert _results("fixed_deposit", principal="5万", rate="1.55%", term_months="3年")["interest"] == Decimal("2325")
    assert _results("fixed_deposit", principal="10万", rate="1.1", term_months="12")["interest"] == Decimal("1100")
    assert _results("fixed_deposit", principal="333.33", rate="0.95", term_months="3")["interest"] == Decimal("0.79")


def test_early_withdrawal_at_the_demand_rate() -> None:
    # Built-in knowledge, 公式与计息: 100 days of 100,000 yuan at 0.05 %.
    inputs = {"principal": "10万", "demand_rate": "0.05", "withdrawal": "全部提前支取"}
    got = _results("fixed_deposit", **inputs, held_months="0", held_days="100", rate="1.1", term_months="12")
    assert (got["interest"], got["lost"]) == (Decimal("13.89"), Decimal("1086.11"))
    assert "lost" not in _results("fixed_deposit", **inputs, held_months="24")


def test_partial_withdrawal_keeps_the_rest_at_the_fixed_rate() -> None:
    got = _results(
        "fixed_deposit",
        principal="100000",
        rate="1.55",
        term_months="36",
        withdrawal="部分提前支取",
        withdrawn="30000",
        demand_rate="0.05",
        held_months="12",
    )
    assert got["early_interest"] == Decimal("15.00")
    assert got["kept_interest"] == Decimal("3255.00")
    assert got["total"] == Decimal("103270.00")


def test_overdue_days_bear_the_demand_rate_from_the_day_of_maturity() -> None:
    # In on 29 February 2024 for one year: due on 28 February 2025; 31 days later it is 31 March.
    dates = {"period_by": "按起止日期", "start_date": "2024-02-29", "end_date": "2025-03-31"}
    told = {"principal": "50000", "rate": "1.5", "term_months": "12", "withdrawal": "逾期支取", "demand_rate": "0.05"}
    got = _results("fixed_deposit", **told, **dates)
    assert got["overdue"] == 31
    assert got["overdue_interest"] == _fen(Decimal(50000) * Decimal("0.0005") * 31 / 360)


def test_renewal_compounds_each_term() -> None:
    told = {"principal": "200000", "rate": "1.1", "term_months": "12", "withdrawal": "到期自动转存", "renewals": "3"}
    balance = Decimal(200000)
    for _ in range(4):
        balance += _fen(balance * Decimal("0.011"))
    assert _results("fixed_deposit", **told)["total"] == balance


@pytest.mark.parametrize(("basis", "year_days"), [("实际天数÷360", 360), ("实际天数÷365", 365)])
def test_actual_days_are_counted_over_leap_years(basis: str, year_days: int) -> None:
    chosen = random.Random(year_days)
    for _ in range(30):
        start = date(2023, 1, 1) + timedelta(days=chosen.randrange(1200))
        days = chosen.randrange(1, 1000)
        got = _results(
            "fixed_deposit",
            principal="100000",
            withdrawal="全部提前支取",
            demand_rate="0.35",
            period_by="按起止日期",
            start_date=start.isoformat(),
            end_date=(start + timedelta(days=days)).isoformat(),
            basis=basis,
        )
        counted = sum(1 for _ in range(days))
        assert got["interest"] == _fen(Decimal(100000) * Decimal("0.0035") * counted / year_days)


def _months_and_days_by_steps(start: date, end: date) -> tuple[int, int]:
    """Day by day: a month is complete on the day of the same number, or on the last day of a month that lacks it."""
    months, since, day = 0, start, start
    while day < end:
        day += timedelta(days=1)
        last_of_month = (day + timedelta(days=1)).month != day.month
        if day.day == start.day or (last_of_month and day.day < start.day):
            months, since = months + 1, day
    return months, (end - since).days


def test_months_and_odd_days_agree_with_a_walk_through_the_calendar() -> None:
    chosen = random.Random(2)
    for _ in range(300):
        start = date(2019, 1, 1) + timedelta(days=chosen.randrange(2200))
        end = start + timedelta(days=chosen.randrange(1, 1100))
        assert months_and_days(start, end) == _months_and_days_by_steps(start, end), (start, end)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2023, 11, 30), 3) == date(2024, 2, 29)


def _demand_day_by_day(principal: Decimal, rate: Decimal, start: date, end: date) -> Decimal:
    """Every day adds a 360th; what has come together by the end of the 20th of a quarter's last month is credited."""
    balance, product, day = principal, Decimal(0), start
    while day < end:
        product += balance
        if day.day == 20 and day.month % 3 == 0:
            balance += _fen(product * rate / 360)
            product = Decimal(0)
        day += timedelta(days=1)
    return balance + _fen(product * rate / 360) - principal


def test_demand_deposits_agree_with_a_sum_day_by_day() -> None:
    chosen = random.Random(7)
    for _ in range(30):
        start = date(2023, 1, 1) + timedelta(days=chosen.randrange(1200))
        end = start + timedelta(days=chosen.randrange(1, 900))
        principal, rate = Decimal(chosen.randrange(100, 10**8)) / 100, Decimal(chosen.randrange(1, 200)) / 100
        got = _results(
            "demand_deposit",
            principal=str(principal),
            rate=str(rate),
            period_by="按起止日期",
            start_date=start.isoformat(),
            end_date=end.isoformat(),
        )
        assert got["interest"] == _demand_day_by_day(principal, rate / 100, start, end), (start, end, principal, rate)


def test_instalment_savings_agree_with_each_deposit_on_its_own() -> None:
    got = _results("instalment_savings", monthly="1000", rate="1.0", term_months="12")
    assert got["interest"] == Decimal("65.00")  # built-in knowledge, 公式与计息: 78 months of 1,000 yuan
    alone = sum(Decimal(2000) * months * Decimal("0.013") / 12 for months in range(36, 0, -1))
    assert _results("instalment_savings", monthly="2000", rate="1.3", term_months="36")["interest"] == _fen(alone)


def test_notice_deposits_have_their_least_amount_and_time() -> None:
    assert _results("notice_deposit", principal="10万", rate="0.75", days="30")["interest"] == Decimal("62.50")
    for inputs, field in (({"principal": "49999"}, "principal"), ({"days": "6"}, "days")):
        told = {"principal": "50000", "rate": "0.75", "days": "30", **inputs}
        with pytest.raises(RequestRejected) as rejected:
            compute("notice_deposit", told)
        assert rejected.value.details["field"] == field


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({"withdrawal": "全部提前支取", "demand_rate": "0.05", "held_months": "12"}, "held_months"),
        ({"withdrawal": "全部提前支取", "demand_rate": "0.05", "held_months": "0"}, "held_months"),
        ({"withdrawal": "部分提前支取", "withdrawn": "100000", "demand_rate": "0.05", "held_months": "6"}, "withdrawn"),
        ({"withdrawal": "提前"}, "withdrawal"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_contradictions_are_rejected_by_field(inputs: dict[str, str], field: str) -> None:
    with pytest.raises(RequestRejected) as rejected:
        compute("fixed_deposit", {"principal": "100000", "rate": "1.1", "term_months": "12", **inputs})
    assert rejected.value.details["field"] == field


@pytest.mark.parametrize("end", ["2026-01-01", "2025-12-31", "2027-02-01", "2026-02-30", "1820-01-01"])
def test_dates_that_cannot_be_are_rejected(end: str) -> None:
    told = {"principal": "100000", "withdrawal": "全部提前支取", "demand_rate": "0.05", "period_by": "按起止日期"}
    with pytest.raises(RequestRejected) as rejected:
        compute("fixed_deposit", {**told, "term_months": "12", "start_date": "2026-01-01", "end_date": end})
    assert rejected.value.details["field"] == "end_date"
