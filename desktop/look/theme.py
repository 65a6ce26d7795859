"""Design tokens for light and dark, and the one style sheet made from them.

Qt's own colour scheme switch has no effect on some platforms, so the palettes are ours. Deep green is the accent;
gold is kept for one meaning only: the passage in the source. Text colours keep a contrast of at least 4.5 : 1 on the
surfaces they are used on (WCAG 2.2, 1.4.3; tested).
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

from PySide6.QtCore import QLibraryInfo, QObject, Qt, QTranslator, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

FONT_FAMILIES = [
    "Microsoft YaHei UI",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "Noto Sans",
    "sans-serif",
]
MONO_FAMILIES = ["Cascadia Mono", "Consolas", "Noto Sans Mono CJK SC", "DejaVu Sans Mono", "monospace"]

# Type scale in logical pixels.
CAPTION_PX = 12
BODY_PX = 14
ANSWER_PX = 15
TITLE_PX = 17
DISPLAY_PX = 26


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by role, as #RRGGBB."""

    dark: bool
    window: str  # behind the conversation
    sidebar: str
    raised: str  # cards, question box
    hover: str
    pressed: str
    border: str
    border_strong: str
    text: str
    text_muted: str
    text_faint: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    bubble: str
    danger: str
    danger_soft: str
    warning: str
    warning_soft: str
    mark: str  # gold: the passage in the source
    mark_soft: str
    code: str
    backdrop: str  # behind a page
    builtin: str  # sources of knowledge packs; the branch's own have the accent
    builtin_soft: str
    web: str  # sources of the web
    web_soft: str


LIGHT = Tokens(
    dark=False,
    window="#FFFFFF",
    sidebar="#F5F7F6",
    raised="#FFFFFF",
    hover="#EBEFED",
    pressed="#DFE5E2",
    border="#E1E6E3",
    border_strong="#C6CFCB",
    text="#17211E",
    text_muted="#4E5B56",
    text_faint="#5F6C67",
    accent="#0B6B62",
    accent_hover="#095A53",
    on_accent="#FFFFFF",
    accent_soft="#E2F1EE",
    bubble="#EDF3F1",
    danger="#AE322A",
    danger_soft="#FBECEA",
    warning="#815300",
    warning_soft="#FCF3DF",
    mark="#B97A00",
    mark_soft="#FFF4D6",
    code="#F3F5F4",
    backdrop="#E6EAE8",
    builtin="#74408F",
    builtin_soft="#F3E9F8",
    web="#1C5FA6",
    web_soft="#E4EFFA",
)
DARK = Tokens(
    dark=True,
    window="#171C1A",
    sidebar="#121614",
    raised="#1F2523",
    hover="#262E2B",
    pressed="#2F3835",
    border="#2C3431",
    border_strong="#45504B",
    text="#E6ECE9",
    text_muted="#B0BBB6",
    text_faint="#8F9B96",
    accent="#5CC7B8",
    accent_hover="#7AD6C9",
    on_accent="#06221E",
    accent_soft="#173B36",
    bubble="#25302D",
    danger="#F2938A",
    danger_soft="#2F2120",
    warning="#E8BE66",
    warning_soft="#362C17",
    mark="#E0A93B",
    mark_soft="#3A3018",
    code="#1F2624",
    backdrop="#0E1110",
    builtin="#CBA3E3",
    builtin_soft="#34263D",
    web="#86B8F0",
    web_soft="#1B2F45",
)

