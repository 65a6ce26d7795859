"""What the program found out about an answer or a draft: by sentence, rung, source, calculation and wording.

Plain values like those of `engine.values`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.values import Citation, Rung


class Verdict(StrEnum):
    """What the program found out about one sentence of an answer."""

    SUPPORTED = "supported"  # its markers name the passages it stands in
    CALCULATED = "calculated"  # by a calculator
    UNSUPPORTED = "unsupported"  # shown with a mark that says so
    NO_CLAIM = "no_claim"  # a heading, a greeting, 「如下：」: nothing to prove


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, as the model wrote it, without markers. `struck` are its figures that no cited
    passage holds; in the answer's text they stand between ~~ and ~~."""

    text: str
    verdict: Verdict
    markers: tuple[int, ...] = ()
    struck: tuple[str, ...] = ()


class StepOutcome(StrEnum):
    """How one rung of the evidence ladder ended for a question."""

    SUFFICED = "sufficed"
    FELL_SHORT = "fell_short"
    NOT_NEEDED = "not_needed"  # an earlier rung sufficed
    NOT_ALLOWED = "not_allowed"  # by policy
    SWITCHED_OFF = "switched_off"  # by the user
    AWAITS_CONSENT = "awaits_consent"  # the query is shown; nothing was sent
    FAILED = "failed"  # the web search did not answer


@dataclass(frozen=True, slots=True)
class LadderStep:
    """`score` is the calibrated probability in [0, 1] that the rung's evidence answers the question."""

    rung: Rung
    outcome: StepOutcome
    score: float = 0.0


class ConflictKind(StrEnum):
    SUPERSEDED = "superseded"  # the second source is an older version of the first, or a rule that it replaces
    DISAGREE = "disagree"  # both are in force and state different figures for the same thing


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sources that do not agree. The answer rests on `first`; both have markers that stand in the text."""

    kind: ConflictKind
    first: Citation
    second: Citation


@dataclass(frozen=True, slots=True)
class Figure:
    """An input or a result of a calculator. `value` is an exact decimal, an ISO date or the name of a choice.

    `assumed` inputs were not told but taken by default; they are shown for correction like all others.
    """

    name: str
    label: str
    value: str
    unit: str = ""
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Calculation:
    """What a calculator made of its inputs. Where inputs are `missing` (by name) there are no results yet."""

    calculator: str
    title: str
    inputs: tuple[Figure, ...]
    results: tuple[Figure, ...] = ()
    missing: tuple[str, ...] = ()
    formula: str = ""
    conventions: tuple[str, ...] = ()
    source: str = ""
    schedule: tuple[tuple[str, ...], ...] = ()  # the first row names the columns


class WordingScope(StrEnum):
    """What a marketing text is about. A text of scope ALL is held against every entry of the check list."""

    ALL = "all"
    DEPOSIT = "deposit"
    WEALTH = "wealth"
    FUND = "fund"
    INSURANCE = "insurance"
    LOAN = "loan"


@dataclass(frozen=True, slots=True)
class WordingFinding:
    """Characters `[start, end)` of a text that a rule forbids in marketing. `source` is law or rule and article;
    `verified` where that article was read when the check list was made. `allowed` says when the words may be used."""

    start: int
    end: int
    text: str
    reason: str
    source: str
    verified: bool
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """What a draft is held against: sentences that must stand in it, words that may not, and its `claims`. It has
    `over_chars` characters more than its template allows."""

    missing_disclosures: tuple[str, ...]
    wording: tuple[WordingFinding, ...]
    claims: tuple[Claim, ...] = ()
    over_chars: int = 0
