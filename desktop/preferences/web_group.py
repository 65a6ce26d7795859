from __future__ import annotations

from desktop.look import preferences_text
from desktop.look.theme import Theme
from desktop.preferences.rows import Group
from desktop.web.web_model import WebModel
from desktop.web.web_panel import WebPanel

TABLE_PX = 190


class WebGroup(Group):
    """The same part that stands in the window of the web search."""

    def __init__(self, theme: Theme, model: WebModel) -> None:
        super().__init__(preferences_text.WEB)
        self.panel = WebPanel(theme, model)
        self.panel.setContentsMargins(0, 12, 0, 12)
        self.panel.table.setFixedHeight(TABLE_PX)
        self.add(self.panel)
