"""Conversations in memory, with the shape of `Engine.history`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engine.api import (
    Conversation,
    ConversationHit,
    ConversationInfo,
    ExportedTurn,
    Rejection,
    RequestRejected,
    StoredTurn,
    TurnOutcome,
)

NOW = "2026-11-23T04:00:00+00:00"


@dataclass
class FakeHistory:
    kept: dict[str, Conversation] = field(default_factory=dict)
    error: Exception | None = None  # why nothing can be written
    calls: list[str] = field(default_factory=list)
    begun: str = ""  # the draft

    def list(self, limit: int = 200, after: ConversationInfo | None = None) -> tuple[ConversationInfo, ...]:
        self.calls.append("list")
        infos = sorted((each.info for each in self.kept.values()), key=_order)
        return tuple(info for info in infos if after is None or _order(info) > _order(after))[:limit]

    def search(self, words: str, limit: int = 200) -> tuple[ConversationHit, ...]:
        self.calls.append(f"search {words}")
        hits: list[ConversationHit] = []
        for each in sorted(self.kept.values(), key=lambda kept: _order(kept.info)):
            for turn in each.turns:
                at = turn.text.find(words)
                if at >= 0:
                    spans = ((at, at + len(words)),)
                    hits.append(ConversationHit(each.info, turn.turn_id, turn.text, spans))
                    break
        return tuple(hits[:limit])

    def load(self, conversation_id: str) -> Conversation:
        if conversation_id not in self.kept:
            raise RequestRejected(Rejection.CONVERSATION_UNKNOWN, conversation_id=conversation_id)
        return self.kept[conversation_id]

    def exported(self, conversation_id: str) -> tuple[ExportedTurn, ...]:
        path = self.load(conversation_id).path
        return tuple(ExportedTurn(turn.question, turn.text) for turn in path if turn.state is TurnOutcome.DONE)

    def save(self, conversation_id: str, turn: StoredTurn, instead_of: str = "") -> ConversationInfo:
        self._write(f"save {turn.state}")
        newest = max((each.info.recency for each in self.kept.values()), default=0) + 1
        new = ConversationInfo(conversation_id, turn.question[:40], False, NOW, NOW, newest)
        known = self.kept.get(conversation_id) or Conversation(new, ())
        turns = {each.turn_id: each for each in known.turns if each.turn_id != instead_of}
        if turn.turn_id not in turns:
            turns = {
                key: replace(each, chosen=each.chosen and each.parent != turn.parent) for key, each in turns.items()
            }
            known = replace(known, info=replace(known.info, recency=newest))
        self.kept[conversation_id] = Conversation(known.info, tuple({**turns, turn.turn_id: turn}.values()))
        return known.info

    def choose(self, turn_id: str) -> None:
        self._write(f"choose {turn_id}")

    def rename(self, conversation_id: str, title: str) -> ConversationInfo:
        self._write(f"rename {title}")
        return self._change(conversation_id, title=title)

    def pin(self, conversation_id: str, pinned: bool = True) -> ConversationInfo:
        self._write(f"pin {pinned}")
        return self._change(conversation_id, pinned=pinned)

    def delete(self, conversation_ids: Sequence[str]) -> int:
        self._write("delete")
        return sum(self.kept.pop(key, None) is not None for key in conversation_ids)

    def delete_all(self) -> int:
        return self.delete(tuple(self.kept))

    def draft(self) -> str:
        return self.begun

    def keep_draft(self, words: str) -> None:
        self._write("draft")
        self.begun = words

    def _change(self, conversation_id: str, **changes: object) -> ConversationInfo:
        kept = self.load(conversation_id)
        info = replace(kept.info, **changes)  # type: ignore[arg-type]  # fields by name
        self.kept[conversation_id] = replace(kept, info=info)
        return info

    def _write(self, call: str) -> None:
        if self.error:
            raise self.error
        self.calls.append(call)


def _order(info: ConversationInfo) -> tuple[bool, int]:
    return not info.pinned, -info.recency
