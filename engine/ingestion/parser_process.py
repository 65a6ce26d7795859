"""Parent side of the parser child: start it, feed it, watch it, check all it says, and never leave one behind.

PDFs are opened in the child alone. Its answers are untrusted: sizes, numbers, boxes and codes are range-checked
before anything else sees them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.cancel import CancelToken
from engine.errors import DocumentFault, DocumentRejected, EnvironmentFault, Fault
from engine.ingestion.child import Child, ChildStopped
from engine.pacing import Pacer
from engine.parser.protocol import (
    DOCUMENT,
    FAULT,
    MAX_VIEW_PART_BYTES,
    PAGE,
    PARSE,
    READY,
    SCAN,
    SCANS,
    VIEW,
    DocumentHeader,
    DocumentView,
    ProtocolError,
    Request,
    Scan,
    decode_json,
    decode_page,
    decode_scan,
    whole_number,
    write_request,
)
from engine.settings import ParserLimits
from engine.values import DocumentFormat, Page, PageKind

__all__ = ["DocumentHeader", "DocumentView", "draw_scans", "parse_document"]

_START_TIMEOUT_S = 60.0  # a cold disk and a virus scanner may hold up the first import for long
_MAX_RESTARTS = 20  # a document that stops more children than this is given up
_PDF_MARK = b"%PDF-"
_PDF_MARK_WITHIN_BYTES = 1024  # Acrobat accepts leading bytes up to here (PDF 1.7, appendix H.3, note 13)
_PAGE_REASONS = frozenset(
    fault.value
    for fault in (
        DocumentFault.SCANNED_PAGE,
        DocumentFault.GARBLED_TEXT,
        DocumentFault.PAGE_BROKEN,
        DocumentFault.MEMORY,
    )
)
_DOCUMENT_CODES = frozenset(
    fault.value
    for fault in (
        DocumentFault.BROKEN,
        DocumentFault.CONTENT_MISMATCH,
        DocumentFault.ENCRYPTED,
        DocumentFault.MEMORY,
        DocumentFault.NO_PAGES,
        DocumentFault.PAGE_BROKEN,
        DocumentFault.PASSWORD_WRONG,
        DocumentFault.TOO_LARGE,
        DocumentFault.TOO_MANY_PAGES,
        DocumentFault.UNSUPPORTED,
    )
)  # what a child may say about a document
_MAX_SUFFIX_CHARS = 6
_NUMBERS = ("pages", "limit", "size_bytes", "limit_bytes")
_PACKAGE_MARK = b"PK\x03\x04"
_COMPOUND_MARK = b"\xd0\xcf\x11\xe0"  # old Office formats, and new ones with a password
_PARTS = {
    b"word/document.xml": DocumentFormat.DOCX,
    b"xl/workbook.xml": DocumentFormat.XLSX,
    b"ppt/presentation.xml": DocumentFormat.PPTX,
}


def parse_document(
    data: bytes,
    limits: ParserLimits,
    cancel: CancelToken | None = None,
    pacer: Pacer | None = None,
    claimed: DocumentFormat = DocumentFormat.PDF,
    password: str = "",
    label: str = "",
) -> Generator[DocumentView | DocumentHeader | Page]:
    """The document's view where it is no PDF or a locked one, its header, then every page in order.

    `claimed` is what the file's suffix says; the header tells what it is. `password` opens a locked PDF.
    `label` becomes metadata of a view that is typeset.
    A page that takes too long, breaks the child or fills its memory comes as FAILED, and parsing goes on after it in
    a new child. Running heads are still in the text (see `running_heads`). Closing the iterator kills the child.
    While `pacer` is busy the child stands still, and no limit runs.

    Raises:
        DocumentRejected: EMPTY_FILE, NOT_A_PDF, CONTENT_MISMATCH, UNSUPPORTED, TOO_LARGE, ENCRYPTED, PASSWORD_WRONG,
            BROKEN, NO_PAGES, TOO_MANY_PAGES, TIMEOUT, MEMORY or PARSER_CRASHED.
        EnvironmentFault: PARSER_UNUSABLE when no child can be started.
        Cancelled: the token was cancelled.
    """
    kind = check_bytes(data, limits, claimed)
    parsing = _Parsing(
        data, kind, password, limits, cancel or CancelToken(), pacer, left_s=limits.document_timeout_s, label=label
    )
    last = DocumentRejected(DocumentFault.BROKEN)
    for _ in range(_MAX_RESTARTS + 1):
        stopped = yield from parsing.in_one_child(kind)
        if stopped is None:
            return
        last = stopped
        yield Page(parsing.due, PageKind.FAILED, 595.0, 842.0, reason=_page_reason(last))
        parsing.due += 1
        if parsing.due > parsing.page_count:
            return
    raise last


@dataclass(slots=True)
class _Parsing:
    """A document on its way through as many children as it takes. `due` is the next page."""

    data: bytes
    kind: DocumentFormat
    password: str
    limits: ParserLimits
    cancel: CancelToken
    pacer: Pacer | None
    left_s: float
    label: str = ""
    page_count: int = 0
    due: int = 1

    def in_one_child(
        self, found: DocumentFormat
    ) -> Generator[DocumentView | DocumentHeader | Page, None, DocumentRejected | None]:
        """What one child gives; returns what stopped it at page `due`, None when it has read all of them."""
        limits = self.limits
        limited = partial(Request, PARSE, limits.pages, limits.memory_bytes, cpu_s(limits))
        request = limited(self.due, format=self.kind, password=self.password, label=self.label)
        opened = False
        with _start(request, self.data, limits, self.cancel, self.pacer) as child:
            try:
                view, count = _read_header(child, limits, self.kind, self.cancel)
                if view:  # from here on, also for another child
                    self.data, self.kind, self.password = view, DocumentFormat.PDF, ""
                    yield DocumentView(view)
                if self.page_count and count != self.page_count:
                    raise ChildStopped(DocumentFault.PARSER_CRASHED, exit_code=0)
                opened = True
                if not self.page_count:
                    self.page_count = count
                    yield DocumentHeader(count, found)
                while self.due <= self.page_count:
                    timeout_s = min(limits.page_timeout_s, self.left_s - child.waited_s)
                    yield _read_page(child, self.due, timeout_s, self.cancel)
                    self.due += 1
            except ChildStopped as stop:
                self.left_s -= child.waited_s
                if self.left_s <= 0:
                    raise DocumentRejected(DocumentFault.TIMEOUT, limit_s=limits.document_timeout_s) from stop
                if not opened:
                    raise DocumentRejected(stop.fault, **stop.details) from stop
                return DocumentRejected(stop.fault, **stop.details)
        return None


def draw_scans(
    data: bytes, page_nos: Sequence[int], dpi: int, limits: ParserLimits, cancel: CancelToken, pacer: Pacer
) -> Generator[Scan]:
    """Pages (1-indexed) of a PDF as gray pixels, in the order asked for; without pixels where one cannot be drawn.

    Closing the iterator kills the child; while `pacer` is busy it stands still.

    Raises:
        EnvironmentFault: PARSER_UNUSABLE.
        Cancelled: the token was cancelled.
    """
    left = tuple(page_nos)
    while left:
        request = Request(SCANS, limits.pages, limits.memory_bytes, cpu_s(limits), page_nos=left, dpi=dpi)
        with _start(request, data, limits, cancel, pacer) as child:
            try:
                while left:
                    yield _read_scan(child, left[0], limits, cancel)
                    left = left[1:]
                return
            except ChildStopped:
                yield Scan(left[0], 595.0, 842.0, 0, 0, b"")
                left = left[1:]


def _read_scan(child: Child, page_no: int, limits: ParserLimits, cancel: CancelToken) -> Scan:
    kind, untrusted_payload = child.frame(limits.page_timeout_s, cancel)
    try:
        if kind != SCAN:
            raise ProtocolError("scan expected")
        return decode_scan(untrusted_payload, page_no)
    except ProtocolError as error:
        raise ChildStopped(DocumentFault.PARSER_CRASHED, exit_code=0) from error


def check_bytes(data: bytes, limits: ParserLimits, claimed: DocumentFormat = DocumentFormat.PDF) -> DocumentFormat:
    """What the file is by its first bytes, `claimed` where they do not tell; the child looks closer.

    Raises DocumentRejected for what needs no parser to refuse: EMPTY_FILE, TOO_LARGE, NOT_A_PDF.
    """
    if not data:
        raise DocumentRejected(DocumentFault.EMPTY_FILE)
    if len(data) > limits.size_bytes:
        raise DocumentRejected(DocumentFault.TOO_LARGE, size_bytes=len(data), limit_bytes=limits.size_bytes)
    if _PDF_MARK in data[: _PDF_MARK_WITHIN_BYTES + len(_PDF_MARK)]:
        return DocumentFormat.PDF
    if data.startswith(_PACKAGE_MARK):
        claimed = next((kind for part, kind in _PARTS.items() if part in data), claimed)
    elif data.startswith(_COMPOUND_MARK) and claimed is DocumentFormat.PDF:
        claimed = DocumentFormat.DOCX
    if claimed is DocumentFormat.PDF:
        raise DocumentRejected(DocumentFault.NOT_A_PDF)
    return claimed


def parser_command() -> list[str]:
    """How to start a child: this interpreter, or the frozen application as its own parser."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--parser"]
    return [sys.executable, "-P", "-s", "-m", "engine.parser"]


