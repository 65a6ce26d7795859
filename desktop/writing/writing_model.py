"""One text in the making: template, fields, documents, and what has become of them. No widgets."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop import errors
from desktop.ask.turn import Source
from desktop.errors import Sentence
from desktop.exporter import Exporter
from desktop.jobs import Job, NewestLane
from engine.api import (
    Citation,
    DocumentInfo,
    DraftFinished,
    DraftRequest,
    DraftStarted,
    Engine,
    JobCancelled,
    JobFailed,
    SectionStarted,
    Template,
    TextDelta,
)


class WritingModel(QObject):
    """A draft runs on the answers' lane: a newer question or draft stops it."""

    changed = Signal()

    def __init__(self, lane: NewestLane, exporter: Exporter) -> None:
        super().__init__()
        self._lane = lane
        self.exporter = exporter
        self._engine: Engine | None = None
        self._job: Job | None = None
        self.templates: tuple[Template, ...] = ()
        self.documents: tuple[DocumentInfo, ...] = ()
        self.busy = False
        self.section: SectionStarted | None = None
        self.text = ""
        self.finished: DraftFinished | None = None
        self.problem: Sentence | None = None

    def set_engine(self, engine: Engine) -> None:
        self._engine = engine
        self.exporter.set_engine(engine)
        self.changed.emit()

    def refresh(self) -> None:
        """Read templates and documents; both are small."""
        if self._engine:
            self.templates = self._engine.writing.templates
            self.documents = self._engine.documents()
            self.changed.emit()

    def draft(self, request: DraftRequest) -> None:
        engine = self._engine
        if engine is None:
            return
        self.busy, self.text, self.section = True, "", None
        self.finished = self.problem = None
        self._job = Job(lambda token: engine.writing.draft(request, token), self._apply)
        self._lane.submit(self._job)
        self.changed.emit()

    def stop(self) -> None:
        if self._job and self.busy:
            self._lane.cancel(self._job)

    def source(self, marker: int) -> Source | None:
        """The source that [marker] in the finished text stands for."""
        cited = self.finished.citations if self.finished else ()
        return next((_source(citation) for citation in cited if citation.marker == marker), None)

    def _apply(self, event: object) -> None:
        match event:
            case DraftStarted():
                self.text = ""
            case SectionStarted():
                self.section = event
                self.text += "\n\n" if self.text else ""
            case TextDelta():
                self.text += event.text
            case DraftFinished():
                self.finished, self.text, self.busy = event, event.text, False
            case JobCancelled():
                self.busy = False
            case JobFailed():
                self.problem, self.busy = errors.describe(event.error), False
            case _:
                return
        self.changed.emit()


def _source(citation: Citation) -> Source:
    place = (citation.marker, citation.document_id, citation.name, citation.page_no, citation.quote, citation.rung)
    return Source(*place, quote=citation.quote, superseded=citation.superseded, web=citation.web)
