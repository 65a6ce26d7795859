from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from engine.ingestion import builtin
from engine.ingestion.builtin import FOLDER, sync_builtin
from engine.knowledge.store import KnowledgeBase
from engine.parser.normalize import normalize_text
from engine.runtime.embedder import Embedder
from engine.settings import ParserLimits
from engine.values import Rung


def entries() -> list[dict[str, Any]]:
    return tomllib.loads((FOLDER / "retail_banking.toml").read_text(encoding="utf-8"))["entry"]


@pytest.fixture(scope="module")
def embedder(embedder_pack: Path) -> Embedder:
    return Embedder.open(embedder_pack)


@pytest.fixture
def knowledge(home: Path, passphrase_file: Path, embedder: Embedder):
    with KnowledgeBase.open(home, embedder_fingerprint=embedder.fingerprint, passphrase_file=passphrase_file) as opened:
        yield opened


def test_the_pages_say_what_the_entries_say(knowledge: KnowledgeBase, embedder: Embedder) -> None:
    sync_builtin(knowledge, embedder, ParserLimits())
    (document,) = knowledge.documents(Rung.BUILTIN)
    assert document.page_count == len(entries())
    for page_no, entry in enumerate(entries(), 1):
        printed = re.sub(r"\s", "", knowledge.page(document.document_id, page_no).text)
        for part in ("name", "text", "basis"):
            assert re.sub(r"\s", "", normalize_text(entry[part])) in printed, f"page {page_no}: typeset it again"


def test_an_entry_is_found_with_its_page_and_taken_in_once(knowledge: KnowledgeBase, embedder: Embedder) -> None:
    sync_builtin(knowledge, embedder, ParserLimits())
    before = knowledge.documents(Rung.BUILTIN)
    sync_builtin(knowledge, embedder, ParserLimits())
    assert knowledge.documents(Rung.BUILTIN) == before
    question = "存款保险最高赔多少"
    best = knowledge.search(question, embedder.embed_query(question), 3, Rung.BUILTIN)[0]
    assert best.page_no == 1
    assert "50万元" in best.text
    assert best.heading_path[-1] == "存款保险限额"


def test_a_file_that_no_longer_ships_is_removed(
    knowledge: KnowledgeBase, embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_builtin(knowledge, embedder, ParserLimits())
    monkeypatch.setattr(builtin, "FOLDER", tmp_path)
    sync_builtin(knowledge, embedder, ParserLimits())
    assert knowledge.documents(Rung.BUILTIN) == ()
