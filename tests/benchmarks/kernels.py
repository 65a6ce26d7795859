"""Holds the native kernels against ONNX Runtime's own: python tests/benchmarks/kernels.py [PACK …] [--rounds 5]

Both run the same pack through the product's runtime, interleaved, so that both meet the same moods of the machine.
Reported per pack: loading in seconds; prefill in tokens a second for 128, 512 and 2,048 tokens; steps of 1, 2, 4 and
8 tokens in milliseconds behind 128 tokens; weight bytes read per second in a step of 1 token, beside what the cores
can read at all. Medians, with the smallest and largest value. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any
from unittest import mock

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

import numpy as np  # noqa: E402  the repository must be on the path before its packages are imported

from engine import native  # noqa: E402
from engine.runtime.kv_cache import KVCache  # noqa: E402
from engine.runtime.pack import GRAPH, WEIGHTS, find_pack, read_manifest  # noqa: E402
from engine.runtime.session import NATIVE, STANDARD, create_session, physical_cores  # noqa: E402
from engine.settings import load_settings  # noqa: E402

PACKS = ("qwen2.5-coder-0.5b-instruct-int8", "qwen2.5-coder-1.5b-instruct-int8")
PREFILLS = (128, 512, 2048)
STEPS = (1, 2, 4, 8)
STEPS_PER_ROUND = 5
BEHIND = 128  # tokens held when steps are timed
CHUNK = 256
Samples = dict[tuple[str, str, int], list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packs", nargs="*", default=PACKS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--prefills", type=int, nargs="*", default=PREFILLS)
    arguments = parser.parse_args()
    if native.library_path() is None:
        sys.exit("the native kernels are not built: pip install -e . builds them")
    threads = physical_cores()
    figures: dict[str, Any] = {
        "benchmark": "kernels",
        "kernels": native.instruction_set(),
        "threads": threads,
        "read_gb_per_s": round(native.read_bandwidth_bytes_per_s(threads) / 1e9, 1),
    }
    print(f"{native.instruction_set()}, {threads} threads, cores read {figures['read_gb_per_s']} GB/s")
    for name in arguments.packs:
        folder = find_pack(name, load_settings().pack_folders)
        figures[name] = measure(folder, threads, arguments.rounds, tuple(arguments.prefills))
    print(json.dumps(figures))


def measure(folder: Path, threads: int, rounds: int, prefills: tuple[int, ...]) -> dict[str, Any]:
    print(folder.name)
    samples: Samples = defaultdict(list)
    caches = {
        kernels: open_cache(folder, threads, kernels, samples, max(*prefills, BEHIND) + 16)
        for kernels in (NATIVE, STANDARD)
    }
    tokens = np.random.default_rng(0).integers(100, 20_000, max(prefills)).tolist()
    for cache in caches.values():
        prefill(cache, tokens, 64)  # the first run touches the pages of weights and buffers
    for _ in range(rounds):
        for count in prefills:
            for kernels, cache in caches.items():
                samples[kernels, "prefill", count].append(count / prefill(cache, tokens, count))
        for kernels, cache in caches.items():
            for count in STEPS * STEPS_PER_ROUND:
                samples[kernels, "step", count].append(1000 * step(cache, tokens, count))
    return report(samples, (folder / WEIGHTS).stat().st_size)


def open_cache(folder: Path, threads: int, kernels: str, samples: Samples, capacity: int) -> KVCache:
    path = native.library_path() if kernels == NATIVE else None
    with mock.patch.object(native, "library_path", lambda: path):
        started = time.perf_counter()
        session = create_session(folder / GRAPH, threads, "cpu")
        samples[kernels, "load_s", 0].append(time.perf_counter() - started)
    if session.kernels != kernels:
        sys.exit(f"{folder.name} has no graph for {kernels} kernels")
    return KVCache(session, read_manifest(folder), capacity, logit_rows=max(STEPS))


def prefill(cache: KVCache, tokens: list[int], count: int) -> float:
    cache.rewind(0)
    started = time.perf_counter()
    for begin in range(0, count, CHUNK):
        cache.append(tokens[begin : min(begin + CHUNK, count)])
    return time.perf_counter() - started


def step(cache: KVCache, tokens: list[int], count: int) -> float:
    cache.rewind(BEHIND)
    started = time.perf_counter()
    cache.append(tokens[BEHIND : BEHIND + count], logits=count)
    return time.perf_counter() - started


def report(samples: Samples, weight_bytes: int) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for (kernels, kind, count), values in samples.items():
        middle = statistics.median(values)
        figures[f"{kernels}_{kind}_{count}"] = round(middle, 3)
        print(f"  {kernels:9}{kind:9}{count:5}  {middle:9.2f}  [{min(values):.2f} to {max(values):.2f}]")
    # the input embedding is only looked up, but as a rule its table is the output layer's too, which is read whole
    for kernels in (NATIVE, STANDARD):
        figures[f"{kernels}_gb_per_s"] = round(weight_bytes / figures[f"{kernels}_step_1"] / 1e6, 1)
    ratios = {
        f"prefill_{count}": figures[f"{NATIVE}_prefill_{count}"] / figures[f"{STANDARD}_prefill_{count}"]
        for kernels, kind, count in samples
        if (kernels, kind) == (NATIVE, "prefill")
    } | {f"step_{count}": figures[f"{STANDARD}_step_{count}"] / figures[f"{NATIVE}_step_{count}"] for count in STEPS}
    figures["times_faster"] = {name: round(ratio, 2) for name, ratio in ratios.items()}
    print("  times faster:", figures["times_faster"])
    return figures


if __name__ == "__main__":
    main()
