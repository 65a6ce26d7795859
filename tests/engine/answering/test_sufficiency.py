"""The score that decides between an answer and a refusal: probabilities, what moves them, and what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from engine.answering.checking import CheckedAnswer
from engine.answering.question_kinds import kinds_asked, measures_asked, missing_articles, unknown_institutions
from engine.answering.sufficiency import (
    HOPELESS,
    REFUSE,
    WEIGHTS,
    Model,
    after,
    before,
    logit,
    probability,
    read_models,
)
from engine.answering.sufficiency_features import SEEN, retrieval_features
from engine.values import Citation, Passage, Rung, Span

INSURANCE = "存款保险实行限额偿付,最高偿付限额为人民币50万元。"


def passage(text: str = INSURANCE, similarity: float = 0.93, score: float = 0.8, article: str = "第五条") -> Passage:
    heading = ("《存款保险条例》", article)
    return Passage("a:1:0", "a", "存款保险条例", 1, text, heading, (Span(1, 0, 1),), Rung.BRANCH, score, similarity)


def near(question: str, **changes: float) -> float:
    return before(question, [passage(**changes), passage(score=0.1, similarity=0.88)])  # type: ignore[arg-type]


def test_nothing_found_is_hopeless() -> None:
    assert before("存款保险最高赔多少？", []) < HOPELESS


def test_an_answer_nearby_is_not_hopeless_and_a_far_one_is() -> None:
    assert near("存款保险最高赔多少钱？") > 0.5
    assert near("红烧肉怎么做才好吃？", similarity=0.80, score=0.2) < HOPELESS


@pytest.mark.parametrize(
    "question",
    ["平安银行的存款保险最高赔多少钱？", "明年存款保险最高赔多少钱？", "存款保险条例第八十条最高赔多少钱？"],
)
def test_what_the_passages_cannot_hold_lowers_the_score(question: str) -> None:
    assert near(question) < near("存款保险最高赔多少钱？") - 0.05


def test_nearer_passages_raise_the_score() -> None:
    scores = [near("存款保险最高赔多少钱？", similarity=similarity) for similarity in (0.84, 0.88, 0.92, 0.96)]
    assert scores == sorted(scores) and scores[-1] > scores[0] + 0.2


def test_a_supported_answer_is_believed_more_than_an_unsupported_one() -> None:
    passages = [passage(similarity=0.92)]
    citation = Citation(1, "a", "a", 1, INSURANCE, Rung.BRANCH)
    supported = CheckedAnswer("50万元[1]。", (), (citation,))
    scores = [after("存款保险最高赔多少钱？", passages, answer) for answer in (CheckedAnswer("", (), ()), supported)]
    assert scores[0] < before("存款保险最高赔多少钱？", passages) < scores[1]
    assert after("存款保险最高赔多少钱？", [], supported) < HOPELESS


def test_below_hopeless_even_a_supported_answer_is_refused() -> None:
    weights = read_models(WEIGHTS)["after"]
    assert probability(weights.logit({"before": logit(HOPELESS - 0.01), "supported": 1.0})) < REFUSE


def test_only_what_is_looked_at_counts() -> None:
    passages = [replace(passage(), chunk_id=f"a:1:{n}", score=0.9 / (n + 1)) for n in range(SEEN + 5)]
    question = "存款保险最高赔多少钱？"
    assert retrieval_features(question, passages) == retrieval_features(question, passages[:SEEN])


def test_a_model_takes_what_is_not_known_as_its_mean() -> None:
    model = Model(0.5, {"a": (1.0, 2.0, 3.0), "b": (5.0, 1.0, -1.0)})
    assert model.logit({"a": 3.0, "b": 5.0}) == pytest.approx(3.5)
    assert model.logit({"a": 3.0}) == pytest.approx(3.5)
    assert model.logit({"a": 1e9}) == pytest.approx(0.5 + 3.0 * 5)


def test_logit_and_probability_are_inverse() -> None:
    assert [probability(logit(p)) for p in (0.01, 0.5, 0.99)] == pytest.approx([0.01, 0.5, 0.99])
    assert probability(-1000) == 0.0 and probability(1000) == 1.0
    assert -20 < logit(0.0) < logit(1.0) < 20


@pytest.mark.parametrize(
    ("question", "text", "stated"),
    [
        ("申请书要填几联？", "一式三联", True),
        ("申请书要填几联？", "填写三份", False),
        ("几天能放款？", "3个工作日内", True),
        ("最少存多少钱？", "5 万元起存", True),
        ("利率多少个点？", "年利率3.1%", True),
        ("要多少分算及格？", "满18周岁", False),
    ],
)
def test_quantities_are_known_by_their_measure_word(question: str, text: str, stated: bool) -> None:
    measures = measures_asked(question)
    assert measures and any(measure.search(text) for measure in measures) is stated


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("你们周六几点开门？", ["term", "hours"]),
        ("客服电话是多少？", ["contact"]),
        ("行长叫什么名字？", ["person"]),
        ("能不能挂失？", []),
    ],
)
def test_kinds_of_what_is_asked(question: str, kinds: Sequence[str]) -> None:
    assert [kind.name for kind in kinds_asked(question)] == kinds


def test_institutions_and_articles_that_no_passage_holds() -> None:
    assert unknown_institutions("招商银行怎么收费？", ["本行免收"]) == ("招商银行",)
    assert unknown_institutions("招商银行怎么收费？", ["招商银行免收"]) == ()
    assert missing_articles("条例第三十条写的什么？", ["《条例》", "第五条"]) == ("第三十条",)
    assert missing_articles("条例第五条写的什么？", ["《条例》", "第五条"]) == ()
