"""How an answer and what it rests on look on the command line: text for people, records for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from desktop.cli_console import Console
from desktop.errors import describe
from desktop.look import audit_text, proof_text
from desktop.look.text import ANSWERED_WITHOUT_SHARED, superseded_name
from engine.api import (
    ENDPOINT,
    AnswerFinished,
    AuditMissed,
    Citation,
    EnvironmentFault,
    Fault,
    ModelLoaded,
    ModelLoading,
    Passage,
    PassagesFound,
    PromptRead,
    QuestionUnderstood,
    SharedMissed,
    TextDelta,
    WebMissed,
    WebPageRead,
    WebSearched,
    calculation_text,
)


def report_answer(console: Console, event: object, number: dict[str, int]) -> None:
    """One event of an answer: its record, or what people are told while they wait."""
    match event:
        case QuestionUnderstood(question=question, searched=searched, topic_changed=changed):
            if searched != question or changed:
                console.record("question_understood", searched=searched, topic_changed=changed, **number)
                console.note(proof_text.searched(searched) + (f"（{proof_text.TOPIC_CHANGED}）" if changed else ""))
        case ModelLoading(pack=pack):
            console.progress("正在准备内网模型…" if pack == ENDPOINT else f"正在载入模型 {pack}…")
        case ModelLoaded(pack=pack, device=device) if device == ENDPOINT:
            console.note(f"由内网模型 {pack} 回答（问题和查到的资料片段会发送到本行服务器）")
        case ModelLoaded(pack=pack, device=device, seconds=seconds):
            console.note(f"模型 {pack} 已载入（{device}，{seconds:.1f} 秒）")
        case PassagesFound(passages=passages):
            console.record(
                "passages_found", passages=[passage_record(n, p) for n, p in enumerate(passages, 1)], **number
            )
            console.progress(f"找到 {len(passages)} 段资料")
        case SharedMissed(name=name, code=code):
            console.record("shared_missed", name=name, code=code, **number)
            console.note(describe(EnvironmentFault(Fault(code), name=name)).text + ANSWERED_WITHOUT_SHARED)
        case WebSearched(host=host, results=results):
            console.record("web_searched", host=host, results=results, **number)
            console.progress(f"{proof_text.SEARCHING_WEB}：{host} 找到 {results} 个网页")
        case WebPageRead(url=url, done=done, total=total, code=code):
            console.record("web_page_read", url=url, code=code, **number)
            console.progress("打开网页", done, total)
        case WebMissed(code=code, details=details):
            console.record("web_missed", code=code, **number)
            console.note(str(describe(EnvironmentFault(Fault(code), **dict(details)))))
        case AuditMissed(code=code):
            console.record("audit_missed", code=code, **number)
            console.note(audit_text.MISSED)
        case PromptRead(done_tokens=done, total_tokens=total):
            console.progress("阅读资料", done, total)
        case TextDelta(text=text):
            console.record("text_delta", text=text, **number)
            if console.live:
                console.say(text, end="")
        case AnswerFinished():
            console.record("answer_finished", **answer_record(event), **number)
        case _:
            pass


def show_answer(console: Console, event: AnswerFinished, streamed: str) -> None:
    """The answer with its marks, unless it already stands on the terminal word for word; then what it rests on."""
    if not console.live:
        console.say(event.text)
    elif event.text.strip() == streamed.strip():
        console.say()
    else:
        console.say(f"\n\n核对依据后：\n{event.text}")
    if event.calculation and calculation_text(event.calculation) not in event.text:
        console.say(f"\n{proof_text.calculation(event.calculation)}")
    if event.citations:
        console.say("\n来源：")
    for citation in event.citations:
        console.say(f"  {source_line(citation)}")
    if event.ladder:
        console.say(f"\n{proof_text.LADDER}：{proof_text.ladder(event.ladder)}")
    if event.web_query:
        query = event.web_query
        console.say(f"\n{proof_text.WEB_QUERY_TITLE}（{proof_text.masked(query.masked)}）\n  {query.text}")
        console.say(f"{proof_text.web_destination(query)}确认后请在命令后加：--send-query '{query.text}'")


def source_line(citation: Citation) -> str:
    """[1] document, page and quote; of a page on the web its title, site, time and address."""
    name = superseded_name(citation.name, citation.superseded)
    if citation.web:
        read = proof_text.web_read_at(citation.web.site, citation.web.fetched_at)
        return f"[{citation.marker}] {citation.web.title}（{read}，{citation.web.url}）：{citation.quote}"
    return f"[{citation.marker}] {name} 第 {citation.page_no} 页：{citation.quote}"


def answer_record(event: AnswerFinished) -> dict[str, Any]:
    """The fields of `answer_finished`; boxes are left out."""
    return {
        "text": event.text,
        "found": event.found,
        "citations": [_citation(citation) for citation in event.citations],
        "timings": {name: round(value, 4) for name, value in asdict(event.timings).items()},
        "claims": [asdict(claim) for claim in event.claims],
        "ladder": [asdict(each) for each in event.ladder],
        "conflicts": [
            {"conflict": found.kind, "first": found.first.marker, "second": found.second.marker}
            for found in event.conflicts
        ],
        "calculation": asdict(event.calculation) if event.calculation else None,
        "web_query": asdict(event.web_query) if event.web_query else None,
    }


def passage_record(rank: int, passage: Passage) -> dict[str, Any]:
    return {
        "rank": rank,
        "document_id": passage.document_id,
        "name": passage.name,
        "page_no": passage.page_no,
        "text": passage.text,
        "rung": passage.rung,
        "score": round(passage.score, 6),
        "version": passage.version,
        "superseded": passage.superseded,
    }


def _citation(citation: Citation) -> dict[str, Any]:
    names = ("marker", "document_id", "name", "page_no", "quote", "version", "superseded", "rung")
    web = asdict(citation.web) if citation.web else None
    return {**{name: getattr(citation, name) for name in names}, "web": web}