_SHEET = Template("""
QWidget { color: $text; font-size: ${body}px; }
QMainWindow, QWidget#centre { background: $window; }
QWidget#sidebar { background: $sidebar; }
QWidget#viewer, QWidget#rail { background: $sidebar; }
QWidget#rail { border-right: 1px solid $border; }
QToolButton#railButton { color: $text_muted; font-size: ${caption}px; padding: 5px 2px 4px 2px; border-radius: 10px; }
QToolButton#railButton:checked { background: $accent_soft; color: $accent; font-weight: 600; }
QToolButton#railButton:focus { border: 1px solid $accent; padding: 4px 1px 3px 1px; }
QWidget#statusLine { background: $sidebar; border-top: 1px solid $border; }
QSplitter::handle { background: $border; }
QScrollArea, QScrollArea > QWidget > QWidget#canvas { background: transparent; border: none; }
QLabel { background: transparent; }
QLabel[role="caption"] { color: $text_faint; font-size: ${caption}px; }
QLabel[role="muted"] { color: $text_muted; }
QLabel[role="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="heading"] { font-size: ${body}px; font-weight: 600; }
QLabel[role="display"] { font-size: ${display}px; font-weight: 600; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="key"] { font-family: $mono; font-size: ${title}px; }
QLabel[role="caution"] { color: $warning; font-size: ${caption}px; }
QLabel[role="danger"] { color: $danger; }
QLabel#bubble { background: $bubble; border-radius: 14px; padding: 9px 15px; font-size: ${answer}px; }

QToolButton { background: transparent; border: none; border-radius: 7px; padding: 5px; color: $text_muted; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $pressed; }
QToolButton:focus { border: 1px solid $accent; padding: 4px; }
QToolButton#sendButton, QToolButton#stopButton { border-radius: 17px; padding: 0; background: $accent; }
QToolButton#sendButton:hover, QToolButton#stopButton:hover { background: $accent_hover; }
QToolButton#sendButton:disabled { background: $pressed; }
QToolButton#sendButton:focus, QToolButton#stopButton:focus { border: 2px solid $border_strong; padding: 0; }

QToolButton#packButton { color: $text_faint; font-size: ${caption}px; padding: 2px 5px; border-radius: 5px; }
QToolButton#packButton:focus { padding: 1px 4px; }

QPushButton { background: $raised; border: 1px solid $border_strong; border-radius: 8px; padding: 6px 14px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $pressed; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $text_faint; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="danger"] { background: $danger; color: $window; border-color: $danger; }
QPushButton[kind="link"] { background: transparent; border: none; border-radius: 4px; color: $accent; padding: 1px 0; }
QPushButton[kind="link"]:hover { color: $accent_hover; text-decoration: underline; }
QPushButton[kind="link"]:focus { background: $accent_soft; }
QPushButton[kind="example"] { text-align: left; padding: 11px 16px; border: 1px solid $border; border-radius: 10px; }
QPushButton[kind="example"]:hover { border-color: $accent; background: $accent_soft; }
QPushButton[kind="example"]:focus { border-color: $accent; }

QFrame#questionFrame { background: $raised; border: 1px solid $border_strong; border-radius: 16px; }
QFrame#questionFrame[focused="true"] { border-color: $accent; }
QPlainTextEdit { background: transparent; border: none; selection-background-color: $accent;
    selection-color: $on_accent; font-size: ${answer}px; }
QTextBrowser { background: transparent; border: none; selection-background-color: $accent;
    selection-color: $on_accent; }
QListView { background: transparent; border: none; outline: none; }
QLineEdit { background: $raised; border: 1px solid $border_strong; border-radius: 8px; padding: 7px 10px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus { border-color: $accent; }

QFrame#dropArea { background: transparent; border: 1px dashed $border_strong; border-radius: 12px; }
QFrame#dropArea[hot="true"] { border-color: $accent; background: $accent_soft; }
QFrame#notice { border-radius: 10px; background: $warning_soft; }
QFrame#notice[tone="danger"] { background: $danger_soft; }
QFrame#notice[tone="plain"] { background: $hover; }
QFrame#card { background: $raised; border: 1px solid $border; border-radius: 12px; }
QFrame#webCard { background: $web_soft; border-radius: 12px; }
QFrame#chip { background: $hover; border-radius: 10px; }
QFrame#chip QLabel { color: $text_muted; font-size: ${caption}px; }
QPlainTextEdit#questionEdit { background: $raised; border: 1px solid $accent; border-radius: 12px; padding: 7px 10px; }
QPlainTextEdit#longField { background: $raised; border: 1px solid $border_strong; border-radius: 8px;
    padding: 4px 7px; font-size: ${body}px; }
QPlainTextEdit#longField:focus { border-color: $accent; }
QListWidget { background: $raised; border: 1px solid $border_strong; border-radius: 8px; padding: 4px; outline: none; }
QListWidget:focus { border-color: $accent; }
QListWidget::item { padding: 3px 4px; border-radius: 5px; }
QListWidget::item:selected { background: $accent_soft; color: $text; }
QLineEdit#compact { padding: 3px 8px; border-radius: 6px; }
QLineEdit[state="wrong"] { border-color: $danger; }
QLineEdit[state="wanted"] { border-color: $warning; }
QComboBox { background: $raised; border: 1px solid $border_strong; border-radius: 8px; padding: 6px 10px; }
QComboBox#compact { padding: 3px 8px; border-radius: 6px; }
QComboBox:focus, QComboBox:on { border-color: $accent; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $border_strong; outline: none;
    selection-background-color: $accent_soft; selection-color: $text; padding: 4px; }
QTableView { background: $raised; alternate-background-color: $sidebar; border: 1px solid $border; border-radius: 8px;
    gridline-color: $border; selection-background-color: $accent_soft; selection-color: $text; }
QHeaderView { background: $sidebar; }
QHeaderView::section { background: $sidebar; color: $text_muted; border: none; border-bottom: 1px solid $border;
    padding: 6px 8px; font-size: ${caption}px; }
QTableCornerButton::section { background: $sidebar; border: none; }
QLabel[role="result"] { font-size: ${title}px; font-weight: 600; color: $accent; }
QLabel[role="assumed"] { color: $warning; background: $warning_soft; font-size: ${caption}px; border-radius: 5px;
    padding: 1px 6px; }
QFrame#badge { background: $accent_soft; border-radius: 10px; }
QFrame#badge QLabel { color: $accent; font-size: ${caption}px; }
QFrame#line { background: $border; border: none; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $border_strong; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 36px; }
QScrollBar::handle:horizontal { min-width: 36px; }
QScrollBar::handle:hover { background: $text_faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QToolTip { background: $raised; color: $text; border: 1px solid $border_strong; padding: 5px 8px;
    font-size: ${caption}px; }
QMenu { background: $raised; border: 1px solid $border_strong; padding: 4px; }
QMenu::item { padding: 6px 22px 6px 26px; border-radius: 5px; }
QMenu::indicator { width: 14px; height: 14px; left: 6px; }
QMenu::item:selected { background: $accent_soft; }
QMenu::item:disabled { color: $text_faint; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QDialog { background: $window; }
QCheckBox { spacing: 9px; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid $text_faint; border-radius: 4px; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; }
QPushButton[kind="primary"]:disabled { background: $pressed; border-color: $pressed; color: $text_faint; }
""")


