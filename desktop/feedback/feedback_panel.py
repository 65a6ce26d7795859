"""The panel below an answer: score, reasons, a comment, a better answer, and whether it may be exported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.errors import Sentence
from desktop.feedback.consent_row import ConsentRow
from desktop.feedback.feedback_model import FeedbackModel
from desktop.feedback.score_scale import ScoreScale
from desktop.look import feedback_text, icons
from desktop.look.controls import EscapableArea, IconButton, Notice, label, push_button
from desktop.look.flow_layout import FlowLayout
from desktop.look.theme import Theme
from engine.api import Feedback, FeedbackReason

COMMENT_PX, ANSWER_PX = 60, 170


class ReasonChip(QPushButton):
    """A reason to tick: a plus becomes a check mark, so that colour is not the only sign."""

    def __init__(self, theme: Theme, reason: FeedbackReason) -> None:
        super().__init__(feedback_text.REASONS[reason])
        self.reason = reason
        self._theme = theme
        self.setProperty("kind", "toggle")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setCheckable(True)
        self.toggled.connect(self._paint_icon)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()

    def _paint_icon(self) -> None:
        tokens = self._theme.tokens
        shown = ("check", tokens.accent) if self.isChecked() else ("plus", tokens.text_faint)
        self.setIcon(icons.icon(*shown, 14))


class FeedbackPanel(EscapableArea):
    """Shows what was said and stores what is said now. `begin` gives the record with the answer as it is shown."""

    closed = Signal()

    def __init__(self, theme: Theme, model: FeedbackModel, begin: Callable[[], Feedback]) -> None:
        super().__init__()
        self._model = model
        self._begin = begin
        self._saving = ""  # turn_id that is being stored
        self.scale = ScoreScale()
        self.chips = [ReasonChip(theme, reason) for reason in FeedbackReason]
        self.comment = _field(feedback_text.COMMENT, COMMENT_PX)
        self.comment.setPlaceholderText(feedback_text.COMMENT_HINT)
        self.rewrite = push_button(feedback_text.REWRITE, "link")
        self.rewrite.clicked.connect(self._open_rewriting)
        self.better = _field(feedback_text.BETTER_ANSWER, ANSWER_PX)
        self._better_hint = label(feedback_text.BETTER_HINT, "caption", wrap=True)
        self.consent = ConsentRow(model)
        self.notice = Notice(theme)
        self.close_button = IconButton(theme, "close", feedback_text.CLOSE, size_px=14)
        self.take_back = push_button(feedback_text.TAKE_BACK, "link")
        self.cancel = push_button(feedback_text.CANCEL)
        self.save = push_button(feedback_text.SAVE, "primary")
        self._build()
        self._wire()

    def _build(self) -> None:
        card = QFrame()
        card.setObjectName("card")
        card.setAccessibleName(feedback_text.TITLE)
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(label(feedback_text.TITLE, "heading"))
        head.addStretch()
        head.addWidget(self.close_button)
        column.addLayout(head)
        column.addWidget(self.scale)
        column.addWidget(label(feedback_text.ENDS, "caption"))
        column.addSpacing(4)
        column.addWidget(label(feedback_text.REASONS_TITLE, "muted"))
        chips = QWidget()
        row = FlowLayout(chips, 6)
        for chip in self.chips:
            row.addWidget(chip)
        column.addWidget(chips)
        column.addSpacing(4)
        column.addWidget(label(feedback_text.COMMENT, "muted"))
        column.addWidget(self.comment)
        column.addWidget(self.rewrite, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._better_hint)
        column.addWidget(self.better)
        column.addSpacing(2)
        for widget in (self.consent, self.notice):
            column.addWidget(widget)
        column.addSpacing(4)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.take_back)
        foot.addStretch()
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        column.addLayout(foot)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card)

    def _wire(self) -> None:
        for leave in (self.left, self.close_button.clicked, self.cancel.clicked):
            leave.connect(self.close_panel)
        self.save.clicked.connect(self._save)
        self.take_back.clicked.connect(self._take_back)
        keys = QShortcut(QKeySequence("Ctrl+Return"), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self._save)
        self._model.saved.connect(self._show_saved)
        self._model.failed.connect(self._show_failed)

    # ---- opening and closing

    def open_panel(self) -> None:
        """Show what was said so far; the keys go to the score."""
        self._model.refresh_consent()
        said = self._begin()
        self.scale.show_score(said.score)
        for chip in self.chips:
            chip.setChecked(chip.reason in said.reasons)
        self.comment.setPlainText(said.comment)
        self.better.setPlainText(said.better_answer or said.answer)
        self._show_rewriting(bool(said.better_answer))
        self.consent.show_consent(said.consent)
        self.take_back.setVisible(self._model.of(said.turn_id) is not None)
        self.notice.hide()
        self._enable(True)
        self.show()
        self.scale.buttons[max(said.score, 1) - 1].setFocus()

    def close_panel(self) -> None:
        self.hide()
        self.closed.emit()

    def take_tab_after(self, before: QWidget) -> None:
        """The panel's controls come after `before` when the user moves on by the keyboard."""
        consent = (self.consent.yes, self.consent.no, self.consent.tick)
        buttons = (self.take_back, self.cancel, self.save, self.close_button)
        for widget in (*self.scale.buttons, *self.chips, self.comment, self.rewrite, self.better, *consent, *buttons):
            QWidget.setTabOrder(before, widget)
            before = widget

    # ---- saying

    def _open_rewriting(self) -> None:
        self._show_rewriting(True)
        self.better.setFocus()

    def _show_rewriting(self, shown: bool) -> None:
        self.rewrite.setVisible(not shown)
        for widget in (self._better_hint, self.better):
            widget.setVisible(shown)

    def said(self) -> Feedback:
        """What the panel says now."""
        begun = self._begin()
        better = self.better.toPlainText().strip()
        rewritten = not self.better.isHidden() and better != begun.answer.strip()
        return replace(
            begun,
            score=self.scale.score,
            reasons=tuple(chip.reason for chip in self.chips if chip.isChecked()),
            comment=self.comment.toPlainText().strip(),
            better_answer=better if rewritten else "",
            consent=self.consent.consent,
        )

    def _save(self) -> None:
        said = self.said()
        self._store(said.turn_id, lambda: self._model.put(said))

    def _take_back(self) -> None:
        turn_id = self._begin().turn_id
        self._store(turn_id, lambda: self._model.remove(turn_id))

    def _store(self, turn_id: str, store: Callable[[], None]) -> None:
        if not self._saving:
            self._saving = turn_id
            self._enable(False)
            store()

    def _show_saved(self, turn_id: str) -> None:
        if turn_id and turn_id == self._saving:
            self._saving = ""
            self.close_panel()

    def _show_failed(self, turn_id: str, sentence: Sentence) -> None:
        """What was typed stays, to be stored again."""
        if self.shows_failure(turn_id):
            self._saving = ""
            self._enable(True)
            self.notice.show_message(sentence.text, sentence.action, sentence.detail, tone="danger")

    def shows_failure(self, turn_id: str) -> bool:
        """Whether a failure that concerns this answer, or the consent, is told here."""
        return self.isVisible() and turn_id == self._saving

    def _enable(self, enabled: bool) -> None:
        self.save.setEnabled(enabled)
        self.save.setText(feedback_text.SAVE if enabled else feedback_text.SAVING)


def _field(name: str, height_px: int) -> QPlainTextEdit:
    field = QPlainTextEdit()
    field.setObjectName("longField")
    field.setAccessibleName(name)
    field.setTabChangesFocus(True)
    field.setFixedHeight(height_px)
    return field
