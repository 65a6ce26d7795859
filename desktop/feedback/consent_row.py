"""Whether what the user says may be exported: asked once, then a tick for each record."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.feedback.feedback_model import FeedbackModel
from desktop.look import feedback_text, text
from desktop.look.controls import CheckBox, label, push_button


class ConsentRow(QWidget):
    """`consent` is what the user allows for the record on screen."""

    def __init__(self, model: FeedbackModel) -> None:
        super().__init__()
        self._model = model
        self._answered = False  # here, just now: the answer counts for this record too
        self.yes = push_button(feedback_text.CONSENT_YES)
        self.no = push_button(feedback_text.CONSENT_NO)
        self.yes.clicked.connect(lambda: self._answer(True))
        self.no.clicked.connect(lambda: self._answer(False))
        self.tick = CheckBox(feedback_text.CONSENT_THIS)
        self.tick.setToolTip(text.tooltip(feedback_text.CONSENT_THIS_HINT))
        self.tick.setAccessibleDescription(feedback_text.CONSENT_THIS_HINT)
        self._words = label(role="caption", wrap=True)
        self._question = self._build_question()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self._question, self.tick, self._words):
            column.addWidget(widget)
        model.consent_changed.connect(self._refresh)
        self._refresh()

    def _build_question(self) -> QWidget:
        asking = QWidget()
        answers = QHBoxLayout()
        answers.setSpacing(8)
        answers.addWidget(self.yes)
        answers.addWidget(self.no)
        answers.addStretch()
        column = QVBoxLayout(asking)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(feedback_text.CONSENT_QUESTION, "muted", wrap=True))
        column.addLayout(answers)
        return asking

    @property
    def consent(self) -> bool:
        return self._model.consent.given and self.tick.isChecked()

    def show_consent(self, given: bool) -> None:
        """What the record on screen says so far."""
        self.tick.setChecked(given)

    def _answer(self, given: bool) -> None:
        self._answered = True
        self._model.set_consent(given)

    def _refresh(self) -> None:
        consent = self._model.consent
        if self._answered and consent.asked:
            self._answered = False
            self.tick.setChecked(consent.given)
        self._question.setVisible(not consent.asked)
        self.tick.setVisible(consent.given)
        self._words.setText(feedback_text.CONSENT_FIXED if consent.fixed else feedback_text.CONSENT_OFF)
        self._words.setVisible(consent.asked and not consent.given)
