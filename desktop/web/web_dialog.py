"""The web search in a window of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.look import text, web_text
from desktop.look.controls import label, push_button
from desktop.look.theme import Theme
from desktop.web.web_model import WebModel
from desktop.web.web_panel import WebPanel

WIDTH_PX, HEIGHT_PX = 720, 600
_MARGIN_PX = 24


class WebDialog(QDialog):
    def __init__(self, parent: QWidget, theme: Theme, model: WebModel) -> None:
        super().__init__(parent)
        self.panel = WebPanel(theme, model)
        self.setWindowTitle(web_text.WEB_TITLE)
        self.resize(min(WIDTH_PX, parent.width() - 40), min(HEIGHT_PX, parent.height() - 40))
        close = push_button(text.CLOSE)
        close.clicked.connect(self.accept)
        footer = QHBoxLayout()
        footer.addStretch()
        footer.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN_PX, 22, _MARGIN_PX, 18)
        layout.setSpacing(12)
        layout.addWidget(label(web_text.WEB_TITLE, "title"))
        area = QScrollArea()
        area.setAccessibleName(web_text.WEB_TITLE)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.panel.setObjectName("canvas")
        area.setWidget(self.panel)
        layout.addWidget(area, 1)
        layout.addLayout(footer)
