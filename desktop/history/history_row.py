"""A row of the history: a conversation, the part of the list it stands in, and where words were found in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from desktop.look import history_text
from engine.api import ConversationHit, ConversationInfo

SECTIONS = (
    history_text.PINNED,
    history_text.TODAY,
    history_text.YESTERDAY,
    history_text.THIS_WEEK,
    history_text.EARLIER,
)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """`heading` stands above the first row of each section. `spans` are characters [start, end) of the snippet."""

    info: ConversationInfo
    section: str = ""
    heading: str = ""
    day: str = ""  # when something was last asked, as people write it
    snippet: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    turn_id: str = ""  # the turn that the words were found in

    @property
    def conversation_id(self) -> str:
        return self.info.conversation_id

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return history_text.spoken(self.info.title, self.section, self.day, self.snippet)


def listed(infos: Iterable[ConversationInfo], today: date) -> list[HistoryRow]:
    """Rows in the same order. A section never comes twice: what a clock that was set back dates too late or too early
    stays in the section of the row before it."""
    rows: list[HistoryRow] = []
    last = -1
    for info in infos:
        changed = local_time(info.changed_at)
        section = max(last, 0 if info.pinned else _section(changed.date(), today))
        heading = SECTIONS[section] if section != last else ""
        rows.append(HistoryRow(info, SECTIONS[section], heading, _day(changed, today)))
        last = section
    return rows


def found(hits: Iterable[ConversationHit], today: date) -> list[HistoryRow]:
    return [
        HistoryRow(
            hit.conversation,
            day=_day(local_time(hit.conversation.changed_at), today),
            snippet=hit.snippet,
            spans=hit.spans,
            turn_id=hit.turn_id,
        )
        for hit in hits
    ]


def local_time(utc: str) -> datetime:
    """From ISO 8601 in UTC, in this machine's time zone."""
    return datetime.fromisoformat(utc).astimezone()


def _section(day: date, today: date) -> int:
    if day >= today:
        return 1
    if day == today - timedelta(days=1):
        return 2
    return 3 if day >= today - timedelta(days=today.weekday()) else 4


def _day(moment: datetime, today: date) -> str:
    """14:05 today, 11-03 this year, 2025-11-03 before."""
    if moment.date() == today:
        return f"{moment:%H:%M}"
    return f"{moment:%m-%d}" if moment.year == today.year else f"{moment:%Y-%m-%d}"
