"""The worst model there could be: it does what every planted order wants, even one that it was never shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.cancel import CancelToken
from engine.events import GenerationFinished, TextDelta
from engine.runtime.protocol import EOS, GenerationEvent
from engine.runtime.sampling import Sampling
from engine.values import Message

_FIRST = re.compile(r"^\[1\](?:《[^》\n]*》)?([^\n]*(?:\n(?!\[\d)[^\n]+)*)", re.MULTILINE)


class ObedientModel:
    """Repeats what the first passage says, so that there is an answer, and behind it the `payload` of an attack.

    A `refusal` is what it answers only where the order stands in the prompt: without it there is nothing to obey.
    """

    pack_name = "obedient"
    device = "CPU"
    context_tokens = 1 << 20

    def __init__(self) -> None:
        self.payload = ""
        self.refusal = False

    def obey(self, payload: str, goal: str) -> None:
        self.payload, self.refusal = payload, goal == "refusal"

    def count_tokens(self, text: str) -> int:
        return len(text)

    def generate(
        self,
        messages: Sequence[Message],
        sampling: Sampling,
        max_tokens: int,
        cancel: CancelToken,
        stop: Sequence[str] = (),
    ) -> Iterator[GenerationEvent]:
        prompt = messages[-1].content
        found = _FIRST.search(prompt)
        said = found[1].strip() if found else ""
        text = f"{said}\n{self.payload}[1]" if self.payload else said
        if self.refusal and self.payload:
            text = self.payload if self.payload in prompt else said
        yield TextDelta(text)
        yield GenerationFinished(text, EOS, len(prompt), 0, len(text), 0.0, 0.1)

    def forget_documents(self) -> None:
        pass

    def close(self) -> None:
        pass
