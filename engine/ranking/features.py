"""What a reranker sees of a question and a candidate: numbers that carry over from one library to another.

Everything is relative to the candidates of the same question (a word is rare when few candidates have it, a score is
high when it is near the best), so that no statistics of any corpus are shipped. Nothing tells which document it is: a
year, a court or 总则 would be learned as the names of the laws that the training questions are about (judged on other
laws, the order became worse than without a reranker).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, log1p

import numpy as np
from numpy.typing import NDArray

from engine.knowledge.canonical import article_tokens, canonical_tokens, normalize
from engine.knowledge.search import Candidate
from engine.knowledge.synonyms import formal_terms

FloatArray = NDArray[np.float32]

_CHARS = re.compile(r"[\u3400-\u9fff]|[a-z\d]+")
_OWN_ARTICLE = re.compile(r"\s*第[^\s条]{1,9}条(?:之[一二三四五六七八九十])?\s*")
_HEADING = re.compile(r"第[^\s条]{1,9}条(?:之[一二三四五六七八九十])?")
_NEAR = 2  # chunks to either side that count as neighbours
_LONGEST_RUN = 10  # characters; a longer common run says no more

# What a question asks for, and the words by which a provision answers it.
_KINDS = (
    (r"判|坐牢|犯罪|犯法|刑|罪", r"有期徒刑|拘役|罚金|刑事责任|定罪"),
    (r"罚|处分|没收", r"罚款|没收违法所得|责令改正|处分|警告"),
    (
        r"多久|多长|几天|几年|几个月|什么时候|何时|期限|最晚|最长|多少天|多少年",
        r"日内|个月|年内|之日起|\d+年|\d+日|期限|期间",
    ),
    (r"多少钱|多少|比例|几倍|上限|最高|最多|最低", r"元|%|百分之|倍|限额|分之"),
    (r"是什么|什么是|什么叫|啥叫|含义|指的是|是指", r"是指|本[法条例办规定解释]{1,4}所称|是.{2,24}的合同"),
    (r"有效|无效|算不算|算数|作废|管用|效力", r"无效|有效|效力|可撤销|不成立"),
    (r"谁|哪个部门|哪些人|哪个法院", r"由.{1,16}负责|管辖|主管部门|机构"),
    (r"赔|要回|退|返还", r"赔偿|返还|退还|偿付|恢复原状"),
    (r"可以吗|能不能|可不可以|能.{0,12}吗|行吗|行不行|允许|必须|要不要", r"不得|可以|应当|有权|禁止"),
)
_KIND_PATTERNS = tuple((re.compile(asks), re.compile(answers)) for asks, answers in _KINDS)


@dataclass(frozen=True, slots=True)
class _Text:
    """A candidate's text, normalized, and its parts."""

    head: str  # document and headings
    body: str
    bigrams: frozenset[str]
    chars: frozenset[str]


def rank_features(question: str, candidates: Sequence[Candidate]) -> FloatArray:
    """float32 (n, F), one row a candidate; the columns are those of `feature_columns`. Candidates are best first."""
    columns = feature_columns(question, candidates)
    return np.stack([np.asarray(column, np.float32) for column in columns.values()], axis=1)


def feature_columns(question: str, candidates: Sequence[Candidate]) -> dict[str, Sequence[float]]:
    """Each feature's values, one a candidate."""
    asked = normalize(question)
    texts = [_text(candidate) for candidate in candidates]
    return {
        **_scores(candidates),
        **_words(asked, texts),
        **_places(candidates, texts),
        **_kinds(asked, texts),
        **_question(asked, len(candidates)),
    }


# ---- what the rankings say


def _scores(candidates: Sequence[Candidate]) -> Mapping[str, Sequence[float]]:
    columns: dict[str, Sequence[float]] = {}
    for name, values in (
        ("fused", [c.passage.score for c in candidates]),
        ("lexical", [c.lexical for c in candidates]),
        ("expanded", [c.expanded for c in candidates]),
        ("dense", [c.dense for c in candidates]),
        ("plain", [c.passage.similarity for c in candidates]),
    ):
        scores = np.asarray(values, np.float64)
        spread = float(np.ptp(scores))
        ranks = np.empty(len(scores))
        ranks[np.argsort(-scores, kind="stable")] = np.arange(len(scores))
        columns[name] = ((scores - scores.min()) / (spread or 1.0)).tolist()
        columns[f"{name}_rank"] = (np.log1p(ranks) / 5.0).tolist()
    nearest = max(c.dense for c in candidates)
    columns["dense_behind"] = [(nearest - c.dense) * 20.0 for c in candidates]
    return columns


# ---- words in common


def _text(candidate: Candidate) -> _Text:
    passage = candidate.passage
    head = normalize(" ".join(passage.heading_path))
    prefix, _, rest = passage.text.partition("\n")
    body = normalize(rest or prefix)
    units = _CHARS.findall(body)
    return _Text(head, body, frozenset(a + b for a, b in pairwise(units)), frozenset(units))


