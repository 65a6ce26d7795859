"""A scripted engine with the facade's shape, for tests and pictures of the window. No model, no files, no children."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from engine.api import (
    AnswerFinished,
    AnswerWritten,
    AskRequest,
    Box,
    CancelToken,
    ChunksEmbedded,
    Citation,
    DocumentFailed,
    DocumentFault,
    DocumentIndexed,
    DocumentInfo,
    DocumentPartiallyIndexed,
    DocumentRejected,
    DocumentRemoved,
    DocumentStarted,
    DocumentStatus,
    ExportedTurn,
    ModelLoaded,
    ModelLoading,
    PackInfo,
    PageAccount,
    PageFailure,
    PageImage,
    PageKind,
    PageParsed,
    Passage,
    PassagesFound,
    PromptRead,
    QuestionUnderstood,
    Rung,
    Settings,
    SharedMissed,
    Span,
    TextDelta,
    Timings,
    Value,
    remember_choices,
)
from engine.exporting.files import export_conversation
from tests.fake_audit import FakeAudit
from tests.fake_feedback import FakeFeedback
from tests.fake_history import FakeHistory
from tests.fake_library import FakeCollections, FakeLibrary
from tests.fake_parts import NOON, FakeFolders, FakeKnowledgePacks, FakeWeb, FakeWriting
from tests.fake_viewing import FakeViewing

PASSWORD = "a1"  # opens every locked document
PACK = "qwen2.5-coder-1.5b-instruct-int8"

# Written for these tests; the figures are invented and no bank's rules.
ANSWER = """存款保险实行**限额偿付**，同一存款人在同一家投保机构的被保险存款，本金和利息合计最高偿付 **50 万元** [1]。

办理时请注意：

1. 先核对客户名下全部账户，按同一机构合并计算 [1]；
2. 超过限额的部分，从投保机构的清算财产中受偿 [2]；
3. 理财产品、基金**不属于**存款，不在保障范围内 [3]。

| 项目 | 是否保障 | 说明 |
|---|---|---|
| 活期、定期存款 | 是 | 本息合并计算 |
| 外币存款 | 是 | 折算为人民币 |
| 理财产品 | 否 | 由产品合同约定 |

