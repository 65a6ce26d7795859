"""A small card beside a chip: document, page, and the sentence within its neighbours. It takes no focus."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QEnterEvent, QFont, QPainter, QPaintEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ask.quote import Quote
from desktop.look.controls import ElidedLabel, IconLabel, label
from desktop.look.theme import Theme
from desktop.look.type_scale import BODY_PX, font

_BLANKS = re.compile(r"\s+")
WIDTH_PX = 400
PADDING_PX = 14
GAP_PX = 6
APPEAR_MS = 250
VANISH_MS = 220  # time enough to reach the card with the pointer


class QuoteWords(QWidget):
    """Plain text with one part set off: never markup."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._layout = QTextLayout()
        self._emphasis = (0, 0)  # start and length of the part that is set off
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout.setTextOption(option)
        theme.changed.connect(self._colour)

    def show_words(self, before: str, sentence: str, after: str, width_px: int) -> None:
        parts = [_BLANKS.sub(" ", part) for part in (before, sentence, after)]
        self._emphasis = (len(parts[0]), len(parts[1]))
        self._layout.setFont(font(BODY_PX))
        self._layout.setText("".join(parts))
        self._colour()
        height = 0.0
        self._layout.beginLayout()
        while (row := self._layout.createLine()).isValid():
            row.setLineWidth(width_px)
            row.setPosition(QPointF(0, height))
            height += row.height() * 1.25
        self._layout.endLayout()
        self.setFixedSize(QSize(width_px, int(height) + 1))
        self.setAccessibleName("".join(parts))

    def _colour(self) -> None:
        tokens = self._theme.tokens
        plain, strong = QTextCharFormat(), QTextCharFormat()
        plain.setForeground(QColor(tokens.text_muted))
        strong.setForeground(QColor(tokens.text))
        strong.setBackground(QColor(tokens.mark_soft))
        strong.setFontWeight(QFont.Weight.DemiBold)
        ranges = [_formatted(0, len(self._layout.text()), plain)]
        if self._emphasis[1]:
            ranges.append(_formatted(*self._emphasis, strong))
        self._layout.setFormats(ranges)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._layout.draw(painter, QPointF(0, 0))
        painter.end()


def _formatted(start: int, length: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, length, look  # type: ignore[attr-defined]  # not in Qt's stubs
    return made


class QuoteCard(QFrame):
    """Lies over the window of `parent`, below the chip or above it where there is more room. Leaving the chip gives
    time to reach the card, which stays while the pointer is on it; `dismiss` hides it at once."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._beside = self._host = parent
        self.setObjectName("quoteCard")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._wanted: tuple[Quote, QRect] | None = None
        self._appear, self._vanish = QTimer(self), QTimer(self)
        for timer, wait_ms, act in (
            (self._appear, APPEAR_MS, self._show_wanted),
            (self._vanish, VANISH_MS, self.hide),
        ):
            timer.setSingleShot(True)
            timer.setInterval(wait_ms)
            timer.timeout.connect(act)
        self._name = ElidedLabel("heading")
        self._place = ElidedLabel("caption")
        self._words = QuoteWords(theme)
        self._note_icon = IconLabel(theme, "alert", "warning", 16)
        self._note = label("", "muted", wrap=True)
        note = QHBoxLayout()
        note.setSpacing(8)
        note.addWidget(self._note_icon, 0, Qt.AlignmentFlag.AlignTop)
        note.addWidget(self._note, 1)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(PADDING_PX, 11, PADDING_PX, 12)
        column.setSpacing(5)
        for widget in (self._name, self._place, self._words):
            column.addWidget(widget)
        column.addLayout(note)
        self.hide()

    def point_at(self, quote: Quote | None, place: QRect, *, at_once: bool = False) -> None:
        """Show `quote` beside `place` (in global coordinates) after a moment; None: the chip was left."""
        self._wanted = (quote, place) if quote else None
        self._appear.stop()
        if quote is None:
            self._vanish.start()
        elif at_once or self.isVisible():
            self._show_wanted()
        else:
            self._appear.start()

    def dismiss(self) -> None:
        self._appear.stop()
        self._vanish.stop()
        self.hide()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._vanish.stop()

    def leaveEvent(self, event: QEvent) -> None:
        self._vanish.start()

    def _show_wanted(self) -> None:
        if self._wanted is None:
            return
        quote, place = self._wanted
        self._vanish.stop()
        if self._host is not self._beside.window():
            self._host = self._beside.window()
            self.setParent(self._host)
        width = min(WIDTH_PX, self._host.width() - 2 * GAP_PX)
        self._fill(quote, width - 2 * PADDING_PX)
        self.setFixedWidth(width)
        self._column.activate()
        wraps = self._column.hasHeightForWidth()
        self.setFixedHeight(self._column.totalHeightForWidth(width) if wraps else self._column.totalSizeHint().height())
        self._put_beside(place)
        self.setAccessibleName(quote.spoken)
        self.show()
        self.raise_()

    def _fill(self, quote: Quote, width_px: int) -> None:
        source = quote.source
        self._name.set_text(source.label if source else "")
        self._place.set_text(source.place if source else "")
        self._words.show_words(quote.before, quote.sentence, quote.after, width_px)
        self._note.setText(quote.note)
        self._name.setVisible(source is not None)
        self._place.setVisible(source is not None)
        self._words.setVisible(bool(quote.before or quote.sentence or quote.after))
        self._note.setVisible(bool(quote.note))
        self._note_icon.setVisible(bool(quote.note))

    def _put_beside(self, place: QRect) -> None:
        area = self._host.rect()
        chip = QRect(self._host.mapFromGlobal(place.topLeft()), place.size())
        left = max(GAP_PX, min(chip.left() - PADDING_PX, area.right() - self.width() - GAP_PX))
        below = chip.bottom() + GAP_PX
        above = chip.top() - GAP_PX - self.height()
        lowest = area.bottom() - self.height() - GAP_PX
        top = below if below <= lowest else above if above >= GAP_PX else lowest
        self.move(QPoint(left, max(GAP_PX, top)))
