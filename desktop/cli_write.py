"""The command `jinpan write`: a text from a template, its fields and the documents it is drawn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from desktop.cli_answer import report_answer
from desktop.cli_console import Console, pump
from desktop.errors import EXIT_DONE
from desktop.look import writing_text
from engine.api import (
    BugError,
    Citation,
    DraftFinished,
    DraftRequest,
    DraftStarted,
    Engine,
    Rejection,
    RequestRejected,
    SectionStarted,
    Template,
    templates,
)

if TYPE_CHECKING:
    from desktop.cli import Context

_SOURCES = "来源"


def write(context: Context) -> int:
    """Without arguments the templates are listed, with a name alone its fields."""
    given = context.arguments
    if given.template is None:
        for template in templates():
            context.console.record("template", **_template(template))
            context.console.say(f"{template.name:22}  {template.title}　{template.purpose}")
        return EXIT_DONE
    named = next((one for one in templates() if given.template in (one.name, one.title)), None)
    if named is not None and not given.fields:
        _show_fields(context.console, named)
        return EXIT_DONE
    with context.open_engine() as engine:
        chosen = [_document(engine, name) for name in given.documents]
        more = (given.instructions or "", given.builtin)
        finished = _draft(context, engine, DraftRequest(given.template, _fields(given.fields), tuple(chosen), *more))
        if given.out:
            citations = finished.citations
            engine.writing.export(finished.template, finished.text, citations, given.out, context.cancel)
            context.console.note(f"已写入 {given.out}")
    return EXIT_DONE


def _draft(context: Context, engine: Engine, request: DraftRequest) -> DraftFinished:
    console = context.console
    for event in pump(engine.writing.draft(request, context.cancel), context.cancel):
        match event:
            case DraftStarted():
                console.record("draft_started", **asdict(event))
            case SectionStarted(number=number, total=total, heading=heading):
                console.record("section_started", **asdict(event))
                console.progress(heading or request.template, number, total)
            case DraftFinished():
                console.record("draft_finished", **asdict(event))
                _show(console, event)
                return event
            case _:
                report_answer(console, event, {})
    raise BugError("draft_unfinished")


def _show(console: Console, draft: DraftFinished) -> None:
    """The text as it was checked, below what has streamed; then what it rests on and what was found."""
    console.say(f"\n{'─' * 40}\n{draft.text}" if console.live else draft.text)
    if draft.citations:
        console.say(f"{_SOURCES}：")
    for citation in draft.citations:
        console.say(f"  {_source(citation)}")
    console.say()
    for line in writing_text.findings(draft) or (writing_text.ALL_WELL,):
        console.say(line)


def _document(engine: Engine, given: str) -> str:
    """A document by the beginning of its id, or by what its name holds. Raises RequestRejected when not exactly one."""
    found = [one for one in engine.documents() if one.document_id.startswith(given) and len(given) >= 6]
    found = found or [one for one in engine.documents() if given in one.name]
    if len(found) != 1:
        raise RequestRejected(Rejection.DOCUMENT_UNKNOWN, document_id=given)
    return found[0].document_id


def _fields(given: Sequence[str]) -> dict[str, str]:
    """名称=值; a line break in a value is written \\n."""
    fields: dict[str, str] = {}
    for part in given:
        name, equals, value = part.partition("=")
        if not equals:
            raise RequestRejected(Rejection.OPTION_INVALID, option=part[:40], value="空（写作 名称=值）")
        fields[name] = value.replace("\\n", "\n")
    return fields


def _show_fields(console: Console, template: Template) -> None:
    console.record("template", **_template(template))
    console.say(f"{template.title}：{template.purpose}\njinpan write {template.name} 名称=值 … --documents 文档名 …")
    for field in template.fields:
        parts = [field.label + ("（必填）" if field.required else "")]
        parts += ["可选：" + "、".join(field.choices)] if field.choices else []
        parts += [f"默认 {field.default}"] if field.default else []
        console.say(f"  {field.name:14}  {'；'.join([*parts, *([field.help] if field.help else [])])}")


def _template(template: Template) -> dict[str, object]:
    fields = [asdict(field) for field in template.fields]
    return {"name": template.name, "title": template.title, "purpose": template.purpose, "fields": fields}


def _source(citation: Citation) -> str:
    return f"[{citation.marker}] {citation.name} 第 {citation.page_no} 页：「{' '.join(citation.quote.split())}」"


COMMANDS: dict[str, Callable[[Context], int]] = {"write": write}
