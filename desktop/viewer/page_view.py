"""The cited page as an image beside the conversation, the passage boxed in gold. Rendered off the window's thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop import errors
from desktop.ask.turn import Source
from desktop.jobs import Job, NewestLane
from desktop.look import text
from desktop.look.controls import ElidedLabel, IconButton, Notice, Spinner, label, line
from desktop.look.theme import Theme
from engine.api import Engine, JobFailed, PageImage

ZOOM_STEP = 1.25
ZOOM_LIMITS = (0.5, 4.0)
MAX_WIDTH_PX = 4000  # an image of a page at this width is about 90 MB
MARKER_INK = QColor(255, 200, 61, 96)  # a highlighter on white paper, the same in both themes
_LEADING_SHARE = 0.2  # of a line's height, above and below: the white between lines set at 1.4
_KEPT_PAGES = 8
_MARGIN_PX = 16
_RESIZE_SETTLED_MS = 150


@dataclass(frozen=True, slots=True)
class PageShown:
    """A rendered page, decoded on the worker thread."""

    page: PageImage
    image: QImage


@dataclass(frozen=True, slots=True)
class _Place:
    """What the viewer shows: a page at a width; `marked` only on the page that the source names."""

    source: Source
    page_no: int
    width_px: int

    @property
    def marked(self) -> bool:
        return self.page_no == self.source.page_no


class PageCanvas(QWidget):
    """Paints the page at its logical size with the passage's boxes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self._theme = theme
        self._shown: PageShown | None = None
        self._width = 0

    @property
    def shown(self) -> PageShown | None:
        return self._shown

    def show_page(self, shown: PageShown | None, width: int) -> None:
        """Show a page `width` logical pixels wide; None clears."""
        self._shown, self._width = shown, width
        height = round(width * shown.page.height_px / shown.page.width_px) if shown else 0
        self.setFixedSize(QSize(width + 2 * _MARGIN_PX, height + 2 * _MARGIN_PX) if shown else QSize(0, 0))
        self.update()

    def outline(self) -> QPainterPath:
        """The lines of the passage as one shape: neighbouring lines grow together."""
        path = QPainterPath()
        for box in self.boxes():
            line_path = QPainterPath()
            line_path.addRect(box)
            path = path.united(line_path)
        return path.simplified()

    def boxes(self) -> list[QRectF]:
        """The passage's boxes in this widget's coordinates, padded so that printed lines just touch."""
        if self._shown is None:
            return []
        scale = self._width / self._shown.page.width_px
        found: list[QRectF] = []
        for box in self._shown.page.boxes:
            height = (box.y1 - box.y0) * scale
            pad = height * _LEADING_SHARE
            plain = QRectF(box.x0 * scale, box.y0 * scale, (box.x1 - box.x0) * scale, height)
            found.append(plain.translated(_MARGIN_PX, _MARGIN_PX).adjusted(-3, -pad, 3, pad))
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shown is None:
            return
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        page = QRectF(self.rect()).adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
        painter.fillRect(page.translated(0, 2).adjusted(-1, -1, 1, 1), QColor(0, 0, 0, 26))
        painter.drawImage(page, self._shown.image)
        outline = self.outline()
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        painter.fillPath(outline, MARKER_INK)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.strokePath(outline, QPen(QColor(self._theme.tokens.mark), 1.4, j=Qt.PenJoinStyle.RoundJoin))
        painter.end()


