"""Whether a clause of an answer may say what it says beside the sentence of a passage that covers its words.

What only one of the two says is no contradiction; what both say must be the same: whether something is denied,
permitted or required, the member of a contrast (活期, 定期), the parties, and the figures with their bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.answering.wording import Clause, Modality
from engine.figures import Quantity
from engine.figures.compare import unsupported_among

BEST = 0.95  # clauses that share nearly as much as the best one
TOUCHED = 0.3  # clauses that share so much are spoken of
EXCEPTED = 0.4  # share of an exception's pairs, from which the clause speaks of what is excepted


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence of a passage. `pairs` are those of its clauses."""

    clauses: tuple[Clause, ...]
    pairs: frozenset[str]
    characters: frozenset[str]
    figures: tuple[Quantity, ...]


def contradicts(clause: Clause, segment: Segment) -> bool:
    """Whether one denies what the other says, or one requires what the other permits."""
    return (
        _affirms_what_is_denied(clause, segment)
        or _denies_what_is_affirmed(clause, segment)
        or any(_is_exception(clause, other) for other in segment.clauses)
        or _demands_otherwise(clause, segment)
    )


def differs(clause: Clause, segment: Segment) -> bool:
    """Whether the segment speaks of another figure, party or member of a contrast."""
    if unsupported_among(clause.figures, segment.figures):
        return True
    shared = [(len(clause.pairs & other.pairs), other) for other in segment.clauses]
    most = max((count for count, _ in shared), default=0)
    if not most:
        return False
    touched = [other for count, other in shared if count >= TOUCHED * most]
    best = [other for count, other in shared if count >= BEST * most]
    if _contrasts(clause, touched) or all(_contrasts(clause, [other]) for other in best):
        return True
    parties = frozenset[int]().union(*(other.parties for other in touched))
    if clause.parties - parties and parties - clause.parties:
        return True
    return all(_other_subject(clause, other) or _other_figure(clause, other) for other in best)


def _affirms_what_is_denied(clause: Clause, segment: Segment) -> bool:
    free = _all(other.free for other in segment.clauses)
    never_denies = not _denied(clause)
    for head in _all(_denied(other) for other in segment.clauses):
        said = head in clause.free or (
            never_denies and (head in clause.pairs or (len(head) == 1 and head in clause.words))
        )
        if head and said and head not in free:
            return True
    return False


def _denies_what_is_affirmed(clause: Clause, segment: Segment) -> bool:
    denied = _denied(clause)
    if not denied:
        return False
    scope = _all(other.scope | _denied(other) for other in segment.clauses)
    free = _all(other.free for other in segment.clauses)
    if any(head in free and head not in scope for head in denied):
        return True
    if denied & scope:
        return False
    shared = [(len(clause.pairs & other.pairs), other) for other in segment.clauses]
    most = max((count for count, _ in shared), default=0)
    return not any(_denied(other) for count, other in shared if count >= TOUCHED * most)


def _is_exception(clause: Clause, other: Clause) -> bool:
    """The clause states as a rule what the other says the rule does not hold for."""
    if not other.excepts or _denied(clause):
        return False
    return len(clause.pairs & other.pairs) >= EXCEPTED * len(other.pairs) > 0


def _demands_otherwise(clause: Clause, segment: Segment) -> bool:
    theirs = {(modality, head) for other in segment.clauses for modality, head in other.heads if head}
    heads = {head for _, head in theirs}
    return any(
        head in heads and (modality, head) not in theirs
        for modality, head in clause.heads
        if head and modality is not Modality.NOT
    )


def _contrasts(clause: Clause, others: Sequence[Clause]) -> bool:
    theirs = frozenset[tuple[int, int]]().union(*(other.members for other in others))
    groups = {group for group, _ in theirs}
    return any(group in groups and (group, member) not in theirs for group, member in clause.members)


def _other_subject(clause: Clause, other: Clause) -> bool:
    return -1 not in (clause.subject, other.subject) and clause.subject != other.subject


def _other_figure(clause: Clause, other: Clause) -> bool:
    """A figure of the kind is there, but another one."""
    kinds = {(figure.kind, figure.unit) for figure in other.figures}
    return any(
        (figure.kind, figure.unit) in kinds and unsupported_among((figure,), other.figures) for figure in clause.figures
    )


def _denied(clause: Clause) -> frozenset[str]:
    return frozenset(head for modality, head in clause.heads if modality is Modality.NOT)


def _all(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*sets)
