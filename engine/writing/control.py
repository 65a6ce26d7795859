"""`Engine.writing`: the templates, a draft, and the check of what the user has made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from engine.cancel import CancelToken
from engine.events import AuditMissed, DraftFinished
from engine.requests import DraftRequest
from engine.values import DraftCheck
from engine.writing.checks import check_draft, edited_claims
from engine.writing.drafting import Events, Writer
from engine.writing.templates import Template, find_template, read_fields, templates

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeBase
    from engine.pacing import Pacer


class Writing:
    """Texts that a branch writes, from templates and documents of its choice."""

    def __init__(
        self,
        writer: Callable[[], Writer],
        knowledge: KnowledgeBase,
        pacer: Pacer,
        record: Callable[[DraftRequest, DraftFinished], str],
    ) -> None:
        """`record` writes a draft to the audit log and returns the Fault why it could not, or nothing."""
        self._writer = writer
        self._knowledge = knowledge
        self._pacer = pacer
        self._record = record

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
                if isinstance(event, DraftFinished) and (code := self._record(request, event)):
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
