"""One text, section by section, as a generator of events.

What can be fixed wording is fixed wording; what can be quoted is quoted; the model writes only the sections that the
template leaves to it, each from its own few passages and with a task of one or two sentences, because that is what a
small model does well. Disclosures are put in by the program.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.answering.checking import CheckedAnswer, check
from engine.answering.evidence import choose_evidence
from engine.answering.phrases import STRUCK_NOTE, UNSUPPORTED
from engine.answering.prompt import EVIDENCE_OPENING, NOT_FOUND, Evidence, passage_line
from engine.answering.sanitizing import showable
from engine.answering.text import bigrams, containment
from engine.cancel import CancelToken
from engine.events import (
    DraftFinished,
    DraftStarted,
    GenerationFinished,
    ModelLoaded,
    ModelLoading,
    PromptRead,
    SectionStarted,
    TextDelta,
)
from engine.proof import Claim, Verdict
from engine.requests import DraftRequest
from engine.values import Citation, Message, Passage
from engine.writing.checks import check_draft, own_figures
from engine.writing.material import Material
from engine.writing.quoting import NOT_IN_DOCUMENTS, is_about, quote, running_text, tidied
from engine.writing.templates import (
    SectionKind,
    Template,
    TemplatePoint,
    TemplateSection,
    fill,
    find_template,
    holds,
    items,
    read_fields,
)

if TYPE_CHECKING:
    from engine.answering.retrieval import Retriever
    from engine.knowledge.store import KnowledgeBase
    from engine.runtime.model_slot import ModelSlot
    from engine.runtime.protocol import TextGenerator

INSTRUCTIONS_LIMIT_CHARS = 200
SECTION_TOKENS = 240  # at most, of what the model writes for a section
SECTION_EVIDENCE_TOKENS = 320
ALREADY_SAID = 0.9  # of a quote, so that it is not said again

_SYSTEM = (
    "你是银行网点的文书助手。只根据资料写，不添加资料没有的内容，数字和条件照抄原文。"
    "只写正文，不写标题、编号、称呼和落款，不写资料编号。"
)
_MARKER = re.compile(r"\[(\d{1,3})\]")

Events = ModelLoading | ModelLoaded | DraftStarted | SectionStarted | PromptRead | TextDelta | DraftFinished


@dataclass(slots=True)
class _Draft:
    """The text as it grows. `renumbered` gives a section's citations the numbers of the whole text."""

    pieces: list[str] = field(default_factory=list[str])
    claims: list[Claim] = field(default_factory=list[Claim])
    citations: list[Citation] = field(default_factory=list[Citation])
    missing: list[str] = field(default_factory=list[str])

    def add(self, text: str) -> str:
        if text := text.strip("\n"):
            self.pieces.append(text)
            return f"{text}\n\n"
        return ""

    def renumbered(self, checked: CheckedAnswer) -> str:
        numbers = {one.marker: self._number(one) for one in checked.citations}
        for claim in checked.claims:
            self.claims.append(replace(claim, markers=tuple(numbers[marker] for marker in claim.markers)))
        text = checked.text.removesuffix(STRUCK_NOTE).rstrip()
        return _MARKER.sub(lambda found: f"[{numbers.get(int(found[1]), int(found[1]))}]", text)

    def _number(self, citation: Citation) -> int:
        for known in self.citations:
            if replace(known, marker=citation.marker) == citation:
                return known.marker
        self.citations.append(replace(citation, marker=len(self.citations) + 1))
        return len(self.citations)

    def text(self) -> str:
        struck = [STRUCK_NOTE] if any(claim.struck for claim in self.claims) else []
        return "\n\n".join([*self.pieces, *struck]) + "\n"


class Writer:
    """Writes texts over one knowledge base; the generator is loaded when first needed."""

    def __init__(self, knowledge: KnowledgeBase, retriever: Retriever, model: ModelSlot) -> None:
        self._knowledge = knowledge
        self._retriever = retriever
        self._model = model

    def draft(self, request: DraftRequest, cancel: CancelToken) -> Iterator[Events]:
        """See `Writing.draft`."""
        started = time.perf_counter()
        job = self._job(request)
        sections = [one for one in job.template.sections if job.has(one)]
        yield DraftStarted(job.template.name, job.template.title, tuple(one.heading for one in sections))
        draft = _Draft()
        yield from self._model.load(cancel)
        with self._model.use(cancel) as generator:
            for number, section in enumerate(sections, 1):
                cancel.raise_if_cancelled()
                yield SectionStarted(number, len(sections), section.heading)
                yield from job.write(section, draft, generator, cancel)
        text = draft.text()
        found = check_draft(text, job.template, job.values, draft.claims)
        seconds = time.perf_counter() - started
        citations, missing = tuple(draft.citations), tuple(draft.missing)
        yield DraftFinished(job.template.name, text, citations, found, missing, seconds)

    def evidence(self, request: DraftRequest) -> tuple[Passage, ...]:
        """All passages that the request's sections may rest on, in the order in which they are asked for."""
        job = self._job(request)
        sections = [one for one in job.template.sections if job.has(one)]
        found = [passage for one in sections if one.question for passage in job.find(one.question)]
        for point in (point for one in sections for point in job.points(one)):
            found += job.find(point.question, general=point.general)
        return tuple({passage.chunk_id: passage for passage in found}.values())

    def _job(self, request: DraftRequest) -> _Job:
        template = find_template(request.template)
        chosen, builtin = request.document_ids, request.include_builtin
        material = Material(self._knowledge, self._retriever, chosen, include_builtin=builtin)
        instructions = " ".join(request.instructions.split())[:INSTRUCTIONS_LIMIT_CHARS]
        return _Job(template, read_fields(template, request.fields), material, self._knowledge, instructions)


