"""Puts the page of preferences together with the rest of the window."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.audit.audit_dialog import AuditDialog
from desktop.errors import Sentence
from desktop.look import preferences_text
from desktop.look.theme import Theme
from desktop.preferences.appearance import Appearance
from desktop.preferences.preferences_page import PreferencesPage, PreferencesParts
from desktop.preferences.privacy_group import PrivacyActs
from desktop.shell.engine_state import EngineState
from desktop.shell.models import Models
from engine.api import DAMAGED_CHOICES


class PreferencesDesk(QObject):
    """`page` makes the page when it is first wanted; the chosen appearance is in force from the start."""

    def __init__(self, window: QWidget, theme: Theme, models: Models, state: EngineState) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._models = models
        self._state = state
        Appearance(theme, models.preferences)
        models.preferences.consent_changed.connect(models.feedback.refresh_consent)
        models.preferences.choices_lost.connect(self._tell_lost)

    def page(self) -> PreferencesPage:
        models = self._models
        acts = PrivacyActs(models.history.delete_all, self._ask_where, self._view_audit, self._state.offer_recovery_key)
        parts = PreferencesParts(models.packs, models.web, models.folders, models.knowledge_packs, acts)
        return PreferencesPage(self._theme, models.preferences, parts)

    def _tell_lost(self) -> None:
        action = preferences_text.DAMAGED_ACTION.format(name=DAMAGED_CHOICES)
        self._state.show_sentence(Sentence(preferences_text.DAMAGED, action))

    def _view_audit(self) -> None:
        AuditDialog(self._window, self._theme, self._models.audit).open()

    def _ask_where(self) -> None:
        dialog = QFileDialog(self._window, preferences_text.EXPORT_FEEDBACK)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # a file that exists is never replaced
        dialog.setNameFilters(["JSON Lines (*.jsonl)"])
        dialog.setDefaultSuffix("jsonl")
        dialog.selectFile(f"{preferences_text.FEEDBACK_FILE} {date.today():%Y-%m-%d}.jsonl")
        dialog.fileSelected.connect(lambda name: self._models.preferences.export_feedback(Path(name)))
        dialog.open()
