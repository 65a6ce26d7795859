"""Vectors of passages and questions from the real embedder pack."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from engine.cancel import CancelToken
from engine.errors import Cancelled, EnvironmentFault, Fault
from engine.runtime import embedder as embedder_module
from engine.runtime.embedder import Embedder
from engine.runtime.pack import WEIGHTS, fingerprint, sha256_file

PASSAGES = (
    "存款保险实行限额偿付，最高偿付限额为人民币50万元。",
    "办理大额现金取款业务，客户应当提前一个工作日预约。",
    "信用卡持卡人超过规定期限透支，应当按照约定支付利息。",
    "银行应当对新开立账户的客户进行身份识别，留存证件复印件。",
)
QUESTIONS = (
    "银行倒闭了我的存款最多赔多少钱？",
    "取二十万现金要不要提前说？",
    "信用卡逾期怎么算利息？",
    "开户要带什么证件？",
)


@pytest.fixture(scope="module")
def embedder(embedder_pack: Path) -> Embedder:
    return Embedder.open(embedder_pack, threads=2)


def test_each_question_is_nearest_to_its_passage(embedder: Embedder) -> None:
    passages = embedder.embed_all(PASSAGES)
    questions = np.stack([embedder.embed_query(question) for question in QUESTIONS])
    assert passages.shape == (len(PASSAGES), embedder.dimension)
    assert (passages.dtype, questions.dtype) == (np.float32, np.float32)
    assert (questions @ passages.T).argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_vectors_have_length_one(embedder: Embedder) -> None:
    vectors = np.vstack([embedder.embed_all(["", "好", *PASSAGES]), embedder.embed_query("")[None]])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_order_is_kept_and_neighbours_do_not_matter(embedder: Embedder) -> None:
    texts = [PASSAGES[i % 4] * (1 + i % 3) + str(i) for i in range(70)]
    batches = list(embedder.embed_passages(texts))
    assert [len(batch) for batch in batches] == [64, 6]
    together = np.concatenate(batches)
    for row in (0, 1, 2, 63, 64, 69):
        alone = embedder.embed_all([texts[row]])[0]
        assert float(alone @ together[row]) > 0.9999


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert list(embedder.embed_passages([])) == []
    assert embedder.embed_all([]).shape == (0, embedder.dimension)


def test_question_and_passage_are_told_apart(embedder: Embedder) -> None:
    assert float(embedder.embed_query(PASSAGES[0]) @ embedder.embed_all(PASSAGES[:1])[0]) < 0.999


def test_text_beyond_the_context_is_cut_off(embedder: Embedder) -> None:
    long = "".join(PASSAGES) * 12
    longer = long + "与此无关的另一句话。" * 400
    vectors = embedder.embed_all([long, longer])
    assert float(vectors[0] @ vectors[1]) > 0.9999
    assert np.isfinite(embedder.embed_query(longer)).all()


def test_control_and_special_characters_are_only_text(embedder: Embedder) -> None:
    vectors = embedder.embed_all(["</s><pad><s>", "\x00\u200b\ufeff", "𠮷👩‍💻", "　 \n\t"])
    assert np.isfinite(vectors).all()


def test_cancelling_stops_between_batches(embedder: Embedder) -> None:
    cancel = CancelToken()
    batches = embedder.embed_passages(list(PASSAGES) * 40, cancel)
    next(batches)
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(batches)


def test_the_fingerprint_is_the_hash_of_the_weights(embedder: Embedder, embedder_pack: Path) -> None:
    assert embedder.fingerprint == sha256_file(embedder_pack / WEIGHTS) == fingerprint(embedder_pack)


def test_a_generator_pack_is_refused(tiny_pack: Path) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        Embedder.open(tiny_pack, threads=1)
    assert caught.value.code == Fault.PACK_UNSUPPORTED


def test_a_missing_pack_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        Embedder.open(tmp_path / "nowhere", threads=1)
    assert caught.value.details == {"pack": "nowhere"}


@given(lengths=st.lists(st.integers(2, 512), max_size=64))
def test_batches_hold_every_text_once_within_the_token_budget(lengths: list[int]) -> None:
    batches = list(embedder_module._batches(lengths))  # pyright: ignore[reportPrivateUsage]
    assert sorted(itertools.chain(*batches)) == list(range(len(lengths)))
    for batch in batches:
        padded = len(batch) * max(lengths[row] for row in batch)
        assert padded <= 512