def style_sheet(tokens: Tokens) -> str:
    """The application's style sheet for these tokens."""
    colors = {name: getattr(tokens, name) for name in Tokens.__slots__ if name != "dark"}
    sizes = {"caption": CAPTION_PX, "body": BODY_PX, "answer": ANSWER_PX, "title": TITLE_PX, "display": DISPLAY_PX}
    mono = ", ".join(f'"{family}"' for family in MONO_FAMILIES)
    return _SHEET.substitute(colors, mono=mono, **{name: str(size) for name, size in sizes.items()})


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


def font(size_px: int, *, bold: bool = False) -> QFont:
    """The interface font at one step of the type scale."""
    result = QFont()
    result.setFamilies(FONT_FAMILIES)
    result.setPixelSize(size_px)
    result.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return result


class Theme(QObject):
    """The theme in force: `system` follows the desktop, `light` and `dark` are the user's choice."""

    changed = Signal()

    def __init__(self, application: QApplication, choice: str = "system") -> None:
        super().__init__(application)
        self._application = application
        self._translator = QTranslator(self)
        self.choice = choice
        self.tokens = LIGHT
        self._applied: Tokens | None = None
        application.setStyle("Fusion")
        application.setFont(font(BODY_PX))
        if self._translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            application.installTranslator(self._translator)
        application.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    def choose(self, choice: str) -> None:
        self.choice = choice
        self._apply()

    def toggle(self) -> None:
        self.choose("light" if self.tokens.dark else "dark")

    def _apply(self) -> None:
        system_dark = self._application.styleHints().colorScheme() is Qt.ColorScheme.Dark
        dark = system_dark if self.choice == "system" else self.choice == "dark"
        self.tokens = DARK if dark else LIGHT
        if self.tokens is self._applied:
            return  # styling every widget anew takes a noticeable moment
        self._applied = self.tokens
        self._application.setPalette(palette(self.tokens))
        self._application.setStyleSheet(style_sheet(self.tokens))
        self.changed.emit()


def rung_colors(tokens: Tokens, rung: str) -> tuple[str, str]:
    """The ink and the ground of what comes from one rung of the evidence ladder: builtin, branch or web."""
    return {
        "builtin": (tokens.builtin, tokens.builtin_soft),
        "web": (tokens.web, tokens.web_soft),
    }.get(rung, (tokens.accent, tokens.accent_soft))
