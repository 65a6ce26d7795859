"""The catalogue of every word on screen. Chinese is written in the code; other languages are Qt Linguist's files.

`translate` has the shape that Qt's `lupdate` looks for. It needs no Qt while the language is Chinese, so that the
command line stays without it. The language is chosen once, before the modules with words are imported.
"""

from __future__ import annotations

from collections.abc import Callable

_translated: Callable[[str, str], str] | None = None


def translate(context: str, source: str) -> str:
    """`source` in the chosen language; Chinese where that has no translation. Figures go in by `.format` afterwards."""
    return (_translated(context, source) if _translated else "") or source
