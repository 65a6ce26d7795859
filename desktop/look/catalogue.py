"""The catalogue of every word on screen. Chinese is written in the code; other languages are Qt Linguist's files.

`translate` has the shape that Qt's `lupdate` looks for. It needs no Qt while the language is Chinese, so that the
command line stays without it. The language is chosen once, before the modules with words are imported: their
constants are translated where they stand.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from string import Formatter
from typing import Any

SOURCE_LANGUAGE = "zh_CN"
FOLDER = Path(__file__).parents[2] / "assets" / "translations"

_language = SOURCE_LANGUAGE
_translated: Callable[[str, str], str] | None = None
_compiled = b""  # Qt reads the words where they lie, without a copy of its own


def translate(context: str, source: str) -> str:
    """`source` in the chosen language; Chinese where that has no translation. Figures go in by `.format` afterwards."""
    found = _translated(context, source) if _translated else ""
    return _Words(found) if found else source


def language() -> str:
    """The language in force: "zh_CN", or the name of one of the catalogues in assets/translations."""
    return _language


def use(name: str) -> bool:
    """Translate from now on into the language of assets/translations/NAME.qm; False where it cannot be read.

    Call it before a module with words is imported. Chinese is in force without it.
    """
    global _language, _translated, _compiled
    if name == SOURCE_LANGUAGE:
        _language, _translated = name, None
        return True
    from PySide6.QtCore import QTranslator  # only here: the command line knows no Qt

    path = FOLDER / f"{name}.qm"
    if not path.is_file():
        return False
    translator = QTranslator()
    compiled = path.read_bytes()  # a mapped file would fail under an update of the program
    if not translator.load(compiled):
        return False
    _language, _translated, _compiled = name, translator.translate, compiled
    return True


def run_on(*sentences: str) -> str:
    """Sentences one after the other; Chinese needs no space between them."""
    return ("" if _language == SOURCE_LANGUAGE else " ").join(sentence for sentence in sentences if sentence)


class _Words(str):
    """Translated words. `{count:page|pages}` in them is the first word for one and the second for any other number:
    Chinese has one form, so that the source cannot say where another language has two."""

    def format(self, *args: Any, **values: Any) -> str:
        return _PLURALS.vformat(self, args, values)

    def format_map(self, mapping: Any, /) -> str:
        return _PLURALS.vformat(self, (), mapping)


class _Plurals(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, other = format_spec.partition("|")
        if bar:
            return one if str(value) == "1" else other
        return str(super().format_field(value, format_spec))


_PLURALS = _Plurals()
