"""What a screen reader says by itself: that an answer is ready, refused or failed, never its every word."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

LONGEST_CHARS = 600  # of an answer; the rest is read where it stands


def announce(widget: QWidget, words: str, *, at_once: bool = False) -> None:
    """Say `words` when the reader has finished its sentence, or `at_once`; silent where none listens."""
    event = QAccessibleAnnouncementEvent(widget, words[:LONGEST_CHARS])
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if at_once else politeness.Polite)
    QAccessible.updateAccessibility(event)
