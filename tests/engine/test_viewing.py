"""What a viewer asks of a stored document, with a real ledger and documents that were really parsed."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from engine import viewing
from engine.auditing import Audit
from engine.cancel import CancelToken
from engine.errors import Cancelled, EnvironmentFault, RequestRejected
from engine.events import HitsCounted, HitsFound
from engine.ingestion.parser_process import parse_document
from engine.knowledge import keys
from engine.knowledge.audit_values import AuditAction
from engine.knowledge.store import KnowledgeBase, NewDocument
from engine.settings import ParserLimits
from engine.values import DocumentFormat, Hit, Original, Page, PageKind, Rung, Span
from engine.viewing import Viewing, needle_pattern, openable
from tests import pdfs

Add = Callable[..., str]


@pytest.fixture
def knowledge(home: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KnowledgeBase]:
    monkeypatch.setattr(keys, "_SCRYPT_N", 2**10)
    with KnowledgeBase.open(home, embedder_fingerprint="e", passphrase_file=passphrase_file) as opened:
        yield opened


@pytest.fixture
def shown(knowledge: KnowledgeBase) -> Iterator[Viewing]:
    shown = Viewing(knowledge, ParserLimits(), Audit(knowledge.audit))
    yield shown
    shown.close()


def stored(knowledge: KnowledgeBase, path: Path, pages: Sequence[Page], data: bytes = b"") -> str:
    data = data or path.read_bytes()
    document_id = hashlib.sha256(data).hexdigest()
    knowledge.add_document(
        NewDocument(
            document_id=document_id,
            name=path.name,
            title="",
            source_path=str(path),
            rung=Rung.BRANCH,
            original=data,
            pages=tuple(pages),
            chunks=[],
            vectors=np.zeros((0, 8), np.float32),
        )
    )
    return document_id


@pytest.fixture
def add(knowledge: KnowledgeBase) -> Add:
    """Stores a PDF whose pages were parsed by the real parser."""

    def add(path: Path) -> str:
        pages = [page for page in parse_document(path.read_bytes(), ParserLimits()) if isinstance(page, Page)]
        return stored(knowledge, path, pages)

    return add


def found(shown: Viewing, document_id: str, needle: str) -> list[Hit]:
    *some, last = shown.find(document_id, needle, CancelToken())
    hits = [hit for event in some if isinstance(event, HitsFound) for hit in event.hits]
    assert isinstance(last, HitsCounted) and last.hits == len(hits) and not last.more
    return hits


def test_a_needle_is_found_whatever_its_case_width_and_white_space(shown: Viewing, add: Add, tmp_path: Path) -> None:
    texts = ["第一条 最高偿付限额为人民币 50 万元(含)。", "Annual Report of 2020", "（一）大额存单，ATM 机"]
    document = add(pdfs.pages_pdf(tmp_path / "a.pdf", texts))
    for needle, page_no in (
        ("最高偿付限额", 1),
        ("最高 偿付　限额", 1),
        ("人民币50万元", 1),
        ("５０万元（含）", 1),
        ("annual report", 2),
        ("ANNUAL  REPORT", 2),
        ("ａｎｎｕａｌ", 2),
        ("(一)大额存单,atm机", 3),
    ):
        assert [hit.span.page_no for hit in found(shown, document, needle)] == [page_no], needle
    for needle in ("", "  ", "没有", "annualreport", "5 0万元", ".*"):
        assert not found(shown, document, needle), needle


def test_a_hit_says_what_stands_around_it_and_where(shown: Viewing, add: Add, tmp_path: Path) -> None:
    paragraph = "开户人应当出示身份证件，" * 8 + "网点核对后登记。"
    document = add(pdfs.article_pdf(tmp_path / "a.pdf", [paragraph]))
    hits = found(shown, document, "出示身份证件")
    assert len(hits) == 8
    assert all(hit.found == "出示身份证件" for hit in hits)
    assert hits[0].before.endswith("开户人应当") and hits[0].after.startswith("，开户人")
    (boxes,) = shown.boxes(document, 1, [hits[0].span], 595)
    assert len(boxes) == 1 and boxes[0].x1 - boxes[0].x0 == pytest.approx(6 * 11, abs=2)  # six characters of 11 points
    whole = shown.boxes(document, 1, [Span(1, 0, 50)], 1190)
    assert len(whole) == 1 and len(whole[0]) == 2  # a box a line
    assert whole[0][0].x1 <= 1190


def test_pages_are_read_in_steps_and_a_cancel_is_heard_between_them(shown: Viewing, knowledge: KnowledgeBase) -> None:
    document = long_document(knowledge, 200)
    cancel = CancelToken()
    events = shown.find(document, "存款", cancel)
    first = next(events)
    assert isinstance(first, HitsFound) and (first.pages_read, first.page_count) == (64, 200)
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(events)
    assert len(found(shown, document, "存款")) == 200


def test_the_count_stops_at_its_limit_and_says_so(
    shown: Viewing, knowledge: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewing, "MAX_HITS", 100)
    document = long_document(knowledge, 200)
    *some, last = shown.find(document, "存款", CancelToken())
    assert last == HitsCounted(100, more=True)
    assert sum(len(event.hits) for event in some if isinstance(event, HitsFound)) == 100


def long_document(knowledge: KnowledgeBase, pages: int) -> str:
    text = "存款业务"
    boxes = np.ones((len(text), 4), "<f4").tobytes()
    made = [Page(n, PageKind.TEXT, 595.0, 842.0, text, boxes, (0,)) for n in range(1, pages + 1)]
    return stored(knowledge, Path("/文件/长.pdf"), made, b"%PDF- long")


def test_no_pattern_of_the_user_is_read_as_one(shown: Viewing) -> None:
    for needle in ("(((((", "[a-", "\\", "a{99999}", "(a+)+$"):
        pattern = needle_pattern(needle)
        assert pattern is not None and pattern.search(f"x{needle}y")


def test_the_quote_of_the_passage_is_boxed_where_it_stands_twice(shown: Viewing, add: Add, tmp_path: Path) -> None:
    document = add(pdfs.article_pdf(tmp_path / "a.pdf", ["应当登记。", "其他内容。", "应当登记。"]))
    text = "应当登记。"
    second = found(shown, document, text)[1].span
    upper = shown.draw(document, 1, 595, text)
    lower = shown.draw(document, 1, 595, text, [Span(1, second.start - 2, second.end)])
    assert upper.boxes[0].y0 < lower.boxes[0].y0
    assert lower.width_pt == pytest.approx(595, abs=1)


def test_the_file_is_named_only_while_it_is_the_same(shown: Viewing, add: Add, tmp_path: Path) -> None:
    path = pdfs.pages_pdf(tmp_path / "规定.pdf", ["甲"])
    document = add(path)
    original = shown.original(document, CancelToken())
    assert (original.path, original.name, original.format) == (str(path), "规定.pdf", DocumentFormat.PDF)
    assert openable(original)
    kept = path.read_bytes()
    path.write_bytes(kept + b" ")
    assert shown.original(document, CancelToken()).path == ""
    path.unlink()
    path.mkdir()
    assert shown.original(document, CancelToken()).path == ""
    shutil.rmtree(path)
    assert not openable(shown.original(document, CancelToken()))
    with pytest.raises(RequestRejected):
        shown.original("0" * 64, CancelToken())


def test_the_original_is_saved_and_the_log_is_told(
    shown: Viewing, knowledge: KnowledgeBase, add: Add, tmp_path: Path
) -> None:
    path = pdfs.pages_pdf(tmp_path / "规定.pdf", ["甲"])
    kept = path.read_bytes()
    document = add(path)
    path.unlink()
    shown.save_original(document, tmp_path / "另存.pdf")
    assert (tmp_path / "另存.pdf").read_bytes() == kept
    entry = Audit(knowledge.audit).entries()[-1]
    assert (entry.action, entry.sources) == (AuditAction.EXPORTED, (document,))
    with pytest.raises(EnvironmentFault):
        shown.save_original(document, tmp_path / "没有" / "另存.pdf")


@pytest.mark.parametrize(
    ("name", "format", "may"),
    [
        ("规定.pdf", DocumentFormat.PDF, True),
        ("规定.PDF", DocumentFormat.PDF, True),
        ("台账.xlsx", DocumentFormat.XLSX, True),
        ("说明.txt", DocumentFormat.TEXT, True),
        ("规定.pdf.exe", DocumentFormat.PDF, False),
        ("规定.pdf:x.exe", DocumentFormat.PDF, False),
        ("规定.exe", DocumentFormat.PDF, False),
        ("规定.pdf ", DocumentFormat.PDF, False),
        ("规定.pdf.", DocumentFormat.PDF, False),
        ("规定", DocumentFormat.PDF, False),
        ("台账.xlsm", DocumentFormat.XLSX, False),
        ("网页.html", DocumentFormat.HTML, False),
        ("规定.desktop", DocumentFormat.TEXT, False),
        ("规定.txt", DocumentFormat.PDF, False),
    ],
)
def test_only_documents_that_show_and_do_not_run_are_opened(name: str, format: DocumentFormat, may: bool) -> None:
    assert openable(Original("d", name, format, f"/资料/{name}", 1)) is may
    assert not openable(Original("d", name, format, "", 1))
