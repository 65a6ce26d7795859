"""What the audit log is told of: questions, answers and actions, masked, as they happen.

An answer is recorded when it is complete and before `AnswerFinished` is handed on: nothing that ends as an answer on
screen is missing in the log, whatever happens next. Its text has streamed before, so that the two commits (some
milliseconds) delay neither the passages nor the first word. What could not be written is told by `AuditMissed`, the
answer is not lost, and the entry is written with the next one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from engine.errors import Cancelled, EnvironmentFault, JinpanError, Rejection, RequestRejected
from engine.events import (
    AnswerFinished,
    AuditMissed,
    DraftFinished,
    QuestionUnderstood,
    TextDelta,
    WebMissed,
    WebPageRead,
    WebSearched,
)
from engine.knowledge.audit_values import AuditAction, AuditEntry, AuditFilter, AuditReport
from engine.policy import load_policy
from engine.requests import AskRequest, DraftRequest

if TYPE_CHECKING:
    from engine.knowledge.audit import AuditLog, Facts

Event = TypeVar("Event")

FOUND, NOT_FOUND, CANCELLED, FAILED = "found", "not_found", "cancelled", "failed"  # facts["outcome"] of an answer


class Audit:
    """`Engine.audit`."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log
        self._erased: set[str] = set()  # conversations; an answer that was under way is recorded after the erasure

    # ---- looking

    def verify(self, noted_head: str = "") -> AuditReport:
        """Hold the whole log against its chain and seal, and against `noted_head` (`sequence:mac`), noted elsewhere."""
        return self._log.verify(noted_head.strip())

    def entries(self, wanted: AuditFilter | None = None) -> tuple[AuditEntry, ...]:
        """Entries oldest first, with their contents as far as they were not erased."""
        return self._log.entries(wanted or AuditFilter())

    def export(self, path: Path) -> int:
        """Write all entries to a new file, a JSON object a line, and what the check says in the last; returns how many.

        Raises RequestRejected PATH_EXISTS (path); EnvironmentFault DISK_FULL, HOME_UNWRITABLE.
        """
        from engine.durable import write_durably, writing_home

        if path.exists():
            raise RequestRejected(Rejection.PATH_EXISTS, path=str(path))
        self.record(AuditAction.LOG_EXPORTED)
        entries = self.entries(AuditFilter(limit=0))
        lines = [json.dumps(asdict(entry), ensure_ascii=False) for entry in entries]
        lines.append(json.dumps({"report": asdict(self.verify())}, ensure_ascii=False))
        with writing_home(path.parent):
            write_durably(path, ("\n".join(lines) + "\n").encode())
        return len(entries)

    # ---- erasing

    def erase_conversation(self, conversation: str) -> int:
        """Erase for good what was asked and answered in a conversation; the entries stay. Returns how many contents.

        Raises EnvironmentFault DISK_FULL, HOME_UNWRITABLE.
        """
        self._erased.add(conversation)
        return self._log.erase_conversation(conversation) if conversation else 0

    def erase_documents(self, document_ids: Sequence[str]) -> None:
        """Erase for good the contents of entries that rest on documents which were removed. Raises as above."""
        for document_id in dict.fromkeys(document_ids):
            self._log.erase_document(document_id)

    def keep_to_policy(self) -> None:
        """Take out what is older than the policy keeps; a full disk puts it off."""
        months = load_policy().audit.keep_months
        try:
            self._log.purge(months_before(datetime.now(UTC), months).isoformat())
        except EnvironmentFault as fault:
            self._log.miss(fault)

    # ---- recording

    def miss(self, fault: EnvironmentFault) -> None:
        """Something was put off because of `fault`; the next record tells it."""
        self._log.miss(fault)

    def record(
        self,
        action: AuditAction,
        *,
        conversation: str = "",
        sources: Sequence[str] = (),
        facts: Facts | None = None,
        content: Mapping[str, str] | None = None,
    ) -> str:
        """Append an entry; returns the Fault why that could not be done now, empty when it was."""
        self._log.record(action, conversation=conversation, sources=sources, facts=facts, content=content)
        if conversation and conversation in self._erased:
            self._log.erase_conversation(conversation)
        return self._log.take_missed()

    def answering(self, request: AskRequest, events: Iterator[Event]) -> Iterator[Event | AuditMissed]:
        """The events of an answer, recorded with whatever they end with."""
        self._erased.discard(request.conversation_id)
        heard = _Heard(request)
        try:
            for event in events:
                heard.hear(event)
                if isinstance(event, WebSearched | WebPageRead | WebMissed):
                    self._record_web(request, event)
                if isinstance(event, AnswerFinished) and (code := self._record_answer(heard)):
                    yield AuditMissed(code)
                yield event
        except (Cancelled, GeneratorExit):
            self._record_unfinished(heard, CANCELLED)
            raise
        except RequestRejected:
            raise  # nothing was searched or shown
        except Exception as error:
            self._record_unfinished(heard, FAILED, str(error.code) if isinstance(error, JinpanError) else "bug")
            raise

    def drafted(self, request: DraftRequest, draft: DraftFinished) -> str:
        """Record a text that was written; returns as `record`."""
        sources = dict.fromkeys(f"{citation.document_id}:{citation.page_no}" for citation in draft.citations)
        facts = {f"sentences_{v}": n for v, n in Counter(str(claim.verdict) for claim in draft.check.claims).items()}
        facts |= {"forbidden_words": len(draft.check.wording), "missing": len(draft.missing)}
        return self.record(
            AuditAction.DRAFTED,
            conversation=request.conversation_id,
            sources=tuple(sources),
            facts={"template": draft.template, **facts},
            content={"instructions": request.instructions, "text": draft.text},
        )

    def exported(self, template: str, suffix: str) -> str:
        """Record that a text was written to a file; returns as `record`."""
        return self.record(AuditAction.EXPORTED, facts={"template": template, "format": suffix})

    def _record_answer(self, heard: _Heard) -> str:
        return self.record(
            AuditAction.ANSWERED,
            conversation=heard.request.conversation_id,
            sources=heard.sources(),
            facts=heard.facts(),
            content=heard.content(),
        )

    def _record_unfinished(self, heard: _Heard, outcome: str, code: str = "") -> None:
        if heard.finished is not None:
            return  # it was recorded; the reader went away after the end
        facts: dict[str, str | int | float | bool] = {"outcome": outcome}
        if code:
            facts["code"] = code
        conversation = heard.request.conversation_id
        self.record(AuditAction.ANSWERED, conversation=conversation, facts=facts, content=heard.content())

    def _record_web(self, request: AskRequest, event: WebSearched | WebPageRead | WebMissed) -> None:
        facts: Facts
        match event:
            case WebSearched():
                facts, content = {"host": event.host, "results": event.results}, {"query": request.web_query}
            case WebPageRead():
                facts, content = {"host": event.site, "code": event.code}, {"url": event.url}
            case WebMissed():
                facts, content = {"code": event.code}, {"query": request.web_query}
        conversation = request.conversation_id
        self.record(AuditAction.WEB_REQUESTED, conversation=conversation, facts=facts, content=content)


