"""Pointing at a marker, or reaching it with Tab, shows its very sentence; beside a mark, what it means."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ask.answer_text import AnswerText, Pointed
from desktop.ask.conversation_view import ConversationView
from desktop.ask.quote import quote_of, struck_quote, unsupported_quote
from desktop.ask.quote_card import QuoteCard
from desktop.ask.turn import Turn
from desktop.look import ask_text, proof_text
from engine.api import AnswerFinished, Citation, Claim, PassagesFound, Timings, Verdict
from tests.fakes import PASSAGES, FakeEngine

TEXT = "第一条 总则如下。存款最高偿付五十万元。超过的部分从清算财产中受偿。第二条 本规程自印发之日起施行。"
SOURCE = replace(PASSAGES[0], text=TEXT, version="2024-03-01", heading_path=("第一章", "第一条"))
CITATION = Citation(
    1, SOURCE.document_id, SOURCE.name, 1, "存款最高偿付五十万元。", SOURCE.rung, version=SOURCE.version
)
ANSWER = "最高偿付五十万元[1]。超过 ~~30 天~~ 的部分从清算财产中受偿[1]。当场支付。【未找到依据】"
CLAIMS = (
    Claim("最高偿付五十万元。", Verdict.SUPPORTED, (1,)),
    Claim("超过 30 天 的部分从清算财产中受偿。", Verdict.SUPPORTED, (1,), ("30 天",)),
    Claim("当场支付。", Verdict.UNSUPPORTED),
)


def move(text: AnswerText, place: QPointF) -> None:
    """The pointer itself stays: other windows may lie under it."""
    nothing = Qt.MouseButton.NoButton
    at = text.viewport().mapToGlobal(place)
    event = QMouseEvent(QEvent.Type.MouseMove, place, at, nothing, nothing, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(text.viewport(), event)


@pytest.fixture
def turn() -> Turn:
    turn = Turn("问题")
    turn.apply(PassagesFound((SOURCE,), 0.1))
    turn.apply(AnswerFinished(ANSWER, True, (CITATION,), Timings(0.1, 9, 1.0, 9, 9.0), CLAIMS))
    return turn


def test_the_sentence_stands_between_its_neighbours(turn):
    quote = quote_of(turn, 1, 0)
    assert (quote.before, quote.sentence) == ("第一条 总则如下。", CITATION.quote)
    assert quote.after.startswith("超过的部分") and quote.note == ""
    assert quote.source.place == "第 1 页 · 2024-03-01 版 · 第一章 · 第一条"
    assert "网点资料" in quote.spoken and CITATION.quote in quote.spoken


def test_each_marker_shows_the_sentence_of_its_own_claim(turn):
    """One source has one quote; the second sentence that rests on it may rest on another line of it."""
    quote = quote_of(turn, 1, 1)
    assert quote.sentence == "超过的部分从清算财产中受偿。"
    assert "30 天" in quote.note, "a sentence is supported in part only"


def test_while_the_answer_is_unchecked_a_marker_shows_the_passage_by_its_rank():
    turn = Turn("问题")
    turn.apply(PassagesFound((SOURCE,), 0.1))
    quote = quote_of(turn, 1, 0)
    assert quote.note == ask_text.UNCHECKED_MARKER and quote.after == TEXT and quote.sentence == ""
    assert quote_of(turn, 7, 0) is None


def test_a_quote_that_is_not_in_the_passage_has_no_neighbours(turn):
    turn.citations = (replace(CITATION, quote="表格里的一行 5 元"),)
    quote = quote_of(turn, 1, 0)
    assert (quote.before, quote.sentence, quote.after) == ("", "表格里的一行 5 元", "")


def test_tab_goes_through_chips_and_marks_and_escape_leaves(theme):
    view = AnswerText(theme)
    view.resize(500, 300)
    view.set_markdown(ANSWER, now=True)
    view.show()
    view.setFocus()
    pointed: list[Pointed | None] = []
    view.pointed.connect(pointed.append)
    for _ in range(4):
        QTest.keyClick(view, Qt.Key.Key_Tab)
    assert [each.address for each in pointed] == ["cite:1", "why:struck", "cite:1", "why:unsupported"]
    assert [each.chips_before for each in pointed] == [0, 1, 1, 2]
    assert pointed[1].words == "30 天" and all(each.by_key for each in pointed)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert pointed[-1] is None


def test_the_pointer_over_a_chip_shows_the_card_and_leaving_hides_it(model, settings, theme, wait, application):
    model.set_engine(
        FakeEngine(settings, answer=ANSWER, passages=(SOURCE,), proven={"claims": CLAIMS, "citations": (CITATION,)})
    )
    view = ConversationView(theme, model)
    view.resize(700, 600)
    view.show()
    model.ask("问题")
    wait(lambda: not model.busy)
    application.processEvents()
    text = view.views[0]._text
    chip = text.cursorRect(text.document().find("\ufffc"))
    move(text, QPointF(chip.center()))
    card = view.findChild(QuoteCard)
    wait(lambda: card.isVisible())
    assert CITATION.quote in card.accessibleName() and card.height() > 60
    assert view.rect().contains(card.geometry())
    move(text, QPointF(text.rect().bottomRight()))
    wait(lambda: not card.isVisible())


def test_the_card_says_what_marks_mean(theme, turn):
    parent = QWidget()
    parent.resize(700, 500)
    parent.show()
    card = QuoteCard(theme, parent)
    card.point_at(
        struck_quote("5%"), QRect(parent.mapToGlobal(parent.rect().center()), parent.rect().size() / 50), at_once=True
    )
    assert "5%" in card.accessibleName()
    card.point_at(unsupported_quote(), QRect(), at_once=True)
    assert proof_text.UNSUPPORTED_NOTE in card.accessibleName()
    card.dismiss()
    assert not card.isVisible()
