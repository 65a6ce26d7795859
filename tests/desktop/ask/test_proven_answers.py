"""What an answer rests on, on screen: every part of it shown, opened, changed and sent as the user sees it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QTableWidget

from desktop.ask.address_dialog import AddressDialog
from desktop.ask.answer_view import AnswerView
from desktop.ask.conflict_notice import ElidedLink
from desktop.ask.turn import TurnState
from desktop.look import proof_text
from desktop.main_window import MainWindow
from engine.api import AnswerWritten, WebMissed, WebPage
from tests.desktop import proven
from tests.fakes import ANSWER, FakeEngine


@pytest.fixture
def answered(open_window, settings, wait):
    def answered(**script: Any) -> tuple[MainWindow, AnswerView, FakeEngine]:
        engine = FakeEngine(settings, **script)
        window = open_window(engine)
        window.conversation.ask("存款保险最高赔多少？")
        wait(lambda: window.conversation.turns and not window.conversation.busy)
        return window, window.conversation_view.views[-1], engine

    return answered


def shown(view: QObject) -> str:
    return "\n".join(words.text() for words in view.findChildren(QLabel) if words.isVisible())


def test_the_ladder_says_in_words_how_each_step_ended(answered):
    _, view, _ = answered(**proven.CONSENT)
    assert view.ladder.accessibleName() == ("查找顺序：知识包 依据不足 → 网点资料 依据不足 → 网络检索 等您确认")
    assert proof_text.NOT_FOUND in shown(view) and proof_text.NEAREST in shown(view)
    assert len(view.source_list.cards) == 2


def test_an_unsupported_sentence_and_a_struck_figure_are_on_screen_and_in_the_copy(answered):
    _, view, _ = answered(**proven.MARKED)
    assert proof_text.UNSUPPORTED_MARK in view._text.toPlainText() and "~" not in view._text.toPlainText()
    assert view.footer.origin.text() == proof_text.AI_LABEL
    view.footer._copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "~~15 个工作日~~" in copied and proof_text.UNSUPPORTED_MARK in copied


def test_chips_and_cards_are_coloured_by_rung_and_name_it(answered):
    _, view, _ = answered(**proven.WEB)
    rungs = view._text._chip.rungs
    assert {marker: rung.value for marker, rung in rungs.items()} == {1: "web", 2: "branch", 3: "builtin"}
    assert [card.source.rung.value for card in view.source_list.cards] == ["web", "branch", "builtin"]


def test_the_rewritten_question_can_be_changed_in_place(answered, wait):
    window, view, engine = answered(**proven.FOLLOW_UP)
    assert proven.FOLLOW_UP["searched"] in shown(view) and proof_text.TOPIC_CHANGED in shown(view)
    view.searched._pencil.click()
    field = view.searched.findChild(QLineEdit)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible() and len(engine.requests) == 1
    view.searched._pencil.click()
    field.setText("企业户存款保险限额")
    QTest.keyClick(field, Qt.Key.Key_Return)
    wait(lambda: not window.conversation.busy and len(engine.requests) == 2)
    assert engine.requests[1].searched == "企业户存款保险限额"


def test_both_sides_of_a_conflict_open_on_a_click(answered):
    window, view, _ = answered(**proven.CONFLICT)
    links = view.conflicts.findChildren(ElidedLink)
    assert len(links) == 4 and "2019-06-01 版" in links[1].accessibleName()
    opened: list[Any] = []
    window.conversation_view.source_opened.connect(opened.append)
    links[0].click()
    links[1].click()
    assert [source.page_no for source in opened] == [1, 2] and opened[1].superseded


def test_nothing_is_sent_before_the_button_and_then_the_very_text_on_the_card(answered, wait):
    window, view, engine = answered(**proven.CONSENT)
    assert view.web.field.text() == proven.QUERY.text and proven.QUERY.host in shown(view.web)
    assert "身份证号、姓名" in shown(view.web)
    assert [request.web_query for request in engine.requests] == [""]
    view.web._send_button.click()
    wait(lambda: not window.conversation.busy and len(engine.requests) == 2)
    assert engine.requests[1].web_query == proven.QUERY.text


def test_a_reworded_query_goes_through_the_mask_before_it_can_be_sent(answered, wait):
    window, view, engine = answered(**proven.CONSENT)
    view.web.field.setText("张三 的存款保险")
    view.web.field.textEdited.emit("张三 的存款保险")
    assert proof_text.REWORDED_NOTE in shown(view.web)
    view.web._send_button.click()
    wait(lambda: not window.conversation.busy and len(engine.requests) == 2)
    assert (engine.requests[1].web_query, engine.requests[1].searched) == ("", "张三 的存款保险")


def test_a_declined_query_goes_away_and_stays_away(answered):
    _, view, engine = answered(**proven.CONSENT)
    view.web._keep.click()
    view.refresh()
    assert not view.web.isVisible() and len(engine.requests) == 1


def test_a_live_address_is_shown_whole_before_it_is_opened(answered, monkeypatch):
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()) or True)
    window, view, _ = answered(**proven.WEB)
    view.source_list.cards[0]._address.click()
    dialog = window.findChild(AddressDialog)
    assert dialog.findChild(QPlainTextEdit).toPlainText() == proven.PAGE.url and not opened
    dialog.open_button.click()
    assert opened == [proven.PAGE.url]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "//host/share", "javascript:alert(1)", "smb://host/x", ""])
def test_only_web_addresses_can_be_opened(open_window, engine, address):
    dialog = AddressDialog(open_window(engine), WebPage(address, "x", "标题", "2026-11-22T12:00:00Z"))
    assert not dialog.open_button.isEnabled()


def test_a_question_is_changed_where_it_stands_and_the_former_one_stays_beside_it(answered, wait):
    window, view, _ = answered()
    view.bubble._pencil.click()
    assert view.bubble.field.toPlainText() == "存款保险最高赔多少？"
    view.bubble.field.setPlainText("外币存款保不保？")
    QTest.keyClick(view.bubble.field, Qt.Key.Key_Return)
    wait(lambda: not window.conversation.busy)
    (view,) = window.conversation_view.views
    assert view.bubble.words.text() == "外币存款保不保？" and view.bubble._count.text() == "2/2"
    view.bubble._earlier.click()
    (view,) = window.conversation_view.views
    assert view.bubble.words.text() == "存款保险最高赔多少？" and view._text.toPlainText()
    assert not view.bubble._earlier.isEnabled() and view.bubble._later.isEnabled()


def test_correcting_a_calculation_corrects_the_answer(answered, wait):
    _, view, engine = answered(**proven.calculated())
    wait(view.calculation.isVisible)
    assert view.footer.origin.text() == proof_text.CALCULATED_LABEL
    row = view.calculation.form.row("rate")
    row.editor.setText("3.5")
    row.commit()
    assert "2,245.22" in view._text.toPlainText()
    wait(lambda: "2,245.22" in shown(view.calculation))
    assert proof_text.RECALCULATED in shown(view.calculation) and len(engine.requests) == 1
    row.editor.setText("千分之一")
    row.commit()
    assert "年利率：千分之一" in shown(view.calculation) and not view.calculation.result.isVisible()


def test_missing_inputs_are_asked_for_in_the_card(answered, wait):
    _, view, _ = answered(**proven.calculated(missing=True))
    wait(view.calculation.isVisible)
    assert "年利率、贷款期限" in shown(view.calculation)
    for name, value in proven.LOAN.items():
        view.calculation.form.row(name).editor.setText(value)
        view.calculation.form.row(name).commit()
    wait(lambda: "2,135.08" in shown(view.calculation))


def test_what_is_written_and_not_yet_checked_says_so(open_window, settings, wait):
    window = open_window(FakeEngine(settings, stop_after=AnswerWritten))
    window.conversation.ask("问")
    wait(lambda: window.conversation.turns and window.conversation.turns[-1].state is TurnState.CHECKING)
    view = window.conversation_view.views[-1]
    assert proof_text.CHECKING in shown(view) and window.conversation.turns[-1].text == ANSWER


@pytest.mark.parametrize("script", [proven.MARKED, proven.CONFLICT, proven.CONSENT, proven.WEB, proven.calculated()])
def test_everything_that_can_be_used_has_a_name(answered, script):
    _, view, _ = answered(**script)
    for kind in (QAbstractButton, QLineEdit, QComboBox):
        for widget in view.findChildren(kind):
            name = widget.accessibleName() or getattr(widget, "text", str)()
            assert name or not widget.isVisible() or isinstance(widget.parent(), QTableWidget), widget.parent()


def test_a_web_search_that_failed_is_told_beside_the_answer(answered):
    missed = WebMissed("web_timeout", (("host", "search.bank.example"), ("limit_s", 10)))
    _, view, _ = answered(shared_missed=(missed,))
    assert "search.bank.example" in shown(view) and "限额偿付" in view._text.toPlainText()