def start_child(limits: ParserLimits, pacer: Pacer | None = None) -> Child:
    """A child that has loaded its libraries and waits for its request. Raises EnvironmentFault PARSER_UNUSABLE."""
    try:
        return Child(parser_command(), child_environment(), limits.memory_bytes, pacer)
    except (OSError, subprocess.SubprocessError) as error:
        raise EnvironmentFault(Fault.PARSER_UNUSABLE, reason=str(error)) from error


def _start(request: Request, data: bytes, limits: ParserLimits, cancel: CancelToken, pacer: Pacer | None) -> Child:
    """A child at work on the request. One that is killed on its way (memory was short for a moment, a guard took it for
    a stranger) is replaced once, before the installation is blamed. Raises EnvironmentFault PARSER_UNUSABLE, Cancelled.
    """
    try:
        return _start_once(request, data, limits, cancel, pacer)
    except EnvironmentFault:
        return _start_once(request, data, limits, cancel, pacer)


def _start_once(request: Request, data: bytes, limits: ParserLimits, cancel: CancelToken, pacer: Pacer | None) -> Child:
    child = start_child(limits, pacer)
    try:
        child.send(lambda stdin: write_request(stdin, request, data))
        await_ready(child, cancel)
    except BaseException:
        child.close()
        raise
    return child


