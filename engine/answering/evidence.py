"""From whole passages to the sentences, clauses and table rows that bear on the question.

Prefill is what a branch PC waits for, and a small model answers from all it is given, so what enters the prompt is
chosen by query-focused extraction. A passage is cut into units (`engine.answering.units`); each is scored by

- the words it shares with the question and its formal terms: TF-ISF over character bigrams (Allan, Wade and Bolivar
  2003, "Retrieval and Novelty Detection at the Sentence Level"), a rare word counting more than a common one;
- a figure of the kind that is asked for (多少钱, 多久, 几成; predictive annotation, Prager et al. 2000);
- what the reranker thought of its passage;

and taken best first, less what stands in the evidence already: maximal marginal relevance (Carbonell and Goldstein
1998, "The Use of MMR, Diversity-Based Reranking"). A unit brings along what it cannot be read without: the lead-in of
its enumeration, the sentence that it points back to, the exceptions to it. What holds only with a condition is never
shown without it: where they do not fit together, neither is taken.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.answering.prompt import Evidence, passage_line
from engine.answering.text import bigrams, containment, without_question_words
from engine.answering.units import Unit, opening, units
from engine.figures import Kind, quantities
from engine.knowledge.synonyms import formal_terms
from engine.values import Passage

EVIDENCE_TOKENS = 400  # at most; the measured trade-off stands in docs/decisions/0028-short-evidence.md
LEAST_SHARE = 0.1  # of the best passage's score
LEAST_PASSAGES = 2  # are looked at however they score
LEAST_UTILITY = 0.35  # of the best unit's
RELEVANCE = 0.7  # MMR's lambda: what is new counts for the rest
FORMAL_WEIGHT = 0.5  # of a formal term against a word of the question
PASSAGE_WEIGHT = 1.0  # of the passage's score against the unit's own words
FIGURE_WEIGHT = 0.3  # of a figure of the kind that is asked for
WHOLE_TOKENS = 100  # a passage that short is taken as it is

_GAP = "…"
_ASKED_KINDS: tuple[tuple[re.Pattern[str], frozenset[Kind]], ...] = (
    (
        re.compile("多少钱|几块|几元|几万|多大金额|金额|限额|额度|起存|费|最[低高]|要?给多少|罚"),
        frozenset({Kind.AMOUNT, Kind.RATE, Kind.RATIO}),
    ),
    (
        re.compile("多久|多长|几[天日年月]|几个[月工]|多少[天日年]|何时|什么时候|期限|几号|哪天|时效"),
        frozenset({Kind.TERM, Kind.DATE, Kind.TIME}),
    ),
    (re.compile("利率|比例|百分|几成|打折|折扣|几折|怎么罚|罚多少"), frozenset({Kind.RATE, Kind.RATIO})),
    (re.compile("几岁|多大|年龄|岁数"), frozenset({Kind.AGE})),
    (re.compile("几[个次人名户笔回张家]|多少[个次人名户笔回张家]"), frozenset({Kind.COUNT, Kind.NUMBER, Kind.RATIO})),
    (re.compile("多少"), frozenset({Kind.AMOUNT, Kind.RATE, Kind.RATIO, Kind.COUNT, Kind.NUMBER, Kind.TERM})),
)
_WANTS_SOURCE = re.compile("依据|规定|哪条|哪部|什么法|文号|法条|条款")
_WANTS_ALL = re.compile("哪些|哪几|几种|什么(?:材料|条件|情形|情况|证件|资料|手续|流程)|怎么办理|步骤|包括|分别")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A unit with the number of its passage, and its worth for the question in [0, 1] and a little above."""

    passage: int
    unit: Unit
    grams: frozenset[str]
    utility: float


def choose_evidence(
    question: str,
    passages: Sequence[Passage],
    count_tokens: Callable[[str], int],
    budget_tokens: int = EVIDENCE_TOKENS,
    shown: Sequence[Evidence] = (),
) -> list[Evidence]:
    """Passages, in their order, with the text that enters the prompt: `budget_tokens` of it at most, names included.

    What stands among `shown`, the evidence of a dialogue's earlier turns, is named by the text it was shown with, so
    that it is not shown again; of a passage that was shown in part, the part that is chosen now is.
    Passages behind the second that score less than `LEAST_SHARE` of the best are left out. At least one unit is given
    where there is a passage, whatever its length.
    """
    looked_at = _worth_reading(passages)
    candidates = _candidates(question, looked_at)
    taken = _Taken(looked_at, count_tokens, budget_tokens)
    least = LEAST_UTILITY * max((candidate.utility for candidate in candidates), default=0.0)
    wants_all = bool(_WANTS_ALL.search(question))
    left: list[_Candidate] = [candidate for candidate in candidates if candidate.utility >= least]
    while left:
        candidate: _Candidate = max(left, key=lambda one: _marginal(one, taken))
        taken.add(candidate, wants_all)
        left = [one for one in left if one is not candidate and not taken.holds(one)]
    return [_as_shown(entry, shown) for entry in taken.evidence()]


def _as_shown(entry: Evidence, shown: Sequence[Evidence]) -> Evidence:
    passage, text = entry
    wanted = [unit.text for unit in units(passage.text) if unit.text in text]
    for other, earlier in shown:
        if other.chunk_id == passage.chunk_id and all(piece in earlier for piece in wanted):
            return passage, earlier
    return entry


