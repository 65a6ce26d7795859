"""Puts the first run in the place of the empty conversation, and takes it away again."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.ask.conversation_view import ConversationView
from desktop.look.theme import Theme
from desktop.shell.models import Models
from desktop.welcome.welcome_page import WelcomePage


class WelcomeDesk(QObject):
    """`page` is made when it is first shown."""

    def __init__(self, theme: Theme, models: Models, view: ConversationView) -> None:
        super().__init__(view)
        self._theme = theme
        self._models = models
        self._view = view
        self.page: WelcomePage | None = None
        models.welcome.changed.connect(self._refresh)
        self._refresh()

    def show_again(self) -> None:
        """From the help menu; a conversation on screen stays in the history."""
        self._models.conversation.clear()
        self._models.welcome.show_again()

    def _refresh(self) -> None:
        models = self._models
        if models.welcome.shown and self.page is None:
            self.page = WelcomePage(self._theme, models.welcome, models.preferences, models.packs)
            self.page.question_chosen.connect(models.conversation.ask)
            models.preferences.refresh()
        self._view.show_when_empty(self.page if models.welcome.shown else None)
