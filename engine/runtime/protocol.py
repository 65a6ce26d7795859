"""What answering asks of a language model, wherever it runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from engine.cancel import CancelToken
from engine.events import GenerationFinished, PromptRead, TextDelta
from engine.runtime.sampling import Sampling
from engine.values import Message

GenerationEvent = PromptRead | TextDelta | GenerationFinished

# the reasons why an answer ends, as GenerationFinished.stop_reason
EOS = "eos"
STOP_STRING = "stop_string"
MAX_TOKENS = "max_tokens"
CONTEXT_FULL = "context_full"


class TextGenerator(Protocol):
    """A model that answers dialogues; `Generator` runs one here, `RemoteGenerator` asks the bank's own server."""

    @property
    def pack_name(self) -> str:
        """The model's name, for people."""
        ...

    @property
    def device(self) -> str:
        """Where it runs: "CPU", "CUDA" or, on a server, `settings.ENDPOINT`."""
        ...

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""
        ...

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` has, or a number that is hardly ever less."""
        ...

    def generate(
        self,
        messages: Sequence[Message],
        sampling: Sampling,
        max_tokens: int,
        cancel: CancelToken,
        stop: Sequence[str] = (),
    ) -> Iterator[GenerationEvent]:
        """Answer a dialogue: PromptRead…, TextDelta…, GenerationFinished.

        Oldest turns are dropped until prompt and answer fit. The deltas join to the text of GenerationFinished. Where
        the dialogue ends with an assistant's message, that is how the answer begins, and the text is what follows it.

        Raises RequestRejected: OPTION_INVALID or CONTEXT_OVERFLOW (limit, length). The iterator raises Cancelled.
        """
        ...

    def forget_documents(self) -> None:
        """Drop whatever it keeps of the dialogues so far."""
        ...

    def close(self) -> None:
        """Release what the model holds; a running generation ends first."""
        ...