@dataclass(frozen=True, slots=True)
class _Job:
    """One text: a template, what its fields hold, and what it may rest on."""

    template: Template
    values: dict[str, str]
    material: Material
    pages: KnowledgeBase
    instructions: str

    def has(self, section: TemplateSection) -> bool:
        if section.kind is SectionKind.OWN and not self.values[section.field]:
            return False
        return holds(section.when, self.values)

    def points(self, section: TemplateSection) -> list[TemplatePoint]:
        return [point for point in section.points if holds(point.when, self.values)]

    def find(self, question: str, *, general: bool = False) -> tuple[Passage, ...]:
        found = self.material.find(fill(question, self.values))
        subject = self.values[self.template.subject_field]
        return found if general else tuple(passage for passage in found if is_about(subject, passage))

    def write(
        self, section: TemplateSection, draft: _Draft, generator: TextGenerator, cancel: CancelToken
    ) -> Iterator[PromptRead | TextDelta]:
        heading = f"## {fill(section.heading, self.values)}\n\n" if section.heading else ""
        match section.kind:
            case SectionKind.FIXED:
                body = fill(section.text, self.values)
            case SectionKind.OWN:
                body = self._own(self.values[section.field])
            case SectionKind.DISCLOSURES:
                body = "\n".join(f"- {sentence}" for sentence in self.template.demanded(self.values))
            case SectionKind.POINTS:
                body = self._points(section, draft)
            case SectionKind.DRAFT:
                yield TextDelta(heading)
                body = yield from self._drafted(section, draft, generator, cancel)
                draft.add(f"{heading}{body}")
                yield TextDelta("\n\n")
                return
        if body:
            yield TextDelta(draft.add(f"{heading}{body}"))

    def _own(self, text: str) -> str:
        """One line as a paragraph, several as a numbered list, each a sentence."""
        lines = [line if line[-1] in "。！？；…：" else f"{line}。" for line in items(text)]
        return lines[0] if len(lines) == 1 else "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))

    def _points(self, section: TemplateSection, draft: _Draft) -> str:
        lines: list[str] = []
        for point in self.points(section):
            if text := self._quoted(point, draft, lines):
                lines.append(f"- **{point.label}**：{text}")
            elif point.required:
                draft.missing.append(point.label)
                lines.append(f"- **{point.label}**：{self._missing(draft)}")
        return "\n".join(lines)

    def _quoted(self, point: TemplatePoint, draft: _Draft, lines: Sequence[str]) -> str:
        """What the documents say to a point, word for word; empty where that is nothing, or nothing new."""
        question = fill(point.question, self.values)
        found = quote(self.find(point.question, general=point.general), point.words)
        if found is None or (not point.required and says((*draft.pieces, *lines), found[1])):
            return ""
        passage, text = found
        checked = check(showable(text, [passage]), [passage], self.pages, question=question)
        return draft.renumbered(checked) if checked.citations else ""

    def _drafted(
        self, section: TemplateSection, draft: _Draft, generator: TextGenerator, cancel: CancelToken
    ) -> Generator[PromptRead | TextDelta, None, str]:
        question = fill(section.question, self.values)
        found = self.find(section.question)
        evidence = choose_evidence(question, found, generator.count_tokens, SECTION_EVIDENCE_TOKENS) if found else []
        written = ""
        if evidence:
            for event in self._generated(section, evidence, generator, cancel):
                if isinstance(event, GenerationFinished):
                    written = tidied(event.text, section.sentences)
                else:
                    yield event
        passages = [passage for passage, _ in evidence]
        written = showable(written, passages)
        checked = check(written, passages, self.pages, question=question, calculated=own_figures(self.values))
        if NOT_FOUND in written or not _mostly_supported(checked):
            checked = self._instead(question, evidence)
        if checked is None:
            draft.missing.append(fill(section.heading, self.values) or question)
            return self._missing(draft)
        return draft.renumbered(checked)

    def _generated(
        self, section: TemplateSection, evidence: list[Evidence], generator: TextGenerator, cancel: CancelToken
    ) -> Iterator[PromptRead | TextDelta | GenerationFinished]:
        from engine.runtime.sampling import Sampling

        blocks = "\n".join(passage_line(n, passage, text) for n, (passage, text) in enumerate(evidence, 1))
        more = f"\n另外：{self.instructions}" if self.instructions else ""
        task = (
            f"{EVIDENCE_OPENING}{blocks}\n\n任务：{fill(section.instruction, self.values)}"
            f"最多写{section.sentences}句完整的话，语气{self.template.tone}。{more}"
        )
        messages = [Message("system", _SYSTEM), Message("user", task)]
        yield from generator.generate(messages, Sampling(temperature=0.0), SECTION_TOKENS, cancel)

    def _instead(self, question: str, evidence: list[Evidence]) -> CheckedAnswer | None:
        """The best passage's own sentences, where the model wrote nothing that a passage supports."""
        for passage, excerpt in evidence[:1]:
            text = showable(running_text(excerpt), [passage])
            checked = check(text, [passage], self.pages, question=question)
            return checked if checked.citations else None
        return None

    def _missing(self, draft: _Draft) -> str:
        draft.claims.append(Claim(NOT_IN_DOCUMENTS, Verdict.UNSUPPORTED))
        return f"{NOT_IN_DOCUMENTS}{UNSUPPORTED}。"


def _mostly_supported(checked: CheckedAnswer) -> bool:
    verdicts = [claim.verdict for claim in checked.claims if claim.verdict is not Verdict.NO_CLAIM]
    return 2 * verdicts.count(Verdict.SUPPORTED) > len(verdicts)


def says(pieces: Sequence[str], text: str) -> bool:
    return any(containment(bigrams(text), bigrams(piece)) >= ALREADY_SAID for piece in pieces)
