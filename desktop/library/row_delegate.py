"""Paints a row of the library: icon, name, labels, note, progress, and what can be pressed."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.library.document_rows import ROW_ROLE
from desktop.library.library_row import UNFINISHED, LibraryRow, RowState
from desktop.look import icons, library_text, text
from desktop.look.pill import paint_pill
from desktop.look.theme import Theme
from desktop.look.type_scale import BODY_PX, CAPTION_PX, font

INSET_PX = 8  # the list's hover reaches this far beyond the column that all words keep
_ROW_PX = 54
_BUTTON_PX = 30
_FACTS_PX, _FACTS_FROM_PX = 190, 480  # size and day, from this much room on
_WORDS_PX = 38  # from the row's left edge
_NOTE_TOP_PX, _NOTE_PX = 27, 18
_NOTE_COLORS = {RowState.FAILED: "danger", RowState.PARTIAL: "warning", RowState.WORKING: "accent"}


class RowDelegate(QStyledItemDelegate):
    """Its button cancels, removes or dismisses; a locked document has a link for its password."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(180, _ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: LibraryRow = index.data(ROW_ROLE)
        tokens = self._theme.tokens
        rect: QRect = option.rect  # type: ignore[attr-defined]  # the stub lacks the base class
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]  # as above
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, QRectF(rect), state)
        icon, color = _icon(row)
        icons.paint(painter, icon, QRectF(rect.left() + INSET_PX, rect.top() + 9, 20, 20), getattr(tokens, color))
        with_button = row.has_button and (over or row.can_cancel or row.state is RowState.FAILED)
        right = button_rect(rect).left() if with_button else rect.right() - 8
        words = QRect(rect.left() + _WORDS_PX, rect.top(), right - rect.left() - _WORDS_PX, _ROW_PX)
        if words.width() > _FACTS_FROM_PX and row.info is not None:
            words.setWidth(words.width() - _FACTS_PX)
            self._paint_facts(painter, row, QRectF(words.right() + 12, rect.top(), _FACTS_PX - 24, _ROW_PX))
        self._paint_name(painter, row, words)
        self._paint_note(painter, row, words, rect)
        if row.state is RowState.WORKING:
            self._paint_progress(painter, row, words)
        if with_button:
            place = QRectF(button_rect(rect)).adjusted(7, 7, -7, -7)
            icons.paint(painter, "trash" if row.can_remove else "close", place, tokens.text_faint)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRectF, state: QStyle.StateFlag) -> None:
        tokens = self._theme.tokens
        chosen, focused = state & QStyle.StateFlag.State_Selected, state & QStyle.StateFlag.State_HasFocus
        painter.setPen(QPen(QColor(tokens.accent), 1.4) if focused else Qt.PenStyle.NoPen)
        if chosen or focused or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(tokens.accent_soft if chosen else tokens.hover))
            painter.drawRoundedRect(rect.adjusted(0.7, 1.7, -0.7, -1.7), 8, 8)

    def _paint_facts(self, painter: QPainter, row: LibraryRow, place: QRectF) -> None:
        """Size and day at the right, where there is room."""
        if row.info is None:
            return
        painter.setFont(font(CAPTION_PX))
        painter.setPen(QColor(self._theme.tokens.text_faint))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(place.adjusted(0, 0, -88, 0), right, library_text.size(row.info.size_bytes))
        painter.drawText(place, right, library_text.local_day(row.info.added_at))

    def _paint_name(self, painter: QPainter, row: LibraryRow, words: QRect) -> None:
        tokens = self._theme.tokens
        color = tokens.text_muted if row.superseded else tokens.text
        face = font(BODY_PX)
        name = QFontMetricsF(face).elidedText(
            text.without_suffix(row.name), Qt.TextElideMode.ElideMiddle, words.width()
        )
        painter.setFont(face)
        painter.setPen(QColor(color if row.state is not RowState.REMOVING else tokens.text_faint))
        place = QRectF(words.left(), words.top() + 7, words.width(), 21)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_note(self, painter: QPainter, row: LibraryRow, words: QRect, rect: QRect) -> None:
        tokens = self._theme.tokens
        face = font(CAPTION_PX)
        left, top, right = float(words.left()), words.top() + _NOTE_TOP_PX, float(words.right())
        painter.setFont(face)
        if row.superseded:
            left += paint_pill(painter, (tokens.warning, tokens.warning_soft), text.SUPERSEDED, QPointF(left, top)) + 7
        if row.can_unlock:
            link = QRectF(unlock_rect(rect))
            right = link.left() - 6
            painter.setPen(QColor(tokens.accent))
            painter.drawText(link, Qt.AlignmentFlag.AlignCenter, text.ENTER_PASSWORD)
        painter.setPen(QColor(getattr(tokens, _NOTE_COLORS.get(row.state, "text_faint"))))
        note = QFontMetricsF(face).elidedText(row.shown_note, Qt.TextElideMode.ElideRight, right - left)
        painter.drawText(QRectF(left, top, right - left, _NOTE_PX), Qt.AlignmentFlag.AlignVCenter, note)

    def _paint_progress(self, painter: QPainter, row: LibraryRow, words: QRect) -> None:
        tokens = self._theme.tokens
        track = QRectF(words.left(), words.top() + _ROW_PX - 7, words.width(), 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.border))
        painter.drawRoundedRect(track, 1.5, 1.5)
        painter.setBrush(QColor(tokens.accent))
        track.setWidth(max(3.0, track.width() * row.done / max(1, row.total)))
        painter.drawRoundedRect(track, 1.5, 1.5)


def _icon(row: LibraryRow) -> tuple[str, str]:
    if row.state in (RowState.FAILED, RowState.PARTIAL):
        return "alert", "danger" if row.state is RowState.FAILED else "warning"
    return row.icon, "text_faint" if row.state in UNFINISHED or row.superseded else "accent"


def button_rect(row: QRect) -> QRect:
    """Where the row's button is, in the list's coordinates."""
    return QRect(row.right() - _BUTTON_PX - 3, row.top() + (_ROW_PX - _BUTTON_PX) // 2, _BUTTON_PX, _BUTTON_PX)


def unlock_rect(row: QRect) -> QRect:
    """Where the link for a locked document's password is, in the list's coordinates."""
    width = round(QFontMetricsF(font(CAPTION_PX)).horizontalAdvance(text.ENTER_PASSWORD)) + 4
    return QRect(button_rect(row).left() - width, row.top() + _NOTE_TOP_PX, width, _NOTE_PX)
