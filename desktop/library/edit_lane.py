"""A lane for short writes that are never dropped: when the window closes those that wait are still done."""

from __future__ import annotations

import time

from desktop.jobs import QueueLane


class EditLane(QueueLane):
    """What is asked of it is done within moments, so that nobody need cancel it."""

    def shut_down(self) -> None:
        """Take no more jobs; `wait` does those that were taken."""
        self._shut_down = True

    def wait(self, timeout_s: float) -> bool:
        """Join the running job, then do what waits, each on its thread. False when that outlives `timeout_s`."""
        deadline = time.monotonic() + timeout_s
        joined = super().wait(timeout_s)
        while joined and self._waiting:
            job = self._waiting.popleft()
            job.start()
            joined = job.wait(max(1, int((deadline - time.monotonic()) * 1000)))
        return joined
