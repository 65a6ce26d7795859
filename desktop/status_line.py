"""The line at the bottom: which model on which device, how many documents, and whether anything leaves this machine."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.look import text, web_text
from desktop.look.controls import IconLabel, Spinner, label
from desktop.look.theme import Theme
from desktop.packs.pack_button import PackButton
from desktop.packs.pack_model import PackModel


class StatusLine(QWidget):
    """State of the engine in words; a spinner while something is being loaded."""

    def __init__(self, theme: Theme, packs: PackModel) -> None:
        super().__init__()
        self.setObjectName("statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(32)
        self._busy = Spinner(theme, 12)
        self._ready = IconLabel(theme, "check", "accent", 14)
        self._failed = IconLabel(theme, "alert", "danger", 14)
        self.pack_button = PackButton(theme, packs)
        self._library = label(role="caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(4)
        for widget in (self._busy, self._ready, self._failed, self.pack_button):
            row.addWidget(widget)
        row.addSpacing(14)
        row.addWidget(self._library)
        row.addStretch()
        self.badge = NetworkBadge(theme)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignVCenter)
        self.show_engine(text.STARTING_ENGINE, "busy")
        self.show_documents(0)

    @property
    def engine_words(self) -> str:
        return self.pack_button.text()

    def show_engine(self, words: str, state: str) -> None:
        """`state` is busy, ready or failed."""
        self.pack_button.set_words(words)
        self._busy.setVisible(state == "busy")
        self._ready.setVisible(state == "ready")
        self._failed.setVisible(state == "failed")

    def show_documents(self, count: int) -> None:
        self._library.setText(text.library_count(count) if count else "")


class NetworkBadge(QFrame):
    """Whether what is asked stays on this machine or goes to the bank's own server."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("badge")
        self.setFixedHeight(20)
        self._words = label()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 9, 0)
        row.setSpacing(4)
        row.addWidget(IconLabel(theme, "shield", "accent", 14))
        row.addWidget(self._words)

        self._intranet = self._online = False

    @property
    def words(self) -> str:
        return self._words.text()

    def show_intranet(self, intranet: bool) -> None:
        self._intranet = intranet
        self._show()

    def show_online(self, online: bool) -> None:
        """Whether the web search is switched on; nothing is sent without the user's consent."""
        self._online = online
        self._show()

    def _show(self) -> None:
        words, note = (text.INTRANET, text.INTRANET_NOTE) if self._intranet else (text.OFFLINE, text.OFFLINE_NOTE)
        if self._online:
            words = web_text.ONLINE if not self._intranet else f"{words} · {web_text.ONLINE}"
            note = web_text.ONLINE_NOTE if not self._intranet else f"{note}{web_text.ONLINE_NOTE}"
        self._words.setText(words)
        self.setToolTip(text.tooltip(note))
        self.setAccessibleName(text.named(words, note))
