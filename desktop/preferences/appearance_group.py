from __future__ import annotations

from desktop.look import preferences_text
from desktop.look.theme import Theme
from desktop.preferences.preferences_model import PreferencesModel
from desktop.preferences.rows import Group, SettingRow

SCALES_PERCENT = (100, 110, 125, 150, 175, 200)


class AppearanceGroup(Group):
    def __init__(self, theme: Theme, model: PreferencesModel) -> None:
        super().__init__(preferences_text.APPEARANCE)
        self.add(SettingRow(theme, model, "theme"))
        self.add(SettingRow(theme, model, "text_scale_percent", SCALES_PERCENT))
        self.add(SettingRow(theme, model, "language"))
