"""The index is derived: what is damaged or missing in it is made again from the ledger."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.knowledge.store import KnowledgeBase
from engine.values import Rung

DEPOSIT = [
    "第一条 定期存单可以办理质押贷款。",
    "第二条 大额存单起点金额为二十万元。",
    "第三条 客户遗失存折应当书面挂失。",
]
FEES = ["第一条 跨行转账手续费每笔两元。", "第二条 账户管理费按季收取。"]

Make = Callable[..., object]


def ask(knowledge: KnowledgeBase, question: str, embed: Make, k: int = 5, rung: Rung | None = None) -> list[str]:
    return [passage.text for passage in knowledge.search(question, embed([question])[0], k, rung)]


def index_folder(home: Path) -> Path:
    return next((home / "index").iterdir())


def damage(home: Path, how: str) -> None:
    if how == "folder gone":
        shutil.rmtree(home / "index")
    elif how == "manifest cut":
        for path in (index_folder(home) / "chunks.lance" / "_versions").iterdir():
            path.write_bytes(path.read_bytes()[:10])
    elif how == "data gone":
        for path in (index_folder(home) / "chunks.lance" / "data").iterdir():
            path.unlink()
    elif how == "data empty":
        for path in (index_folder(home) / "chunks.lance" / "data").iterdir():
            path.write_bytes(b"")
    elif how == "words gone":
        shutil.rmtree(index_folder(home) / "chunks.lance" / "_indices")
    elif how == "not a table":
        shutil.rmtree(index_folder(home))
        index_folder_path = home / "index" / "v1-000000000000"
        index_folder_path.mkdir()


@pytest.mark.parametrize("how", ["folder gone", "manifest cut", "data gone", "data empty", "words gone", "not a table"])
def test_a_damaged_index_is_made_again_from_the_ledger(
    how: str, home: Path, open_knowledge: Make, document: Make, embed: Make
) -> None:
    with open_knowledge() as knowledge:
        knowledge.add_document(document(DEPOSIT))
        knowledge.add_document(document(FEES))
        knowledge.compact()
    damage(home, how)
    with open_knowledge() as knowledge:
        events = list(knowledge.prepare())
        if how != "words gone":  # seen only when words are looked up
            progress, rebuilt = events
            assert (progress.done, progress.total, rebuilt.chunks) == (5, 5, 5)
        assert ask(knowledge, "大额存单起点金额", embed)[0] == DEPOSIT[1]
        assert len(ask(knowledge, "账户", embed, k=10)) == 5
    with open_knowledge() as knowledge:
        assert list(knowledge.prepare()) == []


def test_an_index_that_missed_a_document_is_brought_in_step(open_knowledge: Make, document: Make, embed: Make) -> None:
    with open_knowledge() as knowledge:
        knowledge.add_document(document(DEPOSIT))
        knowledge._ledger.add(document(FEES))  # the crash: committed in the ledger, never written to the index
    with open_knowledge() as knowledge:
        assert FEES[0] in ask(knowledge, "跨行转账手续费", embed)


def test_an_interrupted_removal_is_finished_on_opening(open_knowledge: Make, document: Make, embed: Make) -> None:
    with open_knowledge() as knowledge:
        info = knowledge.add_document(document(DEPOSIT))
        knowledge.add_document(document(FEES))
        knowledge._ledger.hide([info.document_id])  # the crash: hidden, nothing erased
        assert set(ask(knowledge, "大额存单", embed, k=10)) == set(FEES)
    with open_knowledge() as knowledge:
        list(knowledge.prepare())
        assert knowledge._ledger.hidden_numbers() == []
        assert set(ask(knowledge, "大额存单", embed, k=10)) == set(FEES)


def test_many_added_documents_do_not_leave_many_files(home: Path, open_knowledge: Make, document: Make) -> None:
    with open_knowledge() as knowledge:
        for i in range(70):
            knowledge.add_document(document([f"第{i}条 内容。"]))
        assert len(list((index_folder(home) / "chunks.lance" / "data").iterdir())) < 30
        knowledge.compact()
        assert len(list((index_folder(home) / "chunks.lance" / "data").iterdir())) == 1
