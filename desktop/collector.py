"""Keeps Python's garbage collector from standing in the window's way.

A full collection looks at every object there is while all threads wait: 200 to 300 ms for the 170,000 that libraries
and models leave behind. They stay for as long as the program runs, so the collector is told to forget them.
"""

from __future__ import annotations

import gc

from engine.api import ModelLoaded

_YOUNG = 10_000  # objects more than were freed before the youngest are looked at; 700 by default, 1 to 2 ms at this one


def collect_seldom() -> None:
    """Call once, when the program starts."""
    gc.set_threshold(_YOUNG, 10, 10)


def spare_what_stays(event: object) -> None:
    """Give this what is reported of models: once one is loaded, everything that is loaded once is there."""
    if isinstance(event, ModelLoaded):
        gc.freeze()
