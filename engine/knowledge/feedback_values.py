"""What people say of answers, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

HIGHEST_SCORE = 10


class Thumb(StrEnum):
    NONE = "none"
    UP = "up"
    DOWN = "down"


class FeedbackReason(StrEnum):
    """What is wrong with an answer; several may hold."""

    WRONG_FACT = "wrong_fact"
    WRONG_SOURCE = "wrong_source"
    OUTDATED = "outdated"
    INCOMPLETE = "incomplete"
    STYLE = "style"


@dataclass(frozen=True, slots=True)
class FeedbackSource:
    """A citation as the answer showed it: `marker` n stands as [n] in its text. `url` is set for a page of the web,
    `version` is an ISO date or empty."""

    marker: int
    document_id: str
    name: str
    page_no: int
    quote: str
    version: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the user says of one answer, with the answer as it was shown. `score` counts from 1 to `HIGHEST_SCORE`,
    0 for none. `better_answer` is the user's own wording, empty where the answer was not changed. `generated`: a model
    wrote of it, as against a calculator or the program. `consent`: this one may be exported. Times are ISO 8601, UTC;
    `scored_at` is set when it is stored."""

    turn_id: str
    question: str
    answer: str
    sources: tuple[FeedbackSource, ...] = ()
    thumb: Thumb = Thumb.NONE
    score: int = 0
    reasons: tuple[FeedbackReason, ...] = ()
    comment: str = ""
    better_answer: str = ""
    conversation_id: str = ""
    pack: str = ""
    generated: bool = True
    asked_at: str = ""
    scored_at: str = ""
    consent: bool = False

    @property
    def says_nothing(self) -> bool:
        given = (self.score, self.reasons, self.comment, self.better_answer)
        return self.thumb is Thumb.NONE and not any(given)


@dataclass(frozen=True, slots=True)
class FeedbackChange:
    """What a score was before it was changed; its texts are not kept."""

    scored_at: str
    thumb: Thumb
    score: int
    reasons: tuple[FeedbackReason, ...]


@dataclass(frozen=True, slots=True)
class FeedbackConsent:
    """Whether feedback may be exported. While not `asked`, nobody has said either; what is `fixed`, policy says."""

    asked: bool
    given: bool
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class FeedbackExport:
    """How many records a file got, and how many stayed here for want of consent."""

    written: int
    withheld: int
