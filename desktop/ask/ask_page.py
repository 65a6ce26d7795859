"""The page for questions: what was asked before at the left, the conversation, the question box below it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from desktop.ask.conversation_model import ConversationModel
from desktop.ask.conversation_view import COLUMN_PX, MARGIN_PX, ConversationView
from desktop.ask.header import Header
from desktop.ask.question_box import QuestionBox
from desktop.look.theme import Theme

PANEL_PX, PANEL_LEAST_PX, CENTRE_LEAST_PX = 250, 170, 320
ROOM_FOR_PANEL_PX = 720  # on a narrower page the panel is there only when asked for


class AskPage(QWidget):
    """`panel` is the history; `strips` stand between the conversation and the question box."""

    def __init__(
        self, theme: Theme, model: ConversationModel, panel: QWidget, strips: tuple[QWidget, ...] = ()
    ) -> None:
        super().__init__()
        self.setObjectName("askPage")
        self.header = Header(theme)
        self.conversation_view = ConversationView(theme, model)
        self.question_box = QuestionBox(theme)
        self._panel = panel
        self._wanted = True  # the panel, where there is room for it
        self._beside = False  # whether another page has taken the panel's room
        self.narrow = False
        panel.setMinimumWidth(PANEL_LEAST_PX)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(panel)
        self.splitter.addWidget(self._build_centre(strips))
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([PANEL_PX, 10_000])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self.header.history_toggled.connect(self.toggle_panel)
        self._model = model
        model.turn_added.connect(self._remember_question)
        model.restored.connect(self._remember_questions)
        model.busy_changed.connect(self.question_box.set_busy)
        self.question_box.asked.connect(model.ask)
        self.question_box.stopped.connect(model.stop)
        self.conversation_view.empty.example_chosen.connect(model.ask)

    def _build_centre(self, strips: tuple[QWidget, ...]) -> QWidget:
        centre = QWidget()
        centre.setMinimumWidth(CENTRE_LEAST_PX)
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.conversation_view, 1)
        for strip in strips:
            layout.addLayout(_column(strip, bottom=6))
        layout.addLayout(_column(self.question_box, bottom=12))
        return centre

    def _remember_question(self, index: int) -> None:
        """The arrow keys bring back questions, however they were asked."""
        self.question_box.remember(self._model.turns[index].question)

    def _remember_questions(self) -> None:
        for turn in self._model.turns:
            self.question_box.remember(turn.question)

    # ---- the panel

    def toggle_panel(self) -> None:
        self._wanted = not self._panel.isVisible()
        self._panel.setVisible(self._wanted)

    def show_panel(self) -> None:
        self._wanted = True
        self._panel.show()

    def set_narrow(self, narrow: bool) -> None:
        """The page beside the conversation needs the panel's room, or needs it no more."""
        self._beside = narrow
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self._beside or self.width() < ROOM_FOR_PANEL_PX
        if narrow is not self.narrow:
            self.narrow = narrow
            self._panel.setVisible(self._wanted and not narrow)

    @property
    def panel_px(self) -> int:
        """The panel's width, 0 while it is hidden."""
        return 0 if self._panel.isHidden() else self._panel.width()

    def restore_panel(self, width_px: int) -> None:
        self._wanted = width_px > 0
        self._panel.setVisible(self._wanted and not self.narrow)
        if self._wanted:
            self.splitter.setSizes([width_px, 10_000])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.question_box.edit.setFocus()


def _column(widget: QWidget, bottom: int) -> QHBoxLayout:
    """Centre `widget` in a column as wide as the conversation's."""
    widget.setMaximumWidth(COLUMN_PX)
    row = QHBoxLayout()
    row.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, bottom)
    row.addWidget(widget)
    return row
