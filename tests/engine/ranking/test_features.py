from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from engine.knowledge.search import Candidate
from engine.ranking.features import feature_columns, own_article, rank_features, short_title
from engine.values import Passage, Rung, Span

LAW = "《中华人民共和国民法典》"


def candidate(
    body: str,
    ordinal: int = 0,
    path: Sequence[str] = (LAW, "第十二章 借款合同"),
    score: float = 0.5,
    dense: float = 0.88,
) -> Candidate:
    text = f"{LAW}第十二章 借款合同\n{body}"
    article = body.split(" ")[0]
    passage = Passage(
        f"a:1:{ordinal}", "a", "民法典.pdf", 1, text, (*path, article), (Span(1, 0, 1),), Rung.BRANCH, score, dense
    )
    return Candidate(passage, score * 10, 0.0, dense)


INTEREST = candidate(
    "第六百七十条 借款的利息不得预先在本金中扣除。利息预先在本金中扣除的，按照实际借款数额返还。", 3, score=0.9
)
TERM = candidate("第六百七十五条 借款人应当按照约定的期限返还借款。借款期限依据本法第六百七十条确定。", 8, score=0.7)
OTHER = candidate("第九百一十九条 委托合同是委托人和受托人约定的合同。", 40, score=0.1, dense=0.8)


def test_one_row_a_candidate_and_every_number_is_finite() -> None:
    features = rank_features("砍头息合法吗", [INTEREST, TERM, OTHER])
    columns = feature_columns("砍头息合法吗", [INTEREST, TERM, OTHER])
    assert features.shape == (3, len(columns))
    assert features.dtype == np.float32
    assert np.isfinite(features).all()


def test_a_lone_candidate_and_one_without_headings_have_features() -> None:
    bare = Candidate(Passage("a:1:0", "a", "a", 1, "利率", (), (), Rung.BRANCH, 1.0, 0.9), 0.0, 0.0, 0.9)
    assert np.isfinite(rank_features("利率", [bare])).all()


def test_words_in_common_count_most_where_few_candidates_have_them() -> None:
    columns = feature_columns("利息预先扣除", [INTEREST, TERM, OTHER])
    assert columns["bigrams"][0] > columns["bigrams"][1]
    assert columns["run"][0] == pytest.approx(0.4)  # 利息预先


def test_formal_terms_of_everyday_words_count() -> None:
    columns = feature_columns("被收了砍头息", [INTEREST, TERM, OTHER])
    assert columns["terms"][0] > columns["terms"][2] == 0.0


def test_an_article_that_another_candidate_names_is_told() -> None:
    assert feature_columns("利息", [INTEREST, TERM, OTHER])["cited"] == [0.7, 0.0, 0.0]


def test_what_is_asked_for_meets_what_a_provision_says() -> None:
    asks, says = feature_columns("几天内要还", [TERM, OTHER]), feature_columns("利息合法吗", [TERM, OTHER])
    assert asks["asked_2"][0] == 1.0
    assert says["asked_2"] == [0.0, 0.0]


def test_article_and_title_are_read_from_the_headings() -> None:
    assert own_article((LAW, "第十二章 借款合同", "第六百七十条")) == "§670"
    assert own_article((LAW, "第十二章 借款合同")) == ""
    assert short_title((LAW, "第一章")) == "民法典"
    assert short_title(()) == ""
