"""Sources that do not agree: which of two contradicting passages stands, and what the answer says of the other.

Two passages of different documents contradict each other when the sentences in which they answer the question say the
same but for their figures. What stands is decided by where it comes from, never by how many say it or how near its
words are to the question: a signed knowledge pack before the branch's documents, a law or regulation before other
papers, and of two such what was in the library first. A newer rule takes the place of an older one as its later version
(`engine.ingestion.versioning`), not by contradicting it. The contradicted passage stays out of the prompt, the answer
names both. Provisions of laws, and built-in entries on them, are not held against one another: theirs differ because
their subjects do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from engine.answering.contrasts import contrasting
from engine.answering.text import bigrams, containment, split_sentences, without_question_words
from engine.figures import Kind, Quantity, quantities, same
from engine.figures.compare import alternatives
from engine.values import Passage, Rung

COMPARED_PASSAGES = 16  # best first; what planted passages push down must still be seen
LEAST_COVERAGE = 0.1  # share of the question's bigrams that a sentence must hold to answer it
LEAST_PASSAGE_COVERAGE = 0.1  # that the passage must hold whose sentence is said to be contradicted
# Alike are sentences of which the shorter has that share of its bigrams in the other and whose cosine is that, figures
# left out.
LEAST_ALIKE = ((0.3, 0.91), (0.15, 0.925))
LEAST_REPEATED = 0.35  # share of bigrams of a sentence that says the same again
_COMPARED_KINDS = frozenset({Kind.AMOUNT, Kind.RATE, Kind.RATIO, Kind.COUNT, Kind.TERM, Kind.AGE, Kind.DATE})
# Narrower than what `engine.answering.evidence` looks for: there a kind too many costs tokens, here it sets passages
# against one another that answer different questions (docs/log.md).
_ASKED_KINDS = (
    (re.compile("几天|多久|几年|工作日|小时|多少天|多少年|几个月|几号|哪天|哪一天|多长"), {Kind.TERM, Kind.DATE}),
    (re.compile("多少钱|几块|多少元|收费|费用|最少得存|存多少|带多少|赔多少|扣多少|多少人民币|余额"), {Kind.AMOUNT}),
    (re.compile("几成|利率|比例|百分之|加收|违约金|罚息"), {Kind.RATE, Kind.RATIO}),
    (re.compile("几张|多少张|几次|几个人"), {Kind.COUNT}),
)
_LAW = re.compile(r"^中华人民共和国|^最高人民|(?:法|法典|条例)$")
_STATES_NOTHING = re.compile(r"例如|举例|示例|^例|假设|[？?]$|^《[^|]*$")

Standing = Callable[[Passage], tuple[object, ...]]  # what sorts first stands
Similarity = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class Dispute:
    """`contradicted` states other figures than `stands` does; both sentences as they are in the passages."""

    stands: Passage
    contradicted: Passage
    statement: str
    other_statement: str


@dataclass(frozen=True, slots=True)
class _Sentence:
    """`bare` is its text without `figures`; `coverage` the share of the question's bigrams that it holds."""

    text: str
    bare: str
    figures: tuple[Quantity, ...]
    coverage: float


def disputes(
    question: str, passages: Sequence[Passage], standing: Standing, similarity: Similarity
) -> tuple[Dispute, ...]:
    """The contradictions among passages; each contradicted passage once, against what stands best.

    A passage that repeats what was contradicted shares its fate, however it is worded.
    """
    asked = bigrams(without_question_words(question))
    kinds = {kind for pattern, group in _ASKED_KINDS if pattern.search(question) for kind in group} or _COMPARED_KINDS
    compared = sorted(passages, key=standing)
    stated = [(passage, _sentences(passage, asked, kinds)) for passage in compared]
    found: dict[str, Dispute] = {}
    for position, (passage, sentences) in enumerate(stated):
        for answer in (s for s in sentences[:1] if s.coverage >= LEAST_COVERAGE):
            better = [each for each in stated[:position] if _held_against(passage, each[0])]
            against = _contradicted(passage, answer, better, similarity)
            if against:
                found[passage.chunk_id] = Dispute(against[0], passage, against[1], answer.text)
    for passage, sentences in stated if found else ():
        for answer in () if passage.chunk_id in found else sentences[:1]:
            again = _repeated(passage, answer, tuple(found.values()), kinds, standing)
            if again:
                found[passage.chunk_id] = Dispute(again.stands, passage, again.statement, answer.text)
    return tuple(found[passage.chunk_id] for passage in compared if passage.chunk_id in found)


