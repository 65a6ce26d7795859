"""A scripted engine of which every word is hostile: answers, names, titles, failures."""

from __future__ import annotations

from dataclasses import replace

from engine.api import (
    AnswerFinished,
    AnswerWritten,
    AskRequest,
    Conversation,
    ConversationInfo,
    OutboundRequest,
    PageFailure,
    PassagesFound,
    QuestionUnderstood,
    StoredTurn,
    TextDelta,
    Timings,
    TurnOutcome,
)
from tests.fake_parts import FakeKnowledgePack, FakeWeb
from tests.fakes import FakeEngine

_DELTA_CHARS = 60
_WHEN = "2026-11-23T04:00:00+00:00"


class HostileEngine(FakeEngine):
    """Every word of its answers is hostile, and so are the names and texts of what it found."""

    def take(self, texts: tuple[str, ...]) -> None:
        """Texts become names of documents and titles of conversations."""
        names = file_names(texts)
        self.partial = {name: (PageFailure(1, "scanned_page"),) for name in names[::7]}
        self.hold(*names)
        for number, words in enumerate(texts):
            info = ConversationInfo(f"{number:032x}", words, number % 9 == 0, _WHEN, _WHEN, number)
            turn = StoredTurn(f"{number:032x}", words, state=TurnOutcome.DONE, text=words)
            self.history.kept[info.conversation_id] = Conversation(info, (turn,))
        self.kb.packs = [FakeKnowledgePack(f"p{number}", words) for number, words in enumerate(texts[::25])]
        self.watching.paths = ["/资料/" + name.replace("\\", "＼") for name in names[::25]]
        self.web = FakeWeb(
            on=True,
            requests=tuple(
                OutboundRequest(_WHEN, "search", "GET", words, words, words, True, 200, 9, "done")
                for words in texts[::6]
            ),
        )

    def _answer_events(self, request: AskRequest) -> list[object]:
        events: list[object] = [QuestionUnderstood(request.question, self.searched, True)]
        events.append(PassagesFound(self.passages, 0.1))
        events += [TextDelta(self.answer[at : at + _DELTA_CHARS]) for at in range(0, len(self.answer), _DELTA_CHARS)]
        events.append(AnswerWritten())
        done = AnswerFinished(self.answer, True, (), Timings(0.1, 9, 0.1, 9, 9.0))
        return [*events, replace(done, **self.proven)]


def file_names(texts: tuple[str, ...]) -> list[str]:
    """As the last part of a path; the number keeps them apart."""
    return [f"{words.replace('/', '∕')[:180]}{number}.pdf" for number, words in enumerate(texts)]
