"""Two thumbs in the line below an answer, and what was said beyond them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ask.conversation_model import ConversationModel
from desktop.ask.turn import Turn
from desktop.feedback.feedback_model import FeedbackModel
from desktop.look import feedback_text, text
from desktop.look.controls import IconButton, push_button
from desktop.look.theme import Theme
from engine.api import Feedback, Thumb

_ICONS = {Thumb.UP: "thumb_up", Thumb.DOWN: "thumb_down"}


class FeedbackBar(QWidget):
    """Follows what the model knows of its turn. A thumb is stored at once; a second click takes it back."""

    panel_wanted = Signal()

    def __init__(self, theme: Theme, model: FeedbackModel, conversation: ConversationModel, turn: Turn) -> None:
        super().__init__()
        self._model = model
        self._conversation = conversation
        self._turn = turn
        self.thumbs = {thumb: self._button(theme, thumb) for thumb in _ICONS}
        self.more = push_button("", "link")
        self.more.setProperty("size", "caption")
        self.more.clicked.connect(self.panel_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for button in self.thumbs.values():
            row.addWidget(button)
        row.addSpacing(4)
        row.addWidget(self.more)
        model.changed.connect(self._follow)
        model.want(turn.turn_id)
        self._refresh()

    def _button(self, theme: Theme, thumb: Thumb) -> IconButton:
        button = IconButton(theme, _ICONS[thumb], feedback_text.THUMBS[thumb], "text_faint", 16)
        button.setCheckable(True)
        button.clicked.connect(lambda: self._press(thumb))
        return button

    def begin(self) -> Feedback:
        """What was said of the turn, with the answer as it is shown."""
        return self._model.begin(self._turn, self._conversation.conversation_id)

    def _press(self, thumb: Thumb) -> None:
        begun = self.begin()
        taken_back = begun.thumb is thumb
        self._model.put(replace(begun, thumb=Thumb.NONE if taken_back else thumb))
        if thumb is Thumb.DOWN and not taken_back:
            self.panel_wanted.emit()

    def _follow(self, turn_id: str) -> None:
        if turn_id == self._turn.turn_id:
            self._refresh()

    def _refresh(self) -> None:
        said = self._model.of(self._turn.turn_id)
        given = said.thumb if said else Thumb.NONE
        for thumb, button in self.thumbs.items():
            on = thumb is given
            button.setChecked(on)
            button.set_icon(f"{_ICONS[thumb]}_on" if on else _ICONS[thumb], "accent" if on else "text_faint")
        words = feedback_text.said(said)
        self.more.setText(feedback_text.said_briefly(said))
        self.more.setToolTip(text.tooltip(words) if words else "")
        self.more.setAccessibleDescription(words)
        self.more.setVisible(said is not None)
