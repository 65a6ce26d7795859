"""The `jinpan` commands over `engine.api`, for people, scripts and benchmarks. Imports no Qt.

Exit codes: 0 done, 1 our bug, 2 usage, 3 some documents failed, 4 environment (missing pack, disk, memory),
5 audit log altered, 130 stopped by Ctrl+C. With `--json` every line of stdout is one JSON object with a `kind`.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from desktop.cli_answer import passage_record, report_answer, show_answer
from desktop.cli_arguments import parse_arguments
from desktop.cli_console import Console, ask_passphrase, pump, use_utf8
from desktop.cli_locked import ask_for_passwords, passwords_from_file
from desktop.cli_pages import full_id, pages
from desktop.cli_recovery import recovery_key_taker
from desktop.errors import EXIT_CANCELLED, EXIT_DOCUMENTS_FAILED, EXIT_DONE, describe_document
from desktop.look.text import EXPORT_TITLE, superseded_name
from engine import api
from engine.api import (
    AnswerFinished,
    CancelToken,
    ChunksEmbedded,
    DocumentFailed,
    DocumentIndexed,
    DocumentPartiallyIndexed,
    DocumentStarted,
    Engine,
    PageParsed,
    PageRecognized,
    Rejection,
    RequestRejected,
    Settings,
    TextDelta,
)


@dataclass(slots=True)
class Context:
    """What a command works with."""

    arguments: Namespace
    settings: Settings
    console: Console
    cancel: CancelToken = field(default_factory=CancelToken)

    def open_engine(self) -> Engine:
        self.console.progress("正在打开资料库…")
        taker = recovery_key_taker(self.console, scripted=self.settings.passphrase_file is not None)
        engine = api.Engine.open(self.settings, ask_passphrase, taker)
        self.console.clear()
        return engine


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    use_utf8()
    arguments = parse_arguments(argv)
    console = Console(arguments.json)
    try:
        settings = api.load_settings(
            arguments.home, generator_pack=arguments.pack, passphrase_file=arguments.passphrase_file
        )
        if settings.passphrase_file is not None and not settings.passphrase_file.is_file():
            raise RequestRejected(Rejection.PATH_MISSING, path=str(settings.passphrase_file))
        return _command(arguments.command)(Context(arguments, settings, console))
    except BrokenPipeError:
        # The reader went away (`jinpan documents | head`); the interpreter must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except KeyboardInterrupt:
        return EXIT_CANCELLED
    except Exception as error:
        return console.fail(error)


def _command(name: str) -> Any:
    if name in ("window", "start"):
        from desktop import cli_start

        return {"window": cli_start.window, "start": cli_start.start}[name]
    if name in ("pack list", "pack use", "pack build", "pack verify", "doctor"):
        from desktop import cli_packs

        return cli_packs.COMMANDS[name]
    if name.startswith("kb key ") or name in ("kb publish", "kb shared"):
        from desktop import cli_shared

        return cli_shared.COMMANDS[name]
    if name.startswith("kb "):
        from desktop import cli_knowledge

        return cli_knowledge.COMMANDS[name]
    if name.startswith(("recovery ", "passphrase ")):
        from desktop import cli_recovery

        return cli_recovery.COMMANDS[name]
    if name.startswith("watch "):
        from desktop import cli_watch

        return cli_watch.COMMANDS[name]
    if name == "calculate":
        from desktop import cli_calculate

        return cli_calculate.COMMANDS[name]
    if name == "write":
        from desktop import cli_write

        return cli_write.COMMANDS[name]
    if name.startswith("web "):
        from desktop import cli_web

        return cli_web.COMMANDS[name]
    if name.startswith("audit "):
        from desktop import cli_audit

        return cli_audit.COMMANDS[name]
    if name.startswith("feedback "):
        from desktop import cli_feedback

        return cli_feedback.COMMANDS[name]
    if name.startswith("history "):
        from desktop import cli_history

        return cli_history.COMMANDS[name]
    if name.startswith("endpoint "):
        from desktop import cli_endpoint

        return cli_endpoint.COMMANDS[name]
    of_library = {"ingest": ingest, "documents": documents, "pages": pages, "remove": remove}
    return {**of_library, "search": search, "ask": ask}[name]


# ---- library


def ingest(context: Context) -> int:
    passwords = passwords_from_file(context)
    with context.open_engine() as engine:
        failed = _take_in(context, engine, context.arguments.paths, passwords)
        failed = ask_for_passwords(context, failed, partial(_take_in, context, engine))
    return EXIT_DOCUMENTS_FAILED if failed else EXIT_DONE


def ingest_paths(context: Context, engine: Engine, paths: Sequence[Path]) -> int:
    """Take in files and folders and report each document; exit code 3 when any failed."""
    return EXIT_DOCUMENTS_FAILED if _take_in(context, engine, paths, {}) else EXIT_DONE


def _take_in(
    context: Context, engine: Engine, paths: Sequence[Path], passwords: Mapping[Path, str]
) -> list[DocumentFailed]:
    failed: list[DocumentFailed] = []
    for event in pump(engine.ingest(paths, context.cancel, passwords), context.cancel):
        if isinstance(event, DocumentFailed):
            failed.append(event)
        report_document(context.console, event)
    return failed


def report_document(console: Console, event: object) -> None:
    match event:
        case DocumentStarted(name=name):
            console.progress(f"读取 {name}")
        case PageParsed(page_no=page_no, page_count=page_count):
            console.progress("解析页面", page_no, page_count)
        case PageRecognized(page_no=page_no, page_count=page_count):
            console.progress("文字识别", page_no, page_count)
        case ChunksEmbedded(done=done, total=total):
            console.progress("建立索引", done, total)
        case DocumentIndexed():
            known = "（已在库中）" if event.already_known else ""
            _record_document(console, "document_indexed", event, None)
            console.say(f"✓ {event.name}  {event.pages} 页，{event.chunks} 段，{event.seconds:.1f} 秒{known}")
        case DocumentPartiallyIndexed():
            failures = [asdict(failure) for failure in event.failures]
            reasons = ",".join(dict.fromkeys(failure.reason for failure in event.failures))
            _record_document(console, "document_partially_indexed", event, reasons, failures=failures)
            console.say(f"△ {event.name}  {event.pages} 页，{event.chunks} 段，其中 {len(failures)} 页未能读取：")
            for failure in event.failures:
                console.say(f"    第 {failure.page_no} 页：{describe_document(failure.reason)}")
        case DocumentFailed():
            _record_document(console, "document_failed", event, event.reason)
            console.say(f"✗ {event.name}  {describe_document(event.reason, dict(event.details))}")
        case _:
            pass


def _record_document(
    console: Console,
    kind: str,
    event: DocumentIndexed | DocumentPartiallyIndexed | DocumentFailed,
    reason: str | None,
    **more: Any,
) -> None:
    console.record(
        kind,
        document_id=event.document_id,
        name=event.name,
        pages=getattr(event, "pages", 0),
        chunks=getattr(event, "chunks", 0),
        seconds=round(event.seconds, 3),
        reason=reason,
        **more,
    )


def documents(context: Context) -> int:
    with context.open_engine() as engine:
        found = engine.documents()
    for document in found:
        context.console.record(
            "document",
            document_id=document.document_id,
            name=document.name,
            status=document.status,
            pages=document.page_count,
            chunks=document.chunk_count,
            size_bytes=document.size_bytes,
            added_at=document.added_at,
            source_path=document.source_path,
            failures=[asdict(failure) for failure in document.failures],
            format=document.format,
            version=document.version,
            superseded_by=document.superseded_by,
            pack=document.pack,
        )
        partial = f"，{len(document.failures)} 页未能读取" if document.failures else ""
        name = superseded_name(document.name, bool(document.superseded_by))
        context.console.say(f"{document.document_id[:12]}  {name}  {document.page_count} 页{partial}")
    if not found:
        context.console.say("资料库中还没有文档。用 jinpan ingest 导入文件或文件夹。")
    return EXIT_DONE


def remove(context: Context) -> int:
    with context.open_engine() as engine:
        ids = [full_id(engine, given) for given in context.arguments.document_ids]
        for event in pump(engine.remove(ids, context.cancel), context.cancel):
            context.console.record("document_removed", document_id=event.document_id, name=event.name)
            context.console.say(f"已移除 {event.name}")
    return EXIT_DONE


# ---- questions


def search(context: Context) -> int:
    with context.open_engine() as engine:
        return _each_question(context, lambda question, number: _search_one(context, engine, question, number))


def _search_one(context: Context, engine: Engine, question: str, number: dict[str, int]) -> None:
    found = engine.search(question, context.arguments.k, include_superseded=context.arguments.all_versions)
    for rank, passage in enumerate(found, 1):
        context.console.record("passage", **passage_record(rank, passage), **number)
        name = superseded_name(passage.name, passage.superseded)
        context.console.say(f"{rank}. {name} 第 {passage.page_no} 页（{passage.score:.4f}）")
        context.console.say(f"   {passage.text}")
    if not found:
        context.console.say("没有找到相关内容。")


def ask(context: Context) -> int:
    if context.arguments.stdin and context.arguments.send_query:  # consent is for one question
        raise RequestRejected(Rejection.OPTION_INVALID, option="--send-query", value="--stdin")
    turns: list[api.ExportedTurn] = []

    def answer(question: str, number: dict[str, int]) -> None:
        finished = ask_one(context, engine, question, number)
        turns.append(api.ExportedTurn(question, finished.text, finished.citations))

    with context.open_engine() as engine:
        code = _each_question(context, answer)
        if turns and context.arguments.export:
            engine.export(turns, context.arguments.export.absolute(), EXPORT_TITLE, context.cancel)
            context.console.record("exported", path=str(context.arguments.export), turns=len(turns))
            context.console.say(f"\n✓ 已导出到 {context.arguments.export}")
        return code


def ask_one(context: Context, engine: Engine, question: str, number: dict[str, int]) -> AnswerFinished:
    """Answer one question on the console; returns the last event."""
    given = context.arguments
    request = api.AskRequest(
        question,
        max_tokens=getattr(given, "max_tokens", None),
        include_superseded=getattr(given, "all_versions", False),
        searched=getattr(given, "searched", None) or "",
        web_query=getattr(given, "send_query", None) or "",
    )
    streamed = ""
    finished: AnswerFinished | None = None
    for event in pump(engine.ask(request, context.cancel), context.cancel):
        if isinstance(event, TextDelta):
            streamed += event.text
        report_answer(context.console, event, number)
        if isinstance(event, AnswerFinished):
            show_answer(context.console, event, streamed)
            finished = event
    if finished is None:
        raise api.BugError("answer_unfinished")
    return finished


def _each_question(context: Context, answer: Any) -> int:
    """Run `answer(question, fields)` for the question given, or with --stdin for each line, numbered from 1.

    A rejected question of a batch is reported with its number and the batch goes on; the exit code tells.
    """
    if not context.arguments.stdin:
        answer(context.arguments.question, {})
        return EXIT_DONE
    worst = EXIT_DONE
    for number, question in enumerate(_lines(), 1):
        context.console.say(f"\n【{number}】{question}")
        try:
            answer(question, {"question_no": number})
        except RequestRejected as error:
            worst = context.console.fail(error, question_no=number)
    return worst


def _lines() -> Iterator[str]:
    for line in sys.stdin:
        yield line.rstrip("\r\n").removeprefix("\ufeff")
