"""The settings that a user may change in the program and that policy may fix: one table for file, policy and page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

Value = bool | int | str

WEB_PROVIDERS = ("searxng", "bocha", "zhipu")  # in the order in which they are taken when the user chose none
LANGUAGES = ("zh_CN", "en")
THEMES = ("system", "light", "dark", "contrast")
DEVICES = ("auto", "cpu", "cuda")


class Effect(Enum):
    """From when on a changed setting counts."""

    NOW = auto()
    MODEL = auto()  # when a model is loaded next
    START = auto()  # when the program starts next


@dataclass(frozen=True, slots=True)
class Option:
    """What a setting may be: a switch, a whole number from `least` to `most`, or a word, one of `choices` if any."""

    kind: type[bool] | type[int] | type[str]
    effect: Effect
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 0

    def fault_of(self, value: object) -> str:
        """What is wrong with a value, empty when it is fine."""
        if type(value) is not self.kind:
            return f"must be {self.kind.__name__}"
        if isinstance(value, int) and self.kind is int and not self.least <= value <= self.most:
            return f"{self.least} to {self.most}"
        if isinstance(value, str):
            if self.choices and value not in self.choices:
                return "one of " + ", ".join(repr(choice) for choice in self.choices)
            if not self.choices and not (value.strip() and value.isprintable()):
                return "a name"
        return ""


OPTIONS: Mapping[str, Option] = {
    "generator_pack": Option(str, Effect.NOW),
    "device": Option(str, Effect.MODEL, DEVICES),
    "threads": Option(int, Effect.MODEL, most=256),
    "prefix_memory_mb": Option(int, Effect.MODEL, most=65536),
    "prefix_disk_mb": Option(int, Effect.START, most=65536),
    "web_search": Option(bool, Effect.NOW),
    "web_provider": Option(str, Effect.NOW, ("", *WEB_PROVIDERS)),
    "watch_folders": Option(bool, Effect.NOW),
    "keep_history_months": Option(int, Effect.START, most=120),
    "feedback_consent": Option(bool, Effect.NOW),
    "theme": Option(str, Effect.NOW, THEMES),
    "text_scale_percent": Option(int, Effect.START, least=100, most=200),
    "language": Option(str, Effect.START, LANGUAGES),
}
