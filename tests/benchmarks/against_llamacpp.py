"""Our generator against llama.cpp: python tests/benchmarks/against_llamacpp.py --packs DIR --weights DIR --work DIR

Both run the same weights: our INT8 pack, and a Q8_0 file that llama.cpp's own quantizer makes from the GGUF that the
pack was made from (kept in --work). Each lives in a process of its own; they take turns A B A B on the same prompt
tokens with the same number of threads, greedily. The one that waits blocks in a read; the processor time that it took
all the same is printed as `idle_cpu_s`. Ratios come first, above 1 means that ours is better; every figure is the
median with minimum and maximum. The last line is one JSON object. Needs the extra `benchmark`, built for the machine:

    CMAKE_ARGS="-DGGML_NATIVE=ON" pip install -e '.[benchmark,packing]'
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import platform
import sys
import threading
import time
from importlib import metadata
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.quiet import silence_dependencies  # noqa: E402  the repository must be on the path before its packages

silence_dependencies()

import numpy as np  # noqa: E402  dependencies are silenced before anything imports them
import psutil  # noqa: E402

from engine.native import read_bandwidth_bytes_per_s  # noqa: E402
from engine.runtime.session import cpu_features, physical_cores  # noqa: E402
from tests.benchmarks.versus.figures import summary, table  # noqa: E402
from tests.benchmarks.versus.measuring import DECODE_TOKENS, PREFILL_TOKENS, Contest, Plan, Result  # noqa: E402

NAMES = ["qwen2.5-coder-0.5b-instruct-int8", "qwen2.5-coder-1.5b-instruct-int8"]
QUICK_NAMES = ["smollm2-135m-instruct-int8"]
ALL_QUESTIONS = 24


def main() -> None:
    options = parse_arguments()
    started = time.perf_counter()
    plan = make_plan(options)
    bandwidth = read_bandwidth(plan.threads)
    print(f"read bandwidth {bandwidth / 1e9:.1f} GB/s with {plan.threads} threads", file=sys.stderr)
    results: dict[str, Result] = {}
    for name in options.names or (QUICK_NAMES if options.quick else NAMES):
        contest = Contest(options.packs / name, options.weights, options.work, plan)
        results[name] = contest.run(bandwidth, started + options.budget)
        print("\n".join([f"\n{name}", *table(results[name].measures)]))
        print(json.dumps(results[name].facts, ensure_ascii=False, indent=1), flush=True)
    print(json.dumps(as_json(results, plan), ensure_ascii=False))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True, help="folder that holds the packs")
    parser.add_argument("--weights", type=Path, required=True, help="folder of the GGUF files they were made from")
    parser.add_argument("--work", type=Path, required=True, help="folder where the Q8_0 files are kept")
    parser.add_argument("--names", nargs="+", help=f"packs; without it {', '.join(NAMES)}")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=physical_cores())
    parser.add_argument("--answer-tokens", type=int, default=64, help="answers are cut there")
    parser.add_argument("--budget", type=float, default=1170.0, help="seconds; behind it the last measure is cut short")
    parser.add_argument("--quick", action="store_true", help=f"for development: one round, {QUICK_NAMES[0]}")
    return parser.parse_args()


def make_plan(options: argparse.Namespace) -> Plan:
    if options.quick:
        return Plan(1, 1, PREFILL_TOKENS[:2], 32, 24, 4, options.threads)
    rounds, load_rounds = options.rounds, min(options.rounds, 5)
    full = (PREFILL_TOKENS, DECODE_TOKENS, options.answer_tokens, ALL_QUESTIONS)
    return Plan(rounds, load_rounds, *full, options.threads)


def read_bandwidth(threads: int) -> float:
    """Bytes per second that `threads` threads together read from memory; by numpy where the kernels are missing."""
    if native := read_bandwidth_bytes_per_s(threads):
        return native
    parts = np.array_split(np.ones(128 * 1024**2, np.int64), threads)
    best = 0.0
    for _ in range(5):
        workers = [threading.Thread(target=np.sum, args=(part,)) for part in parts]
        started = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        best = max(best, sum(part.nbytes for part in parts) / (time.perf_counter() - started))
    return best


def as_json(results: dict[str, Result], plan: Plan) -> dict[str, Any]:
    """Ratios of all packs first, then what they were made from."""
    return {
        "benchmark": "against_llamacpp",
        "ratios": {name: summary(result.measures) for name, result in results.items()},
        "packs": {
            name: {**{one.name: one.as_json() for one in result.measures if one.ours}, **result.facts}
            for name, result in results.items()
        },
        "plan": dataclasses.asdict(plan),
        "llama_cpp_python": metadata.version("llama-cpp-python"),
        "machine": {
            "system": platform.platform(),
            "cores": physical_cores(),
            "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
            "cpu_features": sorted(cpu_features()),
            "load_average": psutil.getloadavg()[0],
        },
    }


if __name__ == "__main__":
    main()
