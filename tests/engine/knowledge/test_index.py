from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.knowledge import index_table
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
    vector = (embed(["独一无二的遥测暗号"]) @ index._rotation).astype("<f2").tobytes()[:32]
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


def many(count: int, seed: int) -> ChunkRows:
    """A document of its own with made-up words; vectors as far apart as random ones are."""
    vectors = np.random.default_rng(seed).standard_normal((count, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    first = seed * 10_000
    texts = [f"word{first + i} every{i % 7}" for i in range(count)]
    return ChunkRows(list(range(first, first + count)), [seed] * count, [Rung.BRANCH] * count, texts, vectors)


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ChunkIndex:
    """An index that is large enough for a vector index."""
    monkeypatch.setattr(index_table, "VECTOR_INDEX_FROM", 3000)
    index = ChunkIndex(tmp_path / "large", KEYS, 64)
    index.add(many(4000, 1))
    assert index.wants_compaction
    index.compact()
    assert index.has_vector_index
    assert index.is_tidy
    return index


def exact(index: ChunkIndex, vector: np.ndarray, count: int) -> set[int]:
    query = index._table.search(vector @ index._rotation).distance_type("cosine").bypass_vector_index()
    return set(query.select(["row"]).limit(count).to_arrow()["row"].to_pylist())


def test_a_vector_index_finds_nearly_what_the_exact_search_finds(large: ChunkIndex, tmp_path: Path) -> None:
    reopened = ChunkIndex(tmp_path / "large", KEYS, 64)
    for index in (large, reopened):
        found = 0
        for vector in many(20, 9).vectors:
            found += len({row for row, _ in index.dense(vector, 50, None)} & exact(index, vector, 50))
        assert found / 1000 > 0.95


def test_rows_added_beside_a_vector_index_are_found(large: ChunkIndex) -> None:
    for seed in (2, 3):
        added = many(100, seed)
        large.add(added)
        for after in (None, large.compact):
            if after:
                after()
            assert large.dense(added.vectors[7], 1, None)[0] == (added.rows[7], pytest.approx(1.0, abs=1e-2))
            assert large.lexical(added.texts[7], 1, None)[0][0] == added.rows[7]
    assert large.has_vector_index
    assert large.chunk_counts() == {1: 4000, 2: 100, 3: 100}


def test_after_deleting_nothing_is_left_in_a_vector_index(large: ChunkIndex, tmp_path: Path) -> None:
    """The row's stored vector goes up and down evenly, so that its one-byte codes show in the index's files."""
    stored = np.tile(np.float32([0.15, -0.1]), 32) / np.linalg.norm(np.tile([0.15, -0.1], 32))
    vector = (stored @ large._rotation.T).astype(np.float32)
    added = replace(many(1, 5), vectors=vector[None], texts=["独一无二"])
    large.add(added)
    large.merge_all()
    stripes = re.compile(rb"([^\0])(?!\1)([^\0])(?:\1\2){20}", re.DOTALL)

    def everything() -> bytes:
        return b"".join(path.read_bytes() for path in (tmp_path / "large").rglob("*") if path.is_file())

    assert stripes.search(everything()), "the test must be able to see the codes"
    assert stored.astype("<f2").tobytes()[:16] in everything()
    large.delete([5])
    assert not stripes.search(everything())
    assert stored.astype("<f2").tobytes()[:16] not in everything()
    assert large.has_vector_index


def test_an_interrupted_vector_index_leaves_a_working_one(
    large: ChunkIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_: ChunkIndex) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ChunkIndex, "make_vector_index", killed)
        with pytest.raises(KeyboardInterrupt):
            large.merge_all()
    reopened = ChunkIndex(tmp_path / "large", KEYS, 64)
    vector = many(1, 1).vectors[0]
    assert reopened.dense(vector, 1, None)[0][0] == 10_000
    assert reopened.lacks_vector_index
    assert reopened.wants_compaction
    reopened.compact()
    assert reopened.has_vector_index
    assert reopened.dense(vector, 1, None)[0][0] == 10_000


def test_searches_share_and_the_writer_waits_for_them() -> None:
    lock, order = index_table.SharedLock(), []

    def alone() -> None:
        with lock.alone():
            order.append("alone")

    with lock.shared(), lock.shared():
        writer = threading.Thread(target=alone)
        writer.start()
        writer.join(0.05)
        assert not order
    writer.join(5)
    assert order == ["alone"]
    with lock.shared():
        pass
