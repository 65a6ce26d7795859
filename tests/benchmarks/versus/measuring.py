"""The measurements of one pack: both engines take turns, each in its own process."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from engine.runtime.pack import WEIGHTS, Manifest, read_manifest
from tests.benchmarks.versus.figures import Measure, Sample
from tests.benchmarks.versus.processes import Child
from tests.benchmarks.versus.prompts import EXTRACTIVE, FREE, Prompt, Prompts, read_questions
from tests.benchmarks.versus.values import Reading
from tests.benchmarks.versus.weights import Q8, quantize, source_of

LLAMACPP, LOOKUP, OURS_PLAIN = "llama.cpp", "llama.cpp with prompt lookup", "ours without drafting"
PREFILL_TOKENS = (128, 512, 2048)
DECODE_TOKENS = 128
PROBED_DRAFTS = (2, 5, 10)  # 10 is llama-cpp-python's default, 2 its advice for machines without a GPU
_PROMPT_LIMIT = 3900
_FEWEST_ROUNDS = 3
_FEWEST_STEPS = 8  # an answer of a few tokens has no speed worth the name


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    rounds: int
    load_rounds: int
    prefill_tokens: tuple[int, ...]
    decode_tokens: int
    answer_tokens: int
    questions: int
    threads: int


@dataclass(slots=True)
class Result:
    """What was found for one pack."""

    measures: list[Measure] = field(default_factory=list[Measure])
    facts: dict[str, Any] = field(default_factory=dict[str, Any])


class Contest:
    """Measures one pack against llama.cpp on the same weights."""

    def __init__(self, folder: Path, weights: Path, work: Path, plan: Plan) -> None:
        self._folder = folder
        self._plan = plan
        self._manifest: Manifest = read_manifest(folder)
        self._prompts = Prompts(folder, self._manifest)
        self._q8: Q8 = quantize(source_of(self._manifest, weights), work)
        self._numbers = iter(range(100_000))
        self._started = time.perf_counter()
        self.result = Result()

    def run(self, bandwidth_bytes_per_s: float, deadline: float = math.inf) -> Result:
        """Behind `deadline` (on the clock of `perf_counter`) the longest prefill, which comes last, takes 3 rounds."""
        others = OtherPrograms()
        flash = self._probe_flash()
        with self._ours(True) as ours, self._ours(False) as plain, self._theirs(flash) as theirs:
            drafts = self._probe_drafts(theirs)
            *shorter, longest = self._plan.prefill_tokens
            for length in shorter:
                self._prefill(length, ours, theirs)
            decode = self._decode(plain, theirs)
            self._answers(ours, plain, theirs, drafts)
            self._loads(flash)
            self._prefill(longest, ours, theirs, deadline)
            self._memory(ours, theirs)
            idle = {"ours": ours.idle_cpu_s + plain.idle_cpu_s, LLAMACPP: theirs.idle_cpu_s}
        facts = self.result.facts
        facts["idle_cpu_s"] = {name: round(seconds, 2) for name, seconds in idle.items()}
        facts["llama.cpp"] = {"flash_attention": flash, "lookup_drafts": drafts}
        facts["weights"] = self._weights(decode, bandwidth_bytes_per_s)
        facts["share_of_processor_taken_by_other_programs"] = round(others.share(), 3)
        facts["seconds"] = round(time.perf_counter() - self._started)
        return self.result

    def _ours(self, drafting: bool) -> Child:
        return Child(engine="ours", path=str(self._folder), threads=self._plan.threads, drafting=drafting)

    def _theirs(self, flash: bool) -> Child:
        path = str(self._q8.path)
        return Child(engine="llama.cpp", path=path, threads=self._plan.threads, flash_attention=flash)

    def _plain(self, length: int) -> list[int]:
        return self._prompts.plain(length, next(self._numbers))

    def _probe_flash(self) -> bool:
        """Whether flash attention makes llama.cpp quicker for a prompt of 512 tokens and an answer of 96."""
        times: dict[bool, float] = {}
        with self._theirs(False) as without, self._theirs(True) as with_it:
            for flash, child in ((False, without), (True, with_it)):
                reading = child.generate(self._plain(512), 33)
                times[flash] = reading.ttft_s + 3 * reading.decode_s
        self.result.facts["flash_attention_s"] = {str(flash): round(seconds, 2) for flash, seconds in times.items()}
        return times[True] < times[False]

    def _probe_drafts(self, theirs: Child) -> int:
        """The number of drafted tokens with which llama.cpp's prompt lookup is quickest on two of the questions."""
        times = dict.fromkeys(PROBED_DRAFTS, 0.0)
        for kind in (EXTRACTIVE, FREE):
            prompt = next(one for one in self._questions() if one.kind == kind)
            for drafts in PROBED_DRAFTS:
                times[drafts] += self._ask_theirs(theirs, prompt, drafts).decode_s
        self.result.facts["lookup_drafts_s"] = {str(drafts): round(seconds, 2) for drafts, seconds in times.items()}
        return min(times, key=times.__getitem__)

    def _prefill(self, length: int, ours: Child, theirs: Child, deadline: float = math.inf) -> None:
        measure = self._measure(f"prefill_{length}", "tokens/s", LLAMACPP)
        for number in range(self._plan.rounds):
            if number >= _FEWEST_ROUNDS and time.perf_counter() > deadline:
                break
            prompt = self._plain(length)
            one, other = ours.generate(prompt, 1), theirs.generate(prompt, 1)
            assert one.reused == other.reused == 0, "a prompt was read before"
            measure.add(Sample(length, one.ttft_s), Sample(length, other.ttft_s))
        self._say_last()

    def _decode(self, plain: Child, theirs: Child) -> Measure:
        measure = self._measure("decode_plain", "tokens/s", LLAMACPP)
        count = self._plan.decode_tokens
        prompt = self._plain(64)
        for _ in range(self._plan.rounds):
            one, other = plain.generate(prompt, count), theirs.generate(prompt, count)
            assert one.tokens == other.tokens == count, "the fixed prompt must not end early"
            measure.add(_decoding(one), _decoding(other))
        self._say_last()
        return measure

    def _questions(self) -> list[Prompt]:
        return self._prompts.answers(read_questions(), _PROMPT_LIMIT)[: self._plan.questions]

    def _ask_theirs(self, theirs: Child, prompt: Prompt, drafts: int = 0) -> Reading:
        ends = list(self._manifest.eos_token_ids)
        return theirs.generate(prompt.token_ids, self._plan.answer_tokens, end_tokens=ends, drafted_tokens=drafts)

    def _answers(self, ours: Child, plain: Child, theirs: Child, drafts: int) -> None:
        """Per question: ours with drafting, llama.cpp plain, ours plain, llama.cpp with its prompt lookup.

        Before the first question of a set every KV cache is emptied by another prompt, so its time to the first
        token is the cold one; the others of the set find all but the question itself.
        """
        cold = self._measure("ttft_cold", "s", LLAMACPP, is_rate=False)
        warm = self._measure("ttft_warm", "s", LLAMACPP, is_rate=False)
        answers = {kind: self._answer_measures(kind) for kind in (EXTRACTIVE, FREE)}
        texts: list[tuple[str, str, str, str]] = []
        tokens = self._plan.answer_tokens
        for prompt in self._questions():
            if prompt.first:
                other_prompt = self._plain(2)
                for child in (ours, plain, theirs):
                    child.generate(other_prompt, 1)
            drafted = ours.generate(prompt.token_ids, tokens)
            their_plain = self._ask_theirs(theirs, prompt)
            undrafted = plain.generate(prompt.token_ids, tokens)
            their_lookup = self._ask_theirs(theirs, prompt, drafts)
            (cold if prompt.first else warm).add(Sample(1, drafted.ttft_s), Sample(1, their_plain.ttft_s))
            for measure, other in zip(answers[prompt.kind], (their_plain, their_lookup, undrafted), strict=True):
                if min(drafted.tokens, other.tokens) > _FEWEST_STEPS:
                    measure.add(_decoding(drafted), _decoding(other))
            texts.append((drafted.text, undrafted.text, self._text(their_plain), self._text(their_lookup)))
            self._say(f"{prompt.name}: {', '.join(_speed(r) for r in (drafted, their_plain, undrafted, their_lookup))}")
        self.result.facts["same_answer"] = {
            "questions": len(texts),
            "ours drafted as undrafted": sum(one[0] == one[1] for one in texts),
            "llama.cpp looked up as plain": sum(one[2] == one[3] for one in texts),
            "ours as llama.cpp's": sum(one[1] == one[2] for one in texts),
        }

    def _answer_measures(self, kind: str) -> list[Measure]:
        return [
            self._measure(f"decode_{kind}", "tokens/s", LLAMACPP),
            self._measure(f"decode_{kind}_both_lookup", "tokens/s", LOOKUP),
            self._measure(f"decode_{kind}_drafting_gain", "tokens/s", OURS_PLAIN),
        ]

    def _text(self, reading: Reading) -> str:
        return self._prompts.tokenizer.decode(reading.token_ids)

    def _memory(self, ours: Child, theirs: Child) -> None:
        one, other = ours.memory(), theirs.memory()
        for key, name in (("peak_mb", "memory_peak"), ("private_mb", "memory_private")):
            self._measure(name, "MB", LLAMACPP, is_rate=False).add(Sample(1, one[key]), Sample(1, other[key]))

    def _loads(self, flash: bool) -> None:
        measure = self._measure("load", "s", LLAMACPP, is_rate=False)
        for _ in range(self._plan.load_rounds):
            seconds: list[float] = []
            makers: Sequence[Callable[[], Child]] = (lambda: self._ours(True), lambda: self._theirs(flash))
            for make in makers:
                with make() as child:
                    seconds.append(child.load_s)
            measure.add(Sample(1, seconds[0]), Sample(1, seconds[1]))
        self._say_last()

    def _weights(self, decode: Measure, bandwidth_bytes_per_s: float) -> dict[str, Any]:
        """Bytes that a decode step reads, and what share of the read bandwidth plain decode makes of them."""
        sizes = {"ours": (self._folder / WEIGHTS).stat().st_size, LLAMACPP: self._q8.bytes_per_token}
        speeds = {"ours": decode.values(decode.ours)[0], LLAMACPP: decode.values(decode.other)[0]}
        return {
            "bytes_per_token": sizes,
            "bandwidth_gb_per_s": round(bandwidth_bytes_per_s / 1e9, 2),
            "share_of_bandwidth": {
                name: round(speeds[name] * size / bandwidth_bytes_per_s, 3) for name, size in sizes.items()
            },
            "q8_0": f"{self._q8.matrices} matrices, all Q8_0",
            "q8_0_keeps_embedding_and_head_apart": self._q8.tied_copies,
        }

    def _measure(self, name: str, unit: str, other: str, is_rate: bool = True) -> Measure:
        measure = Measure(name, unit, other, is_rate)
        self.result.measures.append(measure)
        return measure

    def _say_last(self) -> None:
        measure = self.result.measures[-1]
        self._say(f"{measure.name}: ratio {measure.ratio()[0]:.2f}")

    def _say(self, text: str) -> None:
        print(f"{time.perf_counter() - self._started:5.0f} s  {self._manifest.name}  {text}", file=sys.stderr)


class OtherPrograms:
    """The processor time that other programs take from now on. Above a few per cent the figures are worth little."""

    def __init__(self) -> None:
        self._before = self._times()

    def share(self) -> float:
        """Of all processors together; the engines' processes count once they have ended."""
        total, busy, own = (now - then for now, then in zip(self._times(), self._before, strict=True))
        return max(0.0, busy - own) / total

    @staticmethod
    def _times() -> tuple[float, float, float]:
        system, own = psutil.cpu_times(), psutil.Process().cpu_times()
        idle = system.idle + getattr(system, "iowait", 0.0)
        return sum(system), sum(system) - idle, sum(own[:4])  # user and system, this process's and its children's


def _decoding(reading: Reading) -> Sample:
    return Sample(reading.tokens - 1, reading.decode_s)


def _speed(reading: Reading) -> str:
    return f"{reading.decode_tokens_per_s:.1f}"