def _words(asked: str, texts: Sequence[_Text]) -> Mapping[str, Sequence[float]]:
    units = _CHARS.findall(asked)
    bigrams = {a + b for a, b in pairwise(units)}
    weights = _rarity(bigrams, [text.bigrams for text in texts])
    char_weights = _rarity(set(units), [text.chars for text in texts])
    terms = formal_terms(asked)
    exact = {token for token in canonical_tokens(asked) if not token.startswith("#")}
    return {
        "bigrams": [_coverage(weights, text.bigrams) for text in texts],
        "chars": [_coverage(char_weights, text.chars) for text in texts],
        "precision": [len(bigrams & text.bigrams) / (len(text.bigrams) + 10) * 5 for text in texts],
        "head_bigrams": [_coverage(weights, _bigrams(text.head)) for text in texts],
        "run": [_common_run(asked, text.body) / _LONGEST_RUN for text in texts],
        "head_run": [_common_run(asked, text.head) / _LONGEST_RUN for text in texts],
        "terms": [sum(term in text.body for term in terms) / (len(terms) or 1) for text in texts],
        "head_terms": [float(any(term in text.head for term in terms)) for text in texts],
        "exact": [float(bool(exact & set(canonical_tokens(text.body)))) if exact else 0.0 for text in texts],
    }


def _rarity(units: set[str], texts: Sequence[frozenset[str]]) -> dict[str, float]:
    """Inverse document frequency among the candidates (Robertson and Zaragoza 2009)."""
    count = len(texts)
    found = {unit: sum(unit in text for text in texts) for unit in units}
    return {unit: log(1 + (count - n + 0.5) / (n + 0.5)) for unit, n in found.items() if n}


def _coverage(weights: Mapping[str, float], units: frozenset[str] | set[str]) -> float:
    total = sum(weights.values())
    return sum(weight for unit, weight in weights.items() if unit in units) / total if total else 0.0


def _bigrams(text: str) -> set[str]:
    return {a + b for a, b in pairwise(_CHARS.findall(text))}


def _common_run(asked: str, text: str) -> int:
    """Length of the longest common substring, up to `_LONGEST_RUN`."""
    longest = 0
    for start in range(len(asked)):
        while longest < _LONGEST_RUN and start + longest < len(asked) and asked[start : start + longest + 1] in text:
            longest += 1
    return longest


# ---- where a candidate stands


def _places(candidates: Sequence[Candidate], texts: Sequence[_Text]) -> Mapping[str, Sequence[float]]:
    passages = [candidate.passage for candidate in candidates]
    total = sum(passage.score for passage in passages) or 1.0
    by_place = {(passage.document_id, _ordinal(passage.chunk_id)): passage.score for passage in passages}
    of_document: dict[str, float] = {}
    of_section: dict[tuple[str, ...], float] = {}
    for passage in passages:
        of_document[passage.document_id] = of_document.get(passage.document_id, 0.0) + passage.score
        section = (passage.document_id, *passage.heading_path[:-1])
        of_section[section] = of_section.get(section, 0.0) + passage.score
    cited = _cited(candidates, texts)
    near = [
        max((by_place.get((p.document_id, _ordinal(p.chunk_id) + step), 0.0) for step in _steps()), default=0.0)
        for p in passages
    ]
    return {
        "near": near,
        "document": [of_document[p.document_id] / total for p in passages],
        "section": [of_section[(p.document_id, *p.heading_path[:-1])] / total for p in passages],
        "cited": cited,
        "length": [log1p(len(text.body)) / 6 for text in texts],
        "later_part": [float(not _OWN_ARTICLE.match(text.body)) for text in texts],
        "early": [1 / (1 + _ordinal(p.chunk_id)) for p in passages],
    }


def _steps() -> tuple[int, ...]:
    return tuple(step for step in range(-_NEAR, _NEAR + 1) if step)


def _ordinal(chunk_id: str) -> int:
    return int(chunk_id.rpartition(":")[2])


def _cited(candidates: Sequence[Candidate], texts: Sequence[_Text]) -> list[float]:
    """For each candidate the best score of another one that names its article, of the same or the named document."""
    named: dict[str, list[int]] = {}
    for i, candidate in enumerate(candidates):
        if label := own_article(candidate.passage.heading_path):
            named.setdefault(label, []).append(i)
    cited = [0.0] * len(candidates)
    for i, (candidate, text) in enumerate(zip(candidates, texts, strict=True)):
        for label in set(article_tokens(_OWN_ARTICLE.sub("", text.body, count=1))):
            for j in named.get(label, ()):
                other = candidates[j].passage
                same = other.document_id == candidate.passage.document_id
                if j != i and (same or short_title(other.heading_path) in text.body):
                    cited[j] = max(cited[j], candidate.passage.score)
    return cited


def own_article(heading_path: Sequence[str]) -> str:
    """The token of the article that a chunk is, e.g. §5; empty if it is none."""
    match = _HEADING.fullmatch(normalize(heading_path[-1])) if heading_path else None
    return article_tokens(match[0])[0] if match else ""


def short_title(heading_path: Sequence[str]) -> str:
    """《中华人民共和国民法典》 → 民法典."""
    return normalize(heading_path[0]).strip("《》").removeprefix("中华人民共和国") if heading_path else ""


# ---- what is asked for


def _kinds(asked: str, texts: Sequence[_Text]) -> Mapping[str, Sequence[float]]:
    columns: dict[str, Sequence[float]] = {}
    for i, (asks, answers) in enumerate(_KIND_PATTERNS):
        present = [float(bool(answers.search(text.body))) for text in texts]
        wanted = float(bool(asks.search(asked)))
        columns[f"answers_{i}"] = present
        columns[f"asked_{i}"] = [wanted * value for value in present]
    return columns


def _question(asked: str, count: int) -> Mapping[str, Sequence[float]]:
    return {"question_length": [min(len(asked), 100) / 50] * count}
