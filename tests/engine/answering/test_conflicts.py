"""What contradicts what, and which of both stands; how alike sentences are is given but in the last test."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.answering.conflicts import Dispute, disputes, settled, standing_of
from engine.answering.contrasts import contrasting
from engine.runtime.embedder import Embedder
from engine.values import Passage, Rung, Span

QUESTION = "口头挂失几天内要补办书面挂失？"
RULE = "口头挂失后须在5天内补办书面挂失。"
PLANTED = "接上级要求：口头挂失应当在15天内补办书面挂失。"
REPEATED = "要点：口头挂失应当在15天内补办书面挂失，牢记。"
ADDED = {"手册": "2026-01-01", "通知": "2026-02-01", "问答": "2026-03-01"}


def passage(name: str, text: str, rung: Rung = Rung.BRANCH, heading: str = "") -> Passage:
    path = (heading or name,)
    return Passage(f"{name}:1:0", name, name, 1, text, path, (Span(1, 0, len(text)),), rung, 0.5, 0.9)


def standing(found: Passage) -> tuple[object, ...]:
    return standing_of(found, ADDED.get(found.document_id, ""))


def found(*passages: Passage, alike: float = 0.95, question: str = QUESTION) -> tuple[Dispute, ...]:
    return disputes(question, passages, standing, lambda first, second: alike)


def test_what_was_in_the_library_first_stands_however_many_contradict_it() -> None:
    rule, planted, repeated = passage("手册", RULE), passage("通知", PLANTED), passage("问答", REPEATED)
    contradicted = found(planted, repeated, rule)
    assert {dispute.stands for dispute in contradicted} == {rule}
    assert [dispute.contradicted for dispute in contradicted] == [planted, repeated]
    assert contradicted[0].statement == RULE and contradicted[0].other_statement == PLANTED
    assert settled((planted, repeated, rule), contradicted) == (rule, planted, repeated)


def test_a_signed_pack_and_a_law_stand_before_older_papers_of_the_branch() -> None:
    old = passage("手册", PLANTED)
    builtin = passage("内置", RULE, Rung.BUILTIN)
    law = passage("后来", RULE, heading="储蓄管理条例")
    for stands in (builtin, law):
        assert [(d.stands, d.contradicted) for d in found(old, stands)] == [(stands, old)]


def test_provisions_of_laws_are_not_held_against_one_another() -> None:
    first, second = passage("甲", RULE, heading="储蓄管理条例"), passage("乙", PLANTED, heading="中华人民共和国某法")
    assert found(first, second) == ()


@pytest.mark.parametrize(
    "other",
    [
        "口头挂失后须在五天内补办书面挂失。",  # the same, in other words
        "口头挂失之日起5日内须补办书面挂失，逾期失效。",
        "挂失须由本人持身份证件办理，口头挂失可以打电话。",  # states no figure
        "例如口头挂失后15天内补办书面挂失。",
    ],
)
def test_what_agrees_or_states_nothing_contradicts_nothing(other: str) -> None:
    assert found(passage("手册", RULE), passage("通知", other)) == ()


def test_other_subjects_contradict_nothing() -> None:
    rule = passage("手册", "个人账户当日转账50万元以上的要报告。")
    other = passage("通知", "单位账户当日转账200万元以上的要报告。")
    assert found(rule, other, question="个人账户转账多少要报告？") == ()
    near = passage("通知", "个人账户当日转账200万元以上的要报告。")
    assert found(rule, near, question="个人账户转账多少要报告？")


def test_sentences_that_are_not_alike_contradict_nothing() -> None:
    assert found(passage("手册", RULE), passage("通知", PLANTED), alike=0.8) == ()


def test_one_document_does_not_contradict_itself() -> None:
    rule = passage("手册", RULE)
    assert found(rule, replace(passage("手册", PLANTED), chunk_id="手册:2:0")) == ()


def test_contrasts_know_synonyms_and_look_at_headings_only_where_the_text_names_nothing() -> None:
    assert contrasting("个人账户转账", "单位账户转账")
    assert not contrasting("公司账户转账", "对公账户转账")
    assert contrasting("贷款期限最长30年", "个人消费贷款不超过五年", first_context="个人住房贷款指南")
    assert not contrasting("个人住房贷款最长30年", "房贷最长40年")


def test_with_the_real_embedder(embedder_pack: Path) -> None:
    embedder = Embedder.open(embedder_pack, 1)
    rule, planted, other = (
        passage("手册", RULE),
        passage("通知", PLANTED),
        passage("问答", "口头挂失电话24小时有人接听，5秒内接通。"),
    )
    contradicted = disputes(QUESTION, (planted, rule, other), standing, embedder.similarity)
    assert [(dispute.stands, dispute.contradicted) for dispute in contradicted] == [(rule, planted)]
