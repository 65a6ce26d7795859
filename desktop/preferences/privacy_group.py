"""What is kept of conversations and scores, who may look at it, and how it is erased."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop.look import preferences_text
from desktop.look.controls import label, push_button
from desktop.look.theme import Theme
from desktop.preferences.preferences_model import PreferencesModel
from desktop.preferences.rows import Group, Row, SettingRow

MONTHS = (0, 1, 3, 6, 12, 24, 36)
Act = Callable[[], object]


@dataclass(frozen=True, slots=True)
class PrivacyActs:
    """What other parts of the window do; a row is left out where there is none."""

    delete_history: Act
    export_feedback: Act | None = None
    view_audit: Act | None = None
    renew_recovery_key: Act | None = None


class PrivacyGroup(Group):
    def __init__(self, theme: Theme, model: PreferencesModel, acts: PrivacyActs) -> None:
        super().__init__(preferences_text.PRIVACY)
        self.add(SettingRow(theme, model, "keep_history_months", MONTHS))
        self.delete = push_button(preferences_text.DELETE_ALL)
        self.deleting = Row(theme, preferences_text.DELETE_HISTORY, preferences_text.DELETE_HISTORY_NOTE, self.delete)
        self.question = _Question(acts.delete_history)
        self.delete.clicked.connect(self.question.ask)
        self.add(self.deleting)
        self.add_close(self.question)
        self.add(SettingRow(theme, model, "feedback_consent"))
        words = preferences_text
        exporting = self._add(
            theme, words.EXPORT_FEEDBACK, words.EXPORT_FEEDBACK_NOTE, words.EXPORT, acts.export_feedback
        )
        if exporting:
            model.feedback_exported.connect(lambda done: exporting.say(words.exported(done.written, done.withheld)))
        self._add(theme, words.AUDIT, words.AUDIT_NOTE, words.VIEW, acts.view_audit)
        self._add(theme, words.RECOVERY, words.RECOVERY_NOTE, words.RENEW, acts.renew_recovery_key)
        self.question.yes.clicked.connect(lambda: self.deleting.say(preferences_text.DELETED))

    def _add(self, theme: Theme, title: str, note: str, caption: str, act: Act | None) -> Row | None:
        if act is None:
            return None
        button = push_button(caption)
        button.setAccessibleName(title)
        button.clicked.connect(lambda: act())
        row = Row(theme, title, note, button)
        self.add(row)
        return row


class _Question(QFrame):
    """Asked in place before everything goes."""

    def __init__(self, act: Act) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setProperty("tone", "danger")
        self.yes = push_button(preferences_text.DELETE, "danger")
        self.no = push_button(preferences_text.CANCEL)
        self.yes.clicked.connect(act)
        buttons = QHBoxLayout()
        buttons.addStretch()
        for button in (self.no, self.yes):
            button.clicked.connect(self.hide)
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.addWidget(label(preferences_text.DELETE_HISTORY_QUESTION, wrap=True))
        column.addLayout(buttons)
        self.hide()

    def ask(self) -> None:
        self.show()
        self.no.setFocus()
