"""Measures generation: python tests/benchmarks/generation.py --packs DIR [--rounds 5] [--names NAME …]

Every round loads each pack in a fresh process, so that peak memory is its own, and the packs take turns, so that a
busy moment of the machine falls on all of them. Printed are medians with minimum and maximum over the rounds; the
last line is one JSON object. Drafting is off: the text repeats itself, and drafts would fit it far better than answers
(`against_llamacpp.py` measures them on real ones). Rounds that would exceed the time budget are left out and their
number is reported.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

import psutil  # noqa: E402  the repository must be on the path before its packages are imported

from engine.cancel import CancelToken  # noqa: E402
from engine.errors import Cancelled  # noqa: E402
from engine.events import GenerationFinished, PromptRead, TextDelta  # noqa: E402
from engine.runtime.generator import Generator  # noqa: E402
from engine.runtime.sampling import Sampling  # noqa: E402
from engine.runtime.session import cpu_features, physical_cores  # noqa: E402
from engine.settings import Settings  # noqa: E402

NAMES = ["qwen2.5-coder-0.5b-instruct-int8", "qwen2.5-coder-1.5b-instruct-int8"]
DECODE_TOKENS = 48
TEXT = "存款保险实行限额偿付,同一存款人在同一家投保机构所有存款账户的本金和利息合并计算,最高偿付限额为人民币五十万元。"
Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True, help="folder that holds the packs")
    parser.add_argument("--names", nargs="+", default=NAMES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=0, help="0: one per physical core")
    parser.add_argument("--budget", type=float, default=330.0, help="seconds after which no new round begins")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measure(options.packs / options.child, options.threads)))
        return
    report(run_rounds(options))


def run_rounds(options: argparse.Namespace) -> dict[str, list[Figures]]:
    """Figures per pack and round; a round is begun only if it is expected to end within the budget."""
    figures: dict[str, list[Figures]] = {name: [] for name in options.names}
    started = time.perf_counter()
    longest_s = 0.0
    for number in range(options.rounds):
        round_started = time.perf_counter()
        if number and round_started - started + longest_s > options.budget:
            print(f"stopped after {number} of {options.rounds} rounds: time budget", file=sys.stderr)
            break
        for name in options.names:
            figures[name].append(run_child(options, name))
        longest_s = max(longest_s, time.perf_counter() - round_started)
        print(f"round {number + 1}/{options.rounds}: {longest_s:.0f} s", file=sys.stderr)
    return figures


def run_child(options: argparse.Namespace, name: str) -> Figures:
    command = [sys.executable, __file__, "--packs", str(options.packs), "--threads", str(options.threads)]
    done = subprocess.run([*command, "--child", name], stdout=subprocess.PIPE, text=True, check=True)
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def measure(folder: Path, threads: int) -> Figures:
    """All figures of one freshly loaded pack."""
    peak = Peak()
    started = time.perf_counter()
    generator = Generator.open(folder, Settings(home=Path(), threads=threads, draft_tokens=0))
    figures = {"load_s": time.perf_counter() - started}
    ids = (generator.encode(TEXT) * 40)[:1100]
    generate(generator, ids[1000:1016], 2)
    figures["prefill_128_tokens_per_s"] = prefill_speed(generator, ids[:128])
    figures["prefill_512_tokens_per_s"] = prefill_speed(generator, ids[1:513])
    prompt = ids[2:514]
    cold = generate(generator, prompt, DECODE_TOKENS)
    figures["ttft_cold_512_s"] = cold.ttft_s
    # The first token comes out of prefill, so decode_s spans one model run less than there are tokens.
    figures["decode_tokens_per_s"] = (cold.decode_tokens - 1) / cold.decode_s
    warm = generate(generator, [*prompt[:496], *ids[600:616]], 4)
    assert warm.reused_tokens == 496, warm
    figures["ttft_reused_496_of_512_s"] = warm.ttft_s
    figures["cancel_prefill_s"] = cancel_latency(generator, ids[3:1000], 0.5)
    figures["cancel_decode_s"] = cancel_latency(generator, ids[:20], 1.0)
    figures["peak_rss_mb"] = peak.stop() / 1e6
    return figures


def generate(generator: Generator, prompt: list[int], max_tokens: int) -> GenerationFinished:
    # Sampling at temperature 0 with a penalty keeps a small model from ending at once or looping into one token.
    *_, last = generator.generate_tokens(prompt, Sampling(repetition_penalty=1.05), max_tokens, CancelToken())
    assert isinstance(last, GenerationFinished)
    return last


def prefill_speed(generator: Generator, prompt: list[int]) -> float:
    """Tokens per second from the first to the last PromptRead."""
    times: list[float] = []
    for event in generator.generate_tokens(prompt, Sampling(), 1, CancelToken()):
        if isinstance(event, PromptRead):
            times.append(time.perf_counter())
            if len(times) == 1:
                assert event.done_tokens == 0, "nothing may be reused"
    return len(prompt) / (times[-1] - times[0])


def cancel_latency(generator: Generator, prompt: list[int], after_s: float) -> float:
    """Seconds from `cancel` on another thread to the end of the generation."""
    cancel, cancelled_at = CancelToken(), [0.0]

    def cancel_now() -> None:
        cancelled_at[0] = time.perf_counter()
        cancel.cancel()

    timer = threading.Timer(after_s, cancel_now)
    timer.start()
    try:
        for event in generator.generate_tokens(prompt, Sampling(temperature=1.0, seed=1), 4000, cancel):
            assert isinstance(event, PromptRead | TextDelta), "ended before it was cancelled"
    except Cancelled:
        return time.perf_counter() - cancelled_at[0]
    raise AssertionError("not cancelled")


class Peak(threading.Thread):
    """The highest resident memory of this process, sampled every 5 ms."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._bytes = 0
        self._done = threading.Event()
        self.start()

    def run(self) -> None:
        process = psutil.Process()
        while not self._done.wait(0.005):
            self._bytes = max(self._bytes, process.memory_info().rss)

    def stop(self) -> int:
        self._done.set()
        self.join()
        return self._bytes


def report(figures: dict[str, list[Figures]]) -> None:
    summary: dict[str, object] = {}
    for name, rounds in figures.items():
        print(f"\n{name}, {len(rounds)} rounds: median (min-max)")
        summary[name] = {"rounds": len(rounds)}
        for key in rounds[0]:
            values = [one[key] for one in rounds]
            middle, low, high = statistics.median(values), min(values), max(values)
            print(f"  {key:28} {middle:9.2f} ({low:.2f}-{high:.2f})")
            summary[name] |= {key: round(middle, 3), f"{key}_min": round(low, 3), f"{key}_max": round(high, 3)}
    machine = {
        "system": platform.platform(),
        "cores": physical_cores(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "cpu_features": sorted(cpu_features()),
        "load_average": psutil.getloadavg()[0],
    }
    print(json.dumps({"benchmark": "generation", "machine": machine, "packs": summary}, ensure_ascii=False))


if __name__ == "__main__":
    main()
