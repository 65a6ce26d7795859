"""One text in the making: template, fields, documents, and what has become of them. No widgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop import errors
from desktop.ask.turn import Source
from desktop.errors import Sentence
from desktop.exporter import Exporter
from desktop.jobs import Job, NewestLane
from engine.api import (
    CancelToken,
    Citation,
    DocumentInfo,
    DraftCheck,
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
    """A draft, and the check of what the user has made of it, run on the answers' lane: a newer question, draft or
    check stops them. `finished` holds the text as it was last checked."""

    changed = Signal()

    def __init__(self, lane: NewestLane, exporter: Exporter) -> None:
        super().__init__()
        self._lane = lane
        self.exporter = exporter
        self._engine: Engine | None = None
        self._job: Job | None = None
        self.templates: tuple[Template, ...] = ()
        self.documents: tuple[DocumentInfo, ...] = ()
        self._request: DraftRequest | None = None  # of the draft that is shown
        self._checked = ""  # the text that is being checked
        self.busy = False
        self.edited = False
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
        self.busy, self.edited, self.text, self.section = True, False, "", None
        self.finished = self.problem = None
        self._request, self._checked = request, ""
        self._job = Job(lambda token: engine.writing.draft(request, token), self._apply)
        self._lane.submit(self._job)
        self.changed.emit()

    @property
    def checking(self) -> bool:
        return self.busy and bool(self._checked)

    def check(self, text: str) -> None:
        """Hold a text that the user has edited against the documents of its draft; it takes the draft's place."""
        engine, request = self._engine, self._request
        if engine is None or request is None:
            return

        def work(token: CancelToken) -> Iterator[object]:
            yield engine.writing.check(request, text)

        self.busy, self._checked, self.problem = True, text, None
        self._job = Job(work, self._apply)
        self._lane.submit(self._job)
        self.changed.emit()

    def check_wording(self, text: str) -> DraftCheck | None:
        """Disclosures, forbidden words and length: quick enough for every pause in typing."""
        if self._engine is None or self._request is None:
            return None
        return self._engine.writing.check_wording(self._request.template, self._request.fields, text)

    @property
    def cited(self) -> tuple[Citation, ...]:
        """The sources that the text still cites."""
        draft = self.finished
        return tuple(each for each in draft.citations if f"[{each.marker}]" in draft.text) if draft else ()

    @property
    def title(self) -> str:
        """What a file of the text is called: its first heading, else its template."""
        first = self.text.lstrip().partition("\n")[0]
        template = self._request.template if self._request else ""
        fallback = next((each.title for each in self.templates if each.name == template), "")
        return first.lstrip("# ") if first.startswith("#") else fallback

    def save(self, path: Path) -> None:
        """Write the text as it was last checked."""
        draft, cited = self.finished, self.cited
        if draft:
            self.exporter.save(
                path,
                lambda engine, to, token: engine.writing.export(draft.template, draft.text, cited, to, token),
            )

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
            case DraftCheck():
                self._take(event)
            case JobCancelled():
                self.busy, self._checked = False, ""
            case JobFailed():
                self.problem, self.busy, self._checked = errors.describe(event.error), False, ""
            case _:
                return
        self.changed.emit()

    def _take(self, check: DraftCheck) -> None:
        if self.finished:
            self.finished = replace(self.finished, text=self._checked, check=check, missing=())
            self.text, self.edited = self._checked, True
        self.busy, self._checked = False, ""


def _source(citation: Citation) -> Source:
    place = (citation.marker, citation.document_id, citation.name, citation.page_no, citation.quote, citation.rung)
    return Source(*place, quote=citation.quote, superseded=citation.superseded, web=citation.web)
