"""The one style sheet, made from colours and the type scale."""

from __future__ import annotations

from string import Template

from desktop.look.tokens import CONTRAST, Tokens
from desktop.look.type_scale import ANSWER_PX, BODY_PX, CAPTION_PX, DISPLAY_PX, MONO_FAMILIES, TITLE_PX

_SHEET = Template("""
QWidget { color: $text; font-size: ${body}px; }
QMainWindow, QWidget#centre { background: $window; }
QWidget#sidebar { background: $sidebar; }
QWidget#libraryShelves { background: $sidebar; border-right: 1px solid $border; }
QWidget#viewer, QWidget#rail { background: $sidebar; }
QWidget#rail { border-right: 1px solid $border; }
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
QPushButton#railButton { background: transparent; border: none; border-radius: 10px; }
QPushButton#railButton:hover { background: $hover; }
QPushButton#railButton:checked { background: $accent_soft; }
QPushButton#railButton:focus { border: 1px solid $accent; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="danger"] { background: $danger; color: $window; border-color: $danger; }
QPushButton[kind="link"] { background: transparent; border: none; border-radius: 4px; color: $accent; padding: 1px 0; }
QPushButton[kind="link"][size="caption"] { font-size: ${caption}px; }
QPushButton[kind="link"]:hover { color: $accent_hover; text-decoration: underline; }
QPushButton[kind="link"]:focus { background: $accent_soft; }
QPushButton[kind="example"] { text-align: left; padding: 11px 16px; border: 1px solid $border; border-radius: 10px; }
QPushButton[kind="example"]:hover { border-color: $accent; background: $accent_soft; }
QPushButton[kind="example"]:focus { border-color: $accent; }
QPushButton[kind="toggle"] { padding: 4px 11px; border-radius: 14px; color: $text_muted; }
QPushButton[kind="toggle"]:hover { color: $text; }
QPushButton[kind="toggle"]:checked { background: $accent_soft; border-color: $accent; color: $accent; }
QPushButton[kind="toggle"]:focus { border: 2px solid $accent; padding: 3px 10px; }
QPushButton[kind="score"] { padding: 4px 0; border-radius: 7px; min-width: 32px; color: $text_muted; }
QPushButton[kind="score"]:checked { background: $accent; border-color: $accent; color: $on_accent; font-weight: 600; }
QPushButton[kind="score"]:focus { border: 2px solid $accent; padding: 3px 0; min-width: 30px; }
QPushButton[kind="score"]:checked:focus { border-color: $text; }

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
QFrame#notice:focus { border: 1px solid $accent; }
QFrame#card { background: $raised; border: 1px solid $border; border-radius: 12px; }
QFrame#quoteCard { background: $raised; border: 1px solid $border_strong; border-radius: 12px; }
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
QDateEdit { background: $raised; border: 1px solid $border_strong; border-radius: 8px; padding: 6px 10px; }
QDateEdit:focus { border-color: $accent; }
QDateEdit::drop-down { border: none; width: 24px; }
QDateEdit::down-arrow { image: none; }
QComboBox#compact { padding: 3px 8px; border-radius: 6px; }
QComboBox:focus, QComboBox:on { border-color: $accent; }
QComboBox:disabled { color: $text_faint; background: $sidebar; border-color: $border; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $border_strong; outline: none;
    selection-background-color: $accent_soft; selection-color: $text; padding: 4px; }
QTableView { background: $raised; alternate-background-color: $sidebar; border: 1px solid $border; border-radius: 8px;
    gridline-color: $border; selection-background-color: $accent_soft; selection-color: $text; }
QTableView::item { padding: 0 5px; }
QTableView::item:selected { background: $accent_soft; color: $text; }
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

QToolButton#zoomButton::menu-indicator { image: none; width: 0; }
QAbstractScrollArea::corner { background: transparent; border: none; }

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
QCheckBox::indicator:disabled { background: $sidebar; border-color: $border_strong; }
QCheckBox::indicator:checked:disabled { background: $text_faint; border-color: $text_faint; }
QPushButton[kind="primary"]:disabled { background: $pressed; border-color: $pressed; color: $text_faint; }
""")

# In high contrast a shade of the ground is no boundary: every surface has an outline, and focus a thick one.
_OUTLINES = """
QFrame#notice, QFrame#badge, QFrame#chip, QFrame#webCard, QFrame#card, QLabel#bubble { border: 1px solid $border; }
QFrame#notice[tone="danger"] { border-color: $danger; }
QPushButton#railButton:checked { border: 2px solid $accent; }
QToolButton:focus, QPushButton:focus, QLineEdit:focus, QComboBox:focus, QListWidget:focus,
QPushButton[kind="link"]:focus { border: 2px solid $accent; }
QScrollBar::handle { background: $border_strong; }
"""


def style_sheet(tokens: Tokens) -> str:
    """The application's style sheet for these tokens."""
    colors = {name: getattr(tokens, name) for name in Tokens.__slots__ if name != "dark"}
    sizes = {"caption": CAPTION_PX, "body": BODY_PX, "answer": ANSWER_PX, "title": TITLE_PX, "display": DISPLAY_PX}
    mono = ", ".join(f'"{family}"' for family in MONO_FAMILIES)
    template = Template(_SHEET.template + _OUTLINES) if tokens is CONTRAST else _SHEET
    return template.substitute(colors, mono=mono, **{name: str(size) for name, size in sizes.items()})
