"""Files to stored documents, with the real parser child; the store and the embedder are the real ones at the end."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.cancel import CancelToken
from engine.errors import Cancelled, DocumentFault, EnvironmentFault, Fault
from engine.events import (
    ChunksEmbedded,
    DocumentFailed,
    DocumentIndexed,
    DocumentPartiallyIndexed,
    DocumentStarted,
    PageParsed,
    PageRecognized,
)
from engine.ingestion import ocr_process
from engine.ingestion.pipeline import IngestEvent, Ingestor
from engine.knowledge.store import KnowledgeBase, NewDocument
from engine.runtime.embedder import Embedder
from engine.settings import ParserLimits
from engine.values import DocumentInfo, DocumentStatus, PageFailure, PageKind, Rung
from tests import pdfs

LIMITS = ParserLimits()
TEXT = "存款保险实行限额偿付,最高偿付限额为人民币50万元。"


class Shelf:
    """A knowledge base of a dictionary; `full` makes it raise as a full disk does."""

    def __init__(self) -> None:
        self.documents: dict[str, NewDocument] = {}
        self.full = False
        self.tidied = 0

    def has(self, document_id: str) -> bool:
        return document_id in self.documents

    def document(self, document_id: str) -> DocumentInfo:
        new = self.documents[document_id]
        counts = len(new.pages), len(new.chunks), len(new.original)
        return DocumentInfo(document_id, new.name, DocumentStatus.INDEXED, new.rung, *counts, "", new.source_path)

    def add_document(self, document: NewDocument) -> DocumentInfo:
        if self.full:
            raise EnvironmentFault(Fault.DISK_FULL, path="home", needed_bytes=1, free_bytes=0)
        self.documents[document.document_id] = document
        return self.document(document.document_id)

    def tidy(self) -> None:
        self.tidied += 1


class Ones:
    """An embedder whose vectors are all ones, two texts at a time."""

    def embed_passages(
        self, texts: Sequence[str], cancel: CancelToken | None = None, pause: Callable[[], None] | None = None
    ) -> Iterator[NDArray[np.float32]]:
        for start in range(0, len(texts), 2):
            yield np.ones((len(texts[start : start + 2]), 3), np.float32)


class Run(NamedTuple):
    events: list[IngestEvent]
    shelf: Shelf

    @property
    def ends(self) -> list[IngestEvent]:
        last = DocumentIndexed, DocumentPartiallyIndexed, DocumentFailed
        return [event for event in self.events if isinstance(event, last)]


def ingest(*paths: Path, shelf: Shelf | None = None, limits: ParserLimits = LIMITS) -> Run:
    shelf = shelf or Shelf()
    return Run(list(Ingestor(shelf, Ones(), limits).ingest(paths, CancelToken())), shelf)


def test_a_document_is_started_parsed_embedded_and_stored_whole(tmp_path: Path) -> None:
    path = pdfs.article_pdf(tmp_path / "办法.pdf", [f"第{n}条 {TEXT}" for n in "一二三四五"] * 9, title="存款办法")
    run = ingest(path)
    kinds = [type(event) for event in run.events]
    assert kinds[0] is DocumentStarted
    assert kinds[-1] is DocumentIndexed
    assert kinds == sorted(kinds, key=[DocumentStarted, PageParsed, ChunksEmbedded, DocumentIndexed].index)
    (stored,) = run.shelf.documents.values()
    end = run.ends[0]
    assert isinstance(end, DocumentIndexed)
    assert (end.document_id, end.pages, end.chunks) == (stored.document_id, len(stored.pages), len(stored.chunks))
    assert (stored.name, stored.title, stored.source_path, stored.rung) == (
        "办法.pdf",
        "存款办法",
        str(path),
        Rung.BRANCH,
    )
    assert stored.original == path.read_bytes()
    assert stored.vectors.shape == (len(stored.chunks), 3)
    embedded = [event for event in run.events if isinstance(event, ChunksEmbedded)]
    assert (embedded[-1].done, embedded[-1].total) == (len(stored.chunks), len(stored.chunks))


def test_the_same_bytes_are_taken_in_once(tmp_path: Path) -> None:
    first = pdfs.pages_pdf(tmp_path / "a.pdf", [TEXT])
    copy = Path(shutil.copy(first, tmp_path / "b.pdf"))
    run = ingest(first, copy)
    assert [event.already_known for event in run.ends if isinstance(event, DocumentIndexed)] == [False, True]
    assert len(run.shelf.documents) == 1
    assert run.shelf.tidied == 1  # after the batch, not after each


def test_bad_documents_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    good = pdfs.pages_pdf(tmp_path / "a.pdf", [TEXT])
    bad = {
        "1 空.pdf": b"",
        "2 not a pdf.pdf": b"hello, this is a text file",
        "3.pdf": pdfs.encrypted_pdf(tmp_path / "x" / "e.pdf").read_bytes(),
        "4.pdf": pdfs.flipped_bytes(Path(pdfs.pages_pdf(tmp_path / "x" / "f.pdf", [TEXT] * 9)).read_bytes()),
        "5.pdf": pdfs.pages_pdf(tmp_path / "x" / "one.pdf", [""]).read_bytes(),
        "6.pdf": pdfs.pages_pdf(tmp_path / "x" / "blank.pdf", ["", ""]).read_bytes(),
        "7.doc": b"text",
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    run = ingest(*(tmp_path / name for name in bad), tmp_path / "gone.pdf", good)
    assert [event.reason for event in run.ends if isinstance(event, DocumentFailed)] == [
        DocumentFault.EMPTY_FILE,
        DocumentFault.NOT_A_PDF,
        DocumentFault.ENCRYPTED,
        DocumentFault.BROKEN,
        DocumentFault.NO_TEXT,
        DocumentFault.NO_TEXT,
        DocumentFault.UNSUPPORTED,
        DocumentFault.VANISHED,
    ]
    assert isinstance(run.ends[-1], DocumentIndexed)
    assert [document.name for document in run.shelf.documents.values()] == ["a.pdf"]


def test_scanned_pages_are_recognized_page_by_page(tmp_path: Path) -> None:
    run = ingest(pdfs.partly_scanned_pdf(tmp_path / "a.pdf"))
    (end,) = run.ends
    assert isinstance(end, DocumentIndexed)
    (stored,) = run.shelf.documents.values()
    assert [page.kind for page in stored.pages] == [PageKind.TEXT, PageKind.OCR, PageKind.TEXT]
    assert "扫描件" in stored.pages[1].text
    assert any("扫描件" in chunk.text for chunk in stored.chunks)
    recognized = [event for event in run.events if isinstance(event, PageRecognized)]
    assert [(event.page_no, event.page_count) for event in recognized] == [(2, 3)]


def test_a_partly_readable_document_says_which_pages_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_process, "ocr_command", lambda: [sys.executable, "-c", "raise ImportError"])
    run = ingest(pdfs.partly_scanned_pdf(tmp_path / "a.pdf"))
    (end,) = run.ends
    assert isinstance(end, DocumentPartiallyIndexed)
    assert end.failures == (PageFailure(2, DocumentFault.OCR_UNUSABLE),)
    assert end.pages == 3
    (stored,) = run.shelf.documents.values()
    assert stored.failures == end.failures
    (end,) = ingest(pdfs.scanned_pdf(tmp_path / "b.pdf")).ends
    assert isinstance(end, DocumentFailed)
    assert end.reason == DocumentFault.OCR_UNUSABLE


def test_limits_come_with_their_figures(tmp_path: Path) -> None:
    path = pdfs.pages_pdf(tmp_path / "a.pdf", [TEXT] * 3)
    (end,) = ingest(path, limits=replace(LIMITS, pages=2)).ends
    assert isinstance(end, DocumentFailed)
    assert (end.reason, dict(end.details)) == (DocumentFault.TOO_MANY_PAGES, {"pages": 3, "limit": 2})
    (end,) = ingest(path, limits=replace(LIMITS, size_bytes=10)).ends
    assert isinstance(end, DocumentFailed)
    assert (end.reason, dict(end.details)["limit_bytes"]) == (DocumentFault.TOO_LARGE, 10)


@pytest.mark.parametrize(
    "name",
    ["带 空格.pdf", "😀🏦.pdf", "关于进一步加强个人银行结算账户管理工作的通知及其附件" * 3 + ".pdf", "a'b\"c;d.pdf"],
)
def test_names_of_all_kinds_are_taken(tmp_path: Path, name: str) -> None:
    run = ingest(pdfs.pages_pdf(tmp_path / "x" / "a.pdf", [TEXT]).rename(tmp_path / name))
    assert [type(event) for event in run.ends] == [DocumentIndexed]
    assert run.ends[0].name == name


def test_cancelling_leaves_nothing_of_the_document_under_way(tmp_path: Path) -> None:
    paths = [pdfs.pages_pdf(tmp_path / f"{n}.pdf", [f"{TEXT}{n}"] * 5) for n in range(2)]
    shelf, cancel = Shelf(), CancelToken()
    with pytest.raises(Cancelled):
        for event in Ingestor(shelf, Ones(), LIMITS).ingest(paths, cancel):
            if isinstance(event, PageParsed) and event.path == str(paths[1]):
                cancel.cancel()
    assert [document.name for document in shelf.documents.values()] == ["0.pdf"]
    shelf, cancel = Shelf(), CancelToken()
    with pytest.raises(Cancelled):
        for event in Ingestor(shelf, Ones(), LIMITS).ingest(paths, cancel):
            if isinstance(event, ChunksEmbedded):
                cancel.cancel()
    assert not shelf.documents


def test_a_full_disk_stops_the_batch(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.full = True
    with pytest.raises(EnvironmentFault) as caught:
        ingest(pdfs.pages_pdf(tmp_path / "a.pdf", [TEXT]), tmp_path / "b.pdf", shelf=shelf)
    assert caught.value.code == Fault.DISK_FULL


def test_a_file_that_vanishes_after_the_drop_is_named(tmp_path: Path) -> None:
    path = pdfs.pages_pdf(tmp_path / "a.pdf", [TEXT])
    events = Ingestor(Shelf(), Ones(), LIMITS).ingest([path], CancelToken())
    assert isinstance(next(events), DocumentStarted)
    path.unlink()
    (end,) = events
    assert isinstance(end, DocumentFailed)
    assert end.reason == DocumentFault.VANISHED


def test_a_file_replaced_while_it_is_taken_in_is_stored_as_it_was_read(tmp_path: Path) -> None:
    path = pdfs.pages_pdf(tmp_path / "a.pdf", [TEXT] * 3)
    first = path.read_bytes()
    shelf = Shelf()
    for event in Ingestor(shelf, Ones(), LIMITS).ingest([path], CancelToken()):
        if isinstance(event, PageParsed) and event.page_no == 1:
            pdfs.pages_pdf(tmp_path / "b.pdf", ["完全不同的内容。"]).replace(path)
    (stored,) = shelf.documents.values()
    assert stored.original == first
    assert stored.document_id == hashlib.sha256(first).hexdigest()
    assert all(TEXT[:8] in page.text for page in stored.pages)


def test_a_page_that_hangs_in_a_document_of_its_own_is_a_timeout(tmp_path: Path) -> None:
    path = pdfs.slow_page_pdf(tmp_path / "a.pdf", slow_page=1, pages=1)
    (end,) = ingest(path, limits=replace(LIMITS, page_timeout_s=0.5)).ends
    assert isinstance(end, DocumentFailed)
    assert (end.reason, dict(end.details)) == (DocumentFault.TIMEOUT, {"limit_s": 0.5})


def test_a_thousand_pages_are_taken_in(tmp_path: Path) -> None:
    path = pdfs.many_pages_pdf(tmp_path / "a.pdf", 1000, TEXT)
    (end,) = ingest(path).ends
    assert isinstance(end, DocumentIndexed)
    assert end.pages == 1000


@pytest.mark.slow
def test_a_folder_of_five_hundred_files_is_taken_in(tmp_path: Path) -> None:
    for number in range(500):
        pdfs.pages_pdf(tmp_path / f"{number % 7}" / f"{number:03}.pdf", [f"第{number}份文件。{TEXT}"])
    run = ingest(tmp_path)
    assert len(run.ends) == len(run.shelf.documents) == 500
    assert all(isinstance(event, DocumentIndexed) for event in run.ends)


def test_a_law_is_stored_and_found_with_the_real_parts(
    home: Path, passphrase_file: Path, shared_data: Path, embedder_pack: Path
) -> None:
    embedder = Embedder.open(embedder_pack)
    law = shared_data / "laws_pdf" / "存款保险条例(2015-02-17).pdf"
    question = "存款保险最高赔多少"
    with KnowledgeBase.open(
        home, embedder_fingerprint=embedder.fingerprint, passphrase_file=passphrase_file
    ) as knowledge:
        *_, end = Ingestor(knowledge, embedder, LIMITS).ingest([law], CancelToken())
        assert isinstance(end, DocumentIndexed)
        first = knowledge.search(question, embedder.embed_query(question), 3)[0]
        assert "最高偿付限额为人民币50万元" in first.text
        assert (first.page_no, first.heading_path[-1]) == (1, "第五条")
        page = knowledge.page(end.document_id, 1)
        span = first.spans[0]
        assert page.text[span.start : span.end].startswith("第五条 存款保险实行限额偿付")
