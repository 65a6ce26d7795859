"""The check list of marketing words: what it finds and what it leaves alone, on sentences written for this test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.proof import WordingScope
from engine.writing.forbidden import check_list, check_wording

Labelled = tuple[bool, WordingScope, str]


def labelled() -> list[Labelled]:
    lines = Path(__file__).with_name("wording_sentences.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    return [(label == "forbidden", WordingScope(scope), sentence) for label, scope, sentence in rows]


def test_promises_are_found_and_rules_warnings_and_deposits_are_left_alone() -> None:
    sentences = labelled()
    assert len(sentences) >= 130
    found = [(forbidden, bool(check_wording(text, scope)), text) for forbidden, scope, text in sentences]
    missed = [text for forbidden, flagged, text in found if forbidden and not flagged]
    false = [text for forbidden, flagged, text in found if flagged and not forbidden]
    right = sum(forbidden and flagged for forbidden, flagged, _ in found)
    recall = right / sum(forbidden for forbidden, _, _ in found)
    precision = right / (right + len(false))
    assert recall >= 0.97, missed
    assert precision >= 0.97, false


@pytest.mark.parametrize("scope", list(WordingScope))
def test_a_finding_stands_in_the_text_and_tells_reason_and_source(scope: WordingScope) -> None:
    text = "本款理财保本，稳赚不赔，是最佳选择！欲购从速。"
    for finding in check_wording(text, scope):
        assert text[finding.start : finding.end] == finding.text
        assert finding.reason
        assert "《" in finding.source or "号" in finding.source
    assert check_wording(text, WordingScope.ALL)


def test_every_entry_has_its_source_and_its_own_words_are_found() -> None:
    for entry in check_list():
        assert entry.patterns and entry.scope and entry.reason
        assert re.search("第.+条|号", entry.source), entry.source


def test_a_deposit_may_say_what_a_wealth_product_may_not() -> None:
    assert not check_wording("本产品保本保息。", WordingScope.DEPOSIT)
    assert check_wording("本产品保本保息。", WordingScope.WEALTH)
    assert check_wording("理财像存款一样保本。", WordingScope.ALL)


@pytest.mark.parametrize(
    ("text", "forbidden"),
    [
        ("不保本", False),
        ("非保本", False),
        ("不得承诺保本", False),
        ("并非不保本", True),
        ("无论如何都保本", True),
        ("不仅保本，而且收益高", True),
        ("谨防骗子，我行产品保本", True),
        ("确保本人到场", False),
        ("担保本息的保证人", False),
    ],
)
def test_negation_reaches_as_far_as_it_negates(text: str, forbidden: bool) -> None:
    assert bool(check_wording(text, WordingScope.WEALTH)) is forbidden


def test_time_is_linear_in_the_text() -> None:
    """Findings in ten times the text: ten times as many, from the same places."""
    piece = "本款理财保本。不得承诺保本。" + "存" * 500 + "。"
    assert len(check_wording(piece * 20)) == 20 * len(check_wording(piece))
