from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from engine.answering.retrieval import Retriever, check_question
from engine.errors import Rejection, RequestRejected
from engine.knowledge.store import KnowledgeBase, NewDocument
from engine.runtime.embedder import Embedder
from engine.values import Chunk, Page, PageKind, Rung, Span


@pytest.mark.parametrize("question", ["", "   ", "？？？", "。。。\n", "——"])
def test_a_question_without_words_is_refused(question: str) -> None:
    with pytest.raises(RequestRejected) as refused:
        check_question(question, 100)
    assert refused.value.code == Rejection.QUESTION_EMPTY


def test_a_question_over_the_limit_is_refused_with_both_lengths() -> None:
    with pytest.raises(RequestRejected) as refused:
        check_question("问" * 10_000, 8000)
    assert refused.value.code == Rejection.QUESTION_TOO_LONG
    assert refused.value.details == {"limit": 8000, "length": 10_000}


def test_chinese_and_english_questions_pass() -> None:
    assert check_question(" 存款保险最高赔多少 ", 100) == "存款保险最高赔多少"
    assert check_question("What is LPR?", 100) == "What is LPR?"


ENTRY = "存款保险限额\n银行倒闭了，存款保险最高赔50万元，超过的部分从清算财产里受偿。"
LAW = (
    "《存款保险条例》\n第五条 存款保险实行限额偿付，最高偿付限额为人民币50万元。",
    "《储蓄管理条例》\n第二十四条 未到期的定期储蓄存款，全部提前支取的，按支取日挂牌公告的活期储蓄存款利率计付利息。",
    "《票据法》\n第九十一条 支票的持票人应当自出票日起十日内提示付款。",
    "《人民币管理条例》\n第三十三条 中国人民银行、公安机关发现伪造、变造的人民币，应当予以没收。",
    "《民法典》\n第六百七十条 借款的利息不得预先在本金中扣除。",
)


@pytest.fixture(scope="module")
def retriever(
    embedder_pack: Path, tmp_path_factory: pytest.TempPathFactory, passphrase: Callable[[bool], str]
) -> Iterator[Retriever]:
    """The real embedder over a small home with a built-in entry and articles of a branch's documents."""
    embedder = Embedder.open(embedder_pack, threads=2)
    home = tmp_path_factory.mktemp("retrieval") / "home"
    home.mkdir(mode=0o700)
    with KnowledgeBase.open(home, embedder_fingerprint=embedder.fingerprint, passphrase=passphrase) as knowledge:
        for rung, texts in ((Rung.BUILTIN, (ENTRY,)), *((Rung.BRANCH, (text,)) for text in LAW)):
            knowledge.add_document(stored(texts, rung, embedder))
        yield Retriever(knowledge, embedder)


@pytest.fixture(scope="module")
def passphrase() -> Callable[[bool], str]:
    return lambda new: "检索 test passphrase"


def stored(texts: Sequence[str], rung: Rung, embedder: Embedder) -> NewDocument:
    title, _, body = texts[0].partition("\n")
    document_id = hashlib.sha256(texts[0].encode()).hexdigest()
    path = (title.strip("《》"), body.split(" ")[0]) if rung == Rung.BRANCH else (title,)
    chunk = Chunk(f"{document_id}:1:0", document_id, 1, 0, texts[0], path, (Span(1, 0, 1),))
    page = Page(1, PageKind.TEXT, 595.0, 842.0, "页")
    vectors = embedder.embed_all(list(texts))
    return NewDocument(document_id, f"{title}.pdf", title, "", rung, b"original", (page,), (chunk,), vectors)


def first(retriever: Retriever, question: str) -> str:
    return retriever.retrieve(question, 5, 1000)[0].text


@pytest.mark.parametrize(
    ("question", "law"),
    [
        ("定期没到期能取出来吗，利息怎么算", "储蓄管理条例"),
        ("收到假币了会被没收吗", "人民币管理条例"),
        ("收到假幣了會被沒收嗎", "人民币管理条例"),
        ("借钱先扣了利息，就是砍头息", "民法典"),
        ("民法典第670条", "民法典"),
        ("存款保险条例第五条怎么说", "存款保险条例"),
    ],
)
def test_lay_questions_and_numbers_find_their_article(retriever: Retriever, question: str, law: str) -> None:
    assert first(retriever, question).startswith(f"《{law}》")


def test_all_rungs_stand_in_one_falling_order_and_an_entry_that_answers_goes_first(retriever: Retriever) -> None:
    passages = retriever.retrieve("银行倒闭了存款保险最高赔多少", 5, 1000)
    assert [passage.rung for passage in passages[:2]] == [Rung.BUILTIN, Rung.BRANCH]
    assert passages[1].text.startswith("《存款保险条例》")
    scores = [passage.score for passage in passages]
    assert scores == sorted(scores, reverse=True)


def test_similarity_is_the_plain_cosine_and_not_the_adapted_one(retriever: Retriever) -> None:
    question = "支票几天内有效"
    query = retriever.query(question)
    assert query.adapted is not None
    assert float(query.adapted @ query.vector) < 0.9999
    passage = next(p for p in retriever.retrieve(question, 6, 1000) if p.text == LAW[2])
    embedder = retriever.embedder
    assert passage.similarity == pytest.approx(float(embedder.embed_all([LAW[2]])[0] @ query.vector), abs=2e-3)


def test_only_chosen_documents_are_searched(retriever: Retriever) -> None:
    question = "定期存款提前支取怎么算利息？"
    best = retriever.retrieve(question, 5, 1000)[0]
    others = frozenset(passage.document_id for passage in retriever.retrieve(question, 5, 1000)[1:3])
    found = retriever.retrieve(question, 5, 1000, among=others)
    assert {passage.document_id for passage in found} == others
    assert best.document_id not in others
    assert retriever.retrieve(question, 5, 1000, among=frozenset()) == ()