def child_environment() -> dict[str, str]:
    """All that a child gets of the environment: what the interpreter needs, and silence."""
    root = str(Path(__file__).resolve().parents[2])
    kept = ("SYSTEMROOT", "WINDIR", "TEMP", "LD_LIBRARY_PATH")  # without these the interpreter itself may not start
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    return environment | {"PYTHONPATH": root, "PYTHONUTF8": "1", "ORT_DISABLE_TELEMETRY": "1"}


def await_ready(child: Child, cancel: CancelToken) -> None:
    """Raises EnvironmentFault PARSER_UNUSABLE; Cancelled."""
    try:
        kind, _ = child.frame(_START_TIMEOUT_S, cancel)
    except ChildStopped as stop:
        raise EnvironmentFault(Fault.PARSER_UNUSABLE, reason=f"{stop.fault} {stop.details}") from stop
    if kind != READY:
        raise EnvironmentFault(Fault.PARSER_UNUSABLE, reason="unexpected first frame")
    child.start_watching()


def _read_header(
    child: Child, limits: ParserLimits, kind_sent: DocumentFormat, cancel: CancelToken
) -> tuple[bytes, int]:
    """The view, empty if there is none, and the number of pages."""
    untrusted_view: list[bytes] = []
    typesetting = kind_sent is not DocumentFormat.PDF
    kind, untrusted_payload = child.frame(limits.document_timeout_s if typesetting else limits.page_timeout_s, cancel)
    while kind == VIEW and len(untrusted_view) <= limits.size_bytes // MAX_VIEW_PART_BYTES:
        untrusted_view.append(untrusted_payload)
        kind, untrusted_payload = child.frame(limits.page_timeout_s, cancel)
    if kind == FAULT:
        raise document_fault(untrusted_payload)
    try:
        if kind != DOCUMENT:
            raise ProtocolError("document expected")
        return b"".join(untrusted_view), whole_number(decode_json(untrusted_payload), "page_count", 1, limits.pages)
    except ProtocolError as error:
        raise ChildStopped(DocumentFault.PARSER_CRASHED, exit_code=0) from error


def _read_page(child: Child, page_no: int, timeout_s: float, cancel: CancelToken) -> Page:
    kind, untrusted_payload = child.frame(timeout_s, cancel)
    if kind == FAULT:
        raise ChildStopped(DocumentFault(str(document_fault(untrusted_payload).code)))
    try:
        if kind != PAGE:
            raise ProtocolError("page expected")
        return decode_page(untrusted_payload, page_no, _PAGE_REASONS)
    except ProtocolError as error:
        raise ChildStopped(DocumentFault.PARSER_CRASHED, exit_code=0) from error


def _page_reason(rejection: DocumentRejected) -> str:
    reasons = {
        DocumentFault.TIMEOUT.value: DocumentFault.PAGE_TIMEOUT,
        DocumentFault.MEMORY.value: DocumentFault.MEMORY,
    }
    return reasons.get(rejection.code, DocumentFault.PAGE_BROKEN).value


def document_fault(untrusted_payload: bytes) -> DocumentRejected:
    """What a FAULT frame says of the document, PARSER_CRASHED where it makes no sense."""
    try:
        values = decode_json(untrusted_payload)
        code = values.get("code")
        if code not in _DOCUMENT_CODES:
            raise ProtocolError("unknown code")
        details: dict[str, str | int] = {key: whole_number(values, key, 0, 2**48) for key in _NUMBERS if key in values}
        suffix = values.get("suffix")
        if isinstance(suffix, str) and len(suffix) <= _MAX_SUFFIX_CHARS and suffix.removeprefix(".").isalpha():
            details["suffix"] = suffix
    except ProtocolError:
        return DocumentRejected(DocumentFault.PARSER_CRASHED, exit_code=0)
    return DocumentRejected(DocumentFault(code), **details)


def cpu_s(limits: ParserLimits) -> int:
    """Processor seconds of a child."""
    return int(limits.document_timeout_s) + 10
