"""Parts of a scripted engine: knowledge packs, watched folders, the web search."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.api import (
    CancelToken,
    Citation,
    DocumentStarted,
    DraftCheck,
    DraftFinished,
    DraftRequest,
    DraftStarted,
    FolderSynced,
    FolderUnreachable,
    KnowledgePackInstalled,
    KnowledgePackRemoved,
    OutboundRequest,
    PageParsed,
    Rejection,
    RequestRejected,
    SectionStarted,
    Template,
    TextDelta,
    WebProvider,
    WebState,
    WordingFinding,
)
from engine.knowledge.watched import WatchedFolder
from engine.writing.templates import templates

NOON = "2026-11-22T12:00:00Z"


@dataclass(frozen=True)
class FakeKnowledgePack:
    """The fields of `KnowledgePackInfo`."""

    pack: str
    title: str
    version: str = "2.0"
    publisher: str = "总行"
    signer: str = "5f0c" * 16
    installed_at: str = NOON
    documents: int = 3


@dataclass
class FakeKnowledgePacks:
    """What `Engine.knowledge_packs` offers. `coming` is what installing brings, `error` why it fails."""

    packs: list[FakeKnowledgePack] = field(default_factory=list)
    coming: FakeKnowledgePack = FakeKnowledgePack("zhidu", "柜面制度汇编")
    error: Exception | None = None
    held: bool = False  # installing waits until it is cancelled

    def installed(self) -> tuple[FakeKnowledgePack, ...]:
        return tuple(self.packs)

    def install(self, path: Path, cancel: CancelToken) -> Iterator[object]:
        yield DocumentStarted("规程.pdf", "规程.pdf")
        yield PageParsed("规程.pdf", 3, 20)
        while self.held and not cancel.cancelled:
            time.sleep(0.002)
        cancel.raise_if_cancelled()
        if self.error:
            raise self.error
        self.packs = [pack for pack in self.packs if pack.pack != self.coming.pack] + [self.coming]
        yield KnowledgePackInstalled(self.coming.pack, self.coming.version, self.coming.documents, 1.0)

    def remove(self, pack: str) -> KnowledgePackRemoved:
        if self.error:
            raise self.error
        self.packs = [other for other in self.packs if other.pack != pack]
        return KnowledgePackRemoved(pack)


@dataclass
class FakeFolders:
    """What `Engine.watching` offers. `news` are the events of the next sync; folders in `away` cannot be reached."""

    paths: list[str] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    news: list[object] = field(default_factory=list)
    syncs: int = 0
    removed: list[tuple[str, bool]] = field(default_factory=list)
    held: bool = False  # a sync waits until it is cancelled

    def folders(self) -> tuple[WatchedFolder, ...]:
        return tuple(WatchedFolder(path, NOON) for path in self.paths)

    def add(self, path: Path) -> WatchedFolder:
        if str(path) in self.away:
            raise RequestRejected(Rejection.PATH_MISSING, path=str(path))
        self.paths.append(str(path))
        return WatchedFolder(str(path), NOON)

    def remove(self, path: Path, keep_documents: bool) -> Iterator[object]:
        self.paths.remove(str(path))
        self.removed.append((str(path), keep_documents))
        yield from ()

    def changed(self) -> bool:
        return bool(self.news)

    def sync(self, cancel: CancelToken) -> Iterator[object]:
        self.syncs += 1
        while self.news:
            yield self.news.pop(0)
        while self.held and not cancel.cancelled:
            time.sleep(0.002)
        cancel.raise_if_cancelled()
        for path in self.paths:
            yield FolderUnreachable(path) if path in self.away else FolderSynced(path, 3, 0, 0, 0, 0)


@dataclass
class FakeWriting:
    """What `Engine.writing` offers, over the real templates. `finished` is what a draft ends with."""

    finished: DraftFinished | None = None
    error: Exception | None = None
    held: bool = False  # a draft waits in its second section until it is cancelled
    checked: DraftCheck = field(default_factory=lambda: DraftCheck((), ()))  # what a check of an edited text finds
    requests: list[DraftRequest] = field(default_factory=list)

    @property
    def templates(self) -> tuple[Template, ...]:
        return templates()

    def draft(self, request: DraftRequest, cancel: CancelToken) -> Iterator[object]:
        self.requests.append(request)
        if self.error:
            raise self.error
        yield DraftStarted(request.template, "草稿", ("", "二"))
        yield SectionStarted(1, 2, "")
        yield TextDelta("第一部分。")
        yield SectionStarted(2, 2, "二")
        while self.held and not cancel.cancelled:
            time.sleep(0.002)
        cancel.raise_if_cancelled()
        yield self.finished or DraftFinished(request.template, "全文。", (), DraftCheck((), ()), (), 1.0)

    def check(self, request: DraftRequest, text: str) -> DraftCheck:
        return self.checked

    def check_wording(self, template: str, fields: Mapping[str, str], text: str) -> DraftCheck:
        """Finds one word, wherever it stands."""
        found = WordingFinding(0, 2, "保本", "不得承诺保本", "某办法第三条", True)
        return DraftCheck((), (found,) if "保本" in text else ())

    def export(self, template: str, text: str, citations: Sequence[Citation], path: Path, cancel: CancelToken) -> None:
        path.write_text(f"{template}\n{text}\n{len(citations)}", encoding="utf-8")


@dataclass
class FakeWeb:
    """What `Engine.web` offers."""

    allowed: bool = True
    on: bool = False
    provider: str = "searxng"
    keys: set[str] = field(default_factory=set)
    requests: tuple[OutboundRequest, ...] = ()
    error: Exception | None = None

    def state(self) -> WebState:
        known = (WebProvider("searxng", "search.bank.example", False), WebProvider("bocha", "api.bocha.example", True))
        allowed = known if self.allowed else ()
        return WebState(self.allowed, self.on, self.provider if allowed else "", allowed, "/etc/jinpan/policy.toml")

    def switch(self, on: bool, provider: str = "") -> WebState:
        if self.error:
            raise self.error
        self.on, self.provider = on, provider or self.provider
        return self.state()

    def set_key(self, provider: str, key: str) -> WebProvider:
        if self.error:
            raise self.error
        self.keys.add(provider)
        return self.state().providers[-1]

    def has_key(self, provider: str) -> bool:
        return provider in self.keys

    def remove_key(self, provider: str) -> bool:
        self.keys.discard(provider)
        return True

    def outbound(self, limit: int = 1000) -> tuple[OutboundRequest, ...]:
        return self.requests[:limit]
