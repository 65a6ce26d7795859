"""The six templates: complete, fillable, and none without its disclosures."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import pytest

from engine.errors import Rejection, RequestRejected
from engine.proof import WordingScope
from engine.writing.checks import check_draft
from engine.writing.forbidden import check_wording
from engine.writing.templates import (
    FieldInput,
    SectionKind,
    Template,
    fill,
    find_template,
    holds,
    read_fields,
    templates,
)

NAMES = [
    "customer_notice",
    "product_introduction",
    "complaint_reply",
    "meeting_minutes",
    "work_report",
    "risk_warning",
]
TYPED = {FieldInput.DATE: "2026-11-23", FieldInput.LIST: "第一项\n2. 第二项", FieldInput.LONG: "一段话。"}


def filled(template: Template, **choices: str) -> dict[str, str]:
    return {
        field.name: choices.get(field.name) or (field.choices[0] if field.choices else TYPED.get(field.kind, "甲"))
        for field in template.fields
    }


def kinds(template: Template) -> list[dict[str, str]]:
    """Values for every combination of the choices that decide what is disclosed."""
    names = {name for one in template.disclosures for name, _ in one.when}
    fields = [field for field in template.fields if field.name in names]
    combinations = product(*(field.choices for field in fields))
    chosen = [dict(zip([field.name for field in fields], values, strict=True)) for values in combinations]
    return [read_fields(template, filled(template, **values)) for values in chosen]


def test_there_are_six_in_the_order_of_a_menu() -> None:
    assert [template.name for template in templates()] == NAMES
    assert find_template("投诉答复").name == "complaint_reply"


@pytest.mark.parametrize("template", templates(), ids=lambda one: one.name)
def test_a_template_is_complete(template: Template) -> None:
    names = {field.name for field in template.fields}
    wording = [part for one in template.sections for part in (one.text, one.heading, one.question, one.instruction)]
    wording += [point.question for one in template.sections for point in one.points]
    wording += [one.text for one in template.disclosures]
    assert {slot for text in wording for slot in re.findall(r"\{(\w+)\}", text)} <= names
    assert {one.field for one in template.sections if one.kind is SectionKind.OWN} <= names
    assert template.subject_field in names and (not template.scope_field or template.scope_field in names)
    assert sum(one.kind is SectionKind.DISCLOSURES for one in template.sections) == 1
    assert template.disclosures and all(one.source for one in template.disclosures)
    for condition in [one.when for one in (*template.disclosures, *template.sections)]:
        for name, allowed in condition:
            assert set(allowed) <= set(next(field for field in template.fields if field.name == name).choices)


@pytest.mark.parametrize("template", templates(), ids=lambda one: one.name)
def test_its_own_wording_breaks_no_rule(template: Template) -> None:
    for values in kinds(template):
        own = [fill(one.text, values) for one in template.sections] + list(template.demanded(values))
        assert not check_wording("\n".join(own), template.scope(values))


@pytest.mark.parametrize("template", templates(), ids=lambda one: one.name)
def test_each_disclosure_that_is_taken_out_is_missed(template: Template) -> None:
    for values in kinds(template):
        demanded = template.demanded(values)
        assert demanded
        whole = "\n".join(demanded)
        assert check_draft(whole, template, values).missing_disclosures == ()
        for sentence in demanded:
            without = whole.replace(sentence, "")
            assert check_draft(without, template, values).missing_disclosures == (sentence,)
            changed = whole.replace(sentence, f"~~{sentence}~~")
            assert check_draft(changed, template, values).missing_disclosures == (sentence,)


def test_the_disclosures_of_a_wealth_product_are_its_own() -> None:
    template = find_template("product_introduction")
    wealth = read_fields(template, filled(template, product_type="理财"))
    deposit = read_fields(template, filled(template, product_type="存款"))
    assert any("不保证本金和收益" in one for one in template.demanded(wealth))
    assert any("最高偿付限额" in one for one in template.demanded(deposit))
    assert not set(template.demanded(wealth)) >= set(template.demanded(deposit))
    assert (template.scope(wealth), template.scope(deposit)) == (WordingScope.WEALTH, WordingScope.DEPOSIT)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"date": "昨天"}, "date"),
        ({"product_type": "股票"}, "product_type"),
        ({"branch": "长" * 5000}, "branch"),
        ({"no_such": "1"}, "no_such"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(change: dict[str, str], field: str) -> None:
    template = find_template("customer_notice")
    with pytest.raises(RequestRejected) as caught:
        read_fields(template, {**filled(template), **change})
    assert caught.value.code is Rejection.OPTION_INVALID
    assert caught.value.details["field"] == field


def test_what_only_the_program_writes_is_taken_out_of_the_users_text() -> None:
    template = find_template("customer_notice")
    values = read_fields(template, {**filled(template), "advice": "见资料[1]，利率~~3%~~【未找到依据】"})
    assert values["advice"] == "见资料［1］，利率3%"
    assert values["date"] == "2026年11月23日"


def test_a_line_of_empty_fields_is_left_out_and_braces_of_the_user_stay() -> None:
    assert fill("甲：{a}\n乙：{b}\n丙", {"a": "", "b": "{c}"}) == "乙：{c}\n丙"
    assert not holds((("a", ("x",)),), {"a": "y"})


def test_a_text_for_inside_is_not_marketing() -> None:
    minutes = find_template("meeting_minutes")
    values = read_fields(minutes, filled(minutes))
    text = "讨论了客户误以为理财保本的投诉。"
    assert check_draft(text, minutes, values).wording == ()
    assert check_draft(text, replace(minutes, public=True), values).wording


def test_a_text_that_is_too_long_says_by_how_much() -> None:
    template = find_template("risk_warning")
    values = read_fields(template, filled(template))
    assert check_draft("字" * template.limit_chars, template, values).over_chars == 0
    assert check_draft("字" * (template.limit_chars + 7), template, values).over_chars == 7
