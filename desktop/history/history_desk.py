"""The history in the window: its panel, and the file that a conversation is saved to."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.exporter import Exporter, ask_where
from desktop.history.history_model import Exportable, HistoryModel
from desktop.history.history_panel import HistoryPanel
from desktop.look import export_text
from desktop.look.theme import Theme


class HistoryDesk(QObject):
    failed = Signal(object)  # Sentence

    def __init__(self, window: QWidget, theme: Theme, model: HistoryModel, exporter: Exporter) -> None:
        super().__init__(window)
        self._window = window
        self._exporter = exporter
        self.panel = HistoryPanel(theme, model)
        model.exportable.connect(self._save)
        model.failed.connect(self.failed)

    def _save(self, made: Exportable) -> None:
        """Ask where, and write; it need not be the conversation on screen."""
        ask_where(
            self._window,
            export_text.EXPORT_CONVERSATION,
            made.title,
            lambda path: self._exporter.save(
                path,
                lambda engine, to, token: engine.export(made.turns, to, made.title, token, made.conversation_id),
            ),
        )
