"""What becomes of an answer that the model refuses or that nothing supports: the source's own words, or a refusal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.answering.dialogues import Dialogue, Dialogues
from engine.answering.ladder import climb
from engine.answering.pipeline import Answerer, _Found
from engine.answering.prompt import NOT_FOUND
from engine.answering.sufficiency import SURE
from engine.settings import Settings
from engine.values import Page, PageKind, Passage, Rung, Span, Timings

TEXT = "第十八条 密码重置须由本人持有效身份证件到网点办理,不得代办。"
QUESTION = "密码重置可以找人代办吗?"
TIMINGS = Timings(0.1, 100, 1.0, 10, 20.0)
SPANS = (Span(1, 0, len(TEXT)),)
PASSAGE = Passage("手册:1:0", "手册", "手册.pdf", 1, TEXT, ("手册",), SPANS, Rung.BRANCH, 0.9, 0.92)


class Library:
    def find(self, document_id: str) -> None:
        return None

    def page(self, document_id: str, page_no: int) -> Page:
        return Page(page_no, PageKind.TEXT, 595.0, 842.0, TEXT)


def finished(text: str, score: float) -> SimpleNamespace:
    answerer = Answerer(Settings(home=Path("/")), Library(), None, None, Dialogues())  # type: ignore[arg-type]
    ladder = replace(climb(QUESTION, (PASSAGE,)), score=score)
    found = _Found((PASSAGE,), (), ladder, 0.1)
    return answerer._finish(text, Dialogue((), ((PASSAGE, TEXT),), (1,)), QUESTION, found, TIMINGS)  # type: ignore[return-value]


def test_where_the_evidence_is_sure_a_model_that_found_nothing_is_answered_for_by_the_source() -> None:
    answer = finished(f"{NOT_FOUND}。", SURE)
    assert answer.found and "不得代办[1]" in answer.text
    assert answer.citations[0].quote in TEXT


@pytest.mark.parametrize("text", [f"{NOT_FOUND}。", ""])
def test_where_it_is_not_the_answer_is_a_refusal(text: str) -> None:
    answer = finished(text or f"{NOT_FOUND}", SURE - 0.01)
    assert not answer.found and not answer.citations and NOT_FOUND in answer.text


def test_a_bare_yes_gives_way_to_the_source() -> None:
    answer = finished("可以找人代办。", 0.9)
    assert "可以找人代办" not in answer.text
    assert not answer.found or "不得代办[1]" in answer.text
