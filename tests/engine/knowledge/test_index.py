from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.knowledge.index import ChunkIndex, IndexDamaged
from engine.knowledge.keys import SubKeys
from engine.knowledge.ledger import ChunkRows
from engine.values import Rung

KEYS = SubKeys.derive(b"k" * 32)
TEXTS = ["定期存款提前支取按活期计息", "大额存单起点金额二十万元", "假币由两名以上工作人员收缴", "存款保险限额五十万元"]

Embed = Callable[..., np.ndarray]


def rows(first: int, number: int, texts: list[str], embed: Embed, rung: Rung = Rung.BRANCH) -> ChunkRows:
    count = len(texts)
    return ChunkRows(list(range(first, first + count)), [number] * count, [rung] * count, texts, embed(texts))


@pytest.fixture
def index(tmp_path: Path, embed: Embed) -> ChunkIndex:
    index = ChunkIndex(tmp_path / "index", KEYS, 64)
    index.add(rows(1, 1, TEXTS, embed))
    return index


def test_words_and_vectors_find_their_row(index: ChunkIndex, embed: Embed) -> None:
    for row, text in enumerate(TEXTS, start=1):
        assert index.lexical(text, 2, None)[0][0] == row
        found, cosine = index.dense(embed([text])[0], 2, None)[0]
        assert found == row
        assert cosine == pytest.approx(1.0, abs=1e-4)


def test_rows_are_found_before_and_after_compaction(index: ChunkIndex, embed: Embed) -> None:
    index.add(rows(11, 2, ["挂失须在五天内补办书面手续"], embed))
    assert index.lexical("书面挂失", 5, None)[0][0] == 11
    index.compact()
    assert index.lexical("书面挂失", 5, None)[0][0] == 11
    index.add(rows(12, 3, ["网点营业时间公告"], embed))
    assert index.lexical("营业时间", 5, None)[0][0] == 12
    assert index.chunk_counts() == {1: 4, 2: 1, 3: 1}


def test_the_rung_is_a_filter_before_ranking(index: ChunkIndex, embed: Embed) -> None:
    index.add(rows(21, 2, ["存款保险由投保机构缴纳保费"], embed, Rung.BUILTIN))
    assert [row for row, _ in index.lexical("存款保险限额", 5, Rung.BUILTIN)] == [21]
    assert [row for row, _ in index.dense(embed(["存款保险限额"])[0], 5, Rung.BUILTIN)] == [21]
    assert 21 not in [row for row, _ in index.lexical("存款保险限额", 5, Rung.BRANCH)]


@pytest.mark.parametrize("others", [0, 3000])
def test_after_deleting_no_token_and_no_vector_is_left(
    others: int, index: ChunkIndex, tmp_path: Path, embed: Embed
) -> None:
    """Also where only a sliver of a large file is deleted, which a store may find not worth rewriting."""
    if others:
        index.add(rows(100, 3, [f"编号{i}的网点" for i in range(others)], embed))
    index.add(rows(31, 2, ["独一无二的遥测暗号"], embed))
    index.compact()
    token = index._tokens.keyed("暗号")[0].encode()
    vector = (embed(["独一无二的遥测暗号"]) @ index._rotation).astype("<f4").tobytes()[:32]
    everything = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert vector in everything, "the test must be able to see it"
    assert token in everything or others, "in a large file the tokens are compressed and cannot be seen"
    index.delete([2])
    everything = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert token not in everything
    assert vector not in everything
    assert index.chunk_counts() == {1: 4, 3: others} if others else {1: 4}


def test_an_index_of_another_dimension_is_damaged(index: ChunkIndex, tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged):
        ChunkIndex(tmp_path / "index", KEYS, 32)


def test_an_index_of_another_key_finds_no_words(index: ChunkIndex, tmp_path: Path) -> None:
    other = ChunkIndex(tmp_path / "index", SubKeys.derive(b"x" * 32), 64)
    assert other.lexical(TEXTS[0], 5, None) == []
