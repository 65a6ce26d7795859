"""Paints a row of the history: the heading of its section, the title, and where words were found."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.history.history_model import CURRENT_ROLE, ROW_ROLE
from desktop.history.history_row import HistoryRow
from desktop.look import history_text, icons
from desktop.look.theme import Theme
from desktop.look.type_scale import BODY_PX, CAPTION_PX, font

INSET_PX = 10
_HEADING_PX = 30
_ROW_PX = 36
_FOUND_PX = 72  # a title and two lines of snippet
_BUTTON_PX = 26
_LINE_PX = 17
Index = QModelIndex | QPersistentModelIndex


class HistoryDelegate(QStyledItemDelegate):
    """The title is edited in its place."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row: HistoryRow = index.data(ROW_ROLE)
        return QSize(120, (_FOUND_PX if row.snippet else _ROW_PX) + (_HEADING_PX if row.heading else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: HistoryRow = index.data(ROW_ROLE)
        whole: QRect = option.rect  # type: ignore[attr-defined]  # the stub lacks the base class
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]  # as above
        rect = row_rect(whole, row)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.heading:
            self._paint_heading(painter, row, whole)
        self._paint_ground(painter, rect, state, current=bool(index.data(CURRENT_ROLE)))
        over = bool(state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected))
        self._paint_title(painter, row, rect, over=over, current=bool(index.data(CURRENT_ROLE)))
        if row.snippet:
            self._paint_snippet(painter, row, rect)
        painter.restore()

    def _paint_heading(self, painter: QPainter, row: HistoryRow, whole: QRect) -> None:
        place = QRectF(whole.left() + INSET_PX, whole.top(), whole.width() - 2 * INSET_PX, _HEADING_PX - 5)
        painter.setFont(font(CAPTION_PX))
        painter.setPen(QColor(self._theme.tokens.text_faint))
        painter.drawText(place, Qt.AlignmentFlag.AlignBottom, row.heading)

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, *, current: bool) -> None:
        tokens = self._theme.tokens
        over = bool(state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected))
        ground = QRectF(rect).adjusted(0.5, 1.5, -0.5, -1.5)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        if current or over or focused:
            painter.setBrush(QColor(tokens.accent_soft if current else tokens.hover))
            painter.setPen(QPen(QColor(tokens.accent), 1) if focused else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(ground, 8, 8)

    def _paint_title(self, painter: QPainter, row: HistoryRow, rect: QRect, *, over: bool, current: bool) -> None:
        tokens = self._theme.tokens
        right = float(rect.right() - INSET_PX)
        top = rect.top() + (8 if row.snippet else 0)
        height = 22 if row.snippet else _ROW_PX
        if over:
            icons.paint(painter, "more", QRectF(button_rect(rect, row)).adjusted(5, 5, -5, -5), tokens.text_muted)
            right = button_rect(rect, row).left() - 4.0
        elif row.snippet:
            painter.setFont(font(CAPTION_PX))
            painter.setPen(QColor(tokens.text_faint))
            place = QRectF(rect.left() + INSET_PX, top, right - rect.left() - INSET_PX, height)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, row.day)
            right -= QFontMetricsF(painter.font()).horizontalAdvance(row.day) + 8
        if row.info.pinned:
            icons.paint(painter, "pin", QRectF(right - 13, top + (height - 13) / 2, 13, 13), tokens.text_faint)
            right -= 19
        face = font(BODY_PX, bold=current)
        words = QFontMetricsF(face).elidedText(
            row.info.title, Qt.TextElideMode.ElideRight, right - rect.left() - INSET_PX
        )
        painter.setFont(face)
        painter.setPen(QColor(tokens.accent if current else tokens.text))
        place = QRectF(rect.left() + INSET_PX, top, right - rect.left() - INSET_PX, height)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_snippet(self, painter: QPainter, row: HistoryRow, rect: QRect) -> None:
        tokens = self._theme.tokens
        width = rect.width() - 2 * INSET_PX
        layout = _two_lines(row, font(CAPTION_PX), width, tokens.text, tokens.mark_soft)
        painter.setPen(QColor(tokens.text_muted))
        layout.draw(painter, QPointF(rect.left() + INSET_PX, rect.top() + 31))

    # ---- another title

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setObjectName("compact")
        editor.setAccessibleName(history_text.NEW_TITLE)
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        whole: QRect = option.rect  # type: ignore[attr-defined]  # the stub lacks the base class
        row: HistoryRow = index.data(ROW_ROLE)
        rect = row_rect(whole, row)
        editor.setGeometry(rect.left() + 2, rect.top() + 3, rect.width() - 4, 30)


def row_rect(whole: QRect, row: HistoryRow) -> QRect:
    """The row without its section's heading, in the list's coordinates."""
    return whole.adjusted(0, _HEADING_PX if row.heading else 0, 0, 0)


def button_rect(rect: QRect, row: HistoryRow) -> QRect:
    """Where the row's button is; `rect` as `row_rect` gives it."""
    top = rect.top() + (6 if row.snippet else (_ROW_PX - _BUTTON_PX) // 2)
    return QRect(rect.right() - _BUTTON_PX - 4, top, _BUTTON_PX, _BUTTON_PX)


def _two_lines(row: HistoryRow, face: QFont, width: float, ink: str, ground: str) -> QTextLayout:
    """The snippet in two lines, its end elided, what was searched for in bold on the colour of marks."""
    first = _laid_out(row.snippet, face, width)
    words = row.snippet
    if first.lineCount() > 1:
        cut = first.lineAt(1).textStart()
        rest = QFontMetricsF(face).elidedText(words[cut:], Qt.TextElideMode.ElideRight, width)
        words = words[:cut] + rest
    layout = _laid_out(words, face, width, _marked(row, len(words), ink, ground))
    for number in range(layout.lineCount()):
        layout.lineAt(number).setPosition(QPointF(0, number * _LINE_PX))
    return layout


def _laid_out(
    words: str, face: QFont, width: float, formats: list[QTextLayout.FormatRange] | None = None
) -> QTextLayout:
    layout = QTextLayout(words, face)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAnywhere)
    layout.setTextOption(option)
    layout.setFormats(formats or [])
    layout.beginLayout()
    for _ in range(2):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
    layout.endLayout()
    return layout


def _marked(row: HistoryRow, length: int, ink: str, ground: str) -> list[QTextLayout.FormatRange]:
    kind = QTextCharFormat()
    kind.setForeground(QColor(ink))
    kind.setBackground(QColor(ground))
    kind.setFontWeight(QFont.Weight.DemiBold)
    formats: list[QTextLayout.FormatRange] = []
    for start, end in row.spans:
        if start < length:
            piece: Any = QTextLayout.FormatRange()  # its stub lacks the attributes
            piece.start, piece.length, piece.format = start, min(end, length) - start, kind
            formats.append(piece)
    return formats
