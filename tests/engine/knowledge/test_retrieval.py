"""The real embedder, the real index and real law texts together: lay questions find their article."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.knowledge.store import KnowledgeBase, NewDocument
from engine.runtime.embedder import Embedder

LAWS = ("存款保险条例(2015-02-17)", "储蓄管理条例(2011-01-08)")
QUESTIONS = (
    ("银行倒闭了我的存款最多赔多少", "第五条"),
    ("哪些存款不在存款保险的保障范围里", "第四条"),
    ("定期存款没到期提前取出来利息怎么算", "第二十四条"),
    ("存折丢了怎么挂失", "第三十一条"),
    ("别人替我提前取定期要带什么证件", "第二十九条"),
)


def articles(path: Path) -> list[str]:
    law = path.stem.partition("(")[0]
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"^(第[一二三四五六七八九十]+条) (.*?)(?=^第[一二三四五六七八九十]+条 |\Z)", text, re.M | re.S)
    return [f"《{law}》{number} {body.strip()}"[:480] for number, body in found]


@pytest.fixture
def laws(
    open_knowledge: Callable[..., KnowledgeBase],
    document: Callable[..., NewDocument],
    embedder_pack: Path,
    shared_data: Path,
) -> Iterator[tuple[KnowledgeBase, Embedder]]:
    from dataclasses import replace

    embedder = Embedder.open(embedder_pack, threads=2)
    with open_knowledge() as knowledge:
        for law in LAWS:
            texts = articles(shared_data / "laws" / f"{law}.md")
            knowledge.add_document(replace(document(texts, name=f"{law}.pdf"), vectors=embedder.embed_all(texts)))
        yield knowledge, embedder


@pytest.mark.slow
def test_lay_questions_find_their_article(laws: tuple[KnowledgeBase, Embedder]) -> None:
    knowledge, embedder = laws
    for question, article in QUESTIONS:
        passages = knowledge.search(question, embedder.embed_query(question), 3)
        assert any(f"》{article} " in passage.text for passage in passages), (question, [p.text[:30] for p in passages])
        assert all(0.5 < passage.similarity <= 1.0 for passage in passages)
    vector = embedder.embed_query(QUESTIONS[0][0])
    before = [p.chunk_id for p in knowledge.search(QUESTIONS[0][0], vector, 10)]
    list(knowledge.rebuild_index())
    assert [p.chunk_id for p in knowledge.search(QUESTIONS[0][0], vector, 10)] == before
