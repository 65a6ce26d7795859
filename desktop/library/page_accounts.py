"""How the pages of a stored document ended, counted off the window's thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop.jobs import Job, NewestLane
from engine.api import Engine, PageKind


@dataclass(frozen=True, slots=True)
class PagesCounted:
    """Every kind of page with how many ended so, in the order of `PageKind`."""

    document_id: str
    counts: tuple[tuple[str, int], ...]


class PageAccounts(QObject):
    """Answers only the newest request: the document that is being looked at."""

    counted = Signal(object)  # PagesCounted

    def __init__(self, lane: NewestLane) -> None:
        super().__init__()
        self._lane = lane
        self._engine: Engine | None = None

    def set_engine(self, engine: Engine) -> None:
        self._engine = engine

    def request(self, document_id: str) -> None:
        engine = self._engine
        if engine is not None:
            self._lane.submit(Job(lambda token: _count(engine, document_id), self._apply))

    def _apply(self, event: object) -> None:
        if isinstance(event, PagesCounted):  # a document that has just been removed has no account: nothing to say
            self.counted.emit(event)


def _count(engine: Engine, document_id: str) -> Iterator[PagesCounted]:
    found = Counter(page.kind for page in engine.pages(document_id))
    yield PagesCounted(document_id, tuple((kind.value, found[kind]) for kind in PageKind))
