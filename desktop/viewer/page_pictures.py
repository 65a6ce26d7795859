"""The pictures of pages: drawn on the lane when wanted, kept by bytes, the neighbours fetched while nothing is wanted.

Holds no widgets. What is wanted always goes before what is only fetched ahead.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from desktop.jobs import Job, NewestLane
from engine.api import Box, CancelToken, Engine, JobFailed, PageImage, Span

CACHE_BYTES = 160 * 1024 * 1024  # some thirty pages at the width of a full-HD screen, one or two at the largest zoom
_AHEAD_SHARE = 4  # a picture larger than this part of the cache is not fetched ahead
_AHEAD_AFTER_MS = 60
_WARM_AFTER_MS = 2500  # the window's start goes first


@dataclass(frozen=True, slots=True)
class Place:
    """A page at a width in device pixels, with what is boxed on it."""

    document_id: str
    page_no: int
    width_px: int
    quote: str = ""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class PageShown:
    """A drawn page, decoded on the worker thread."""

    page: PageImage
    image: QImage


@dataclass(frozen=True, slots=True)
class _Drawn:
    place: Place
    shown: PageShown


class PagePictures(QObject):
    """Emits `arrived` with a place and its picture, at once where it is kept, or `failed` with the place and why."""

    arrived = Signal(object, object)  # Place, PageShown
    failed = Signal(object, object)  # Place, JobFailed
    boxed = Signal(object, object)  # what `box` was called with, tuple[tuple[Box, ...], ...]

    def __init__(self, lane: NewestLane, cache_bytes: int = CACHE_BYTES) -> None:
        super().__init__()
        self._lane = lane
        self._cache_bytes = cache_bytes
        self._engine: Engine | None = None
        self._kept: OrderedDict[Place, PageShown] = OrderedDict()
        self._wanted: Place | None = None
        self._drawing: Place | None = None
        self._ahead: list[Place] = []
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_AHEAD_AFTER_MS)
        self._pause.timeout.connect(self._fetch_ahead)
        self._warming = QTimer(self)
        self._warming.setSingleShot(True)
        self._warming.setInterval(_WARM_AFTER_MS)
        self._warming.timeout.connect(self._warm)
        lane.busy_changed.connect(self._go_on)

    @property
    def kept_bytes(self) -> int:
        return sum(shown.image.sizeInBytes() for shown in self._kept.values())

    def set_engine(self, engine: Engine) -> None:
        self._engine = engine
        self._warming.start()

    def want(self, place: Place) -> None:
        """This page goes on screen; one that was wanted before and has not come is given up."""
        self._wanted = place
        if place in self._kept:
            self._kept.move_to_end(place)
            self.arrived.emit(place, self._kept[place])
        elif self._drawing != place:  # being fetched ahead at this moment: it is only waited for
            self._draw(place)

    def fetch_ahead(self, places: Sequence[Place]) -> None:
        """What is likely to be wanted next, most likely first."""
        self._ahead = list(places)
        self._pause.start()

    def box(self, document_id: str, page_no: int, spans: tuple[Span, ...], width_px: int) -> None:
        """Have `boxed` say where these characters stand on a picture `width_px` wide."""
        engine = self._engine
        if engine is None:
            return

        def work(token: CancelToken) -> Iterator[object]:
            yield _Boxed(engine.viewing.boxes(document_id, page_no, spans, width_px))

        def tell(event: object) -> None:
            if isinstance(event, _Boxed):
                self.boxed.emit((document_id, page_no, spans, width_px), event.boxes)

        self._submit(Job(work, tell), None)

    def forget(self) -> None:
        """Keep no picture: the viewer was closed."""
        self._kept.clear()
        self._ahead.clear()
        self._wanted = None
        self._pause.stop()

    def _draw(self, place: Place) -> None:
        engine = self._engine
        if engine is None:
            return

        def tell(event: object) -> None:
            self._receive(place, event)

        self._submit(Job(lambda token: _draw(engine, place, token), tell), place)

    def _submit(self, job: Job, place: Place | None) -> None:
        self._pause.stop()
        self._drawing = place
        self._lane.submit(job)

    def _receive(self, place: Place, event: object) -> None:
        if self._drawing == place:
            self._drawing = None
        match event:
            case _Drawn():
                if self._wanted is None:  # the viewer was closed meanwhile
                    return
                self._keep(place, event.shown)
                if place == self._wanted:
                    self.arrived.emit(place, event.shown)
            case JobFailed() if place == self._wanted:
                self.failed.emit(place, event)
            case _:  # cancelled: a newer page is on its way; or one fetched ahead, of which the reader will be told
                return

    def _keep(self, place: Place, shown: PageShown) -> None:
        self._kept[place] = shown
        total = self.kept_bytes
        while total > self._cache_bytes and len(self._kept) > 1:
            oldest = next(key for key in self._kept if key != self._wanted or len(self._kept) == 1)
            total -= self._kept.pop(oldest).image.sizeInBytes()

    def _go_on(self, busy: bool) -> None:
        if not busy and self._ahead:
            self._pause.start()

    def _fetch_ahead(self) -> None:
        if self._lane.busy:
            return
        while self._ahead:
            place = self._ahead.pop(0)
            roughly_bytes = place.width_px * place.width_px * 1.5 * 4
            if place not in self._kept and roughly_bytes <= self._cache_bytes / _AHEAD_SHARE:
                self._draw(place)
                return

    def _warm(self) -> None:
        engine = self._engine
        if engine is not None and not self._lane.busy:
            self._lane.submit(Job(lambda token: _warm(engine), lambda event: None))


@dataclass(frozen=True, slots=True)
class _Boxed:
    boxes: tuple[tuple[Box, ...], ...]


def _draw(engine: Engine, place: Place, token: CancelToken) -> Iterator[_Drawn]:
    page = engine.viewing.draw(place.document_id, place.page_no, place.width_px, place.quote, place.spans, token)
    image = QImage()
    image.loadFromData(page.png, "PNG")  # type: ignore[arg-type]  # never guess the format of what the child sent
    yield _Drawn(place, PageShown(replace(page, png=b""), image))


def _warm(engine: Engine) -> Iterator[object]:
    engine.viewing.warm()
    yield from ()
