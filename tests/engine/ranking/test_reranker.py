"""The shipped weights over candidates of all kinds."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from engine.knowledge.search import Candidate
from engine.ranking.adapter import QueryAdapter
from engine.ranking.repealed import is_repealed
from engine.ranking.reranker import Reranker
from engine.ranking.weights import load_weights
from engine.values import Passage, Rung


def candidate(
    article: str, body: str, title: str = "中华人民共和国民法典", score: float = 0.5, rung: Rung = Rung.BRANCH
) -> Candidate:
    path = (title, "第一章 一般规定", article)
    text = f"《{title}》第一章 一般规定\n{article} {body}"
    chunk_id = f"{title}:1:{abs(hash((article, body))) % 1000}"
    return Candidate(Passage(chunk_id, title, f"{title}.pdf", 1, text, path, (), rung, score, 0.85), score, 0.0, 0.85)


DEPOSIT = candidate("第五条", "存款保险实行限额偿付，最高偿付限额为人民币50万元。", "存款保险条例", 0.9)
WRITTEN = candidate("第六百六十八条", "借款合同应当采用书面形式，但是自然人之间借款另有约定的除外。", score=0.1)
CASH = candidate("第三条", "依照银发〔2016〕302号文件办理。", "支付结算通知", 0.1)


@pytest.fixture(scope="module")
def reranker() -> Reranker:
    return Reranker.open()


def test_scores_fall_and_lie_between_zero_and_one(reranker: Reranker) -> None:
    passages = reranker.rank("存款保险最高赔多少", [WRITTEN, DEPOSIT, CASH])
    scores = [passage.score for passage in passages]
    assert passages[0].document_id == "存款保险条例"
    assert scores == sorted(scores, reverse=True)
    assert 0.0 <= scores[-1] <= scores[0] <= 1.0
    assert [passage.similarity for passage in passages] == [0.85] * 3  # the plain cosine stays what it was


def test_no_candidate_makes_no_passage(reranker: Reranker) -> None:
    assert reranker.rank("存款", []) == ()


@pytest.mark.parametrize("question", ["民法典第六百六十八条", "《民法典》第668条是怎么说存款保险的"])
def test_an_article_asked_for_by_its_number_comes_first(reranker: Reranker, question: str) -> None:
    assert reranker.rank(question, [DEPOSIT, CASH, WRITTEN])[0].heading_path[-1] == "第六百六十八条"


def test_a_document_number_comes_first(reranker: Reranker) -> None:
    assert reranker.rank("银发[2016]302号讲存款保险吗", [DEPOSIT, WRITTEN, CASH])[0].document_id == "支付结算通知"


def test_what_is_no_longer_in_force_stands_behind_all_others(reranker: Reranker) -> None:
    repealed = candidate("第五条", "存款保险实行限额偿付，最高偿付限额为人民币50万元。", "中华人民共和国担保法", 0.9)
    assert reranker.rank("存款保险最高赔多少", [repealed, CASH, DEPOSIT])[-1].document_id == "中华人民共和国担保法"


def test_a_built_in_entry_goes_first_between_equals_and_not_when_off_topic(reranker: Reranker) -> None:
    question = "存款保险最高赔多少"
    entry = candidate("第五条", "存款保险实行限额偿付，最高偿付限额为人民币50万元。", "存款保险条例", 0.9, Rung.BUILTIN)
    other = candidate("第九条", "支票自出票日起十天内提示付款。", "票据", 0.1, Rung.BUILTIN)
    assert [p.rung for p in reranker.rank(question, [DEPOSIT, entry])] == [Rung.BUILTIN, Rung.BRANCH]
    assert reranker.rank(question, [other, DEPOSIT])[0].rung == Rung.BRANCH


def test_built_in_entries_leave_the_order_of_the_branch_as_it_is(reranker: Reranker) -> None:
    entry = candidate("第五条", "存款保险实行限额偿付，最高偿付限额为人民币50万元。", "存款保险条例", 0.9, Rung.BUILTIN)
    branch = [DEPOSIT, WRITTEN, CASH]
    alone = [p.chunk_id for p in reranker.rank("存款保险最高赔多少", branch)]
    together = reranker.rank("存款保险最高赔多少", [*branch, entry])
    assert [p.chunk_id for p in together if p.rung == Rung.BRANCH] == alone


def test_repealed_titles_are_whole_and_dated() -> None:
    assert is_repealed(("中华人民共和国担保法",), "1995-06-30")
    assert is_repealed(("最高人民法院关于适用《中华人民共和国担保法》若干问题的解释",))
    assert not is_repealed(("最高人民法院关于适用《中华人民共和国民法典》有关担保制度的解释",), "2020-12-31")
    assert not is_repealed(("中华人民共和国民法典", "合同编"), "2020-05-28")
    assert not is_repealed(("中华人民共和国担保法",), "2031-01-01")  # a new law of that name
    assert not is_repealed(())


def test_an_adapter_is_for_its_embedder_alone_and_keeps_the_length() -> None:
    assert QueryAdapter.for_embedder("another") is None
    adapter = QueryAdapter.for_embedder(str(load_weights("query_adapter.npz")["embedder"]))
    assert adapter is not None
    vectors = np.eye(384, dtype=np.float32)[:3]
    adapted = adapter.adapt(vectors)
    np.testing.assert_allclose(np.linalg.norm(adapted, axis=1), 1.0, rtol=1e-5)
    np.testing.assert_allclose(adapter.adapt(vectors[0]), adapted[0], rtol=1e-5)


def test_passages_stay_picklable(reranker: Reranker) -> None:
    (passage,) = reranker.rank("存款保险", [DEPOSIT])
    assert pickle.loads(pickle.dumps(passage)) == passage
    assert type(passage.score) is float
