"""Forms are self-describing, inputs are read leniently and refused clearly."""

from __future__ import annotations

import pickle

import pytest

from engine.calculators import FieldKind, calculated, calculation_text, calculators, compute
from engine.calculators.text import shown
from engine.errors import Rejection, RequestRejected
from engine.figures import unsupported
from engine.proof import Figure


def test_every_form_describes_itself() -> None:
    names = [calculator.name for calculator in calculators()]
    assert len(set(names)) == len(names)
    for calculator in calculators():
        seen: list[str] = []
        for field in calculator.fields:
            assert field.label
            assert (field.kind is FieldKind.CHOICE) == bool(field.choices)
            assert not field.choices or field.default in field.choices
            assert field.kind not in (FieldKind.DECIMAL, FieldKind.INTEGER) or field.minimum is not None
            assert all(name in seen for name, _ in (*field.visible_when, *field.optional_when))
            seen.append(field.name)
    assert pickle.loads(pickle.dumps(calculators())) == calculators()


def test_nothing_told_is_missing_and_never_an_error() -> None:
    for calculator in calculators():
        calculation = compute(calculator.name, {})
        assert calculation.missing
        assert not calculation.results
        assert calculation_text(calculation).startswith("计算")


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        *(("50万", "500000"), ("５０万元", "500000"), ("500,000.00元", "500000"), ("0.5亿", "50000000")),
        *(("500000", "500000"), (" 50 万 ", "500000")),
    ],
)
def test_amounts_as_people_write_them(given: str, canonical: str) -> None:
    (principal,) = (one for one in compute("loan", {"principal": given}).inputs if one.name == "principal")
    assert principal.value == canonical


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("principal", text) for text in ("", "abc", "1e9", "NaN", "-5", "0", "1" * 40, "9999999999999", "一百")),
        *(("rate", text) for text in ("-0.1", "36.1", "3.1.2", "3%%", "0.0000001")),
        *(("term_months", text) for text in ("0", "481", "1.5", "41年", "12天")),
        *(("method", text) for text in ("随便", "等额")),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(field: str, value: str) -> None:
    told = {"principal": "100000", "rate": "3.1", "term_months": "30年", field: value}
    if not value:
        assert compute("loan", told).missing == (field,)
        return
    with pytest.raises(RequestRejected) as rejected:
        compute("loan", told)
    assert rejected.value.code == Rejection.OPTION_INVALID
    assert rejected.value.details["field"] == field


def test_an_unknown_calculator_is_refused() -> None:
    with pytest.raises(RequestRejected):
        compute("horoscope", {})


def test_an_answer_has_result_inputs_formula_conventions_and_source() -> None:
    calculation = compute("loan", {"principal": "50万", "rate": "3.1", "term_months": "30年"})
    text = calculation_text(calculation)
    assert text.startswith("**每月还款（月供）：2,135.08元**")
    for part in ("贷款金额 500,000元（50万元）", "30年", "等额本息（未说明，按此计算）", "公式：", "约定：", "依据："):
        assert part in text
    assert text.count("\n|") < 10  # 360 periods are not all shown
    values = {quantity.value for quantity in calculated(calculation)}
    assert {figure.value for figure in calculation.results} <= {str(value) for value in values}


def test_figures_are_shown_for_people() -> None:
    assert shown(Figure("a", "a", "1234567.8", "元")) == "1,234,567.8元"
    assert shown(Figure("a", "a", "120000000", "元")) == "120,000,000元（1.2亿元）"
    assert shown(Figure("a", "a", "18", "个月")) == "18个月"
    assert shown(Figure("a", "a", "2026-01-01")) == "2026-01-01"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("loan", {"principal": "123456.78", "rate": "3.05", "term_months": "7"}),
        ("fixed_deposit", {"principal": "5万", "rate": "1.55", "term_months": "36"}),
        ("card_instalment", {"principal": "12000", "periods": "12", "fee_rate": "0.6"}),
        ("exchange", {"amount": "1万", "price": "718.5"}),
        ("deposit_insurance", {"balances": "甲行:30万、乙行:60万"}),
        ("large_amount", {"amount": "60000"}),
        ("seven_day_yield", {"daily": "0.45"}),
        ("lpr", {"lpr": "3.5", "basis_points": "-30"}),
    ],
)
def test_no_figure_of_an_answer_stands_without_its_calculation(name: str, told: dict[str, str]) -> None:
    calculation = compute(name, told)
    assert not unsupported(calculation_text(calculation), [], calculated(calculation))
