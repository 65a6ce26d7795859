"""The numbered sources under an answer, as cards. Painted by hand: names and snippets are text, never markup."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.ask.address_dialog import AddressDialog
from desktop.ask.turn import Source
from desktop.look import proof_text, text
from desktop.look.controls import IconButton, label, push_button
from desktop.look.pill import paint_pill
from desktop.look.theme import Theme
from desktop.look.tokens import rung_colors
from desktop.look.type_scale import BODY_PX, CAPTION_PX, font

SHOWN_WHILE_READING = 3
_CARD_PX = 85
_LOW_CARD_PX = 66
_PLACE_PX = 20  # the line that says where in the document
_ADDRESS_LINES = 3  # of the address of a page of the web; the tooltip has all of it
_ADDRESS_LINE_PX = 18


class SourceCard(QAbstractButton):
    """One source: number, document, heading, page and two lines of its text."""

    def __init__(self, theme: Theme, source: Source) -> None:
        super().__init__()
        self._theme = theme
        self.source = source
        self._snippet = " ".join(source.snippet.split())
        self._place = source.place
        address = source.web.url if source.web else ""
        self.setAccessibleName(source.spoken_name)
        self.setAccessibleDescription("\n".join(part for part in (source.heading, address) if part))
        shown = (text.superseded_name(source.title, source.superseded), self._place, address)
        self.setToolTip(text.tooltip("\n".join(part for part in shown if part)))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.update)
        self._address = self._build_address(theme)

    def _build_address(self, theme: Theme) -> IconButton | None:
        """A page of the web can be opened where it is, once its whole address has been shown."""
        page = self.source.web
        if not page:
            return None
        button = IconButton(theme, "globe", proof_text.WEB_ADDRESS, "web", 14)
        button.setParent(self)
        button.clicked.connect(lambda: AddressDialog(self.window(), page).open())
        return button

    def sizeHint(self) -> QSize:
        return QSize(320, _CARD_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One line of text makes a lower card."""
        metrics = QFontMetricsF(font(CAPTION_PX))
        one_line = metrics.horizontalAdvance(self._snippet) <= self.width() - 64
        self._words_px = (_LOW_CARD_PX if one_line else _CARD_PX) + (_PLACE_PX if self._place else 0)
        address_px = 0
        if self._address and self.source.web:
            lines = min(_ADDRESS_LINES, int(metrics.horizontalAdvance(self.source.web.url) // (self.width() - 100)) + 1)
            address_px = (1 + lines) * _ADDRESS_LINE_PX + 6
            self._address.setGeometry(self.width() - 40, self._words_px + address_px - 34, 28, 28)
        self.setFixedHeight(self._words_px + address_px)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()  # as a link; space is a button's own
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outlined = self.isChecked() or self.hasFocus()
        ink, ground = rung_colors(tokens, self.source.rung)
        painter.setPen(QPen(QColor(ink if outlined else tokens.border), 2 if self.hasFocus() else 1))
        painter.setBrush(QColor(tokens.hover if self.underMouse() else tokens.raised))
        painter.drawRoundedRect(box, 10, 10)
        chip = QRectF(14, 13, 22, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink if self.isChecked() else ground))
        painter.drawRoundedRect(chip, 6, 6)
        painter.setFont(font(CAPTION_PX, bold=True))
        painter.setPen(QColor(tokens.window if self.isChecked() else ink))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, str(self.source.marker))
        self._paint_words(painter)
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        tokens = self._theme.tokens
        left, right = 46.0, self.width() - 16.0
        web = self.source.web
        rung = self.source.rung
        small = font(CAPTION_PX)
        painter.setFont(small)
        middle = Qt.AlignmentFlag.AlignVCenter
        corner = QPointF(right, 14)
        width = paint_pill(painter, rung_colors(tokens, rung), text.RUNGS[rung], corner, leftwards=True)
        if self.source.superseded:
            corner, colors = QPointF(right - width - 6, 14), (tokens.warning, tokens.warning_soft)
            width += paint_pill(painter, colors, text.SUPERSEDED, corner, leftwards=True) + 6
        title = font(BODY_PX, bold=True)
        painter.setFont(title)
        painter.setPen(QColor(tokens.text))
        room = right - width - 14 - left
        name = QFontMetricsF(title).elidedText(
            text.without_suffix(self.source.title), Qt.TextElideMode.ElideMiddle, room
        )
        painter.drawText(QRectF(left, 12, room, 22), middle, name)
        painter.setFont(small)
        top = 37.0
        if self._place:
            painter.setPen(QColor(tokens.text_faint))
            place = QFontMetricsF(small).elidedText(self._place, Qt.TextElideMode.ElideMiddle, right - left)
            painter.drawText(QRectF(left, top - 3, right - left, _PLACE_PX), middle, place)
            top += _PLACE_PX
        painter.setPen(QColor(tokens.text_muted))
        paint_lines(painter, self._snippet, QPointF(left, top), right - left, 2)
        if web:
            top = self._words_px - 9.0
            painter.setPen(QColor(tokens.text_faint))
            read = proof_text.web_read_at(web.site, web.fetched_at)
            paint_lines(painter, read, QPointF(left, top), right - left, 1)
            painter.setPen(QColor(tokens.web))
            place = QPointF(left, top + _ADDRESS_LINE_PX)
            paint_lines(painter, web.url, place, right - left - 30, _ADDRESS_LINES)


