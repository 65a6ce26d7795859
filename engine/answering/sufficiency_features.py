"""What the sufficiency score sees of a question and its passages.

Each feature is a number in about [-1, 2] that means the same in every library: no statistics of any corpus enter but
those of the passages themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from math import log

from engine.answering.question_kinds import (
    MOMENT,
    OWN,
    kinds_asked,
    measures_asked,
    missing_articles,
    unknown_institutions,
)
from engine.answering.text import bigrams, containment, split_sentences, without_question_words
from engine.knowledge.canonical import normalize
from engine.knowledge.synonyms import formal_terms
from engine.values import Passage

SEEN = 8  # passages that are looked at
NEAR = 3  # passages that are likely to hold the answer
_SHORT_RUN, _LONG_RUN = 2, 6  # characters of a question in a row that no passage holds


def retrieval_features(question: str, passages: Sequence[Passage]) -> dict[str, float]:
    """By name; `passages` are best first and at least one. Only the first `SEEN` count."""
    passages = passages[:SEEN]
    asked = normalize(question)
    texts = [normalize(_whole(passage)) for passage in passages]
    return {
        **_scores(passages),
        **_words(asked, texts),
        **_kinds(asked, texts),
        **_sentences(asked, passages),
        **_traits(asked, passages, texts),
    }


def _whole(passage: Passage) -> str:
    return " ".join((passage.name, *passage.heading_path, passage.text))


def _scores(passages: Sequence[Passage]) -> Mapping[str, float]:
    similarities = sorted((passage.similarity for passage in passages), reverse=True)
    first, *others = (passage.score for passage in passages)
    return {
        "similarity": (similarities[0] - 0.9) * 20,  # most lie within .85 and .95 (multilingual-e5)
        "similarity_mean": (sum(similarities[:NEAR]) / len(similarities[:NEAR]) - 0.9) * 20,
        "similarity_first": (passages[0].similarity - 0.9) * 20,
        "share": first,
        "share_gap": first - (others[0] if others else 0.0),
        "flatness": -sum(p.score * log(max(p.score, 1e-9)) for p in passages) / log(len(passages) + 1),
    }


def _words(asked: str, texts: Sequence[str]) -> Mapping[str, float]:
    """How much of what the question is about stands in the passages; words that few of them hold count more."""
    wanted = bigrams(without_question_words(asked))
    held = [bigrams(text) for text in texts]
    weights = rarity(wanted, held)
    total = sum(weights.values()) or 1.0
    covered = [sum(weights[gram] for gram in wanted & grams) / total for grams in held]
    terms = formal_terms(asked)
    return {
        "covered_first": covered[0],
        "covered_best": max(covered[:NEAR]),
        "covered_any": sum(weight for gram, weight in weights.items() if any(gram in grams for grams in held)) / total,
        "plain_best": max(containment(wanted, grams) for grams in held[:NEAR]),
        "terms": max(sum(term in text for term in terms) for text in texts[:NEAR]) / len(terms) if terms else 0.0,
        "unknown_run": _unknown_run(without_question_words(asked), texts),
    }


def rarity(grams: Collection[str], held: Sequence[Collection[str]]) -> dict[str, float]:
    """The inverse document frequency of each of `grams` (Robertson and Zaragoza 2009) among texts that hold those of
    `held`."""
    frequency = {gram: sum(gram in other for other in held) for gram in grams}
    return {gram: log(1 + (len(held) - n + 0.5) / (n + 0.5)) for gram, n in frequency.items()}


def _unknown_run(words: str, texts: Sequence[str]) -> float:
    """The longest run of the question's characters no pair of which stands in any passage, scaled to [0, 1]: names of
    products, places and people are such runs."""
    longest = run = 1
    for first, second in pairwise(words):
        known = any(first + second in text for text in texts) or " " in (first, second)
        run = 1 if known else run + 1
        longest = max(longest, run)
    return (min(max(longest, _SHORT_RUN), _LONG_RUN) - _SHORT_RUN) / (_LONG_RUN - _SHORT_RUN)


def _kinds(asked: str, texts: Sequence[str]) -> Mapping[str, float]:
    kinds = kinds_asked(asked)
    near = texts[:NEAR]
    stated = [max(float(bool(kind.states.search(text))) for text in near) for kind in kinds]
    return {
        "kinds_stated": sum(stated) / len(stated) if stated else 0.5,
        "kind_missing": float(bool(stated) and min(stated) == 0.0),
        "asks_elsewhere": float(any(kind.name in ("contact", "hours", "place", "person") for kind in kinds)),
        "asks_nothing_known": float(not kinds),
    }


def _sentences(asked: str, passages: Sequence[Passage]) -> Mapping[str, float]:
    """Whether what the question is about and a quantity of the kind it asks for stand in one sentence."""
    measures = measures_asked(asked)
    wanted = bigrams(without_question_words(asked))
    covered = stating = 0.0
    for passage in passages[:NEAR]:
        head = bigrams(normalize(" ".join((passage.name, *passage.heading_path))))
        for sentence in split_sentences(normalize(passage.text)):
            share = containment(wanted, bigrams(sentence.text) | head)
            covered = max(covered, share)
            if any(measure.search(sentence.text) for measure in measures):
                stating = max(stating, share)
    return {
        "sentence": covered,
        "measure_asked": float(bool(measures)),
        "measure_stated": float(stating > 0.0) if measures else 0.5,
        "measure_beside": stating if measures else covered,
        "measure_away": covered - stating if measures else 0.0,
    }


def _traits(asked: str, passages: Sequence[Passage], texts: Sequence[str]) -> Mapping[str, float]:
    moment = MOMENT.search(asked)
    value = any(kind.name in ("money", "rate", "count") for kind in kinds_asked(asked))
    elsewhere = any(kind.name in ("contact", "hours", "place", "person") for kind in kinds_asked(asked))
    headings = [heading for passage in passages for heading in passage.heading_path]
    return {
        "moment": float(bool(moment)),
        "moment_value": float(bool(moment) and value),
        "own": float(bool(OWN.search(asked))),
        "own_elsewhere": float(bool(OWN.search(asked)) and elsewhere),
        "unknown_institution": float(bool(unknown_institutions(asked, texts))),
        "missing_article": float(bool(missing_articles(asked, headings))),
    }
