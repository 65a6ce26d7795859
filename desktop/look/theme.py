"""The theme in force, of our own palettes: Qt's colour scheme switch has no effect on some platforms."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QObject, Qt, QTranslator, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from desktop.look import catalogue
from desktop.look.focus_ring import FocusRing
from desktop.look.sheet import style_sheet
from desktop.look.system_contrast import SystemContrast
from desktop.look.tokens import CONTRAST, DARK, LIGHT, Tokens
from desktop.look.type_scale import BODY_PX, font, load_fonts

CHOICES = ("system", "light", "dark", "contrast")


def palette(tokens: Tokens) -> QPalette:
    """The palette for what the style sheet does not reach (native dialogs' fallbacks, text documents)."""
    result = QPalette()
    role = QPalette.ColorRole
    for key, color in {
        role.Window: tokens.window,
        role.Base: tokens.raised,
        role.AlternateBase: tokens.sidebar,
        role.Button: tokens.raised,
        role.WindowText: tokens.text,
        role.Text: tokens.text,
        role.ButtonText: tokens.text,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.PlaceholderText: tokens.text_faint,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Link: tokens.accent,
    }.items():
        result.setColor(key, QColor(color))
    for key in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, key, QColor(tokens.text_faint))
    return result


class Theme(QObject):
    """`system` follows the desktop; `light`, `dark` and `contrast` are the user's choice."""

    changed = Signal()

    def __init__(self, application: QApplication, choice: str = "system") -> None:
        super().__init__(application)
        self._application = application
        self._translator = QTranslator(self)
        self._contrast = SystemContrast(application)
        self._ring = FocusRing(application, self)
        self.choice = choice
        self.tokens = LIGHT
        self._applied: Tokens | None = None
        application.setStyle("Fusion")
        load_fonts()
        application.setFont(font(BODY_PX))
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._translator.load(f"qtbase_{catalogue.language()}", folder):
            application.installTranslator(self._translator)
        application.styleHints().colorSchemeChanged.connect(self._apply)
        self._contrast.changed.connect(self._apply)
        self._apply()

    def choose(self, choice: str) -> None:
        self.choice = choice
        self._apply()

    def _apply(self) -> None:
        self.tokens = self._wanted()
        if self.tokens is self._applied:
            return  # styling every widget anew takes a noticeable moment
        self._applied = self.tokens
        self._application.setPalette(palette(self.tokens))
        self._application.setStyleSheet(style_sheet(self.tokens))
        self.changed.emit()

    def _wanted(self) -> Tokens:
        if self.choice != "system":
            return {"dark": DARK, "contrast": CONTRAST}.get(self.choice, LIGHT)
        if self._contrast.wanted:
            return CONTRAST
        return DARK if self._application.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT
