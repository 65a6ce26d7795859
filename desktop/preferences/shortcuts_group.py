"""The keys that the window knows, from the one table that binds them."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtWidgets import QWidget

from desktop.look import preferences_text
from desktop.look.controls import label
from desktop.look.theme import Theme
from desktop.preferences.rows import Group, Row
from desktop.shell.shortcuts import SHORTCUTS


class ShortcutsGroup(Group):
    def __init__(self, theme: Theme) -> None:
        super().__init__(preferences_text.SHORTCUTS)
        for title, shortcuts in groupby(SHORTCUTS, lambda each: each.group):
            heading = label(title, "heading")
            heading.setContentsMargins(0, 12, 0, 2)
            self.add(heading)
            for each in shortcuts:
                self.add_close(Row(theme, each.words, control=label("　".join(each.all_shown), "muted"), air_px=3))
            self.add_close(QWidget())  # air before the next hairline
