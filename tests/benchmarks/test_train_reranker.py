from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import law_questions
import retrieval
import train_reranker

LENDING = law_questions.LawQuestion("砍头息", "民法典", frozenset({("民法典", "借款的利息不得预先在本金中扣除")}))


@pytest.mark.parametrize(
    ("name", "text", "hit"),
    [
        ("合同编.pdf", "《民法典》\n第六百七十条 借款的利息不得预先在本金中 扣除。", True),
        ("担保法.pdf", "第六百七十条 借款的利息不得预先在本金中扣除。", False),
        ("合同编.pdf", "x" * 1200 + "借款的利息不得预先在本金中扣除。", False),
    ],
)
def test_a_hit_is_the_article_near_the_beginning_of_a_passage_of_its_law(name: str, text: str, hit: bool) -> None:
    assert law_questions.is_hit(LENDING, name, law_questions.beginning(text)) is hit


def test_an_older_version_of_a_law_is_no_hit() -> None:
    question = law_questions.LawQuestion("保存", "反洗钱法", frozenset({("反洗钱法", "客户身份资料")}))
    assert law_questions.is_hit(question, "反洗钱法(2024-11-08).pdf", "客户身份资料")
    assert not law_questions.is_hit(question, "反洗钱法(2006-10-31).pdf", "客户身份资料")


def test_ndcg_counts_each_article_once_and_is_one_at_best() -> None:
    first, second = ("a", "1"), ("a", "2")
    question = law_questions.LawQuestion("问", "a", frozenset({first, second}))
    assert retrieval.ndcg([{first}, {second}], question) == pytest.approx(1.0)
    assert retrieval.ndcg([{first}, {first}], question) == pytest.approx(0.613, abs=1e-3)
    assert retrieval.ndcg([set()], question) == 0.0


def test_the_rerankers_gradient_is_that_of_its_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_reranker, "DROPOUT", 0.0)
    monkeypatch.setattr(train_reranker, "HIDDEN", 3)
    rng = np.random.default_rng(0)
    x, gold = rng.normal(size=(6, 4)), np.array([0, 1, 0, 0, 1, 0], bool)
    parameters = [rng.normal(size=shape) for shape in ((4, 3), (3,), (3,), (4,))]

    def loss() -> float:
        w1, b1, w2, linear = parameters
        logits = np.tanh(x @ w1 + b1) @ w2 + x @ linear
        return float(np.log(np.exp(logits).sum()) - np.log(np.exp(logits[gold]).sum()))

    gradients = [np.zeros_like(p) for p in parameters]
    train_reranker.add_gradients(x, gold, parameters, gradients, rng)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        index = (0,) * parameter.ndim
        parameter[index] += 1e-5
        above = loss()
        parameter[index] -= 2e-5
        below = loss()
        parameter[index] += 1e-5
        assert gradient[index] == pytest.approx((above - below) / 2e-5, abs=1e-4)


def test_an_adapter_learns_to_move_questions_to_their_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_reranker, "ADAPTER_BATCH", 32)
    rng = np.random.default_rng(0)
    chunks = rng.normal(size=(40, 16)).astype(np.float32)
    chunks /= np.linalg.norm(chunks, axis=1, keepdims=True)
    turn = np.linalg.qr(rng.normal(size=(16, 16)))[0].astype(np.float32)
    questions = chunks @ turn  # every question lies where a fixed rotation of its chunk lies
    gold = np.eye(40, dtype=bool)
    before = float((np.argmax(questions @ chunks.T, axis=1) == np.arange(40)).mean())
    adapted = train_reranker.fit_adapter(questions, chunks, gold).adapt(questions)
    after = float((np.argmax(adapted @ chunks.T, axis=1) == np.arange(40)).mean())
    assert after >= before + 0.3
