"""Pages read on the web: opened by their id, in no list and no search, and not for ever."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from engine.errors import Rejection, RequestRejected
from engine.events import IndexRebuilt
from engine.knowledge.store import KnowledgeBase
from engine.values import DocumentFormat, Page, PageKind, Rung, WebPage
from tests.engine.knowledge.conftest import OpenKnowledge, hashed_embedding, make_document

TEXT = "一年期定期存款利率为百分之一点一。"


def keep(knowledge: KnowledgeBase, name: str) -> str:
    original = f"{TEXT}{name}".encode()
    document_id = hashlib.sha256(original).hexdigest()
    boxes = np.zeros((len(TEXT), 4), "<f4").tobytes()
    page = Page(1, PageKind.TEXT, 595.0, 842.0, TEXT, boxes, (0,))
    web = WebPage(f"https://a.cn/{name}", "a.cn", f"公告{name}", "2026-11-23T00:00:00+00:00")
    knowledge.web_snapshots.keep(document_id, original, b"%PDF-view", DocumentFormat.WEB, [page], web)
    return document_id


def test_a_snapshot_opens_and_is_nowhere_else(open_knowledge: OpenKnowledge) -> None:
    with open_knowledge() as knowledge:
        knowledge.add_document(make_document(["活期存款利率为百分之零点一。"]))
        kept = keep(knowledge, "1")
        assert knowledge.page(kept, 1).text == TEXT and knowledge.view(kept) == b"%PDF-view"
        assert knowledge.original(kept).startswith(TEXT.encode()) and len(knowledge.page_accounts(kept)) == 1
        info = knowledge.document(kept)
        assert (info.rung, info.name, info.source_path) == (Rung.WEB, "公告1", "https://a.cn/1")
        assert kept not in {document.document_id for document in knowledge.documents()} and not knowledge.has(kept)
        found = knowledge.search(TEXT, hashed_embedding([TEXT])[0], 10)
        assert found and kept not in {passage.document_id for passage in found}
        with pytest.raises(RequestRejected) as caught:
            knowledge.remove(kept)
        assert caught.value.code == Rejection.DOCUMENT_UNKNOWN
        rebuilt = list(knowledge.rebuild_index())[-1]
        assert isinstance(rebuilt, IndexRebuilt) and rebuilt.chunks == 1


def test_a_page_read_again_replaces_itself(open_knowledge: OpenKnowledge) -> None:
    with open_knowledge() as knowledge:
        assert keep(knowledge, "1") == keep(knowledge, "1")
        with knowledge._ledger.reading() as db:
            assert db.execute("SELECT count(*) FROM documents").fetchone() == (1,)


def test_the_oldest_go_first_and_all_of_it_goes(open_knowledge: OpenKnowledge) -> None:
    with open_knowledge() as knowledge:
        first, second, third = (keep(knowledge, name) for name in "123")
        knowledge.web_snapshots.purge(most=2)
        assert knowledge.find(first) is None and knowledge.find(second) and knowledge.find(third)
        knowledge.web_snapshots.purge(kept_days=-1)
        with knowledge._ledger.reading() as db:
            for table in ("documents", "originals", "views", "pages"):
                assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_requests_are_listed_newest_first_and_stay(open_knowledge: OpenKnowledge) -> None:
    with open_knowledge() as knowledge:
        first = knowledge.outbound.begin("search", "POST", "a.cn", "https://a.cn/api", "利率", consented=True)
        knowledge.outbound.begin("page", "GET", "b.cn", "https://b.cn/1", "", consented=True)
        knowledge.outbound.finish(first, "done", 200, 1234)
    with open_knowledge() as knowledge:
        under_way, done = knowledge.outbound.all(10)
        assert (under_way.url, under_way.outcome, under_way.status) == ("https://b.cn/1", "", 0)
        assert (done.query, done.outcome, done.status, done.bytes_in, done.consented) == (
            "利率",
            "done",
            200,
            1234,
            True,
        )
        assert knowledge.outbound.all(1) == (under_way,)
