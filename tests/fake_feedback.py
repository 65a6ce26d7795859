"""What `Engine.feedback` offers, kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engine.api import Feedback, FeedbackConsent

NOON = "2026-11-23T12:00:00+00:00"


@dataclass
class FakeFeedback:
    """`error` is why nothing can be stored."""

    kept: dict[str, Feedback] = field(default_factory=dict)
    agreed: FeedbackConsent = field(default_factory=lambda: FeedbackConsent(asked=False, given=False))
    error: Exception | None = None

    def put(self, feedback: Feedback) -> Feedback | None:
        self._fail()
        if feedback.says_nothing:
            self.kept.pop(feedback.turn_id, None)
            return None
        self.kept[feedback.turn_id] = replace(feedback, scored_at=NOON)
        return self.kept[feedback.turn_id]

    def of(self, turn_ids: Sequence[str]) -> dict[str, Feedback]:
        return {key: self.kept[key] for key in turn_ids if key in self.kept}

    def remove(self, turn_ids: Sequence[str]) -> int:
        self._fail()
        return sum(self.kept.pop(key, None) is not None for key in turn_ids)

    def consent(self) -> FeedbackConsent:
        return self.agreed

    def set_consent(self, given: bool) -> FeedbackConsent:
        self._fail()
        self.agreed = FeedbackConsent(asked=True, given=given)
        return self.agreed

    def _fail(self) -> None:
        if self.error:
            raise self.error
