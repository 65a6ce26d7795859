"""What tests of the generator share: a question, a prompt of tokens, and the end of a stream of events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.cancel import CancelToken
from engine.events import GenerationFinished, PromptRead, TextDelta
from engine.runtime.generator import GenerationEvent, Generator
from engine.runtime.sampling import Sampling
from engine.values import Message

GREEDY = Sampling()
QUESTION = [Message("system", "Be brief."), Message("user", "存款保险最高赔多少?")]


def finish(events: Iterator[GenerationEvent]) -> GenerationFinished:
    """The last event, after checking what every stream of events must keep."""
    *others, last = list(events)
    assert isinstance(last, GenerationFinished)
    deltas = [event.text for event in others if isinstance(event, TextDelta)]
    assert "".join(deltas) == last.text and "" not in deltas
    progress = [event.done_tokens for event in others if isinstance(event, PromptRead)]
    assert progress == sorted(progress) and progress[-1] == last.prompt_tokens
    return last


def run(generator: Generator, prompt: Sequence[int], max_tokens: int = 24, **sampling: float) -> GenerationFinished:
    return finish(generator.generate_tokens(prompt, Sampling(**sampling), max_tokens, CancelToken()))  # type: ignore[arg-type]


def prompt_of(length: int) -> list[int]:
    return [3 + (7 * i * i + 11 * i) % 250 for i in range(length)]
