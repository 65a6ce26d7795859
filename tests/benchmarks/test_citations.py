"""The labelled sentences name passages that exist, and support does not fall below what was measured."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from citation_sentences import BUILTIN, Corpus, evidence_for, read_sentences
from citations import SAMPLES, checked, score


def test_half_of_the_sentences_are_unfaithful_and_some_are_held_out() -> None:
    labels = read_sentences()
    assert len(labels) >= 160 and len({label.sentence for label in labels}) >= len(labels) - 5
    assert 0.4 <= sum(label.supported for label in labels) / len(labels) <= 0.6
    assert sum(label.half == "held_out" for label in labels) >= 130


@pytest.mark.parametrize(("half", "precision", "recall"), [("tune", 0.9, 0.88), ("held_out", 0.75, 0.78)])
def test_support_over_the_documents_that_ship(half: str, precision: float, recall: float) -> None:
    corpus = Corpus(None)
    labels = [label for label in read_sentences() if label.half == half and label.document in (*SAMPLES, BUILTIN)]
    cases = [(label, *evidence_for(label, corpus)) for label in labels]
    assert len(cases) > 50 and all(golds for _, _, golds in cases)
    found = score(cases, corpus, checked, show=False)
    assert float(str(found["precision"])) >= precision
    assert float(str(found["recall"])) >= recall
