from __future__ import annotations

from dataclasses import replace

from engine.answering.prompt import EVIDENCE_OPENING, SYSTEM, beginning, choose_evidence, user_message
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


def test_a_question_stands_behind_its_evidence() -> None:
    message = user_message("新问题？", [(passage("甲.pdf", "内容"), "内容"), (passage("乙.pdf", "别的"), "别的")], 4)
    parts = (EVIDENCE_OPENING, "[4]《甲.pdf》内容", "[5]《乙.pdf》别的", "新问题？")
    places = [message.content.index(part) for part in parts]
    assert message.role == "user" and places == sorted(places)
    assert EVIDENCE_OPENING not in user_message("新问题？", []).content


def test_first_questions_begin_alike() -> None:
    system, opening = beginning()
    assert system == Message("system", SYSTEM)
    assert user_message("问", [(passage("甲.pdf", "内容"), "内容")]).content.startswith(opening.content)


def test_what_scores_far_below_the_best_stays_out_behind_the_first_two() -> None:
    scores = (0.8, 0.05, 0.07, 0.09)
    passages = [replace(passage(name, "一句话。"), score=score) for name, score in zip("甲乙丙丁", scores, strict=True)]
    assert [found.name for found, _ in choose_evidence(passages, len)] == ["甲", "乙", "丁"]
