from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.cancel import CancelToken
from engine.events import ChunksEmbedded, KnowledgePackInstalled
from engine.ingestion.builtin import FOLDER, sync_builtin
from engine.ingestion.pipeline import Ingestor
from engine.knowledge.store import KnowledgeBase
from engine.parser.normalize import normalize_text
from engine.runtime.embedder import Embedder
from engine.settings import ParserLimits
from engine.values import BUILTIN_PACK, Rung


def entries() -> list[dict[str, Any]]:
    topics = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))]
    return [entry for topic in topics for entry in topic["entry"]]


@pytest.fixture(scope="module")
def embedder(embedder_pack: Path) -> Embedder:
    return Embedder.open(embedder_pack)


class Idle:
    """The embedder's name without its work: the pack brings the vectors of all its entries."""

    def __init__(self, fingerprint: str) -> None:
        self.fingerprint = fingerprint

    def embed_passages(self, texts: Sequence[str], *_: object) -> Iterator[Any]:
        raise AssertionError(f"{len(texts)} entries have no vectors: run installer/builtin.py again")


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder):
    """A home with the built-in pack, and what happened while it came in."""
    folder = tmp_path_factory.mktemp("builtin")
    (folder / "passphrase").write_text("正确的口令\n", encoding="utf-8")
    with KnowledgeBase.open(
        folder / "home", embedder_fingerprint=embedder.fingerprint, passphrase_file=folder / "passphrase"
    ) as knowledge:
        idle = Ingestor(knowledge, Idle(embedder.fingerprint), ParserLimits())
        yield knowledge, list(sync_builtin(knowledge, idle, CancelToken()))


def test_there_are_entries_enough_and_each_is_a_page_that_says_what_it_says(synced: Any) -> None:
    knowledge, events = synced
    assert isinstance(events[-1], KnowledgePackInstalled)
    assert any(isinstance(event, ChunksEmbedded) for event in events)
    (document,) = knowledge.documents(Rung.BUILTIN)
    assert document.pack == BUILTIN_PACK
    assert document.page_count == document.chunk_count == len(entries()) >= 150
    for page_no, entry in enumerate(entries(), 1):
        printed = re.sub(r"\s", "", knowledge.page(document.document_id, page_no).text)
        for part in ("name", "text", "basis"):
            assert re.sub(r"\s", "", normalize_text(entry[part])) in printed, f"page {page_no}: typeset it again"


def test_an_entry_is_found_with_its_page_and_the_pack_is_taken_in_once(synced: Any, embedder: Embedder) -> None:
    knowledge, _ = synced
    assert list(sync_builtin(knowledge, Ingestor(knowledge, embedder, ParserLimits()), CancelToken())) == []
    question = "存款保险最高赔多少"
    found = knowledge.search(question, embedder.embed_query(question), 3, Rung.BUILTIN)
    entry = next(passage for passage in found if passage.heading_path[-1] == "存款保险限额")
    assert "50万元" in entry.text
    assert entries()[entry.page_no - 1]["name"] == "存款保险限额"
