"""The whole address of a page of the web, before it is opened outside this program."""

from __future__ import annotations

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.look import proof_text, text
from desktop.look.controls import label, push_button
from desktop.secret_dialog import fit_height
from engine.api import WebPage

_WIDTH_PX, _MARGIN_PX = 520, 24
_SCHEMES = ("http", "https")


class AddressDialog(QDialog):
    """Opens nothing but http and https, and only when told to."""

    def __init__(self, parent: QWidget, page: WebPage) -> None:
        super().__init__(parent)
        self.page = page
        self.setWindowTitle(proof_text.WEB_ADDRESS)
        self.setFixedWidth(_WIDTH_PX)
        address = QPlainTextEdit(page.url)
        address.setObjectName("longField")
        address.setReadOnly(True)
        address.setAccessibleName(proof_text.WEB_ADDRESS)
        address.setTabChangesFocus(True)
        address.setFixedHeight(110)
        self._copy = push_button(proof_text.COPY_ADDRESS)
        self._copy.clicked.connect(self._copy_address)
        leave = push_button(text.CANCEL)
        leave.clicked.connect(self.reject)
        self.open_button = push_button(proof_text.OPEN_IN_BROWSER, "primary")
        self.open_button.clicked.connect(self._open)
        self.open_button.setEnabled(self._opens)
        buttons = QHBoxLayout()
        buttons.addWidget(self._copy)
        buttons.addStretch()
        buttons.addWidget(leave)
        buttons.addWidget(self.open_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN_PX, 22, _MARGIN_PX, 20)
        layout.setSpacing(12)
        layout.addWidget(label(page.title or page.site, "title", wrap=True))
        layout.addWidget(label(proof_text.web_read_at(page.site, page.fetched_at), "caption"))
        layout.addWidget(address)
        layout.addWidget(label(proof_text.WEB_ADDRESS_NOTE, "muted", wrap=True))
        layout.addLayout(buttons)
        fit_height(self, _WIDTH_PX - 2 * _MARGIN_PX)

    def _copy_address(self) -> None:
        QGuiApplication.clipboard().setText(self.page.url)
        self._copy.setText(text.COPIED)
        QTimer.singleShot(1600, self._copy, lambda: self._copy.setText(proof_text.COPY_ADDRESS))

    @property
    def _opens(self) -> bool:
        """Whether a browser shows it: an address with a host, and no other program's scheme."""
        url = QUrl(self.page.url, QUrl.ParsingMode.StrictMode)
        return url.isValid() and url.scheme() in _SCHEMES and bool(url.host())

    def _open(self) -> None:
        if self._opens:
            QDesktopServices.openUrl(QUrl(self.page.url, QUrl.ParsingMode.StrictMode))
        self.accept()
