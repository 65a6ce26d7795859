"""`Engine.writing`: the templates, a draft, and the check of what the user has made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from engine.cancel import CancelToken
from engine.events import AuditMissed, DraftFinished
from engine.labels import VISIBLE_LABEL
from engine.proof import DraftCheck
from engine.requests import DraftRequest
from engine.settings import ParserLimits
from engine.values import Citation
from engine.writing.checks import check_draft, edited_claims
from engine.writing.drafting import Events, Writer
from engine.writing.templates import Template, find_template, read_fields, templates

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeBase
    from engine.pacing import Pacer


class DraftLog(Protocol):
    """What the audit log is told of; both return the Fault why that could not be written yet, or nothing."""

    def drafted(self, request: DraftRequest, draft: DraftFinished) -> str: ...

    def exported(self, template: str, suffix: str) -> str: ...


class Writing:
    """Texts that a branch writes, from templates and documents of its choice."""

    def __init__(
        self,
        writer: Callable[[], Writer],
        knowledge: KnowledgeBase,
        pacer: Pacer,
        log: DraftLog,
        limits: ParserLimits,
    ) -> None:
        self._writer = writer
        self._knowledge = knowledge
        self._pacer = pacer
        self._log = log
        self._limits = limits

    @property
    def templates(self) -> tuple[Template, ...]:
        return templates()

    def draft(self, request: DraftRequest, cancel: CancelToken) -> Iterator[Events | AuditMissed]:
        """Write one text; ingestion stands still meanwhile. DraftStarted first, DraftFinished last.

        Raises:
            RequestRejected: no such template, field or document; a field that is missing or cannot be read.
            EnvironmentFault: as `Engine.ask`.
            Cancelled: the token was cancelled.
        """
        writer = self._writer()  # may have to install built-in knowledge first, which stands still while answering
        with self._pacer.answering():
            for event in writer.draft(request, cancel):
                if isinstance(event, DraftFinished) and (code := self._log.drafted(request, event)):
                    yield AuditMissed(code)
                yield event

    def check(self, request: DraftRequest, text: str) -> DraftCheck:
        """Check a text that the user has edited, as a draft of the same request would be. Raises RequestRejected."""
        template = find_template(request.template)
        values = read_fields(template, request.fields)
        evidence = self._writer().evidence(request)
        return check_draft(text, template, values, edited_claims(text, template, values, evidence, self._knowledge))

    def check_wording(self, template: str, fields: Mapping[str, str], text: str) -> DraftCheck:
        """As `check`, without the claims: quick enough for every key that is pressed. Fields may be incomplete."""
        found = find_template(template)
        values = {field.name: fields.get(field.name, "") or field.default for field in found.fields}
        return check_draft(text, found, values)

    def export(self, template: str, text: str, citations: Sequence[Citation], path: Path, cancel: CancelToken) -> None:
        """Write a text with its sources as Markdown, Word or PDF (by the suffix), labelled as made by AI.

        Raises RequestRejected OPTION_INVALID: no such template, another suffix; EnvironmentFault DISK_FULL,
        HOME_UNWRITABLE.
        """
        from engine.exporting.conversation import source_line
        from engine.exporting.files import export_text

        title = find_template(template).title
        sources = "\n".join(f"- {source_line(citation)}" for citation in citations)
        parts = [VISIBLE_LABEL, text.strip(), f"**来源**\n\n{sources}" if sources else "", "---", VISIBLE_LABEL]
        export_text("\n\n".join(part for part in parts if part) + "\n", path, title, self._limits, cancel)
        self._log.exported(template, path.suffix.lower())