def _worth_reading(passages: Sequence[Passage]) -> list[Passage]:
    least = LEAST_SHARE * max((passage.score for passage in passages), default=0.0)
    return [passage for n, passage in enumerate(passages) if n < LEAST_PASSAGES or passage.score >= least]


def _candidates(question: str, passages: Sequence[Passage]) -> list[_Candidate]:
    found = [(n, unit, bigrams(unit.text)) for n, passage in enumerate(passages) for unit in units(passage.text)]
    openings = [bigrams(opening(passage.text)) for passage in passages]
    weights = _weights(question, [grams | openings[n] for n, _, grams in found])
    total = sum(weights.values()) or 1.0
    best = max((passage.score for passage in passages), default=0.0) or 1.0
    kinds = _asked_kinds(question)
    scored: list[_Candidate] = []
    shares = [sum(weights.get(gram, 0.0) for gram in grams | openings[n]) / total for n, _, grams in found]
    most = max(shares, default=0.0) or 1.0
    for (n, unit, grams), share in zip(found, shares, strict=True):
        utility = share / most + PASSAGE_WEIGHT * passages[n].score / best
        if kinds and any(quantity.kind in kinds for quantity in quantities(unit.text)):
            utility += FIGURE_WEIGHT
        if unit.is_source and not _WANTS_SOURCE.search(question):
            utility = 0.0
        scored.append(_Candidate(n, unit, grams, utility))
    return scored


def _weights(question: str, sentences: Sequence[frozenset[str]]) -> Mapping[str, float]:
    """The bigrams of the question and its formal terms with what each is worth: the rarer, the more."""
    held = Counter(gram for grams in sentences for gram in grams)
    asked = dict.fromkeys(bigrams(" ".join(formal_terms(question))), FORMAL_WEIGHT)
    asked |= dict.fromkeys(bigrams(without_question_words(question)), 1.0)
    return {
        gram: worth * math.log((len(sentences) + 1) / (0.5 + held[gram])) for gram, worth in asked.items() if held[gram]
    }


def _asked_kinds(question: str) -> frozenset[Kind]:
    return frozenset[Kind]().union(*(kinds for pattern, kinds in _ASKED_KINDS if pattern.search(question)))


def _marginal(candidate: _Candidate, taken: _Taken) -> float:
    """Carbonell and Goldstein's criterion; likeness is containment of bigrams."""
    known = max((containment(candidate.grams, grams) for grams in taken.grams), default=0.0)
    return RELEVANCE * candidate.utility - (1 - RELEVANCE) * known


class _Taken:
    """The units that were taken, by passage, within the budget."""

    def __init__(self, passages: Sequence[Passage], count_tokens: Callable[[str], int], budget_tokens: int) -> None:
        self._passages, self._count, self._budget = passages, count_tokens, budget_tokens
        self._units: dict[int, frozenset[int]] = {}
        self._tokens: dict[int, int] = {}
        self.grams: list[frozenset[str]] = []

    @property
    def any(self) -> bool:
        return bool(self._units)

    def holds(self, candidate: _Candidate) -> bool:
        return candidate.unit.number in self._units.get(candidate.passage, frozenset())

    def add(self, candidate: _Candidate, wants_all: bool) -> None:
        """With all that it needs, or not at all where that does not fit."""
        number = candidate.passage
        passage = self._passages[number]
        before = self._units.get(number, frozenset())
        wanted = before | _closure(units(passage.text), candidate.unit.number, wants_all)
        whole = frozenset(unit.number for unit in units(passage.text) if not unit.is_source)
        if self._size(number, whole) <= WHOLE_TOKENS:
            wanted |= whole
        size = self._size(number, wanted)
        if self.any and sum(self._tokens.values()) - self._tokens.get(number, 0) + size > self._budget:
            return
        self._units[number], self._tokens[number] = wanted, size
        self.grams += [bigrams(units(passage.text)[n].text) for n in wanted - before]

    def evidence(self) -> list[Evidence]:
        return [(self._passages[n], excerpt(self._passages[n].text, self._units[n])) for n in sorted(self._units)]

    def _size(self, number: int, numbers: frozenset[int]) -> int:
        passage = self._passages[number]
        return self._count(passage_line(number + 1, passage, excerpt(passage.text, numbers)))


def _closure(found: Sequence[Unit], number: int, wants_all: bool) -> frozenset[int]:
    """A unit with all that it cannot be read without; with `wants_all` an enumeration comes whole."""
    wanted, waiting = set[int](), [number]
    while waiting:
        unit = found[waiting.pop()]
        if unit.number not in wanted:
            wanted.add(unit.number)
            waiting += unit.needs
            if wants_all or (unit.text.endswith(("：", ":")) and unit.number == number):
                waiting += [item.number for item in found if item.is_item and unit.number in item.needs]
    return frozenset(wanted)


def excerpt(text: str, numbers: frozenset[int]) -> str:
    """The opening of a passage and the given units of it, as they stand there; a gap is marked."""
    pieces = [opening(text)]
    last = -1
    for unit in units(text):
        if unit.number in numbers:
            gap = _GAP if unit.number > last + 1 else ""
            between = text[units(text)[last].end : unit.start] if last >= 0 and not gap else ""
            pieces += [gap, between, unit.text]
            last = unit.number
    return "".join(pieces)
