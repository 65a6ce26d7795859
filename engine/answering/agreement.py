"""Whether a clause of an answer may say what it says beside the sentence of a passage that covers its words.

What only one of the two says is no contradiction; what both say must be the same: whether something is denied,
permitted or required, the member of a contrast (活期, 定期), the parties, and the figures with their bounds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from engine.answering.wording import Clause, Modality
from engine.figures import Quantity
from engine.figures.compare import unsupported_among

BEST = 0.9  # clauses that share nearly as much as the best one
TOPIC = 5  # content characters at the beginning of a clause, which say what it is about …
TOPIC_WEIGHT = 2  # … and count so much more
TOUCHED = 0.3  # clauses that share so much are spoken of
EXCEPTED = 0.3  # share of an exception's pairs, from which the clause speaks of what is excepted


_BREAK = "\n"  # between clauses
_ANCHOR = 2  # characters in common on both sides of a substitution
_LONGEST = 4  # characters of a word that is taken for another …
_LONGEST_VERBATIM = 9  # … and of words, where the rest is the same
VERBATIM = 0.65  # share of a clause's content that stands in the segment in the same order
_OPPOSITES = re.findall("..", "前后大小高低多少内外收付借贷甲乙上下定活买卖进出增减早晚已未新旧长短首二正副男女")


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence of a passage. `pairs` are those of its clauses."""

    clauses: tuple[Clause, ...]
    pairs: frozenset[str]
    characters: frozenset[str]
    figures: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Aligned:
    """A clause beside a segment: the clauses of it that share most with it, and all that share enough.

    A pair counts the less, the more clauses of the segment have it: it is what sets clauses apart that aligns.
    """

    clause: Clause
    segment: Segment
    best: tuple[Clause, ...]
    touched: tuple[Clause, ...]


def align(clause: Clause, segment: Segment) -> Aligned:
    frequency = Counter(pair for other in segment.clauses for pair in other.pairs)
    topic = clause.words[:TOPIC]
    weight = {
        pair: (TOPIC_WEIGHT if pair[0] in topic and pair[1] in topic else 1) / frequency[pair] for pair in frequency
    }
    shared = [sum(weight[pair] for pair in clause.pairs & other.pairs) for other in segment.clauses]
    most = max(shared, default=0.0)
    if not most:
        return Aligned(clause, segment, (), ())
    numbered = list(zip(shared, segment.clauses, strict=True))
    best = tuple(other for count, other in numbered if count >= BEST * most)
    touched = tuple(other for count, other in numbered if count >= TOUCHED * most or _holds_figure(clause, other))
    return Aligned(clause, segment, best, touched)


def contradicts(aligned: Aligned) -> bool:
    """Whether what the passage says as a rule is the opposite: denied there and affirmed here, or the other way."""
    clause = aligned.clause
    if clause.is_condition:
        return False
    rules = [other for other in aligned.best if not other.is_condition]
    return (
        bool(rules)
        and all(
            _affirms_what_is_denied(clause, [other]) or _denies_what_is_affirmed(clause, [other]) for other in rules
        )
    ) or _affirms_what_is_denied(clause, [other for other in aligned.segment.clauses if not other.is_condition])


def differs(aligned: Aligned) -> bool:
    """Whether the segment does not say it so: it denies, requires, or speaks of another figure, party or case."""
    clause, best, touched = aligned.clause, aligned.best, aligned.touched
    segment = aligned.segment
    if unsupported_among(clause.figures, segment.figures):
        return True
    if contrasts(clause.members, segment):
        return True
    if not best:
        return False
    rules = [other for other in segment.clauses if not clause.is_conditioned or not other.is_condition]
    if _affirms_what_is_denied(clause, rules) or _denies_what_is_affirmed(clause, rules):
        return True
    scope = _all(other.scope | _denied(other) for other in segment.clauses)
    if _denied(clause) and not _denied(clause) & scope and not any(_denied(other) for other in touched):
        return True
    if any(_is_exception(clause, other) for other in segment.clauses) or _demands_otherwise(clause, segment.clauses):
        return True
    if all(_is_other_member(clause, other) for other in best):
        return True
    parties = frozenset[int]().union(*(other.parties for other in touched))
    if clause.parties - parties and parties - clause.parties:
        return True
    if _is_substituted(clause, segment) or clause.strong - segment_strength(segment):
        return True
    if clause.excludes and not any(other.excludes for other in segment.clauses):
        return True
    agents = {other.agent for other in segment.clauses} - {""}
    if (clause.agent and agents and clause.agent not in agents) or all(_other_figure(clause, other) for other in best):
        return True
    most = max(len(clause.rest & other.rest) for other in segment.clauses)
    acting = [other for other in segment.clauses if len(clause.rest & other.rest) >= BEST * most]
    return most > 0 and all(_other_subject(clause, other) for other in acting)


