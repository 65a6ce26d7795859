"""The form of a calculator, over the real calculators."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox

from desktop.calculate.calculator_form import CalculatorForm
from desktop.calculate.calculator_model import CalculatorModel
from desktop.calculate.calculators_page import CalculatorsPage
from desktop.shell.places import Place
from engine.api import Calculator, calculators, compute

LOAN = {"principal": "50万", "rate": "3.1", "term_months": "360"}


def named(name: str) -> Calculator:
    return next(calculator for calculator in calculators() if calculator.name == name)


@pytest.fixture
def model(application) -> CalculatorModel:
    return CalculatorModel()


def filled(calculator: Calculator) -> dict[str, str]:
    """Plausible text for every field that has no default."""
    words = {"date": "2026-01-31", "list": "甲行:30万；乙行:60万"}
    return {f.name: words.get(f.kind, str(f.minimum or 1)) for f in calculator.fields if not f.default and f.required}


def test_a_new_form_asks_for_what_is_missing(model):
    model.use(named("loan"))
    assert model.missing and not model.calculation.results
    assert {field.name for field in model.fields} >= set(model.missing)


def test_typing_computes_and_a_mistake_leaves_the_last_result(model):
    model.use(named("loan"), LOAN)
    before = model.calculation
    assert before.results
    model.put("rate", "三点一")
    assert model.fault_field == "rate" and model.calculation is before
    model.put("rate", "3.2")
    assert model.fault is None and model.calculation.results != before.results


def test_an_emptied_field_takes_its_default_again(model):
    model.use(named("loan"))
    choice = next(field for field in model.fields if field.default and len(field.choices) > 1)
    assert model.assumed(choice)
    model.put(choice.name, choice.choices[1])
    assert not model.assumed(choice) and model.shown(choice) == choice.choices[1]
    model.put(choice.name, "")
    assert model.assumed(choice) and model.shown(choice) == choice.default


def test_an_answers_calculation_is_taken_as_it_is(model):
    made = compute("loan", LOAN)
    model.resume(named("loan"), made)
    assert model.calculation is made and not model.edited
    model.put("term_months", "240")
    assert model.edited and model.calculation.results != made.results


@pytest.mark.parametrize("name", [calculator.name for calculator in calculators()])
def test_every_calculator_has_a_form_that_can_be_filled(model, name):
    form = CalculatorForm(model)
    model.use(named(name), filled(named(name)))
    for field in model.fields:
        assert form.row(field.name).editor.accessibleName().startswith(field.label)
        editor = form.row(field.name).editor
        shown = editor.currentText() if isinstance(editor, QComboBox) else editor.text()
        assert shown == model.shown(field)


def test_the_page_offers_them_all_and_shows_the_result(open_window, engine):
    window = open_window(engine)
    window.show_place(Place.CALCULATORS)
    page = window.pages.page(Place.CALCULATORS)
    assert isinstance(page, CalculatorsPage)
    assert [page.choice.item(n).text() for n in range(page.choice.count())] == [c.title for c in calculators()]
    page.choice.setCurrentRow([c.name for c in calculators()].index("loan"))
    for name, value in LOAN.items():
        page.form.row(name).editor.setText(value)
        page.form.row(name).commit()
    assert page.model.calculation.results and page.outcome.table.rowCount() == 360