class _Heard:
    """What of an answer is recorded, gathered from its events."""

    def __init__(self, request: AskRequest) -> None:
        self.request = request
        self.searched = ""
        self.text = [request.continued] if request.continued else []
        self.finished: AnswerFinished | None = None

    def hear(self, event: object) -> None:
        match event:
            case QuestionUnderstood():
                self.searched = event.searched
            case TextDelta():
                self.text.append(event.text)
            case AnswerFinished():
                self.finished = event
            case _:
                pass

    def sources(self) -> tuple[str, ...]:
        citations = self.finished.citations if self.finished else ()
        return tuple(dict.fromkeys(f"{citation.document_id}:{citation.page_no}" for citation in citations))

    def facts(self) -> dict[str, str | int | float | bool]:
        """Counts and codes only: they stay when the content is erased."""
        answer = self.finished
        if answer is None:
            return {}
        facts: dict[str, str | int | float | bool] = {"outcome": FOUND if answer.found else NOT_FOUND}
        facts |= {f"sentences_{v}": n for v, n in Counter(str(claim.verdict) for claim in answer.claims).items()}
        facts |= {f"rung_{step.rung}": str(step.outcome) for step in answer.ladder}
        if struck := sum(len(claim.struck) for claim in answer.claims):
            facts["struck"] = struck
        if answer.conflicts:
            facts["conflicts"] = len(answer.conflicts)
        if answer.calculation:
            facts["calculator"] = answer.calculation.calculator
        return facts

    def content(self) -> dict[str, str]:
        content = {"question": self.request.question, "answer": "".join(self.text)}
        if self.searched and self.searched != self.request.question:
            content["searched"] = self.searched
        if self.finished:
            content["answer"] = self.finished.text
            names = [f"[{c.marker}] {c.name}, {c.page_no}" for c in self.finished.citations]
            content |= {"sources": "\n".join(names)} if names else {}
        return content


def months_before(moment: datetime, months: int) -> datetime:
    """The same time of day `months` calendar months earlier; on the 28th at the latest, so that the day exists."""
    count = moment.year * 12 + moment.month - 1 - months
    return moment.replace(year=count // 12, month=count % 12 + 1, day=min(moment.day, 28))
