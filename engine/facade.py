"""The engine as one object: an open home folder and what may be asked of it.

Every long job is a generator of frozen events; closing the generator or cancelling its token stops it. Nothing heavy is
imported before it is needed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engine import endpoint
from engine.answering.dialogues import Dialogues
from engine.auditing import Audit
from engine.cancel import CancelToken
from engine.errors import BugError, EnvironmentFault
from engine.events import (
    AnswerFinished,
    AnswerProgress,
    AuditMissed,
    ChunksEmbedded,
    DocumentFailed,
    DocumentIndexed,
    DocumentPartiallyIndexed,
    DocumentRemoved,
    DocumentStarted,
    IndexRebuilding,
    IndexRebuilt,
    ModelLoaded,
    ModelLoading,
    PageParsed,
    PageRecognized,
)
from engine.forgetting import Forgetting
from engine.knowledge.audit_values import AuditAction
from engine.models import check_model, open_model
from engine.options import Value
from engine.pacing import Pacer
from engine.packs import PackInfo, list_packs
from engine.requests import AskRequest
from engine.runtime.model_slot import ModelSlot
from engine.settings import Settings, changed, remember_choices
from engine.values import BUILTIN_PACK, DocumentInfo, PageAccount, PageImage, Passage, Span
from engine.viewing import Viewing

if TYPE_CHECKING:
    from engine.answering.pipeline import Answerer
    from engine.answering.retrieval import Retriever
    from engine.exporting.conversation import ExportedTurn
    from engine.feedback import FeedbackControl
    from engine.history import History
    from engine.ingestion.knowledge_packs import KnowledgePacks
    from engine.ingestion.pipeline import Ingestor
    from engine.ingestion.watching import FolderWatcher
    from engine.knowledge.collections import Collections
    from engine.knowledge.sharing import Sharing
    from engine.knowledge.store import KnowledgeBase
    from engine.library import LibraryControl
    from engine.runtime.embedder import Embedder
    from engine.runtime.protocol import TextGenerator
    from engine.web.control import WebControl
    from engine.writing.control import Writing


class Engine:
    """One open home folder. Answers and library jobs may run in two threads; close it when both have ended."""

    def __init__(self, settings: Settings, knowledge: KnowledgeBase) -> None:
        self.settings = settings
        self._knowledge = knowledge
        self.audit = Audit(knowledge.audit)
        self._embedder: Embedder | None = None
        self._model = ModelSlot(
            settings.generator_pack,
            self._open_model,
            partial(check_model, settings),
        )
        self._dialogues = Dialogues()
        self.viewing = Viewing(knowledge, settings.limits, self.audit)
        self._load_lock = threading.RLock()
        self._pacer = Pacer()  # ingestion stands still while an answer runs
        self._forgetting = Forgetting(self._model, self._dialogues, self._pacer, self.viewing)

    @classmethod
    def open(
        cls,
        settings: Settings,
        passphrase: Callable[[bool], str] | None = None,
        on_recovery_key: Callable[[str], None] | None = None,
    ) -> Engine:
        """Open the home folder and its ledger; models and index are loaded when first needed, or by `prepare`.

        `passphrase(new)` is asked where no keyring is usable; `new` is True when one is being chosen. A home that is
        made here tells its recovery key once to `on_recovery_key`; without it none is made.

        Raises:
            EnvironmentFault: unusable key, home in use or not writable, ledger damaged …
        """
        from engine.knowledge.sharing import attach
        from engine.knowledge.store import KnowledgeBase

        fingerprint = _embedder_fingerprint(settings)
        knowledge = KnowledgeBase.open(
            settings.home,
            embedder_fingerprint=fingerprint,
            passphrase=passphrase,
            passphrase_file=settings.passphrase_file,
            on_recovery_key=on_recovery_key,
        )
        attach(knowledge, fingerprint)
        return cls(settings, knowledge)

    def prepare(self) -> Iterator[ChunksEmbedded | IndexRebuilding | IndexRebuilt]:
        """Load the embedder and bring index and built-in knowledge in step with the ledger.

        Raises:
            EnvironmentFault: the embedder's pack is missing or damaged, the disk is full …
        """
        from engine.ingestion import versioning
        from engine.ingestion.builtin import sync_builtin
        from engine.ingestion.pipeline import Ingestor

        with self._load_lock:
            if self._embedder is not None:
                return
            embedder = self._load_embedder()
            if self._knowledge.embedder_changed:
                yield from self._knowledge.reembed(embedder.embed_all)
            self._knowledge.families.bring_up_to(versioning.RULE, versioning.family_and_version)
            yield from self._knowledge.prepare()
            ingestor = Ingestor(self._knowledge, embedder, self.settings.limits, self._pacer)
            for event in sync_builtin(self._knowledge, ingestor, CancelToken()):
                if isinstance(event, ChunksEmbedded):
                    yield event
            self.audit.keep_to_policy()
            self.library.finish_removals(self._knowledge.left_over)
            self.history.keep_months(self.settings.keep_history_months)
            self._embedder = embedder

    # ---- answering

    def ask(self, request: AskRequest, cancel: CancelToken) -> Iterator[AnswerProgress | AuditMissed | AnswerFinished]:
        """Answer one question; passages come before the first text. Meanwhile `ingest` stands still.

        It is in the audit log when `AnswerFinished` comes; `AuditMissed` before it where that could not be written.

        Raises:
            RequestRejected: the question is empty or too long.
            EnvironmentFault: the generator's pack is missing, damaged or does not fit into memory.
            Cancelled: the token was cancelled.
        """
        answerer = self._answerer()  # may have to install built-in knowledge first, which stands still while answering
        with self._forgetting.after(request.conversation_id), self._pacer.answering():
            yield from self.audit.answering(request, answerer.answer(request, cancel))

    def warm_up(self, cancel: CancelToken) -> Iterator[ModelLoading | ModelLoaded]:
        """Load the generator ahead of the first question."""
        yield from self._model.load(cancel)

    def use_pack(self, name: str, cancel: CancelToken) -> Iterator[ModelLoading | ModelLoaded]:
        """Answer with another pack from now on, also after the next start; a running answer is waited for.

        The old model leaves memory before the new one comes. When the new pack cannot be loaded, the old one stays
        the chosen one and is loaded again when next needed.

        Raises:
            EnvironmentFault: as `ask`; a missing or damaged pack is noticed before the old one leaves memory.
            RequestRejected: OPTION_FIXED, policy fixes another pack.
            Cancelled: the token was cancelled.
        """
        changed(self.settings, generator_pack=name)
        yield from self._model.swap(name, cancel)
        self.settings = remember_choices(self.settings, generator_pack=name)

    def choose(self, **changes: Value) -> Settings:
        """Keep choices among `OPTIONS`; each counts from when its `Effect` says. Raises as `remember_choices`."""
        self.settings = remember_choices(self.settings, **changes)
        return self.settings

    def packs(self) -> tuple[PackInfo, ...]:
        """The installed packs, and `ENDPOINT` where policy allows it; those in use are marked as chosen."""
        return (*list_packs(self.settings), *endpoint.offered_endpoint(self.settings))

    def search(self, question: str, k: int = 10, *, include_superseded: bool = False) -> tuple[Passage, ...]:
        """The `k` best passages, best first. Raises RequestRejected for an empty question."""
        limit_chars = self.settings.question_limit_chars
        return self._retriever().retrieve(question, k, limit_chars, include_superseded=include_superseded)

    def export(
        self, turns: Sequence[ExportedTurn], path: Path, title: str, cancel: CancelToken, conversation_id: str = ""
    ) -> None:
        """Write a conversation as Markdown, Word or PDF (by the suffix), labelled as made by AI; the log is told.

        Raises RequestRejected OPTION_INVALID: another suffix, no turn; EnvironmentFault DISK_FULL, HOME_UNWRITABLE.
        """
        from engine.exporting.files import export_conversation

        export_conversation(turns, path, title, self.settings.limits, cancel)
        facts = {"format": path.suffix.lower(), "turns": len(turns)}
        self.audit.record(AuditAction.EXPORTED, conversation=conversation_id, facts=facts)

    # ---- library

    def ingest(
        self, paths: Sequence[Path], cancel: CancelToken, passwords: Mapping[Path, str] | None = None
    ) -> Iterator[
        DocumentStarted
        | PageParsed
        | PageRecognized
        | ChunksEmbedded
        | DocumentIndexed
        | DocumentPartiallyIndexed
        | DocumentFailed
    ]:
        """Take in files and folders, one document after the other; one document's failure stops none.

        `passwords` open locked PDFs, by file or folder; they are kept nowhere.
        """
        yield from self._ingestor().ingest(paths, cancel, passwords)

    def remove(self, document_ids: Sequence[str], cancel: CancelToken) -> Iterator[DocumentRemoved]:
        """Remove documents for good, with what the audit log quotes of them.

        Raises RequestRejected (document_unknown, document_of_pack) before anything is removed.
        """
        yield from self.library.remove(document_ids, cancel)

    def documents(self) -> tuple[DocumentInfo, ...]:
        """The branch's documents and those of knowledge packs, oldest first; built-in knowledge is not listed."""
        return tuple(document for document in self._knowledge.documents() if document.pack != BUILTIN_PACK)

    @property
    def library(self) -> LibraryControl:
        """Removing that can be undone, and more: `set_aside`, `bring_back`, `replace`, `survey`, `intake`."""
        from engine.library import LibraryControl

        return LibraryControl(self._knowledge, self.audit, self._ingestor, self._forgetting.documents)

    @property
    def collections(self) -> Collections:
        """Documents put together by people: `all`, `create`, `rename`, `delete`, `add`, `take_out`, `members`."""
        return self._knowledge.collections

    @property
    def knowledge_packs(self) -> KnowledgePacks:
        """Head office's knowledge packs: `installed`, `install`, `remove`."""
        from engine.ingestion.knowledge_packs import KnowledgePacks

        return KnowledgePacks(self._knowledge, self._ingestor, self._forgetting.documents)

    @property
    def sharing(self) -> Sharing:
        """What head office shares with many branches: `state`, `refresh`, `import_key`, `new_key`, `publish`."""
        from engine.knowledge.sharing import Sharing

        return Sharing(self._knowledge)

    @property
    def watching(self) -> FolderWatcher:
        """Folders that the library is kept in step with: `folders`, `add`, `remove`, `changed`, `sync`."""
        from engine.ingestion.watching import FolderWatcher

        return FolderWatcher(self._knowledge, self._ingestor, self._forgetting.documents, self.settings.watch_folders)

    @property
    def web(self) -> WebControl:
        """The web search, off by default: `state`, `switch`, `set_key`, `has_key`, `remove_key`, `outbound`."""
        from engine.web.control import WebControl

        def switched(settings: Settings) -> None:
            choices = {"web_search": settings.web_search, "web_provider": settings.web_provider}
            self.settings = changed(self.settings, **choices)
            self.audit.record(AuditAction.WEB_SWITCHED, facts={"on": settings.web_search})

        return WebControl(self._knowledge, self.settings, switched)

    @property
    def writing(self) -> Writing:
        """Texts from templates and chosen documents: `templates`, `draft`, `check`, `check_wording`, `export`."""
        from engine.writing.control import Writing
        from engine.writing.drafting import Writer

        def writer() -> Writer:
            return Writer(self._knowledge, self._retriever(), self._model)

        return Writing(writer, self._knowledge, self._pacer, self.audit, self.settings.limits)

    @property
    def history(self) -> History:
        """The conversations: `list`, `search`, `load`, `save`, `choose`, `rename`, `pin`, `delete`, `exported` …"""
        from engine.history import History

        return History(self._knowledge, self.audit, self._forgetting.conversations)

    @property
    def feedback(self) -> FeedbackControl:
        """What is said of answers: `put`, `get`, `of`, `list`, `remove`, `consent`, `set_consent`, `export`."""
        from engine.feedback import FeedbackControl

        def chosen(settings: Settings) -> None:
            self.settings = settings

        return FeedbackControl(self._knowledge.feedback, self.audit, lambda: self.settings, chosen)

    def pages(self, document_id: str) -> tuple[PageAccount, ...]:
        """How each page of a document ended. Raises RequestRejected (document_unknown)."""
        return self._knowledge.page_accounts(document_id)

    def render_page(
        self,
        document_id: str,
        page_no: int,
        width_px: int,
        quote: str = "",
        spans: Sequence[Span] = (),
    ) -> PageImage:
        """Draw one page in the parser child and box `quote` (exact text of the page), else those `spans` on it.

        Raises:
            RequestRejected: unknown document or page.
            DocumentRejected: the page cannot be drawn.
        """
        return self.viewing.draw(document_id, page_no, width_px, quote, spans)

    # ---- state

    @property
    def pack_name(self) -> str:
        return self._model.pack_name

    @property
    def device(self) -> str:
        """What the generator runs on ("CPU", "CUDA" or `ENDPOINT`); empty until it is loaded."""
        return self._model.device

    def close(self) -> None:
        """Release the generator, the index and the home folder's lock."""
        self.viewing.close()
        if self._embedder is not None:
            self.library.finish_removals(self._knowledge.set_aside_ids())
        self._model.close()
        self._dialogues.forget()
        self._knowledge.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ingestor(self) -> Ingestor:
        from engine.ingestion.pipeline import Ingestor

        return Ingestor(self._knowledge, self._ready_embedder(), self.settings.limits, self._pacer)

    def _answerer(self) -> Answerer:
        from engine.answering.pipeline import Answerer

        return Answerer(self.settings, self._knowledge, self._retriever(), self._model, self._dialogues)

    def _retriever(self) -> Retriever:
        from engine.answering.retrieval import Retriever

        return Retriever(self._knowledge, self._ready_embedder())

    def _ready_embedder(self) -> Embedder:
        for _ in self.prepare():
            pass  # a caller that wants to show the rebuild calls `prepare` first
        if self._embedder is None:
            raise BugError("embedder_not_ready")
        return self._embedder

    def _open_model(self, pack_name: str, cancel: CancelToken) -> TextGenerator:
        """With the settings as they are by then."""
        return open_model(self.settings, self._knowledge, pack_name, cancel)

    def _load_embedder(self) -> Embedder:
        from engine.runtime.embedder import Embedder
        from engine.runtime.pack import find_pack

        return Embedder.open(find_pack(self.settings.embedder_pack, self.settings.pack_folders), self.settings.threads)


def _embedder_fingerprint(settings: Settings) -> str | None:
    from engine.runtime.pack import find_pack, fingerprint

    try:
        return fingerprint(find_pack(settings.embedder_pack, settings.pack_folders))
    except EnvironmentFault:
        return None  # listing and removing documents works without a pack; searching says what is missing
