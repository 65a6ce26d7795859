"""What the two engines report about one generation."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reading:
    """One greedy generation. `tokens` counts the end token too: it is a step of the model like any other."""

    tokens: int
    reused: int  # tokens of the prompt that were not read again
    ttft_s: float
    decode_s: float  # from the first token to the last
    text: str = ""
    token_ids: list[int] = field(default_factory=list[int])  # llama.cpp's; ours gives text

    @property
    def decode_tokens_per_s(self) -> float:
        return (self.tokens - 1) / self.decode_s
