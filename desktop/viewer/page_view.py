"""The cited page beside the conversation: opens a source with its passage boxed, pages, zooms and searches from there.

Everything slow happens on lanes; what is on screen stays there until the next page has come.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop import errors
from desktop.ask.turn import Source
from desktop.errors import Sentence
from desktop.jobs import NewestLane, QueueLane
from desktop.look import text, viewer_text
from desktop.look.controls import Notice, line
from desktop.look.theme import Theme
from desktop.shell.shortcuts import Command, bind
from desktop.viewer.canvas import PageCanvas
from desktop.viewer.header import ViewerHeader
from desktop.viewer.originals import Originals
from desktop.viewer.page_area import BOTTOM, TOP, PageArea
from desktop.viewer.page_pictures import PagePictures, PageShown, Place
from desktop.viewer.search_bar import SearchBar
from desktop.viewer.search_model import SearchModel
from desktop.viewer.toolbar import ViewerToolbar
from desktop.viewer.zoom import Fit, Zoom, shown_percent
from engine.api import Box, Engine, Hit, JobFailed, Span

MAX_WIDTH_PX = 4000  # a picture of a page at this width is about 90 MB
BOX, HIT = "box", "hit"  # what comes into sight with a page; so do TOP, BOTTOM, and nothing
_A4_PT = QSizeF(595, 842)
_TEXT_SHARE = 0.72  # of a page's width, until pages of the document have shown more
_TEXT_MARGIN = 0.02  # of a page's width, left and right of the text
_RESIZE_SETTLED_MS = 150
_CLEAR_AFTER_MS = 250  # another document's page does not stand under the new name for longer


class PageView(QWidget):
    """`closed` asks to be hidden; `source_chosen` tells that another citation was gone to from here."""

    closed = Signal()
    source_chosen = Signal(object)  # Source

    def __init__(self, theme: Theme, pages: NewestLane, finding: NewestLane, files: QueueLane) -> None:
        super().__init__()
        self.setObjectName("pageView")
        self._source: Source | None = None
        self._among: tuple[Source, ...] = ()
        self._page_no = 0
        self._page_count = 0
        self._page_pt = _A4_PT
        self._text_share = _TEXT_SHARE
        self._zoom = Zoom()
        self._scroll_to = BOX
        self.pictures = PagePictures(pages)
        self.pictures.arrived.connect(self._show)
        self.pictures.failed.connect(self._show_failure)
        self.pictures.boxed.connect(self._show_hits)
        self.search = SearchModel(finding)
        self.search.chosen.connect(self._go_to_hit)
        self.search.changed.connect(self._mark_hits)
        self.search.failed.connect(lambda failure: self._show_failure(None, failure))
        self.originals = Originals(self, files)
        self.originals.told.connect(self._tell)
        self._resized = self._timer(_RESIZE_SETTLED_MS, self._request)
        self._outdated = self._timer(_CLEAR_AFTER_MS, lambda: self._canvas.show_page(None, 0))
        self._build(theme)
        self._bind()

    def _timer(self, interval_ms: int, act: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(act)
        return timer

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
        self.pictures.set_engine(engine)
        self.search.set_engine(engine)
        self.originals.set_engine(engine)

    def open_source(self, source: Source, among: Sequence[Source] = ()) -> None:
        """Show the source's page with its passage boxed, scrolled to the box. `among` are the citations that next and
        previous go through."""
        if self._source is None or self._source.document_id != source.document_id:
            self._page_count, self._text_share = 0, _TEXT_SHARE
            self._outdated.start()
            self.close_search()
        self._source = source
        self._among = tuple(among) if source in among else (source,)
        self._header.show_source(source)
        self._header.show_citation(self._among.index(source) + 1, len(self._among))
        self.go_to(source.page_no, BOX)

    # ---- building

    def _build(self, theme: Theme) -> None:
        self._area = PageArea(theme)
        self.setFocusProxy(self._area)
        self._canvas = self._area.canvas
        self._area.stepped.connect(self.step_page)
        self._area.end_wanted.connect(lambda last: self.go_to(self._page_count if last else 1, BOTTOM if last else TOP))
        self._area.zoomed.connect(lambda larger: self.zoom_in() if larger else self.zoom_out())
        self._notice = Notice(theme, closable=True)
        self._notice.retried.connect(self._request)
        self._header = ViewerHeader(theme)
        self._header.closed.connect(self.closed)
        self._header.previous_citation.connect(lambda: self.step_citation(-1))
        self._header.next_citation.connect(lambda: self.step_citation(1))
        self._header.search_wanted.connect(self.open_search)
        self._header.open_wanted.connect(lambda: self._source and self.originals.open(self._source))
        self._header.save_wanted.connect(lambda: self._source and self.originals.save(self._source))
        self.search_bar = SearchBar(theme, self.search)
        self.search_bar.typed.connect(self._look_for)
        self.search_bar.left.connect(self._leave_search)
        self.search_bar.hide()
        top = QVBoxLayout()
        top.setContentsMargins(18, 10, 10, 6)
        top.setSpacing(6)
        for widget in (self._header, self.search_bar, self._notice):
            top.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(line())
        layout.addWidget(self._area, 1)
        layout.addWidget(line())
        layout.addWidget(self._build_tools(theme))

    def _build_tools(self, theme: Theme) -> ViewerToolbar:
        tools = self.tools = ViewerToolbar(theme)
        tools.previous_page.connect(lambda: self.step_page(-1))
        tools.next_page.connect(lambda: self.step_page(1))
        tools.page_wanted.connect(lambda page_no: self.go_to(page_no, TOP))
        tools.source_wanted.connect(self.back_to_source)
        tools.zoom_wanted.connect(self.set_zoom)
        tools.zoomed_in.connect(self.zoom_in)
        tools.zoomed_out.connect(self.zoom_out)
        return tools

    def _bind(self) -> None:
        bind(
            self,
            {
                Command.NEXT_CITATION: lambda: self.step_citation(1),
                Command.PREVIOUS_CITATION: lambda: self.step_citation(-1),
                Command.FIND_IN_DOCUMENT: self.open_search,
                Command.NEXT_HIT: self.search.next,
                Command.PREVIOUS_HIT: self.search.previous,
                Command.GO_TO_PAGE: self.tools.field.setFocus,
            },
        )
        zooming = {
            Command.ZOOM_IN: self.zoom_in,
            Command.ZOOM_OUT: self.zoom_out,
            Command.FIT_TEXT: lambda: self.set_zoom(Zoom(Fit.TEXT)),
            Command.FIT_WIDTH: lambda: self.set_zoom(Zoom(Fit.WIDTH)),
            Command.FIT_PAGE: lambda: self.set_zoom(Zoom(Fit.PAGE)),
        }
        bind(self, zooming, Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # ---- moving

    def step_citation(self, step: int) -> None:
        """To the next (1) or previous (-1) citation of the answer; behind the last there is none."""
        at = self._among.index(self._source) + step if self._source in self._among else -1
        if 0 <= at < len(self._among):
            self.open_source(self._among[at], self._among)
            self.source_chosen.emit(self._among[at])

    def step_page(self, step: int, scroll_to: str = TOP) -> None:
        if 1 <= self._page_no + step <= max(self._page_count, 1):
            self.go_to(self._page_no + step, scroll_to)

    def back_to_source(self) -> None:
        if self._source:
            self.go_to(self._source.page_no, BOX)

    def go_to(self, page_no: int, scroll_to: str) -> None:
        """Show a page; `scroll_to` is BOX, HIT, TOP, BOTTOM or nothing: what comes into sight."""
        self._page_no, self._scroll_to = page_no, scroll_to
        self._request()

    # ---- zoom

    def zoom_in(self) -> None:
        self.set_zoom(self._zoom.larger(self._percent))

    def zoom_out(self) -> None:
        self.set_zoom(self._zoom.smaller(self._percent))

    def set_zoom(self, zoom: Zoom) -> None:
        """The middle of what is in sight stays there."""
        self._zoom = zoom
        self._area.hide_margins(zoom.fit is Fit.TEXT)
        self._fit_shown()
        self._request()

    @property
    def _percent(self) -> int:
        return shown_percent(self._logical_width(), self._page_pt)

    def _logical_width(self) -> int:
        return self._zoom.width_px(self._page_pt, self._area.room, self._text_share)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._source:
            self._fit_shown()
            self._resized.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Closed, not minimized: what was read does not stay in memory."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.pictures.forget()
            self.close_search()

    # ---- the page

    def _place(self, page_no: int) -> Place | None:
        if self._source is None:
            return None
        width_px = min(MAX_WIDTH_PX, round(self._logical_width() * self.devicePixelRatioF()))
        quote = self._source.quote if page_no == self._source.page_no else ""
        spans = tuple(span for span in self._source.spans if span.page_no == page_no)
        return Place(self._source.document_id, page_no, width_px, quote, spans)

    def _request(self) -> None:
        """Ask for the present page at the present width."""
        place = self._place(self._page_no)
        if place is not None:
            self._show_numbers()
            self.tools.show_busy(True)
            self.pictures.want(place)

    def _show(self, place: Place, shown: PageShown) -> None:
        if self._source is None or place.page_no != self._page_no or place.document_id != self._source.document_id:
            return
        self._outdated.stop()
        self.tools.show_busy(False)
        self._notice.hide()
        page = shown.page
        self._page_count = page.page_count
        before = self._logical_width()
        self._page_pt = QSizeF(page.width_pt, page.width_pt * page.height_px / page.width_px)
        share = (page.text_px[1] - page.text_px[0]) / page.width_px + 2 * _TEXT_MARGIN
        self._text_share = min(1.0, max(self._text_share, share))  # grows only: pages do not change size on turning
        self._show_numbers()
        if self._logical_width() != before:  # a page of another size
            self._request()
            return
        fresh = self._canvas.shown is not shown
        self._canvas.show_page(shown, before)
        said = viewer_text.page_picture(self._page_no, self._source.quote if page.boxes else "")
        self._canvas.setAccessibleName(said)
        self._area.setAccessibleName(said)
        if fresh:
            self._mark_hits()
        self._scroll()
        around = (self._place(self._page_no + 1), self._place(self._page_no - 1))
        self.pictures.fetch_ahead([near for near in around if near and 1 <= near.page_no <= self._page_count])

    def _scroll(self) -> None:
        boxes = self._canvas.boxes()
        if self._zoom.fit and self._canvas.shown:
            self._area.centre(*self._canvas.text_edges)
        if self._scroll_to == BOX and boxes:
            self._area.bring_into_sight(boxes)
        elif self._scroll_to in (BOX, TOP, BOTTOM):
            self._area.scroll_to(self._scroll_to)
        if self._scroll_to != HIT:  # which waits for its boxes
            self._scroll_to = ""

    def _fit_shown(self) -> None:
        """While the width changes the old picture is stretched; the sharp one follows."""
        self._area.stretch(self._logical_width())
        self._show_numbers()

    def _show_numbers(self) -> None:
        away = self._source is not None and self._page_no != self._source.page_no
        self.tools.show_page(self._page_no, self._page_count, away=away)
        self.tools.show_zoom(self._zoom, self._percent)

    # ---- search

    def open_search(self) -> None:
        if self._source:
            self.search_bar.begin()

    def close_search(self) -> None:
        self.search.stop()
        self.search_bar.hide()

    def _leave_search(self) -> None:
        self.close_search()
        self._area.setFocus()

    def _look_for(self, needle: str) -> None:
        if self._source:
            self.search.search(self._source.document_id, needle, self._page_no)

    def _go_to_hit(self, hit: Hit) -> None:
        if hit.span.page_no != self._page_no:
            self.go_to(hit.span.page_no, HIT)
        else:
            self._scroll_to = HIT
            self._mark_hits()

    def _mark_hits(self) -> None:
        """Have the boxes of the hits on the page that is shown."""
        shown = self._canvas.shown
        if shown is None or shown.page.page_no != self._page_no:
            return
        spans = tuple(hit.span for hit in self.search.on_page(self._page_no))
        if spans:
            self.pictures.box(shown.page.document_id, self._page_no, spans, shown.page.width_px)
        else:
            self._canvas.show_hits((), 1, -1)

    def _show_hits(self, asked: tuple[str, int, tuple[Span, ...], int], boxes: Sequence[Sequence[Box]]) -> None:
        _, page_no, spans, width_px = asked
        shown, hit = self._canvas.shown, self.search.hit
        if shown is None or shown.page.page_no != page_no or page_no != self._page_no:
            return
        present = spans.index(hit.span) if hit and hit.span in spans else -1
        self._canvas.show_hits(boxes, width_px, present)
        if self._scroll_to == HIT and present >= 0:
            self._scroll_to = ""
            if found := self._canvas.hit_boxes(present):
                self._area.bring_into_sight(found)

    # ---- messages

    def _show_failure(self, place: Place | None, failure: JobFailed) -> None:
        sentence = errors.describe(failure.error)
        if place is not None:
            self._outdated.stop()
            self.tools.show_busy(False)
            self._canvas.show_page(None, 0)
        detail = f"{sentence.detail}\n{failure.traceback}".strip()
        retry = text.RETRY if place is not None else ""
        self._notice.show_message(sentence.text, sentence.action, detail, tone="danger", retry=retry)

    def _tell(self, sentence: Sentence, tone: str) -> None:
        icon = "check" if tone == "done" else ""
        self._notice.show_message(
            sentence.text, sentence.action, sentence.detail, tone="plain" if tone == "done" else tone, icon=icon
        )
