"""Reads the events of a chat completion that arrives as server-sent events, and trusts none of them.

Sources: "Server-sent events" in the HTML standard (lines, comments, several data lines of one event) and the
streaming objects of OpenAI's chat completions (choices, delta, finish_reason, usage, [DONE]), as vLLM sends them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, cast

_DONE = "[DONE]"
_MOST_TOKENS = 1 << 31
_OVERFLOW = re.compile(
    r"context_length_exceeded|exceed_context_size|max(imum)?[ _]model[ _]len|context (length|window|size)",
    re.IGNORECASE,
)
_OVERFLOW_NUMBERS = (  # vLLM, OpenAI and llama-cpp-python say it in words, llama.cpp in fields
    re.compile(r"maximum context length (?:is|of) (?P<limit>\d{1,9}) tokens.{0,80}?(?P<length>\d{1,9}) tokens", re.S),
    re.compile(r"\"n_prompt_tokens\"\s*:\s*(?P<length>\d{1,9}).{0,80}?\"n_ctx\"\s*:\s*(?P<limit>\d{1,9})", re.S),
)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufeff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """What one event says. `has_content` is true for text and for hidden reasoning, which is work, but not shown."""

    text: str = ""
    has_content: bool = False
    finish_reason: str = ""  # stop, stop_string, length
    usage: dict[str, int] = field(default_factory=dict[str, int])
    untrusted_error: object = None


class CompletionStream:
    """Lines go in, pieces come out. `done` after [DONE]; `finish_reason` as soon as the model has ended."""

    def __init__(self) -> None:
        self.done = False
        self.finish_reason = ""
        self._data: list[str] = []

    def push(self, line: str) -> list[Piece]:
        """One line without its end. Raises ValueError, with a reason that quotes nothing, for what is no event."""
        if line:
            if line.startswith("data:"):
                self._data.append(line[5:].removeprefix(" "))
            elif not re.match(r":|(event|id|retry)(:|$)", line.removeprefix("\ufeff")):
                raise ValueError("not an event stream")
            return []
        data, self._data = "\n".join(self._data), []
        if not data:
            return []  # the end of a comment that keeps the connection alive
        if data.strip() == _DONE:
            self.done = True
            return []
        piece = _piece(_object(data))
        self.finish_reason = piece.finish_reason or self.finish_reason
        return [piece]


def _object(data: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None
    return _fields(value, "not an object")


def _fields(untrusted: object, otherwise: str) -> dict[str, Any]:
    if not isinstance(untrusted, dict):
        raise ValueError(otherwise)
    return cast(dict[str, Any], untrusted)


def _piece(untrusted: dict[str, Any]) -> Piece:
    if untrusted.get("error"):
        return Piece(untrusted_error=untrusted["error"])
    choices = untrusted.get("choices")
    if not isinstance(choices, list):
        raise ValueError("no choices")
    usage = _usage(untrusted.get("usage") or {})
    if not choices:
        return Piece(usage=usage)
    choice = _fields(cast(list[object], choices)[0], "no choice")
    delta = _fields(choice.get("delta"), "no delta")
    text = _text(delta.get("content"))
    hidden = _text(delta.get("reasoning_content") or delta.get("reasoning"))
    return Piece(text, bool(text or hidden), _finish_reason(choice), usage)


def _text(untrusted: object) -> str:
    """The text without control characters, which mean something to a terminal, and without halves of characters."""
    if untrusted is None:
        return ""
    if not isinstance(untrusted, str):
        raise ValueError("content is no text")
    return _CONTROLS.sub("", untrusted)


def _finish_reason(choice: dict[str, Any]) -> str:
    reason = choice.get("finish_reason")
    if reason is None:
        return ""
    if reason not in ("stop", "length"):
        raise ValueError("ended for another reason than stop or length")
    matched = choice.get("stop_reason")  # vLLM names the stop string here
    return "stop_string" if reason == "stop" and isinstance(matched, str) else str(reason)


def _usage(untrusted: object) -> dict[str, int]:
    fields = _fields(untrusted, "usage is no object")
    details = _fields(fields.get("prompt_tokens_details") or {}, "usage is no object")
    found: dict[str, object] = {
        "prompt_tokens": fields.get("prompt_tokens"),
        "completion_tokens": fields.get("completion_tokens"),
        "cached_tokens": details.get("cached_tokens"),
    }
    return {name: value for name, value in found.items() if type(value) is int and 0 <= value < _MOST_TOKENS}


def is_overflow(untrusted_text: str) -> bool:
    """Whether an error's words say that the prompt is longer than the model's context."""
    return _OVERFLOW.search(untrusted_text) is not None


def read_overflow(untrusted_text: str) -> tuple[int, int] | None:
    """The limit and the length in tokens that such an error names."""
    for pattern in _OVERFLOW_NUMBERS:
        found = pattern.search(untrusted_text)
        if found:
            return int(found["limit"]), int(found["length"])
    return None
