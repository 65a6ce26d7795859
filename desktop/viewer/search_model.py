"""Search in the document on screen: what was found so far, and which place of it is the present one. No widgets."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.jobs import Job, NewestLane
from engine.api import Engine, Hit, HitsCounted, HitsFound, JobFailed


class SearchModel(QObject):
    """Emits `changed` whenever what it holds has changed, and `chosen` when another hit becomes the present one."""

    changed = Signal()
    chosen = Signal(object)  # Hit
    failed = Signal(object)  # JobFailed

    def __init__(self, lane: NewestLane) -> None:
        super().__init__()
        self._lane = lane
        self._engine: Engine | None = None
        self._job: Job | None = None
        self._from_page = 1
        self.needle = ""
        self._clear()

    def _clear(self) -> None:
        self.hits: list[Hit] = []
        self.at = -1
        self.searching = False
        self.more = False
        self.pages_read = self.page_count = 0

    @property
    def hit(self) -> Hit | None:
        """The present one."""
        return self.hits[self.at] if 0 <= self.at < len(self.hits) else None

    def set_engine(self, engine: Engine) -> None:
        self._engine = engine

    def search(self, document_id: str, needle: str, from_page: int) -> None:
        """Look for `needle` anew; the first hit on `from_page` or behind it becomes the present one."""
        self.stop()
        self.needle, self._from_page = needle, from_page
        engine = self._engine
        if engine is not None and needle.strip():
            self.searching = True
            job = Job(
                lambda token: engine.viewing.find(document_id, needle, token), lambda event: self._apply(job, event)
            )
            self._job = job
            self._lane.submit(job)
        self.changed.emit()

    def stop(self) -> None:
        """Give up a search and forget what it found."""
        if self._job is not None:
            self._lane.cancel(self._job)
            self._job = None
        self.needle = ""
        self._clear()
        self.changed.emit()

    def next(self) -> None:
        self._choose(self.at + 1)

    def previous(self) -> None:
        self._choose(self.at - 1)

    def on_page(self, page_no: int) -> list[Hit]:
        return [hit for hit in self.hits if hit.span.page_no == page_no]

    def _choose(self, at: int) -> None:
        """Behind the last comes the first again."""
        if self.hits:
            self.at = at % len(self.hits)
            self.changed.emit()
            self.chosen.emit(self.hits[self.at])

    def _apply(self, job: Job, event: object) -> None:
        if job is not self._job:
            return
        match event:
            case HitsFound():
                self.hits.extend(event.hits)
                self.pages_read, self.page_count = event.pages_read, event.page_count
                if self.at < 0:
                    ahead = (n for n, hit in enumerate(self.hits) if hit.span.page_no >= self._from_page)
                    self._choose_first(next(ahead, -1))
            case HitsCounted():
                self.searching, self.more = False, event.more
                if self.at < 0:
                    self._choose_first(0)
            case JobFailed():
                self.searching = False
                self.failed.emit(event)
            case _:
                self.searching = False
        self.changed.emit()

    def _choose_first(self, at: int) -> None:
        if 0 <= at < len(self.hits):
            self._choose(at)
