"""What may stand in a question, and the questions that were asked before. No widgets."""

from __future__ import annotations

import re

KEPT_QUESTIONS = 100

_LINE_END = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")
# What no one types: control characters but tab and line feed, noncharacters, halves of surrogate pairs, and overrides
# of the writing direction, which make a text read otherwise than it is.
_SHAPELESS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufdd0-\ufdef\ufffc\ufffe\uffff]")


def cleaned(text: str) -> str:
    """The same words, with line feeds for all ends of lines and without what has no shape."""
    return _SHAPELESS.sub("", _LINE_END.sub("\n", text))


class QuestionHistory:
    """The own questions, newest last; kept in memory alone. `step` goes through them as a shell does."""

    def __init__(self) -> None:
        self._questions: list[str] = []
        self._at = 0
        self.shown = ""  # what `step` has put into the box; empty when nothing of the past is there

    def add(self, question: str) -> None:
        if question in self._questions:
            self._questions.remove(question)
        self._questions = [*self._questions, question][-KEPT_QUESTIONS:]
        self.leave()

    def step(self, by: int) -> str | None:
        """The question before (-1) or after (1) the one that is shown, empty behind the newest; None at the end."""
        wanted = self._at + by
        if not 0 <= wanted <= len(self._questions):
            return None
        self._at = wanted
        self.shown = self._questions[wanted] if wanted < len(self._questions) else ""
        return self.shown

    def leave(self) -> None:
        """The next step begins at the newest question again."""
        self._at, self.shown = len(self._questions), ""
