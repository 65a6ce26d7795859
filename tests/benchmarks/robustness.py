"""Measures cancelling and memory: python tests/benchmarks/robustness.py --packs DIR [--names NAME …] [--cancels 100]

For each pack, in a process of its own: the time from `cancel` on another thread to the end of the work, at random
moments of a check of all bytes, of loading, prefill and decode (p50, p99, most, in milliseconds), and how resident
memory grows from the 50th to the 550th of short generations with varying prompts, cancels and refused requests mixed
in. A phase ends early when its share of the time budget is spent; how many cancels were made is reported. The last
line is one JSON object.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

import psutil  # noqa: E402  the repository must be on the path before its packages are imported

from engine.cancel import CancelToken  # noqa: E402
from engine.errors import Cancelled, RequestRejected  # noqa: E402
from engine.events import PromptRead, TextDelta  # noqa: E402
from engine.runtime.generator import Generator  # noqa: E402
from engine.runtime.pack import verify_pack  # noqa: E402
from engine.runtime.sampling import Sampling  # noqa: E402
from engine.runtime.session import physical_cores  # noqa: E402
from engine.settings import Settings  # noqa: E402

NAMES = ["smollm2-135m-instruct-int8", "qwen2.5-coder-0.5b-instruct-int8"]
TEXT = "存款保险实行限额偿付,同一存款人在同一家投保机构所有存款账户的本金和利息合并计算,最高偿付限额为人民币五十万元。"
WARM_GENERATIONS, GENERATIONS = 50, 550
PREFIX_MEMORY_MB = 16
Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True, help="folder that holds the packs")
    parser.add_argument("--names", nargs="+", default=NAMES)
    parser.add_argument("--cancels", type=int, default=100, help="in each phase")
    parser.add_argument("--generations", type=int, default=GENERATIONS, help="0 leaves memory out")
    parser.add_argument("--threads", type=int, default=0, help="0: one per physical core")
    parser.add_argument("--budget", type=float, default=60.0, help="seconds for each phase of a pack")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measure(options)))
        return
    packs: dict[str, Figures] = {}
    for name in options.names:
        packs[name] = run_child(name)
        print(f"\n{name}")
        for key, value in packs[name].items():
            print(f"  {key:24} {value:9.1f}", flush=True)
    machine = {
        "system": platform.platform(),
        "cores": physical_cores(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "load_average": psutil.getloadavg()[0],
    }
    print(json.dumps({"benchmark": "robustness", "machine": machine, "packs": packs}, ensure_ascii=False))


def run_child(name: str) -> Figures:
    done = subprocess.run(
        [sys.executable, __file__, *sys.argv[1:], "--child", name], stdout=subprocess.PIPE, text=True, check=True
    )
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def measure(options: argparse.Namespace) -> Figures:
    folder = options.packs / options.child
    # Few prefixes are kept, so that memory is level before the 50th generation.
    settings = Settings(home=Path(), threads=options.threads, prefix_memory_mb=PREFIX_MEMORY_MB)
    rng = random.Random(7)
    check = cancels(options, lambda cancel: run_check(folder, cancel), lambda: rng.uniform(0, 0.2))
    Generator.open(folder, settings).close()  # the files are in the page cache from here on, for every pack alike
    started = time.perf_counter()
    generator = Generator.open(folder, settings)
    load_s = time.perf_counter() - started
    figures: Figures = {"load_ms": load_s * 1000} | measure_generator(options, generator, rng)
    generator.close()
    load = cancels(options, lambda cancel: run_load(folder, settings, cancel), lambda: rng.uniform(0, load_s))
    figures |= summary("check", check) | summary("load", load)
    return {key: round(value, 1) for key, value in figures.items()}


def measure_generator(options: argparse.Namespace, generator: Generator, rng: random.Random) -> Figures:
    decode = cancels(options, lambda cancel: run_decode(generator, rng, cancel), lambda: rng.uniform(0.02, 0.6))
    prefill = cancels(options, lambda cancel: run_prefill(generator, rng, cancel), lambda: rng.uniform(0.01, 0.8))
    growth = memory_growth(generator, rng, options.generations) if options.generations else {}
    return summary("prefill", prefill) | summary("decode", decode) | growth


def summary(name: str, latencies_s: list[float]) -> Figures:
    ordered = sorted(1000 * latency for latency in latencies_s)
    figures = {f"{name}_cancels": float(len(ordered))}
    if ordered:
        figures[f"{name}_p50_ms"] = ordered[len(ordered) // 2]
        figures[f"{name}_p99_ms"] = ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]
        figures[f"{name}_max_ms"] = ordered[-1]
    return figures


def cancels(
    options: argparse.Namespace, work: Callable[[CancelToken], None], delay_s: Callable[[], float]
) -> list[float]:
    """Latencies in seconds; work that ends before its cancel does not count."""
    found: list[float] = []
    deadline = time.monotonic() + options.budget
    while len(found) < options.cancels and time.monotonic() < deadline:
        latency = one_cancel(work, delay_s())
        if latency is not None:
            found.append(latency)
    return found


def one_cancel(work: Callable[[CancelToken], None], delay_s: float) -> float | None:
    cancel, cancelled_at = CancelToken(), [0.0]

    def cancel_now() -> None:
        cancelled_at[0] = time.perf_counter()
        cancel.cancel()

    timer = threading.Timer(delay_s, cancel_now)
    timer.start()
    try:
        work(cancel)
    except Cancelled:
        return time.perf_counter() - cancelled_at[0]
    finally:
        timer.cancel()
        timer.join()
    return None


def run_check(folder: Path, cancel: CancelToken) -> None:
    verify_pack(folder, cancel)


def run_load(folder: Path, settings: Settings, cancel: CancelToken) -> None:
    Generator.open(folder, settings, cancel).close()
    cancel.raise_if_cancelled()


def run_prefill(generator: Generator, rng: random.Random, cancel: CancelToken) -> None:
    length = min(3000, generator.context_tokens - 8)
    ids = [*rng.sample(range(300, 20_000), 4), *(generator.encode(TEXT) * 80)[:length]]
    for event in generator.generate_tokens(ids, Sampling(), 1, cancel):
        if isinstance(event, TextDelta):
            return


def run_decode(generator: Generator, rng: random.Random, cancel: CancelToken) -> None:
    ids = generator.encode(TEXT)[: rng.randrange(8, 24)]
    for _ in generator.generate_tokens(ids, Sampling(temperature=1.0, seed=rng.randrange(1000)), 3000, cancel):
        pass


def memory_growth(generator: Generator, rng: random.Random, generations: int) -> Figures:
    process = psutil.Process()
    after_warm = 0
    for number in range(1, generations + 1):
        short_generation(generator, rng, number)
        if number == WARM_GENERATIONS:
            gc.collect()
            after_warm = process.memory_info().rss
    gc.collect()
    rss = process.memory_info().rss
    return {"generations": generations, "rss_mb": rss / 1e6, "rss_growth_mb": (rss - after_warm) / 1e6}


def short_generation(generator: Generator, rng: random.Random, number: int) -> None:
    """One of a mix: most end by themselves, every fifth is cancelled, every seventh is refused."""
    cancel = CancelToken()
    ids = generator.encode(f"{rng.random()} {TEXT}"[: rng.randrange(10, 60)])
    try:
        if number % 7 == 0:
            generator.generate_tokens([5] * (generator.context_tokens + 1), Sampling(), 4, cancel)
        for event in generator.generate_tokens(ids, Sampling(temperature=1.0, seed=number), 6, cancel):
            if number % 5 == 0 and isinstance(event, PromptRead | TextDelta):
                cancel.cancel()
    except (Cancelled, RequestRejected):
        return


if __name__ == "__main__":
    main()
