"""Whether a figure stands where the question asks: 「三类户最多能放5万元」 is no answer where 5万元 is another limit.

A sentence that repeats its question and fills in figures is supported by a passage only where the clause with the
figure is as near to the question as any clause, of all the evidence, that states another figure of the same kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.answering.contrasts import contrasting
from engine.answering.text import bigrams, containment, split_sentences, without_question_words
from engine.figures import Kind, Quantity, quantities
from engine.figures.compare import alternatives, holds
from engine.values import Passage

COMPARED_PASSAGES = 4
LEAST_SHARE = 0.8  # of the nearest other clause's score
LEAST_SCORE = 0.05  # below it nothing tells one clause from another
_NAMES = frozenset({Kind.ARTICLE_NO, Kind.DOCUMENT_NO, Kind.ORDINAL, Kind.NUMBER})
_HAN = re.compile(r"[\u3400-\u9fff]")
_LITTLE = frozenset("的是在为按能会要多少几什么怎可以最一")


def fills(question: str, said: str, passage: Passage, evidence: Sequence[Passage]) -> bool:
    """Whether each figure of `said` stands in `passage` where the question asks for one of its kind."""
    figures = [figure for figure in quantities(said) if figure.kind not in _NAMES]
    return all(_fills(question, figure, passage, evidence[:COMPARED_PASSAGES]) for figure in figures)


def _fills(question: str, figure: Quantity, passage: Passage, evidence: Sequence[Passage]) -> bool:
    heading = " ".join(passage.heading_path)
    mine = max(
        (
            score
            for score, stated, text in _clauses(question, passage)
            if _holds(stated, figure) and not contrasting(question, text, second_context=heading)
        ),
        default=-1.0,
    )
    other = max(
        (
            score
            for each in evidence
            for score, stated, _ in _clauses(question, each)
            if any(alternatives(quantity, figure) for quantity in stated) and not _holds(stated, figure)
        ),
        default=-1.0,
    )
    return mine >= LEAST_SHARE * other and (mine > other or mine > LEAST_SCORE)


def _clauses(question: str, passage: Passage) -> Iterator[tuple[float, tuple[Quantity, ...], str]]:
    """The clauses that state figures: how near each is to the question, its figures, and the sentence it stands in."""
    asked = bigrams(without_question_words(question))
    characters = _content(question)
    for sentence in split_sentences(passage.text):
        near = 0.5 * containment(asked, bigrams(sentence.text))
        for clause in re.split("[，,；;]", sentence.text):
            stated = tuple(q for q in quantities(clause, tables=True) if q.kind not in _NAMES)
            if stated:
                single = 0.3 * len(characters & _content(clause)) / max(1, len(characters))
                yield containment(asked, bigrams(clause)) + near + single, stated, sentence.text


def _content(text: str) -> frozenset[str]:
    return frozenset(_HAN.findall(text)) - _LITTLE


def _holds(stated: Sequence[Quantity], figure: Quantity) -> bool:
    return any(holds(quantity, figure) for quantity in stated)
