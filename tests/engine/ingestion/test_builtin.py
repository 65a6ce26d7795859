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


def test_every_entry_names_its_rule() -> None:
    assert len(entries()) >= 10
    for entry in entries():
        assert "《" in entry["basis"] or "公告" in entry["basis"], entry["name"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry["checked"])
        assert 60 < len(entry["text"]) < 480, "one entry is one chunk"


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


@pytest.mark.parametrize(
    ("law", "article", "fact"),
    [
        ("存款保险条例(2015-02-17)", "第五条", "50万元"),
        ("储蓄管理条例(2011-01-08)", "第二十四条", "活期储蓄存款利率"),
        ("储蓄管理条例(2011-01-08)", "第三十一条", "5天内补办书面申请挂失"),
        ("人民币管理条例(2018-03-19)", "第三十三条", "两名以上工作人员当面予以收缴"),
        ("反洗钱法(2024-11-08)", "第三十五条", "大额交易报告制度"),
        ("合同编", "第六百六十八条", "还款方式"),
        ("继承编", "第一千一百二十七条", "配偶、子女、父母"),
    ],
)
def test_the_articles_named_say_what_the_entries_say(shared_data: Path, law: str, article: str, fact: str) -> None:
    text = (shared_data / "laws" / f"{law}.md").read_text(encoding="utf-8")
    body = text.split(f"\n{article} ")[1]
    assert fact in re.split(r"\n第[一二三四五六七八九十百千零]+条 ", body)[0]
    assert any(article in entry["basis"] for entry in entries())