如需向客户解释，可以这样说：“您在我行的存款受存款保险保障，50 万元以内全额偿付。”"""

PAGE_LINES = (
    "第四条  被保险存款包括投保机构吸收的人民币存款和外币存款。",
    "金融机构同业存款、投保机构高级管理人员在本机构的存款，",
    "以及规定不予保险的其他存款除外。",
    "第五条  存款保险实行限额偿付，最高偿付限额为人民币 50 万元。",
    "同一存款人在同一家投保机构所有被保险存款账户的存款本金和利息",
    "合并计算的资金数额在最高偿付限额以内的，实行全额偿付；",
    "超出最高偿付限额的部分，依法从投保机构清算财产中受偿。",
    "第六条  存款保险费率由基准费率和风险差别费率构成。",
)
PAGE_FAMILIES = ["Noto Serif CJK SC", "SimSun", "Noto Sans CJK SC"]
_BOXED_LINES = range(3, 7)


def document_id(name: str) -> str:
    return sha256(name.encode()).hexdigest()


def passage(name: str, page_no: int, text: str, rung: Rung = Rung.BRANCH, heading: tuple[str, ...] = ()) -> Passage:
    document = document_id(name)
    spans = (Span(page_no, 0, len(text)),)
    return Passage(f"{document}:{page_no}:0", document, name, page_no, text, heading, spans, rung, 0.5, 0.8)


PASSAGES = (
    passage(
        "存款保险业务操作规程(2024-03-01).pdf",
        1,
        "第五条 存款保险实行限额偿付，最高偿付限额为人民币50万元。同一存款人在同一家投保机构所有被保险存款账户的"
        "存款本金和利息合并计算的资金数额在最高偿付限额以内的，实行全额偿付。",
        heading=("第二章 保障范围", "第五条"),
    ),
    passage(
        "存款保险业务操作规程(2024-03-01).pdf",
        2,
        "第六条 超出最高偿付限额的部分，依法从投保机构清算财产中受偿。网点应当向客户说明偿付顺序和办理时限。",
        heading=("第二章 保障范围", "第六条"),
    ),
    passage(
        "内置银行知识",
        1,
        "理财产品不是存款：净值会波动，不受存款保险保障，销售时须明确提示风险并完成双录。",
        Rung.BUILTIN,
    ),
    passage("网点柜面服务手册.pdf", 37, "客户咨询存款安全时，应使用统一口径回答，并提供存款保险宣传折页。"),
    passage("2023年度柜面业务问答汇编.pdf", 112, "问：外币存款是否纳入存款保险？答：纳入，按规定汇率折算为人民币。"),
)


def pack(name: str, size_bytes: int, kind: str = "generator", *, fits: bool = True) -> PackInfo:
    path = f"/packs/{name}"
    return PackInfo(name, kind, "1", "qwen2", "int8-block32", "Apache-2.0", size_bytes, path, False, fits=fits)


PACKS = (
    pack(PACK, 1_913_000_000),
    pack("multilingual-e5-small", 118_000_000, "embedder"),
    pack("qwen2.5-coder-0.5b-instruct-int8", 680_000_000),
    pack("jinpan-7b-int8", 7_590_000_000, fits=False),
)


@dataclass
class FakeEngine:
    """Behaves as its fields say. `delay_s` stands between events; cancelling is noticed at every step."""

    settings: Settings
    delay_s: float = 0.0
    answer: str = ANSWER
    passages: tuple[Passage, ...] = PASSAGES
    found: bool = True
    searched: str = ""  # what the question is rewritten into
    topic_changed: bool = False
    proven: dict[str, Any] = field(default_factory=dict)  # further fields of AnswerFinished
    shared_missed: tuple[SharedMissed, ...] = ()
    ask_error: Exception | None = None
    faults: dict[str, DocumentFault] = field(default_factory=dict)  # file name -> why it fails
    partial: dict[str, tuple[PageFailure, ...]] = field(default_factory=dict)
    page_count: int = 6
    holdings: dict[str, DocumentInfo] = field(default_factory=dict)
    stop_after: type | None = None  # wait after the first event of this type, until cancelled
    pack_name: str = PACK
    installed: tuple[PackInfo, ...] = PACKS
    pack_error: Exception | None = None  # why no other pack can be loaded
    device: str = ""
    kb: FakeKnowledgePacks = field(default_factory=lambda: FakeKnowledgePacks())
    watching: FakeFolders = field(default_factory=lambda: FakeFolders())
    web: FakeWeb = field(default_factory=lambda: FakeWeb())
    writing: FakeWriting = field(default_factory=lambda: FakeWriting())
    collections: FakeCollections = field(default_factory=lambda: FakeCollections())
    history: FakeHistory = field(default_factory=lambda: FakeHistory())
    feedback: FakeFeedback = field(default_factory=lambda: FakeFeedback())
    audit: FakeAudit = field(default_factory=lambda: FakeAudit())
    viewing: FakeViewing = field(default_factory=lambda: FakeViewing())
    closed: bool = False
    requests: list[AskRequest] = field(default_factory=list)
    rendered: list[tuple[str, int, int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.viewing.engine = self
        self.library = FakeLibrary(self)

    @classmethod
    def open(
        cls,
        settings: Settings,
        passphrase: Callable[[bool], str] | None = None,
        on_recovery_key: Callable[[str], None] | None = None,
    ) -> FakeEngine:
        return cls(settings)

    def prepare(self) -> Iterator[object]:
        yield from ()

    def warm_up(self, cancel: CancelToken) -> Iterator[object]:
        yield from self._script(cancel, [ModelLoading(self.pack_name), ModelLoaded(self.pack_name, "CPU", 1.5)])
        self.device = "CPU"

    def use_pack(self, name: str, cancel: CancelToken) -> Iterator[object]:
        yield from self._script(cancel, [ModelLoading(name), *([self.pack_error] if self.pack_error else [])])
        self.pack_name = name
        yield ModelLoaded(name, "CPU", 1.5)

    def choose(self, **changes: Value) -> Settings:
        self.settings = remember_choices(self.settings, **changes)
        return self.settings

    def packs(self) -> tuple[PackInfo, ...]:
        return tuple(replace(pack, chosen=pack.name == self.pack_name) for pack in self.installed)

    def ask(self, request: AskRequest, cancel: CancelToken) -> Iterator[object]:
        self.requests.append(request)
        yield from self.warm_up(cancel)
        yield from self.shared_missed
        yield from self._script(cancel, self._answer_events(request))

    def ingest(
        self, paths: Sequence[Path], cancel: CancelToken, passwords: Mapping[Path, str] | None = None
    ) -> Iterator[object]:
        for path in paths:
            yield from self._script(cancel, [DocumentStarted(str(path), path.name)])
            fault = self._fault(path, (passwords or {}).get(path, ""))
            if fault:
                yield DocumentFailed(str(path), "", path.name, 0.1, fault.value)
                continue
            steps: list[object] = [PageParsed(str(path), n, self.page_count) for n in range(1, self.page_count + 1)]
            steps += [ChunksEmbedded(str(path), n, 4 * self.page_count) for n in range(0, 4 * self.page_count + 1, 4)]
            yield from self._script(cancel, steps)
            yield self._take_in(path)

    def remove(self, document_ids: Sequence[str], cancel: CancelToken) -> Iterator[object]:
        for key in document_ids:
            yield from self._script(cancel, [DocumentRemoved(key, self.library.take(key).name)])

    def documents(self) -> tuple[DocumentInfo, ...]:
        return tuple(self.holdings.values())

    def render_page(
        self, document_id: str, page_no: int, width_px: int, quote: str = "", spans: Sequence[Span] = ()
    ) -> PageImage:
        self.rendered.append((document_id, page_no, width_px, quote))
        if page_no > 40:
            raise DocumentRejected(DocumentFault.PAGE_BROKEN, page_no=page_no)
        png, height, boxes = draw_page(width_px, page_no)
        return PageImage(document_id, page_no, 12, png, width_px, height, boxes if quote or spans else ())

    def pages(self, document_id: str) -> tuple[PageAccount, ...]:
        failed = {failure.page_no: failure.reason for failure in self.holdings[document_id].failures}
        kinds = (PageKind.TEXT, PageKind.TEXT, PageKind.TABLE, PageKind.OCR, PageKind.EMPTY)
        return tuple(
            PageAccount(n, PageKind.FAILED if n in failed else kinds[n % len(kinds)], 400, failed.get(n, ""))
            for n in range(1, self.holdings[document_id].page_count + 1)
        )

    def export(
        self, turns: Sequence[ExportedTurn], path: Path, title: str, cancel: CancelToken, conversation_id: str = ""
    ) -> None:
        """The real writers; only PDF needs a child, and that is shown with the real engine."""
        export_conversation(turns, path, title, self.settings.limits, cancel)

    @property
    def knowledge_packs(self) -> FakeKnowledgePacks:
        return self.kb

    def close(self) -> None:
        self.closed = True

    def hold(self, *names: str) -> FakeEngine:
        """Begin with these documents in the library."""
        for name in names:
            self._take_in(Path("/资料") / name)
        return self

    def _answer_events(self, request: AskRequest) -> list[object]:
        total = 540
        searched = request.searched or self.searched or request.question
        events: list[object] = [QuestionUnderstood(request.question, searched, self.topic_changed)]
        events += [PassagesFound(self.passages, 0.08)]
        events += [PromptRead(done, total) for done in (128, 312, 512, total)]
        if self.ask_error:
            return [*events, self.ask_error]
        events += [TextDelta(self.answer[at : at + 3]) for at in range(len(request.continued), len(self.answer), 3)]
        events.append(AnswerWritten())
        cited = [n for n in range(1, len(self.passages) + 1) if f"[{n}]" in self.answer]
        citations = tuple(_citation(n, self.passages[n - 1]) for n in cited)
        answer = AnswerFinished(self.answer, self.found, citations, Timings(0.08, total, 4.3, 180, 17.6))
        return [*events, replace(answer, **self.proven)]

    def _script(self, cancel: CancelToken, events: Sequence[object]) -> Iterator[object]:
        for event in events:
            cancel.raise_if_cancelled()
            if isinstance(event, Exception):
                raise event
            yield event
            wait_s = 60.0 if self.stop_after and isinstance(event, self.stop_after) else self.delay_s
            until = time.monotonic() + wait_s
            while time.monotonic() < until and not cancel.cancelled:
                time.sleep(min(0.002, wait_s))

    def _fault(self, path: Path, password: str) -> DocumentFault | None:
        fault = self.faults.get(path.name)
        if fault is DocumentFault.ENCRYPTED and password:
            return None if password == PASSWORD else DocumentFault.PASSWORD_WRONG
        return fault

    def _take_in(self, path: Path) -> DocumentIndexed | DocumentPartiallyIndexed:
        key = document_id(path.name)
        failures = self.partial.get(path.name, ())
        status = DocumentStatus.PARTIAL if failures else DocumentStatus.INDEXED
        info = DocumentInfo(
            key, path.name, status, Rung.BRANCH, self.page_count, 4 * self.page_count, 90_000, NOON, str(path)
        )
        self.holdings[key] = replace(info, failures=failures)
        done = (str(path), key, path.name, self.page_count, 4 * self.page_count, 1.2)
        return DocumentPartiallyIndexed(*done, failures) if failures else DocumentIndexed(*done)


def _citation(marker: int, source: Passage) -> Citation:
    place = (source.document_id, source.name, source.page_no, source.text, source.rung)
    return Citation(marker, *place, superseded=source.superseded)


def draw_page(width_px: int, page_no: int) -> tuple[bytes, int, tuple[Box, ...]]:
    """A page of Chinese text as PNG, its height, and the boxes of its fifth article."""
    height_px = round(width_px * 842 / 595)
    unit = width_px / 595
    image = QImage(width_px, height_px, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setPen(QColor("#1a1a1a"))
    face = QFont()
    face.setFamilies(PAGE_FAMILIES)
    face.setPixelSize(max(1, round(20 * unit)))
    face.setBold(True)
    painter.setFont(face)
    painter.drawText(QRectF(0, 64 * unit, width_px, 40 * unit), Qt.AlignmentFlag.AlignCenter, "存款保险业务操作规程")
    face.setBold(False)
    face.setPixelSize(max(1, round(13 * unit)))
    painter.setFont(face)
    boxes: list[Box] = []
    for paragraph in range(3):
        for number, line in enumerate(PAGE_LINES):
            top = (130 + 25 * (number + paragraph * len(PAGE_LINES))) * unit
            painter.drawText(QRectF(72 * unit, top, 460 * unit, 22 * unit), Qt.AlignmentFlag.AlignVCenter, line)
            if paragraph == 1 and number in _BOXED_LINES:
                right = 72 * unit + painter.fontMetrics().horizontalAdvance(line)
                boxes.append(Box(72 * unit, top + 2 * unit, right, top + 20 * unit))
    painter.drawText(QRectF(0, 790 * unit, width_px, 20 * unit), Qt.AlignmentFlag.AlignCenter, f"— {page_no} —")
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data()), height_px, tuple(boxes)
