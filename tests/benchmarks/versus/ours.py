"""Our generator, opened and asked as the application does."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from engine.cancel import CancelToken
from engine.events import GenerationFinished
from engine.runtime.generator import Generator
from engine.runtime.protocol import EOS
from engine.runtime.sampling import Sampling
from engine.settings import Settings
from tests.benchmarks.versus.values import Reading


class Ours:
    """One loaded pack. Without `drafting` prompt lookup is off; all else is as shipped.

    Prefixes besides the last prompt are not kept: llama.cpp keeps none either.
    """

    def __init__(self, folder: Path, threads: int, drafting: bool) -> None:
        settings = Settings(home=Path(), device="cpu", threads=threads, prefix_memory_mb=0)
        if not drafting:
            settings = dataclasses.replace(settings, draft_tokens=0)
        self._generator = Generator.open(folder, settings)

    def generate(self, prompt: Sequence[int], max_tokens: int) -> Reading:
        *_, last = self._generator.generate_tokens(prompt, Sampling(), max_tokens, CancelToken())
        assert isinstance(last, GenerationFinished)
        tokens = last.decode_tokens + (last.stop_reason == EOS)
        return Reading(tokens, last.reused_tokens, last.ttft_s, last.decode_s, text=last.text)
