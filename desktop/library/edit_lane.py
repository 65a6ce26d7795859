"""A lane for short writes that are never dropped: when the window closes those that wait are still done."""

from __future__ import annotations

from desktop.jobs import QueueLane


class EditLane(QueueLane):
    """What is asked of it is done within moments, so that nobody need cancel it."""

    def shut_down(self) -> None:
        """Take no more jobs; `wait` does those that were taken."""
        self._shut_down = True