def settled(passages: Sequence[Passage], found: Sequence[Dispute]) -> tuple[Passage, ...]:
    """What stands before what it contradicts: the rest in order, and the contradicted behind all."""
    contradicted = {dispute.contradicted.chunk_id for dispute in found}
    standing = [passage for passage in passages if passage.chunk_id not in contradicted]
    return (*standing, *(passage for passage in passages if passage.chunk_id in contradicted))


def standing_of(passage: Passage, added_at: str) -> tuple[object, ...]:
    """How well a passage stands, the best first: not superseded, its rung, of a law, when it was added."""
    rungs = (Rung.BUILTIN, Rung.BRANCH, Rung.WEB)
    return passage.superseded, rungs.index(passage.rung), not _is_law(passage), added_at


def _held_against(passage: Passage, other: Passage) -> bool:
    """Whether two passages are compared: of an older version with those of the newer one, else of two documents."""
    if passage.superseded:
        return not other.superseded and passage.heading_path[:1] == other.heading_path[:1]
    return passage.document_id != other.document_id and not _is_provision(passage)


def _is_law(passage: Passage) -> bool:
    title = passage.heading_path[0] if passage.heading_path else passage.name
    return bool(_LAW.search(title.strip("《》")))


def _is_provision(passage: Passage) -> bool:
    return passage.rung is Rung.BUILTIN or _is_law(passage)


def _sentences(passage: Passage, asked: frozenset[str], kinds: Collection[Kind]) -> list[_Sentence]:
    """Those that state a figure of the kinds asked for, what answers the question best first.

    Headings, questions and examples state nothing.
    """
    found: list[_Sentence] = []
    if containment(asked, bigrams(passage.text)) < LEAST_PASSAGE_COVERAGE:
        return found
    for sentence in split_sentences(passage.text):
        figures = tuple(q for q in quantities(sentence.text) if q.kind in kinds)
        if figures and not _STATES_NOTHING.search(sentence.text):
            covered = containment(asked, bigrams(sentence.text))
            found.append(_Sentence(sentence.text, _without(sentence.text, figures), figures, covered))
    return sorted(found, key=lambda sentence: -sentence.coverage)


def _without(text: str, figures: Sequence[Quantity]) -> str:
    for figure in reversed(figures):
        text = f"{text[: figure.start]}，{text[figure.end :]}"
    return text


def _contradicted(
    passage: Passage,
    answer: _Sentence,
    better: Sequence[tuple[Passage, Sequence[_Sentence]]],
    similarity: Similarity,
) -> tuple[Passage, str] | None:
    """What stands before a passage and contradicts its answer."""
    for other, sentences in better:
        near = [
            sentence
            for sentence in sentences
            if _shared(answer, sentence) >= LEAST_ALIKE[-1][0]
            and not contrasting(answer.text, sentence.text, *(" ".join(p.heading_path) for p in (passage, other)))
        ]
        scored = [(similarity(answer.bare, sentence.bare), sentence) for sentence in near]
        closeness, closest = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if closest and _differ(answer, closest):
            shared = _shared(answer, closest)
            if any(shared >= least_shared and closeness >= least_cosine for least_shared, least_cosine in LEAST_ALIKE):
                return other, closest.text
    return None


def _repeated(
    passage: Passage, answer: _Sentence, found: Sequence[Dispute], kinds: Collection[Kind], standing: Standing
) -> Dispute | None:
    """The dispute that already decided against the same statement."""
    for dispute in found:
        figures = tuple(q for q in quantities(dispute.other_statement) if q.kind in kinds)
        words = _Sentence(dispute.other_statement, _without(dispute.other_statement, figures), figures, 0.0)
        again = any(same(a, b) for a in answer.figures for b in figures) and _shared(answer, words) >= LEAST_REPEATED
        if again and standing(dispute.stands) < standing(passage) and dispute.stands.document_id != passage.document_id:
            return dispute
    return None


def _shared(first: _Sentence, second: _Sentence) -> float:
    shorter, longer = sorted((bigrams(first.bare), bigrams(second.bare)), key=len)
    return containment(shorter, longer)


def _differ(first: _Sentence, second: _Sentence) -> bool:
    """Whether both state figures that could be the same, and none that is."""
    comparable = any(alternatives(a, b) for a in first.figures for b in second.figures)
    return comparable and not any(same(a, b) for a in first.figures for b in second.figures)
