"""Thumbs and panel as a user meets them: clicks and keys in the window, over a scripted engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPlainTextEdit, QWidget

from desktop.ask.conversation_model import ConversationModel
from desktop.ask.conversation_view import ConversationView
from desktop.feedback.desk import FeedbackDesk
from desktop.feedback.feedback_bar import FeedbackBar
from desktop.feedback.feedback_model import FeedbackModel
from desktop.feedback.feedback_panel import FeedbackPanel
from desktop.jobs import NewestLane, QueueLane, shut_down
from desktop.look import feedback_text
from desktop.look.theme import Theme
from engine.api import EnvironmentFault, Fault, Feedback, FeedbackConsent, FeedbackReason, PromptRead, Thumb
from tests.fakes import ANSWER, PACK, PASSAGES, FakeEngine

AGREED = FeedbackConsent(asked=True, given=True)


class Window(ConversationView):
    """The conversation alone, with its feedback."""

    def __init__(self, theme: Theme, engine: FakeEngine, lanes: tuple[NewestLane, QueueLane]) -> None:
        self.conversation, self.feedback = ConversationModel(lanes[0]), FeedbackModel(lanes[1])
        super().__init__(theme, self.conversation)
        self.desk = FeedbackDesk(theme, self.feedback, self.conversation, self)
        self.conversation.set_engine(engine)  # type: ignore[arg-type]
        self.feedback.set_engine(engine)  # type: ignore[arg-type]
        self.resize(820, 700)


Ask = Callable[..., Window]


@pytest.fixture
def show(application: QApplication, theme: Theme) -> Iterator[Callable[[FakeEngine], Window]]:
    lanes = (NewestLane(), QueueLane())
    windows: list[Window] = []

    def shown(engine: FakeEngine) -> Window:
        windows.append(Window(theme, engine, lanes))
        windows[-1].show()
        windows[-1].activateWindow()
        return windows[-1]

    yield shown
    assert shut_down(lanes, 5.0)
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def ask(show: Callable[[FakeEngine], Window], wait) -> Ask:
    """A window with one answer in it."""

    def asked(engine: FakeEngine) -> Window:
        window = show(engine)
        window.conversation.ask("存款保险最高赔多少？")
        wait(lambda: window.conversation.turns and not window.conversation.busy)
        wait(lambda: bar_of(window).isVisible() and not window.feedback._lane.busy)
        return window

    return asked


def bar_of(window: Window) -> FeedbackBar:
    (bar,) = window.views[-1].findChildren(FeedbackBar)
    return bar


def panel_of(window: Window) -> FeedbackPanel:
    (panel,) = window.views[-1].findChildren(FeedbackPanel)
    return panel


def open_panel(window: Window) -> FeedbackPanel:
    bar_of(window).panel_wanted.emit()
    return panel_of(window)


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def only(engine: FakeEngine) -> Feedback:
    (kept,) = engine.feedback.kept.values()
    return kept


def test_a_thumb_up_is_one_click(ask, engine, wait):
    window = ask(engine)
    bar = bar_of(window)
    click(bar.thumbs[Thumb.UP])
    wait(lambda: engine.feedback.kept)
    kept = only(engine)
    assert (kept.thumb, kept.question, kept.answer) == (Thumb.UP, "存款保险最高赔多少？", ANSWER)
    assert (kept.pack, kept.conversation_id) == (PACK, window.conversation.conversation_id)
    assert [source.marker for source in kept.sources] == [1, 2, 3]
    assert bar.thumbs[Thumb.UP].isChecked()
    assert not window.findChildren(FeedbackPanel)
    click(bar.thumbs[Thumb.UP])
    wait(lambda: not engine.feedback.kept)
    assert not bar.thumbs[Thumb.UP].isChecked()


def test_a_thumb_down_is_stored_and_asks_why(ask, engine, wait):
    window = ask(engine)
    click(bar_of(window).thumbs[Thumb.UP])
    click(bar_of(window).thumbs[Thumb.DOWN])
    assert panel_of(window).isVisible()
    wait(lambda: engine.feedback.kept and only(engine).thumb is Thumb.DOWN)
    assert [thumb for thumb, button in bar_of(window).thumbs.items() if button.isChecked()] == [Thumb.DOWN]


def test_the_panel_comes_into_view(ask, settings, wait):
    window = ask(FakeEngine(settings, answer="五十万元[1]。", passages=PASSAGES[:1]))
    window.resize(820, 560)
    wait(lambda: window.height() == 560)
    open_panel(window)
    port = window._scroll.viewport()

    panel = panel_of(window)

    def seen() -> bool:
        top = panel.mapTo(port, panel.rect().topLeft()).y()
        laid_out = panel.height() >= panel.heightForWidth(panel.width()) > 0
        return laid_out and top >= 0 and top + panel.height() <= port.height()

    wait(seen)
    window.conversation.ask("然后呢？")  # a new question goes to the top, whatever is open
    wait(lambda: len(window.views) == 2 and not window.conversation.busy)
    wait(lambda: not seen())


def test_everything_by_keyboard(ask, engine, wait, application):
    """Score by digit, on by Tab, reasons by Space, a comment, stored by Ctrl+Enter."""
    engine.feedback.agreed = AGREED
    window = ask(engine)
    panel = open_panel(window)
    QTest.keyClick(application.focusWidget(), "3")
    assert application.focusWidget() is panel.scale.buttons[2]
    QTest.keyClick(application.focusWidget(), Qt.Key.Key_Right)
    QTest.keyClick(application.focusWidget(), Qt.Key.Key_Tab)
    assert application.focusWidget() is panel.chips[0]
    for _ in range(3):
        QTest.keyClick(application.focusWidget(), Qt.Key.Key_Tab)
    QTest.keyClick(application.focusWidget(), Qt.Key.Key_Space)
    for _ in range(2):
        QTest.keyClick(application.focusWidget(), Qt.Key.Key_Tab)
    assert application.focusWidget() is panel.comment
    panel.comment.insertPlainText("漏了外币")
    QTest.keyClick(application.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: engine.feedback.kept)
    kept = only(engine)
    assert (kept.score, kept.reasons, kept.comment) == (4, (FeedbackReason.INCOMPLETE,), "漏了外币")
    assert (kept.thumb, kept.better_answer, kept.consent) == (Thumb.NONE, "", True)
    wait(lambda: panel.isHidden())
    assert application.focusWidget() is bar_of(window).more
    assert bar_of(window).more.text() == "4 分"
    assert bar_of(window).more.accessibleDescription() == "4 分 · 不完整 · 有说明"


@pytest.mark.parametrize(("key", "score"), [("1", 1), ("0", 10), ("9", 9)])
def test_a_digit_is_a_score(ask, engine, application, key, score):
    panel = open_panel(ask(engine))
    QTest.keyClick(application.focusWidget(), key)
    assert panel.scale.score == score
    QTest.keyClick(application.focusWidget(), Qt.Key.Key_Backspace)
    assert panel.scale.score == 0


def test_arrows_stop_at_the_ends(ask, engine, application):
    panel = open_panel(ask(engine))
    QTest.keyClick(application.focusWidget(), "0")
    QTest.keyClick(application.focusWidget(), Qt.Key.Key_Right)
    assert panel.scale.score == 10
    for _ in range(12):
        QTest.keyClick(application.focusWidget(), Qt.Key.Key_Left)
    assert panel.scale.score == 1
    assert [b.isChecked() for b in panel.scale.buttons].count(True) == 1


def test_a_better_answer_begins_with_the_answer(ask, engine, wait):
    window = ask(engine)
    panel = open_panel(window)
    assert panel.better.isHidden()
    click(panel.rewrite)
    assert panel.better.toPlainText() == ANSWER
    assert panel.said().better_answer == ""  # not changed: no better answer
    panel.better.setPlainText("五十万元[1]。")
    click(panel.save)
    wait(lambda: engine.feedback.kept)
    assert only(engine).better_answer == "五十万元[1]。"


def test_what_was_said_is_shown_when_the_answer_is_shown_again(ask, engine, wait):
    window = ask(engine)
    turn = window.conversation.turns[0]
    said = Feedback(turn.turn_id, turn.question, turn.text, thumb=Thumb.DOWN, score=2, comment="旧版", consent=True)
    engine.feedback.kept[turn.turn_id] = said
    window.conversation.path_changed.emit(0)  # its view is made anew, as when a conversation is opened again
    wait(lambda: bar_of(window).thumbs[Thumb.DOWN].isChecked())
    assert bar_of(window).more.text() == "2 分"
    panel = open_panel(window)
    assert (panel.scale.score, panel.comment.toPlainText()) == (2, "旧版")
    click(panel.take_back)
    wait(lambda: not engine.feedback.kept)
    assert not bar_of(window).more.isVisible()


def test_the_first_time_asks_for_consent(ask, engine, wait):
    window = ask(engine)
    panel = open_panel(window)
    assert panel.consent.yes.isVisible() and not panel.consent.tick.isVisible()
    click(panel.consent.yes)
    wait(lambda: panel.consent.tick.isVisible())
    assert panel.consent.tick.isChecked() and not panel.consent.yes.isVisible()
    QTest.keyClick(panel.scale.buttons[0], "7")
    click(panel.save)
    wait(lambda: engine.feedback.kept)
    assert only(engine).consent
    wait(lambda: panel.isHidden())
    open_panel(window).consent.tick.click()
    click(panel.save)
    wait(lambda: not only(engine).consent)


def test_a_refused_consent_is_remembered(ask, engine, wait):
    window = ask(engine)
    panel = open_panel(window)
    click(panel.consent.no)
    wait(lambda: engine.feedback.agreed.asked and not panel.consent.yes.isVisible())
    assert not panel.consent.tick.isVisible()
    QTest.keyClick(panel.scale.buttons[0], "7")
    click(panel.save)
    wait(lambda: engine.feedback.kept)
    assert not only(engine).consent


def test_what_the_preferences_say_counts_when_the_panel_opens(ask, engine, wait):
    window = ask(engine)
    engine.feedback.agreed = AGREED
    panel = open_panel(window)
    wait(lambda: panel.consent.tick.isVisible())
    engine.feedback.agreed = FeedbackConsent(asked=True, given=False, fixed=True)
    open_panel(window)
    wait(lambda: not panel.consent.tick.isVisible())
    assert not panel.said().consent


def test_escape_leaves_without_storing(ask, engine, application):
    window = ask(engine)
    panel = open_panel(window)
    QTest.keyClick(application.focusWidget(), "7")
    QTest.keyClick(application.focusWidget(), Qt.Key.Key_Escape)
    assert panel.isHidden() and not engine.feedback.kept
    assert open_panel(window).scale.score == 0


def test_what_could_not_be_stored_stays_in_the_panel(ask, engine, wait):
    engine.feedback.agreed = AGREED
    window = ask(engine)
    panel = open_panel(window)
    panel.comment.setPlainText("长长的说明")
    engine.feedback.error = EnvironmentFault(Fault.DISK_FULL, path="/资料", needed_bytes=1, free_bytes=0)
    click(panel.save)
    wait(lambda: panel.notice.isVisible())
    assert panel.comment.toPlainText() == "长长的说明"
    engine.feedback.error = None
    click(panel.save)
    wait(lambda: engine.feedback.kept)


def test_an_answer_that_is_not_complete_has_no_thumbs(show, settings, wait):
    window = show(FakeEngine(settings, stop_after=PromptRead))
    window.conversation.ask("问题")
    wait(lambda: window.conversation.turns and window.conversation.turns[0].total_tokens)
    assert not bar_of(window).isVisible()
    window.conversation.stop()
    assert not bar_of(window).isVisible()


def test_every_control_has_a_name_and_is_reached_by_tab(ask, engine, wait, application):
    window = ask(engine)
    click(bar_of(window).thumbs[Thumb.DOWN])
    panel = panel_of(window)
    click(panel.rewrite)
    wait(lambda: engine.feedback.kept)
    buttons = [each for each in panel.findChildren(QAbstractButton) if each.isVisible()]
    fields = [each for each in panel.findChildren(QPlainTextEdit) if each.isVisible()]
    assert all(each.accessibleName() or each.text() for each in buttons)
    assert {each.accessibleName() for each in fields} == {feedback_text.COMMENT, feedback_text.BETTER_ANSWER}
    assert all(button.accessibleName() for button in bar_of(window).thumbs.values())
    wanted = {each for each in (*buttons, *fields) if each.focusPolicy() & Qt.FocusPolicy.TabFocus}
    assert wanted >= {*panel.chips, panel.save, panel.cancel, panel.close_button, panel.consent.yes}
    assert reached_by_tab(application, bar_of(window).more, 40) >= wanted


def reached_by_tab(application: QApplication, start: QWidget, steps: int) -> set[QWidget]:
    start.setFocus()
    reached: set[QWidget] = set()
    for _ in range(steps):
        QTest.keyClick(application.focusWidget(), Qt.Key.Key_Tab)
        reached.add(application.focusWidget())
    return reached