class PageView(QWidget):
    """Opens a `Source` at its page; pages through its document; zooms from fit-width."""

    closed = Signal()

    def __init__(self, theme: Theme, lane: NewestLane) -> None:
        super().__init__()
        self.setObjectName("pageView")
        self._theme = theme
        self._lane = lane
        self._engine: Engine | None = None
        self._source: Source | None = None
        self._page_no = 0
        self._page_count = 0
        self._zoom = 1.0
        self._scroll_to_box = True
        self._cache: OrderedDict[_Place, PageShown] = OrderedDict()
        self._wanted: _Place | None = None
        self._resized = QTimer(self)
        self._resized.setSingleShot(True)
        self._resized.setInterval(_RESIZE_SETTLED_MS)
        self._resized.timeout.connect(self._request)
        self._build(theme)

    @property
    def canvas(self) -> PageCanvas:
        return self._canvas

    @property
    def source(self) -> Source | None:
        return self._source

    @property
    def page_no(self) -> int:
        return self._page_no

    def set_engine(self, engine: Engine) -> None:
        self._engine = engine

    def open_source(self, source: Source) -> None:
        """Show the source's page with its passage boxed, scrolled to the box."""
        if self._source is None or self._source.document_id != source.document_id:
            self._page_count = 0
        self._source = source
        self._title.set_text(source.label)
        heading = source.heading if source.heading != source.name else ""
        self._heading.set_text(heading)
        self._heading.setVisible(bool(heading))
        self._go_to(source.page_no)

    # ---- building

    def _build(self, theme: Theme) -> None:
        self._title = ElidedLabel("heading")
        self._heading = ElidedLabel("caption")
        self._canvas = PageCanvas(theme)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._area.setWidget(self._canvas)
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._notice = Notice(theme)
        self._notice.retried.connect(self._request)
        self._busy = Spinner(theme)
        self._busy.hide()
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addWidget(self._title)
        names.addWidget(self._heading)
        close = IconButton(theme, "close", text.CLOSE_VIEWER)
        close.clicked.connect(self.closed)
        bar = QHBoxLayout()
        bar.addLayout(names, 1)
        bar.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        top = QVBoxLayout()
        top.setContentsMargins(18, 10, 10, 8)
        top.setSpacing(10)
        top.addLayout(bar)
        top.addWidget(self._notice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(line())
        layout.addWidget(self._area, 1)
        layout.addWidget(line())
        layout.addWidget(self._tools(theme))

    def _tools(self, theme: Theme) -> QWidget:
        self._previous = IconButton(theme, "left", text.PREVIOUS_PAGE)
        self._previous.clicked.connect(self._previous_page)
        self._next = IconButton(theme, "right", text.NEXT_PAGE)
        self._next.clicked.connect(self._next_page)
        self._number = label(role="muted")
        self._number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._number.setMinimumWidth(64)
        self._back = IconButton(theme, "target", text.BACK_TO_SOURCE, "mark")
        self._back.clicked.connect(self._back_to_source)
        smaller = IconButton(theme, "minus", text.ZOOM_OUT)
        smaller.clicked.connect(self.zoom_out)
        fit = IconButton(theme, "width", text.FIT_WIDTH)
        fit.clicked.connect(self.fit_width)
        larger = IconButton(theme, "plus", text.ZOOM_IN)
        larger.clicked.connect(self.zoom_in)
        tools = QWidget()
        row = QHBoxLayout(tools)
        row.setContentsMargins(10, 5, 10, 5)
        row.setSpacing(2)
        for widget in (self._previous, self._number, self._next, self._back):
            row.addWidget(widget)
        row.addStretch()
        row.addWidget(self._busy)
        row.addSpacing(6)
        for widget in (smaller, fit, larger):
            row.addWidget(widget)
        return tools

    # ---- moving

    def zoom_in(self) -> None:
        self._set_zoom(self._zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        self._set_zoom(self._zoom / ZOOM_STEP)

    def fit_width(self) -> None:
        self._set_zoom(1.0)

    def _set_zoom(self, zoom: float) -> None:
        self._zoom = min(ZOOM_LIMITS[1], max(ZOOM_LIMITS[0], zoom))
        self._request()

    def _previous_page(self) -> None:
        if self._page_no > 1:
            self._go_to(self._page_no - 1)

    def _next_page(self) -> None:
        if self._page_no < self._page_count:
            self._go_to(self._page_no + 1)

    def _back_to_source(self) -> None:
        if self._source:
            self._go_to(self._source.page_no)

    def _go_to(self, page_no: int) -> None:
        self._page_no = page_no
        self._scroll_to_box = True
        self._request()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_PageDown:
            self._next_page()
        elif event.key() == Qt.Key.Key_PageUp:
            self._previous_page()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y() > 0:
                self.zoom_in()
            else:
                self.zoom_out()
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._source:
            self._fit_shown()
            self._resized.start()

    # ---- rendering

    def _logical_width(self) -> int:
        # The scroll bar's room is always kept, so that its coming and going does not change the page's width.
        bar = self._area.verticalScrollBar().sizeHint().width()
        return max(120, int((self._area.width() - bar - 2 * _MARGIN_PX) * self._zoom))

    def _request(self) -> None:
        """Ask for the present page at the present width, unless it is at hand."""
        source, engine = self._source, self._engine
        if source is None or engine is None:
            return
        width = min(MAX_WIDTH_PX, round(self._logical_width() * self.devicePixelRatioF()))
        place = _Place(source, self._page_no, width)
        self._wanted = place
        self._show_numbers()
        if place in self._cache:
            self._cache.move_to_end(place)
            self._show(self._cache[place])
            return
        self._busy.show()
        self._lane.submit(Job(lambda token: _render(engine, place), self._receive))

    def _receive(self, event: object) -> None:
        match event:
            case _Rendered():
                self._cache[event.place] = event.shown
                while len(self._cache) > _KEPT_PAGES:
                    self._cache.popitem(last=False)
                if event.place == self._wanted:
                    self._show(event.shown)
            case JobFailed():
                sentence = errors.describe(event.error)
                self._busy.hide()
                self._canvas.show_page(None, 0)
                detail = f"{sentence.detail}\n{event.traceback}".strip()
                self._notice.show_message(sentence.text, sentence.action, detail, tone="danger", retry=text.RETRY)
            case _:  # cancelled: a newer page is on its way
                return

    def _show(self, shown: PageShown) -> None:
        self._busy.hide()
        self._notice.hide()
        self._page_count = shown.page.page_count
        self._show_numbers()
        self._canvas.show_page(shown, self._logical_width())
        if self._scroll_to_box:
            self._scroll_to_box = False
            boxes = self._canvas.boxes()
            bar = self._area.verticalScrollBar()
            bar.setValue(round(boxes[0].top() - self._area.viewport().height() / 3) if boxes else 0)

    def _fit_shown(self) -> None:
        """While the window is being resized the old image is stretched; the sharp one follows."""
        if self._canvas.shown:
            self._canvas.show_page(self._canvas.shown, self._logical_width())

    def _show_numbers(self) -> None:
        self._number.setText(text.page_of(self._page_no, self._page_count))
        self._previous.setEnabled(self._page_no > 1)
        self._next.setEnabled(self._page_no < self._page_count)
        self._back.setVisible(self._source is not None and self._page_no != self._source.page_no)


@dataclass(frozen=True, slots=True)
class _Rendered:
    place: _Place
    shown: PageShown


def _render(engine: Engine, place: _Place) -> Iterator[_Rendered]:
    source = place.source
    page = engine.render_page(
        source.document_id,
        place.page_no,
        place.width_px,
        source.quote if place.marked else "",
        source.spans if place.marked else (),
    )
    image = QImage()
    image.loadFromData(page.png, "PNG")  # type: ignore[arg-type]  # never guess the format of what the child sent
    yield _Rendered(place, PageShown(replace(page, png=b""), image))