class SourceList(QWidget):
    """Cards of one answer's sources; the passages it does not cite fold away under a link."""

    opened = Signal(object)  # Source

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("sourceList")
        self._theme = theme
        self._shown: tuple[tuple[Source, ...], tuple[Source, ...], bool] = ((), (), False)
        self._cards: list[SourceCard] = []
        self._title = label(role="caption")
        self._more = push_button("", "link")
        self._more.clicked.connect(self._toggle)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self._layout.addWidget(self._title)
        self._layout.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    @property
    def cards(self) -> tuple[SourceCard, ...]:
        return tuple(self._cards)

    def show_passages(self, passages: Sequence[Source]) -> None:
        """What is being read now, the best few open."""
        self._show(tuple(passages[:SHOWN_WHILE_READING]), tuple(passages[SHOWN_WHILE_READING:]), text.PASSAGES)

    def show_sources(self, cited: Sequence[Source], others: Sequence[Source]) -> None:
        """What the answer cites, and what else was found."""
        self._show(tuple(cited), tuple(others), text.SOURCES)

    def show_nearest(self, passages: Sequence[Source]) -> None:
        """What comes nearest where nothing answers the question."""
        self._show(tuple(passages[:SHOWN_WHILE_READING]), tuple(passages[SHOWN_WHILE_READING:]), proof_text.NEAREST)

    def mark_open(self, source: Source | None) -> None:
        """Outline the card whose page is open in the viewer."""
        for card in self._cards:
            card.setChecked(source is not None and card.source == source)

    def _show(self, first: tuple[Source, ...], rest: tuple[Source, ...], title: str) -> None:
        if self._shown[:2] == (first, rest) and self._title.text() == title:
            return
        self._title.setText(title)
        self._title.setVisible(bool(first))
        self._shown = (first, rest, False)
        self._rebuild()
        self.setVisible(bool(first or rest))

    def _toggle(self) -> None:
        first, rest, expanded = self._shown
        self._shown = (first, rest, not expanded)
        self._rebuild()

    def _rebuild(self) -> None:
        first, rest, expanded = self._shown
        for card in self._cards:
            card.hide()
            card.deleteLater()
        self._cards = []
        for position, source in enumerate(first + (rest if expanded else ())):
            card = SourceCard(self._theme, source)
            card.clicked.connect(self._open)
            # The link stands between the cited and the folded ones.
            self._layout.insertWidget(1 + position + (position >= len(first)), card)
            self._cards.append(card)
        self._more.setVisible(bool(rest))
        self._more.setText(text.fewer_passages() if expanded else text.other_passages(len(rest)))

    def _open(self) -> None:
        card = self.sender()
        if isinstance(card, SourceCard):
            card.setChecked(True)
            self.opened.emit(card.source)


def paint_lines(painter: QPainter, words: str, origin: QPointF, width: float, count: int) -> None:
    """Draw at most `count` lines of plain text, the last one elided."""
    layout = QTextLayout(words, painter.font())
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    metrics = QFontMetricsF(painter.font())
    step = metrics.height() * 1.12
    layout.beginLayout()
    for index in range(count):
        row = layout.createLine()
        if not row.isValid():
            break
        row.setLineWidth(width)
        shown = words[row.textStart() : row.textStart() + row.textLength()]
        if index == count - 1:
            shown = metrics.elidedText(words[row.textStart() :], Qt.TextElideMode.ElideRight, width)
        painter.drawText(QPointF(origin.x(), origin.y() + metrics.ascent() + index * step), shown)
    layout.endLayout()
