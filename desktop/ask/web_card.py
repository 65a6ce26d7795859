"""What would leave this machine, word for word, and to whom: nothing is sent before the button is pressed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout

from desktop.look import proof_text
from desktop.look.controls import IconLabel, label, push_button
from desktop.look.theme import Theme
from engine.api import WebQuery


class WebCard(QFrame):
    """`accepted` carries the very text that was shown; `reworded` a text of the user's own, which the engine masks and
    shows again before anything is sent."""

    accepted = Signal(str)
    reworded = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("webCard")
        self._query: WebQuery | None = None
        self._declined = False
        self.field = QLineEdit()
        self.field.setAccessibleName(proof_text.WEB_QUERY_FIELD)
        self.field.textEdited.connect(self._compare)
        self.field.returnPressed.connect(self._send)
        self._masked = label("", "caption", wrap=True)
        self._destination = label("", "muted", wrap=True)
        self._send_button = push_button(proof_text.SEND_QUERY, "primary")
        self._send_button.clicked.connect(self._send)
        self._keep = push_button(proof_text.KEEP_QUERY)
        self._keep.clicked.connect(self._decline)
        heading = QHBoxLayout()
        heading.setSpacing(9)
        heading.addWidget(IconLabel(theme, "globe", "web", 18), 0, Qt.AlignmentFlag.AlignTop)
        heading.addWidget(label(proof_text.WEB_QUERY_TITLE, "heading", wrap=True), 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._masked, 1)
        buttons.addWidget(self._keep)
        buttons.addWidget(self._send_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 13, 16, 14)
        column.setSpacing(9)
        column.addLayout(heading)
        column.addWidget(self.field)
        column.addWidget(self._destination)
        column.addLayout(buttons)
        self.hide()

    def show_query(self, query: WebQuery | None) -> None:
        if query != self._query:
            self._query, self._declined = query, False
            self.field.setText(query.text if query else "")
            self.field.setCursorPosition(0)
            self._destination.setText(proof_text.web_destination(query) if query else "")
            self._compare()
        self.setVisible(query is not None and not self._declined)

    @property
    def _reworded(self) -> bool:
        return self._query is not None and self.field.text().strip() != self._query.text.strip()

    def _compare(self) -> None:
        """A changed text is only proposed: personal data in it is masked first, and the result shown."""
        self._send_button.setText(proof_text.CHECK_QUERY if self._reworded else proof_text.SEND_QUERY)
        self._send_button.setEnabled(bool(self.field.text().strip()))
        masked = proof_text.masked(self._query.masked) if self._query else ""
        self._masked.setText(proof_text.REWORDED_NOTE if self._reworded else masked)

    def _send(self) -> None:
        words = self.field.text().strip()
        if self._query and words:
            if self._reworded:
                self.reworded.emit(words)
            else:
                self.accepted.emit(self._query.text)

    def _decline(self) -> None:
        self._declined = True
        self.hide()
