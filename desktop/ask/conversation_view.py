"""The column of turns, and what stands there before the first question."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QLinearGradient, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from desktop.ask.announcing import announce
from desktop.ask.answer_view import AnswerView
from desktop.ask.conversation_model import ConversationModel
from desktop.ask.quote import Quote
from desktop.ask.quote_card import QuoteCard
from desktop.ask.turn import Source
from desktop.look import ask_text, icons, text
from desktop.look.controls import label, push_button
from desktop.look.theme import Theme

COLUMN_PX = 760
MARGIN_PX = 28
FADE_PX = 26
LEAST_PX = 30
SPARE_PX = 30  # around what is brought into sight
SHOWN_TURNS = 30  # a turn on screen costs about 0.5 MB; older ones are drawn again when asked for


class Mark(QWidget):
    def __init__(self, size_px: int) -> None:
        super().__init__()
        self.setFixedSize(size_px, size_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons.paint_mark(painter, QRectF(self.rect()))
        painter.end()


class EmptyConversation(QScrollArea):
    """Says what this is for, and offers three questions to begin with."""

    example_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addStretch(2)
        column.addWidget(Mark(52))
        column.addSpacing(10)
        column.addWidget(label(text.EMPTY_TITLE, "display", wrap=True))
        column.addWidget(label(text.EMPTY_HINT, "muted", wrap=True))
        column.addSpacing(14)
        for question in text.EXAMPLES:
            button = push_button(question, "example")
            button.clicked.connect(self._choose)
            column.addWidget(button)
        column.addStretch(3)
        canvas = QWidget()
        canvas.setObjectName("canvas")
        row = QHBoxLayout(canvas)
        row.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 0)
        holder = QWidget()
        holder.setMaximumWidth(520)
        holder.setLayout(column)
        row.addWidget(holder)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(canvas)

    def _choose(self) -> None:
        button = self.sender()
        self.example_chosen.emit(button.property("text"))


class _Fade(QWidget):
    """Text that scrolls under the question box fades out instead of being cut."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        shade = QLinearGradient(0, 0, 0, self.height())
        clear, full = QColor(self._theme.tokens.window), QColor(self._theme.tokens.window)
        clear.setAlpha(0)
        shade.setColorAt(0, clear)
        shade.setColorAt(1, full)
        painter = QPainter(self)
        painter.fillRect(self.rect(), shade)
        painter.end()


