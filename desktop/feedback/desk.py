"""Brings feedback to the answers on screen."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.ask.answer_view import AnswerView
from desktop.ask.conversation_model import ConversationModel
from desktop.ask.conversation_view import ConversationView
from desktop.errors import Sentence
from desktop.feedback.feedback_bar import FeedbackBar
from desktop.feedback.feedback_model import FeedbackModel
from desktop.feedback.feedback_panel import FeedbackPanel
from desktop.look.theme import Theme


class FeedbackDesk(QObject):
    """Gives every answer that is shown its thumbs, and a panel when it is first wanted. `failed` is what no panel
    can show."""

    failed = Signal(object)  # Sentence

    def __init__(
        self, theme: Theme, model: FeedbackModel, conversation: ConversationModel, view: ConversationView
    ) -> None:
        super().__init__(view)
        self._theme = theme
        self._model = model
        self._conversation = conversation
        self._view = view
        view.answer_made.connect(self._attend)
        model.failed.connect(self._tell)

    def _attend(self, view: AnswerView) -> None:
        bar = FeedbackBar(self._theme, self._model, self._conversation, view.turn)
        view.footer.add_tools(bar)
        bar.panel_wanted.connect(lambda: self._open_panel(view, bar))

    def _open_panel(self, view: AnswerView, bar: FeedbackBar) -> None:
        panel = view.findChild(FeedbackPanel)
        if panel is None:
            panel = FeedbackPanel(self._theme, self._model, bar.begin)
            view.add_below(panel)
            panel.take_tab_after(bar.more)
            panel.closed.connect(bar.more.setFocus)
        panel.open_panel()
        self._view.bring_up(panel)

    def _tell(self, turn_id: str, sentence: Sentence) -> None:
        if not any(panel.shows_failure(turn_id) for panel in self._view.findChildren(FeedbackPanel)):
            self.failed.emit(sentence)
