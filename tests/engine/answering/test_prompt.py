from __future__ import annotations

from engine.answering.prompt import SYSTEM, build_messages, choose_evidence
from engine.values import Message, Passage, Rung, Span


def passage(name: str, text: str) -> Passage:
    return Passage(f"{name}:1:0", name, name, 1, text, (), (Span(1, 0, len(text)),), Rung.BRANCH, 1.0, 0.9)


def test_evidence_stays_within_its_budget_and_is_cut_at_a_sentence() -> None:
    passages = [passage("甲", "一二三四五。六七八九十。"), passage("乙", "子丑寅卯。辰巳午未。申酉戌亥。")]
    chosen = choose_evidence(passages, len, budget_tokens=18)
    assert [text for _, text in chosen] == ["一二三四五。六七八九十。", "子丑寅卯。"]


def test_a_best_passage_over_the_budget_gives_its_first_sentence() -> None:
    chosen = choose_evidence([passage("甲", "很长很长的第一句话。第二句。")], len, budget_tokens=3)
    assert [text for _, text in chosen] == ["很长很长的第一句话。"]


def test_messages_are_system_history_then_evidence_and_question() -> None:
    history = [Message("user", "问"), Message("assistant", "答")]
    messages = build_messages("新问题？", history, [(passage("甲.pdf", "内容"), "内容")])
    assert messages[0] == Message("system", SYSTEM)
    assert messages[1:3] == history
    assert messages[3].content.index("[1]《甲.pdf》内容") < messages[3].content.index("新问题？")
