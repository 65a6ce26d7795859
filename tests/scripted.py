"""An engine that plays prepared events where the real one would work: for tests of the command line."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from engine import api
from engine.api import (
    AnswerFinished,
    AskRequest,
    CancelToken,
    Citation,
    DocumentFailed,
    DocumentIndexed,
    DocumentInfo,
    DocumentPartiallyIndexed,
    DocumentRemoved,
    DocumentStarted,
    DocumentStatus,
    ModelLoaded,
    ModelLoading,
    PageAccount,
    PageFailure,
    PageKind,
    Passage,
    PassagesFound,
    PromptRead,
    Rejection,
    RequestRejected,
    Rung,
    TextDelta,
    Timings,
)

ID = "ab" * 32
NAME = "存款 手册😀.pdf"
PASSAGE = Passage("c1", ID, NAME, 2, "第九条 提前支取按活期计息。", ("第三章",), (), Rung.BRANCH, 0.03, 0.9)
CITATION = Citation(1, ID, NAME, 2, "按活期计息", Rung.BRANCH)
ANSWER = AnswerFinished("按活期计息[1]。", True, (CITATION,), Timings(0.1, 300, 1.5, 20, 9.87654))
Run = Callable[..., tuple[int, list[dict[str, Any]]]]  # jinpan --json …: the exit code and the records


class ScriptedEngine:
    """Plays prepared events at the seam where the real engine would work."""

    opened: ClassVar[list[ScriptedEngine]]
    fault: Exception | None = None

    def __init__(self, settings: api.Settings) -> None:
        self.settings = settings
        self.closed = False
        self.requests: list[AskRequest] = []
        self.ingested: list[Path] = []

    @classmethod
    def open(
        cls,
        settings: api.Settings,
        passphrase: Callable[[bool], str] | None = None,
        on_recovery_key: Callable[[str], None] | None = None,
    ) -> ScriptedEngine:
        if cls.fault is not None:
            raise cls.fault
        settings.home.mkdir(exist_ok=True)
        cls.opened.append(cls(settings))
        return cls.opened[-1]

    def __enter__(self) -> ScriptedEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True

    def ask(self, request: AskRequest, cancel: CancelToken) -> Iterator[object]:
        if not request.question.strip():
            raise RequestRejected(Rejection.QUESTION_EMPTY)
        self.requests.append(request)
        yield ModelLoading("甲")
        yield ModelLoaded("甲", "CPU", 1.0)
        yield PassagesFound((PASSAGE,), 0.1)
        yield PromptRead(10, 300)
        if request.question == "等":
            while True:
                cancel.raise_if_cancelled()
                time.sleep(0.005)
        yield TextDelta("按活期")
        yield TextDelta("计息[1]。")
        yield ANSWER

    def search(self, question: str, k: int, *, include_superseded: bool = False) -> tuple[Passage, ...]:
        if not question.strip():
            raise RequestRejected(Rejection.QUESTION_EMPTY)
        return (replace(PASSAGE, version="2006", superseded=include_superseded),) * min(k, 2)

    def ingest(
        self, paths: Sequence[Path], _: CancelToken, passwords: Mapping[Path, str] | None = None
    ) -> Iterator[object]:
        self.ingested.extend(paths)
        failures = (PageFailure(3, "scanned_page"), PageFailure(5, "scanned_page"))
        for path in paths:
            yield DocumentStarted(str(path), path.name)
            if "坏" in path.name:
                details = (("size_bytes", 400 * 1024**2), ("limit_bytes", 300 * 1024**2))
                yield DocumentFailed(str(path), "", path.name, 0.5, "too_large", details)
            elif "缺" in path.name:
                yield DocumentPartiallyIndexed(str(path), ID, path.name, 9, 20, 1.0, failures)
            else:
                yield DocumentIndexed(str(path), ID, path.name, 3, 30, 1.23456)

    def pages(self, document_id: str) -> tuple[PageAccount, ...]:
        if document_id != ID:
            raise RequestRejected(Rejection.DOCUMENT_UNKNOWN, document_id=document_id)
        failed = PageAccount(3, PageKind.FAILED, 0, "page_broken")
        return (PageAccount(1, PageKind.TEXT, 812), PageAccount(2, PageKind.TABLE, 96), failed)

    def documents(self) -> tuple[DocumentInfo, ...]:
        return (DocumentInfo(ID, "甲.pdf", DocumentStatus.INDEXED, Rung.BRANCH, 3, 30, 999, "2026-11-22", "/甲.pdf"),)

    def remove(self, ids: Sequence[str], _: CancelToken) -> Iterator[DocumentRemoved]:
        if any(document_id != ID for document_id in ids):
            raise RequestRejected(Rejection.DOCUMENT_UNKNOWN, document_id=ids[0])
        for document_id in ids:
            yield DocumentRemoved(document_id, "甲.pdf")