class ConversationView(QWidget):
    """Follows a `ConversationModel`. A new question moves to the top and its answer grows below it, without moving the
    text that is being read; a reader who scrolls away is left alone."""

    source_opened = Signal(object)  # Source
    answer_made = Signal(object)  # AnswerView, before it is shown

    def __init__(self, theme: Theme, model: ConversationModel) -> None:
        super().__init__()
        self.setMinimumHeight(LEAST_PX)  # a message above it may need the room
        self._theme = theme
        self._model = model
        self._views: list[AnswerView] = []  # of the turns from `_first` on
        self._first = 0
        self._limit = SHOWN_TURNS
        self._open: Source | None = None
        self._pinned = True
        self._following = False
        self._opened: QWidget | None = None  # what is to be seen whole until the reader scrolls
        self.empty = EmptyConversation()
        self._scroll = QScrollArea()
        self._scroll.setAccessibleName(ask_text.CONVERSATION)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._column())
        self._shown_when_empty: QWidget = self.empty
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._scroll)
        self._fade = _Fade(theme, self)
        self._card = QuoteCard(theme, self)
        bar = self._scroll.verticalScrollBar()
        bar.valueChanged.connect(self._card.dismiss)
        bar.rangeChanged.connect(self._follow)
        bar.valueChanged.connect(self._remember_position)
        model.turn_added.connect(self._add)
        model.turn_changed.connect(self._refresh)
        model.path_changed.connect(self._follow_path)
        model.cleared.connect(self._clear)
        model.restored.connect(self._restore)

    @property
    def views(self) -> tuple[AnswerView, ...]:
        return tuple(self._views)

    def show_when_empty(self, widget: QWidget | None) -> None:
        """What stands in the place of an empty conversation from now on; None: what usually does."""
        before, self._shown_when_empty = self._shown_when_empty, widget or self.empty
        if self._stack.indexOf(self._shown_when_empty) < 0:
            self._stack.addWidget(self._shown_when_empty)
        if self._stack.currentWidget() is before:
            self._stack.setCurrentWidget(self._shown_when_empty)

    def bring_up(self, opened: QWidget) -> None:
        """Keep a part of a turn that has opened in sight, until the reader scrolls."""
        self._opened, self._pinned = opened, False
        self._follow(0, self._scroll.verticalScrollBar().maximum())

    def mark_open(self, source: Source | None) -> None:
        """Outline the card of the source that the viewer shows."""
        self._open = source
        for view in self._views:
            view.mark_open(source)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        self._fade.setGeometry(0, self.height() - FADE_PX, self.width() - bar, FADE_PX)
        self._fade.raise_()
        self._card.dismiss()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._card.dismiss()

    def _column(self) -> QWidget:
        canvas = QWidget()
        canvas.setObjectName("canvas")
        holder = QWidget()
        holder.setMaximumWidth(COLUMN_PX)
        self._turns = QVBoxLayout(holder)
        self._turns.setContentsMargins(0, 24, 0, 28)
        self._turns.setSpacing(34)
        self._earlier = push_button("", "link")
        self._earlier.clicked.connect(self._show_earlier)
        self._earlier.hide()
        self._turns.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignHCenter)
        self._turns.addStretch()
        self._row = QHBoxLayout(canvas)
        self._row.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 0)
        self._row.addWidget(holder)
        return canvas

    def _add(self, index: int) -> None:
        view = self._make_view(index)
        if self._views:
            self._views[-1].go_on_row.show_turn(self._views[-1].turn)  # what others follow can no longer be written on
        self._views.append(view)
        self._turns.insertWidget(self._turns.count() - 1, view)
        if len(self._views) > self._limit:
            self._drop(self._views.pop(0))
            self._first += 1
            self._say_earlier()
        self._stack.setCurrentWidget(self._scroll)
        self._fade.raise_()  # the stack has raised its page
        self._pinned = True

    def _make_view(self, index: int) -> AnswerView:
        self._opened = None
        view = AnswerView(self._theme, self._model.turns[index])
        view.source_opened.connect(self.source_opened)
        ask = partial(self._ask_again, view)
        view.ask_again.connect(ask)
        view.quote_wanted.connect(self._show_quote)
        view.go_on.connect(lambda: self._model.go_on(self._index(view)))
        view.question_edited.connect(ask)
        view.search_edited.connect(lambda words: ask(searched=words))
        view.query_accepted.connect(lambda words: ask(searched=view.turn.searched, web_query=words))
        view.version_chosen.connect(lambda number: self._model.choose_version(self._index(view), number))
        view.recalculated.connect(lambda made: self._model.recalculate(self._index(view), made))
        view.show_versions(*self._model.versions(view.turn))
        self.answer_made.emit(view)
        return view

    def _show_quote(self, quote: Quote | None, place: QRect, at_once: bool) -> None:
        self._card.point_at(quote, place, at_once=at_once)
        if quote and at_once:
            announce(self._card, quote.spoken)

    def _index(self, view: AnswerView) -> int:
        return self._first + self._views.index(view)

    def _ask_again(self, view: AnswerView, question: str = "", *, searched: str = "", web_query: str = "") -> None:
        self._model.ask_again(self._index(view), question, searched=searched, web_query=web_query)

    def _follow_path(self, index: int) -> None:
        """From this turn on others are shown; a new one moves to the top, one that is looked up again stays put."""
        while len(self._views) > max(0, index - self._first):
            self._drop(self._views.pop())
        for later in range(index, len(self._model.turns)):
            view = self._make_view(later)
            self._views.append(view)
            self._turns.insertWidget(self._turns.count() - 1, view)
            view.mark_open(self._open)
        self._pinned = self._model.turns[-1].active

    def _drop(self, view: AnswerView) -> None:
        self._opened = None
        self._turns.removeWidget(view)
        view.hide()
        view.deleteLater()

    def _show_earlier(self) -> None:
        """Bring back some turns that have left the column; the text that is being read stays where it is."""
        count = min(SHOWN_TURNS, self._first)
        self._limit += count
        for index in range(self._first - 1, self._first - count - 1, -1):
            view = self._make_view(index)
            self._views.insert(0, view)
            self._turns.insertWidget(1, view)
        self._first -= count
        self._say_earlier()

    def _say_earlier(self) -> None:
        self._earlier.setVisible(self._first > 0)
        self._earlier.setText(text.earlier_turns(self._first))

    def _refresh(self, index: int) -> None:
        if index >= self._first:
            view = self._views[index - self._first]
            view.refresh()
            view.mark_open(self._open)

    def _restore(self) -> None:
        """The newest turns of an earlier conversation, the last question at the top as when it was asked."""
        count = len(self._model.turns)
        self._first = max(0, count - SHOWN_TURNS)
        self._follow_path(self._first)
        self._say_earlier()
        self._stack.setCurrentWidget(self._scroll)
        self._fade.raise_()
        self._pinned = True

    def _clear(self) -> None:
        for view in self._views:
            self._drop(view)
        self._views = []
        self._first, self._limit = 0, SHOWN_TURNS
        self._say_earlier()
        self._stack.setCurrentWidget(self._shown_when_empty)

    def _follow(self, minimum: int, maximum: int) -> None:
        bar = self._scroll.verticalScrollBar()
        self._row.setContentsMargins(MARGIN_PX, 0, MARGIN_PX - (bar.sizeHint().width() if maximum else 0), 0)
        self._following = True
        if self._opened and self._opened.isVisible():
            self._scroll.ensureWidgetVisible(self._opened, 0, SPARE_PX)
        elif self._pinned:
            bar.setValue(min(maximum, self._views[-1].y() - 20) if self._views else maximum)
        self._following = False

    def _remember_position(self, value: int) -> None:
        if not self._following:
            self._opened = None
            self._pinned = value >= self._scroll.verticalScrollBar().maximum() - 24
