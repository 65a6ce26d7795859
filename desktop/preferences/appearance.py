"""Puts the chosen theme in force, at the start and whenever it changes."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.look.theme import Theme
from desktop.preferences.preferences_model import PreferencesModel


class Appearance(QObject):
    def __init__(self, theme: Theme, model: PreferencesModel) -> None:
        super().__init__(model)
        self._theme = theme
        self._model = model
        model.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self._theme.choose(self._model.settings.theme)
