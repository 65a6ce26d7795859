"""Which passages support a sentence.

The sentence is cut into clauses, and each is aligned with the sentences of one passage. It is covered as far as its
content characters stand there in pairs, in order and close to each other (skip-bigram recall; Lin 2004, "ROUGE: A
Package for Automatic Evaluation of Summaries"; of one side only, as containment is in Broder 1997). Covered it must
be, and without a gap: a run of characters that stand nowhere in the passage is something added. Beside it, it must
agree in what word overlap cannot see (`engine.answering.agreement`): negation and modality, contrasts, parties,
figures with their bounds. A condition (「…的，」) and what follows from it must stand in the same sentence.

A sentence is supported by a passage that supports all of its clauses; two passages are never joined. It is not
supported where another passage covers it better and contradicts it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from engine.answering.agreement import Segment, align, contradicts, contrasts, differs
from engine.answering.wording import Clause, Modality, clauses, lasting, skip_pairs
from engine.figures import quantities
from engine.figures.compare import unsupported_among
from engine.values import Passage, Rung

LEAST_COVERED = 0.7  # of a clause's content, by the whole passage …
LEAST_COVERED_NEAR = 0.6  # … and by the one sentence of it that the clause is aligned with …
LEAST_COVERED_APART = 0.8  # … where that is not the sentence of the clause before …
LEAST_COVERED_SHORT = 0.5  # … or by both, of a clause of at most `SHORT` characters
SHORT = 3
TOPIC_AT = 2  # the topic of a passage stands behind its name and heading …
TOPIC = 8  # … in so many content characters
LONGEST_GAP = 2  # content characters in a row that stand nowhere in the passage, or in that sentence
LONGEST_GAP_APART = 1
BEGINNING = 5  # content characters that say what a sentence is about
ALMOST_BEST = 0.9  # other sentences of the passage that cover nearly as much may hold what the best one does not
ENOUGH = 0.7  # … and a condition may stand in any that covers so much of it
CONTRADICTING = 0.8  # a sentence that covers so much of what the best one covers may not contradict
DISPUTING = 0.85  # how much of a sentence a passage covers that speaks of the same and says it differently
DIFFERING = 0.02  # so much less may a passage cover than one that says it differently
CLAIMED = 0.1  # what the model's own marker is worth between passages that support the sentence
ASKED = 0.05  # … and that a passage speaks of the question
_WHETHER = re.compile("[吗么嘛]|是否|是不是|能不能|可不可以|要不要|对不对|有没有|还是")
# Other banks and other times: a rule of one's own, of today, says nothing of them, whatever else it shares.
_ELSEWHERE = re.compile(
    "(?:工商|建设|农业|招商|浦发|交通|中信|光大|民生|兴业|平安|广发|华夏|邮储|邮政储蓄|浙商|渤海|恒丰|中国)银行"
    r"|[工建农中交招]行(?!业|为|使|政|动|程|长|内|情)|支付宝|微信|余额宝|明年|后年|今年|去年|下个月|下周|未来|将来|届时|(?:19|20)\d\d年"
)
_BLANK = re.compile(r"\s+")
_SINGLE = 0.5  # credit of a character that stands in the passage, but not beside its neighbours
_SENTENCE_END = re.compile(r"[。；！？;!?]+")
_LINE_END = re.compile(
    r"(?<=[。；：！？;:!?])\n|\n(?=\s*(?:第.{1,9}条|\d{1,2}[.、)）](?!\d)|[（(][一二三四五六七八九十\d]+[)）]|[-•*]))"
)


@dataclass(frozen=True, slots=True)
class _Material:
    segments: tuple[Segment, ...]
    pairs: frozenset[str]
    characters: frozenset[str]
    topic: frozenset[str]  # what the passage is about is said at its beginning, and not again in every sentence


@dataclass(frozen=True, slots=True)
class _Support:
    """How far the sentences of a passage cover an answer's sentence, in [0, 1], and whether they hold it. Where they
    do not, but speak of the same, a passage that covers it less than `against` cannot hold it either. `asked`: how far
    the passage speaks of the question."""

    covered: float
    holds: bool
    against: float = 0.0
    asked: float = 0.0


def supporting(sentence: str, claimed: Sequence[int], evidence: Sequence[Passage], question: str) -> list[int]:
    """Passage numbers (from 1) that support a sentence: the best one, and the best of another rung besides."""
    if _is_beyond(sentence, evidence):
        return []
    found = [support(sentence, passage, question) for passage in evidence]
    against = max((each.against for each in found), default=0.0)
    scored = [
        (each.covered + (CLAIMED if number in claimed else 0.0) + ASKED * each.asked, number)
        for number, each in enumerate(found, 1)
        if each.holds and each.covered > against
    ]
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    chosen: list[int] = []
    rungs: set[Rung] = set()
    for _, number in scored:
        if evidence[number - 1].rung not in rungs:
            rungs.add(evidence[number - 1].rung)
            chosen.append(number)
    return chosen


def disputed(sentence: str, evidence: Sequence[Passage], question: str) -> bool:
    """Whether a passage that covers the sentence says it differently, or the opposite; or whether the sentence is about
    another bank or another time than the evidence."""
    return _is_beyond(sentence, evidence) or any(
        support(sentence, passage, question).against >= DISPUTING for passage in evidence
    )


def _is_beyond(sentence: str, evidence: Sequence[Passage]) -> bool:
    named = set(_ELSEWHERE.findall(sentence))
    texts = [_BLANK.sub("", f"{passage.name}{passage.text}") for passage in evidence] if named else []
    return any(all(name not in text for text in texts) for name in named)


def support(sentence: str, passage: Passage, question: str = "") -> _Support:
    """How far the passage covers the sentence, and whether it supports or contradicts it."""
    material = _material(f"{passage.name}\n{passage.text}")
    asked = clauses(question)
    said = [_without_given(clause, asked, material) for clause in _with_members(clauses(sentence))]
    parts = [clause for clause in said if (len(clause.words) > 1 or clause.figures) and not _is_repeated(clause, asked)]
    parts = parts or [clause for clause in said if len(clause.words) > 1]
    near = [_Near(part, material, _pairs(asked) if part.is_condition else frozenset()) for part in parts]
    if not near or not all(each.is_covered for each in near):
        return _Support(0.0, False)
    covered = _mean([each.covered for each in near])
    held: set[int] = set()  # the sentences of the passage that hold the clause before this one
    for number, each in enumerate(near):
        if each.is_contradicted:
            return _Support(covered, False, against=covered)
        holding = each.holding()
        if not holding:
            return _Support(covered, False, against=covered - DIFFERING)
        if number:
            holding = each.joined(holding, held, parts[:number])
            if not holding:
                return _Support(covered, False)
        held = holding
    if _says_otherwise(said, [material.segments[number] for number in held]):
        return _Support(covered, False)
    about = _mean([_covered(part, material.pairs, material.characters) for part in asked])
    return _Support(covered, True, asked=about)


def _with_members(found: Sequence[Clause]) -> list[Clause]:
    """Clauses with what the sentence is about since the clauses before: 「个人最低起存5万元，最低支取…」."""
    members = frozenset[tuple[int, int]]()
    named: list[Clause] = []
    for clause in found:
        members = lasting(clause.members, members)
        named.append(replace(clause, members=members))
    return named


def _without_given(clause: Clause, asked: Sequence[Clause], material: _Material) -> Clause:
    """The clause without the figures that the question gives and the passage has not, unless it asks whether they are
    right."""
    stated = [figure for segment in material.segments for figure in segment.figures]
    given = unsupported_among([figure for each in asked for figure in each.figures], stated)
    if not given or any(_WHETHER.search(each.text) for each in asked):
        return clause
    return replace(clause, figures=unsupported_among(clause.figures, given))


def _is_repeated(clause: Clause, asked: Sequence[Clause]) -> bool:
    """The clause only takes up the question (「关于提前支取的利息，」): it neither states, permits nor denies."""
    pairs = _pairs(asked)
    return (
        not (clause.heads or clause.figures or clause.is_condition)
        and bool(clause.pairs)
        and _covered(clause, pairs, frozenset()) == 1.0
    )


def _says_otherwise(said: Sequence[Clause], held: Sequence[Segment]) -> bool:
    """Whether a bare 「可以，」 or 「不能，」 at the beginning is not what the rest says."""
    if not said or said[0].words or not said[0].heads:
        return False
    rest = [clause for segment in held for clause in segment.clauses] + list(said[1:])
    denies = any(modality is Modality.NOT for clause in rest for modality, _ in clause.heads)
    return denies is not any(modality is Modality.NOT for modality, _ in said[0].heads)


class _Near:
    """A clause beside the sentences of a passage. `covered` by the one that covers it best."""

    def __init__(self, clause: Clause, material: _Material, asked: frozenset[str]) -> None:
        self._clause = clause
        self._asked = asked | material.topic
        self._short = len(clause.words) <= SHORT
        whole = _covered(clause, material.pairs, material.characters, asked)
        gap = _gap(clause, material.characters, asked)
        enough = LEAST_COVERED_SHORT if self._short else LEAST_COVERED
        self.is_covered = len(clause.words) < 2 or (whole >= enough and gap <= LONGEST_GAP)
        shares = [_covered(clause, segment.pairs, segment.characters, self._asked) for segment in material.segments]
        self.covered = max(shares, default=0.0)
        self._near = [
            (number, share, align(clause, segment))
            for number, (share, segment) in enumerate(zip(shares, material.segments, strict=True))
            if share >= ENOUGH * self.covered
        ]

    @property
    def is_contradicted(self) -> bool:
        """By a rule, or by an exception from one that is nearer than the rule."""
        holding = self.holding()
        most = max((share for number, share, _ in self._near if number in holding), default=0.0)
        return any(
            contradicts(aligned)
            for _, share, aligned in self._near
            if share >= CONTRADICTING * self.covered and (share > most or not _has_condition(aligned.segment))
        )

    def holding(self, least: float = 0.0, longest: int = 0) -> set[int]:
        """The numbers of the sentences that hold the clause."""
        least = least or (LEAST_COVERED_SHORT if self._short else LEAST_COVERED_NEAR)
        almost = ENOUGH if self._clause.is_condition else ALMOST_BEST
        return {
            number
            for number, share, aligned in self._near
            if share >= max(least, almost * self.covered)
            and _gap(self._clause, aligned.segment.characters, self._asked) <= (longest or LONGEST_GAP)
            and not differs(aligned)
        }

    def joined(self, holding: set[int], held: set[int], before: Sequence[Clause]) -> set[int]:
        """The numbers of those where the clause may stand, beside those that hold the clause before it.

        What follows from a condition stands with it, or in the next sentence that has no condition of its own. What
        stands elsewhere must be covered better: it is about something else.
        """
        if holding & held:
            return holding & held
        said = _pairs([*before, self._clause])
        after = {
            number for number, _, aligned in self._near if number - 1 in held and not _has_condition(aligned.segment)
        }
        if before[-1].is_condition:
            return holding & after
        if self._short:
            return holding & {number + 1 for number in held} if self._clause.figures else set()
        members = frozenset[tuple[int, int]]().union(*(clause.members for clause in before))
        nearer = self.holding(LEAST_COVERED, LONGEST_GAP_APART) & {number + step for number in held for step in (-1, 1)}
        apart = nearer or self.holding(LEAST_COVERED_APART, LONGEST_GAP_APART)
        return {
            number
            for number, _, aligned in self._near
            if number in apart and not contrasts(members, aligned.segment) and _is_about(aligned.segment, said)
        }


def _is_about(segment: Segment, said: frozenset[str]) -> bool:
    """Whether anything of what the segment begins with was said."""
    begins = skip_pairs(segment.clauses[0].words[:BEGINNING])
    return not begins or bool(begins & said)


def _has_condition(segment: Segment) -> bool:
    return any(clause.is_condition for clause in segment.clauses)


def _mean(shares: Sequence[float]) -> float:
    return sum(shares) / len(shares) if shares else 0.0


def _covered(
    clause: Clause, pairs: frozenset[str], characters: frozenset[str], asked: frozenset[str] = frozenset()
) -> float:
    """The share of the content characters that the pairs cover; what only repeats the question does not count."""
    words = clause.words
    total = credit = 0.0
    for n, char in enumerate(words):
        beside = [words[n - 1 : n + 1]] if n else []
        beside += [words[n : n + 2]] if n + 1 < len(words) else []
        if any(pair in pairs for pair in beside):
            total, credit = total + 1, credit + 1
        elif not any(pair in asked for pair in beside):
            total, credit = total + 1, credit + (_SINGLE if char in characters else 0)
    if not total and asked:
        return _covered(clause, pairs, characters)
    return credit / total if total else 1.0


def _gap(clause: Clause, characters: frozenset[str], asked: frozenset[str]) -> int:
    known = characters | frozenset("".join(asked))
    longest = run = 0
    for char in clause.words:
        run = 0 if char in known else run + 1
        longest = max(longest, run)
    return longest


@lru_cache(maxsize=512)
def _material(text: str) -> _Material:
    segments: list[Segment] = []
    topic = ""
    for number, part in enumerate(_sentences(text)):
        if found := _with_subjects(clauses(part)):
            pairs = _pairs(found)
            characters = frozenset("".join(clause.words for clause in found))
            segments.append(Segment(found, pairs, characters, quantities(part, tables=True)))
            topic = found[0].words[:TOPIC] if number == TOPIC_AT else topic
    pairs = frozenset[str]().union(*(segment.pairs for segment in segments))
    return _Material(tuple(segments), pairs, frozenset("".join(pairs)), skip_pairs(topic))


def _sentences(text: str) -> list[str]:
    """The sentences of a passage behind its name and its first line, which is a heading. A line may break in the
    middle of a sentence; it ends one behind punctuation, and before an item of a list or an article."""
    name, _, rest = text.partition("\n")
    heading, _, body = rest.partition("\n")
    lines = [name, heading, *_LINE_END.split(body)]
    return [part.replace("\n", "") for line in lines for part in _SENTENCE_END.split(line) if part.strip()]


def _pairs(found: Sequence[Clause]) -> frozenset[str]:
    return frozenset[str]().union(*(clause.pairs for clause in found))


def _with_subjects(found: Sequence[Clause]) -> tuple[Clause, ...]:
    """Clauses without a subject of their own have that of the one before."""
    subject = -1
    named: list[Clause] = []
    for clause in found:
        subject = clause.subject if clause.subject >= 0 else subject
        named.append(replace(clause, subject=subject))
    return tuple(named)
