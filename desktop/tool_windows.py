"""The windows beside the conversation, each made when first wanted: calculators, texts, the web search."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from desktop.calculate.calculators_dialog import CalculatorsDialog
from desktop.look.theme import Theme
from desktop.web.web_dialog import WebDialog
from desktop.web.web_model import WebModel
from desktop.writing.writing_dialog import WritingDialog
from desktop.writing.writing_model import WritingModel


class ToolWindows(QObject):
    source_opened = Signal(object)  # Source, from a text's number

    def __init__(self, window: QWidget, theme: Theme, web: WebModel, writing: WritingModel) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._web = web
        self._model = writing
        self.calculators: CalculatorsDialog | None = None
        self.writing: WritingDialog | None = None

    def open_calculators(self) -> None:
        """As it was left when it is open already."""
        if self.calculators is None:
            self.calculators = CalculatorsDialog(self._window)
        _bring_up(self.calculators)

    def open_writing(self) -> None:
        """As it was left, with the documents that there are now."""
        if self.writing is None:
            self.writing = WritingDialog(self._window, self._theme, self._model)
            self.writing.source_opened.connect(self.source_opened)
        self._model.refresh()
        self.writing.form.fill()
        _bring_up(self.writing)

    def open_web(self) -> None:
        """The switch of the web search, its key, and the list of all requests."""
        WebDialog(self._window, self._theme, self._web).open()


def _bring_up(dialog: QDialog) -> None:
    dialog.show()
    dialog.activateWindow()
