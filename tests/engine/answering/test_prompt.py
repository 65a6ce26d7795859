from __future__ import annotations

from engine.answering.prompt import EVIDENCE_OPENING, SYSTEM, beginning, user_message
from engine.values import Message, Passage, Rung, Span


def passage(name: str, text: str) -> Passage:
    return Passage(f"{name}:1:0", name, name, 1, text, (), (Span(1, 0, len(text)),), Rung.BRANCH, 1.0, 0.9)


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
