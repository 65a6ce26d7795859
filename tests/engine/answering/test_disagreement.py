"""The answer names what contradicts it, with both markers and dates."""

from __future__ import annotations

from dataclasses import replace

from engine.answering.checking import CheckedAnswer
from engine.answering.conflicts import Dispute
from engine.answering.disagreement import MOST_TOLD, tell
from engine.proof import ConflictKind
from engine.values import Citation, Page, PageKind, Passage, Rung, Span

TEXT = "口头挂失后须在15天内补办。"


class Pages:
    def page(self, document_id: str, page_no: int) -> Page:
        return Page(page_no, PageKind.TEXT, 595, 842, TEXT, b"\0" * 16 * len(TEXT), (0,))


def passage(name: str, version: str = "") -> Passage:
    spans = (Span(1, 0, len(TEXT)),)
    return Passage(f"{name}:1:0", name, f"{name}.pdf", 1, TEXT, (), spans, Rung.BRANCH, 0.5, 0.9, version)


RULE = passage("手册", "2026-01-01")
ANSWER = CheckedAnswer("5天内[1]。", (), (Citation(1, "手册", "手册.pdf", 1, "5天内", Rung.BRANCH, (), "2026-01-01"),))


def test_both_sources_are_named_with_markers_and_dates() -> None:
    told, conflicts = tell(ANSWER, (Dispute(RULE, passage("通知"), "5天内", TEXT),), Pages())
    assert told.text.startswith("5天内[1]。\n\n")
    assert "《通知》[2]" in told.text and "《手册》（2026-01-01）[1]" in told.text
    assert [(c.kind, c.first.marker, c.second.marker) for c in conflicts] == [(ConflictKind.DISAGREE, 1, 2)]
    assert told.citations[1].quote == TEXT


def test_many_that_say_the_same_make_one_sentence_and_are_not_all_named() -> None:
    many = tuple(Dispute(RULE, passage(f"通知{n}"), "5天内", TEXT) for n in range(5))
    told, conflicts = tell(ANSWER, many, Pages())
    assert len(conflicts) == MOST_TOLD and told.text.count("注意") == 1
    assert "《通知0》[2]、《通知1》[3]、《通知2》[4]" in told.text


def test_an_older_version_is_called_one() -> None:
    old = replace(passage("旧手册", "2020-01-01"), superseded=True)
    told, conflicts = tell(ANSWER, (Dispute(RULE, old, "5天内", TEXT),), Pages())
    assert conflicts[0].kind is ConflictKind.SUPERSEDED and "旧版" in told.text


def test_what_the_answer_does_not_rest_on_is_not_told_of() -> None:
    assert tell(ANSWER, (Dispute(passage("别的"), passage("通知"), "5天内", TEXT),), Pages()) == (ANSWER, ())
