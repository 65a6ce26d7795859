"""A figure counts as an answer only where the question asks for it."""

from __future__ import annotations

from engine.answering.slots import fills
from engine.values import Passage, Rung, Span

FEES = "补换卡工本费5元一张。纸质存款证明20元一份。短信通知每月2元。"
QUESTION = "短信通知每个月收多少钱？"


def passage(text: str, name: str = "手册") -> Passage:
    return Passage(f"{name}:1:0", name, name, 1, text, (name,), (Span(1, 0, len(text)),), Rung.BRANCH, 0.5, 0.9)


def test_the_figure_of_the_clause_that_is_asked_for_fills_the_slot() -> None:
    source = passage(FEES)
    assert fills(QUESTION, "2元", source, [source])
    assert not fills(QUESTION, "20元", source, [source])
    assert not fills(QUESTION, "30元", source, [source])


def test_a_nearer_clause_of_another_passage_wins() -> None:
    far, near = passage("账户管理每月收5元。"), passage("短信通知每个月收2元。", "通知")
    assert not fills(QUESTION, "5元", far, [far, near])
    assert fills(QUESTION, "2元", near, [far, near])


def test_a_clause_about_the_other_party_fills_nothing() -> None:
    source = passage("单位账户每日转账限额为200万元。")
    assert not fills("个人账户每天转账限额多少？", "200万元", source, [source])
    assert fills("公司账户每天转账限额多少？", "200万元", source, [source])


def test_without_figures_there_is_no_slot() -> None:
    assert fills(QUESTION, "本行承担", passage(FEES), [])