def _affirms_what_is_denied(clause: Clause, others: Sequence[Clause]) -> bool:
    if clause.is_open:
        return False
    free = _all(other.free for other in others)
    never_denies = not _denied(clause)
    for head in _all(_denied(other) | other.lasts for other in others if not other.is_open):
        said = head in clause.free or (
            never_denies and (head in clause.pairs or (len(head) == 1 and head in clause.words))
        )
        if head and said and head not in free:
            return True
    return False


def _denies_what_is_affirmed(clause: Clause, others: Sequence[Clause]) -> bool:
    scope = _all(other.scope | _denied(other) for other in others)
    free = _all(other.free for other in others)
    return any(head in free and head not in scope for head in _denied(clause))


def _is_exception(clause: Clause, other: Clause) -> bool:
    """The clause states as a rule what the other says the rule does not hold for."""
    if not other.excepts or _denied(clause):
        return False
    return len(clause.pairs & other.pairs) >= EXCEPTED * len(other.pairs) > 0


def _demands_otherwise(clause: Clause, others: Sequence[Clause]) -> bool:
    theirs = {(modality, head) for other in others for modality, head in other.heads if head}
    heads = {head for _, head in theirs}
    return any(
        head in heads and (modality, head) not in theirs
        for modality, head in clause.heads
        if head and modality is not Modality.NOT
    )


def contrasts(members: frozenset[tuple[int, int]], segment: Segment) -> bool:
    """Whether the segment names another member of a contrast than one of these."""
    theirs = frozenset[tuple[int, int]]().union(*(other.members for other in segment.clauses))
    groups = {group for group, _ in theirs}
    return any(group in groups and (group, member) not in theirs for group, member in members)


def _is_other_member(clause: Clause, other: Clause) -> bool:
    groups = {group for group, _ in clause.members} & {group for group, _ in other.members}
    return any(not {m for m in clause.members & other.members if m[0] == group} for group in groups)


def _other_subject(clause: Clause, other: Clause) -> bool:
    return -1 not in (clause.subject, other.subject) and clause.subject != other.subject


def segment_strength(segment: Segment) -> frozenset[str]:
    """The words of the segment that say how far it goes (立即, 任何, 全部)."""
    return _all(other.strong for other in segment.clauses)


def _is_substituted(clause: Clause, segment: Segment) -> bool:
    """Whether other words stand where the segment has its own, between words that both have.

    Two words without a character in common, or two characters that are opposites. Where the clause repeats the
    segment almost word for word, any other words are meant.
    """
    if any("=" in other.text for other in segment.clauses):  # the cells of a row stand beside each other in any order
        return False
    there = _BREAK.join(other.words for other in segment.clauses)
    matcher = SequenceMatcher(None, clause.words, there, autojunk=False)
    blocks = matcher.get_opcodes()
    same = sum(end - start for operation, start, end, _, _ in blocks if operation == "equal")
    longest = _LONGEST_VERBATIM if same >= VERBATIM * len(clause.words) else _LONGEST
    for number, (operation, start, end, there_start, there_end) in enumerate(blocks):
        if operation != "replace" or len(blocks) == 1:
            continue
        ours, theirs = clause.words[start:end], there[there_start:there_end]
        theirs = theirs.rpartition(_BREAK)[2] if not number else theirs
        theirs = theirs.partition(_BREAK)[0] if number + 1 == len(blocks) else theirs
        beside = [blocks[n] for n in (number - 1, number + 1) if 0 <= n < len(blocks)]
        anchored = all(equal == "equal" and last - first >= _ANCHOR for equal, first, last, _, _ in beside)
        if anchored and _BREAK not in theirs and _are_opposites(ours, theirs, longest):
            return True
    return False


def _are_opposites(ours: str, theirs: str, longest: int) -> bool:
    if len(ours) == len(theirs) == 1:
        return ours + theirs in _OPPOSITES or theirs + ours in _OPPOSITES
    return 1 < len(ours) <= longest and 1 < len(theirs) <= longest and not set(ours) & set(theirs)


def _other_figure(clause: Clause, other: Clause) -> bool:
    """A figure of the kind is there, but another one."""
    kinds = {(figure.kind, figure.unit) for figure in other.figures}
    return any(
        (figure.kind, figure.unit) in kinds and unsupported_among((figure,), other.figures) for figure in clause.figures
    )


def _holds_figure(clause: Clause, other: Clause) -> bool:
    return bool(other.figures) and len(unsupported_among(clause.figures, other.figures)) < len(clause.figures)


def _denied(clause: Clause) -> frozenset[str]:
    return frozenset(head for modality, head in clause.heads if modality is Modality.NOT)


def _all(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*sets)
