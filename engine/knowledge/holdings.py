"""What a knowledge base holds, for whoever reads: documents, their pages and bytes, the home's own, shared ones, and
pages read on the web.
"""

from __future__ import annotations

from engine.errors import Rejection, RequestRejected
from engine.knowledge.collections import Collections
from engine.knowledge.conversations import Conversations
from engine.knowledge.families import FamilyRecords
from engine.knowledge.feedback import FeedbackRecords
from engine.knowledge.intake import IntakeRecords
from engine.knowledge.ledger import Ledger
from engine.knowledge.outbound import OutboundRecords
from engine.knowledge.schema import SNAPSHOTS
from engine.knowledge.shared import SharedKnowledge
from engine.knowledge.watched import WatchedRecords
from engine.knowledge.web_snapshots import WebSnapshots
from engine.values import DocumentInfo, Page, PageAccount, Rung


class Holdings:
    """Any thread, also beside a writer."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.web_snapshots = WebSnapshots(ledger)
        self.outbound = OutboundRecords(ledger)
        self.watched = WatchedRecords(ledger)
        self.conversations = Conversations(ledger)
        self.families = FamilyRecords(ledger)
        self.collections = Collections(ledger)
        self.intake = IntakeRecords(ledger)
        self.feedback = FeedbackRecords(ledger)
        self.shared: SharedKnowledge | None = None  # what head office shares, searched along; set by `sharing.attach`

    def documents(self, rung: Rung | None = None) -> tuple[DocumentInfo, ...]:
        """All documents, or those of one rung, in the order in which they were added."""
        return self._ledger.documents(rung=rung)

    def find(self, document_id: str) -> DocumentInfo | None:
        """A document of the home, else a page read on the web that is still kept, else one that head office shares."""
        own = self._ledger.documents(document_id) or self._ledger.documents(document_id, among=SNAPSHOTS)
        if own:
            return own[0]
        return self.shared.document(document_id) if self.shared else None

    def document(self, document_id: str) -> DocumentInfo:
        """As `find`. Raises RequestRejected DOCUMENT_UNKNOWN."""
        return self.find(document_id) or self.own_document(document_id)

    def own_document(self, document_id: str) -> DocumentInfo:
        """A document of the home itself. Raises RequestRejected DOCUMENT_UNKNOWN."""
        found = self._ledger.documents(document_id)
        if not found:
            raise RequestRejected(Rejection.DOCUMENT_UNKNOWN, document_id=document_id)
        return found[0]

    def has(self, document_id: str) -> bool:
        """Whether the home itself holds it."""
        return bool(self._ledger.documents(document_id))

    def page(self, document_id: str, page_no: int) -> Page:
        """Boxes are exact to 0.05 points. Raises RequestRejected DOCUMENT_UNKNOWN or PAGE_UNKNOWN."""
        page = self._ledger.page(document_id, page_no) or self._ledger.page(document_id, page_no, SNAPSHOTS)
        if page is None and self.shared is not None:
            page = self.shared.page(document_id, page_no)
        if page is None:
            self.document(document_id)
            raise RequestRejected(Rejection.PAGE_UNKNOWN, document_id=document_id, page_no=page_no)
        return page

    def page_texts(self, document_id: str, first: int, last: int) -> list[tuple[int, str]]:
        """Number and text of the pages from `first` to `last`, in order. Raises RequestRejected DOCUMENT_UNKNOWN."""
        page_count = self.document(document_id).page_count
        own = self._ledger.page_texts(document_id, first, last)
        own = own or self._ledger.page_texts(document_id, first, last, SNAPSHOTS)
        if own or self.shared is None:
            return own
        pages = (self.shared.page(document_id, page_no) for page_no in range(first, min(last, page_count) + 1))
        return [(page.page_no, page.text) for page in pages if page is not None]

    def original(self, document_id: str) -> bytes:
        """The file's bytes as they were added. Raises RequestRejected DOCUMENT_UNKNOWN."""
        self.document(document_id)
        return self._ledger.original(document_id) or self._ledger.original(document_id, SNAPSHOTS)

    def view(self, document_id: str) -> bytes:
        """The PDF that pages are drawn from: the original, or what it was typeset to. Raises as `original`."""
        self.document(document_id)
        own = self._ledger.view(document_id) or self._ledger.view(document_id, SNAPSHOTS)
        return own or (self.shared.view(document_id) if self.shared else b"")

    def page_accounts(self, document_id: str) -> tuple[PageAccount, ...]:
        """How each page ended, in order. Raises RequestRejected DOCUMENT_UNKNOWN."""
        self.document(document_id)
        return self._ledger.page_accounts(document_id) or self._ledger.page_accounts(document_id, SNAPSHOTS)
