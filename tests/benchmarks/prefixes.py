"""Measures what reuse of prefixes saves: python tests/benchmarks/prefixes.py --packs DIR [--rounds 3] [--names NAME …]

Time to first token of the same dialogues with nothing known and with what earlier turns left behind; evidence is
built-in knowledge, up to the product's budget. Every round loads each pack twice in a fresh process, the second time
as after a restart. Printed are medians with minimum and maximum over the rounds; the last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

import psutil  # noqa: E402  the repository must be on the path before its packages are imported

from engine.answering.dialogues import Dialogue, Dialogues  # noqa: E402
from engine.answering.evidence import choose_evidence  # noqa: E402
from engine.answering.prompt import Evidence, beginning  # noqa: E402
from engine.cancel import CancelToken  # noqa: E402
from engine.events import GenerationFinished, TextDelta  # noqa: E402
from engine.knowledge.prefix_files import PrefixFiles  # noqa: E402
from engine.runtime.generator import Generator  # noqa: E402
from engine.runtime.sampling import Sampling  # noqa: E402
from engine.runtime.session import cpu_features, physical_cores  # noqa: E402
from engine.settings import Settings  # noqa: E402
from engine.values import Passage, Rung  # noqa: E402

NAMES = ["qwen2.5-coder-0.5b-instruct-int8", "qwen2.5-coder-1.5b-instruct-int8"]
ANSWER_TOKENS = 24
START = Dialogues().resume((), len)
Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True, help="folder that holds the packs")
    parser.add_argument("--names", nargs="+", default=NAMES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0, help="0: one per physical core")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measure(options.packs / options.child, options.threads)))
        return
    rounds = [{name: run_child(options, name) for name in options.names} for _ in range(options.rounds)]
    report(options.names, rounds)


def run_child(options: argparse.Namespace, name: str) -> Figures:
    command = [sys.executable, __file__, "--packs", str(options.packs), "--threads", str(options.threads)]
    done = subprocess.run([*command, "--child", name], stdout=subprocess.PIPE, text=True, check=True)
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def measure(folder: Path, threads: int) -> Figures:
    settings = Settings(home=Path(), threads=threads)
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as home:
        files = PrefixFiles(Path(home), os.urandom(32), settings.prefix_disk_mb * 1024**2)
        generator = Generator.open(folder, settings)
        time_answer(generator, "cold", START.ask("存款保险最高赔多少？", evidence(generator, 0)), figures)
        generator.forget_documents()
        figures["beginning_read_s"] = time_read_ahead(generator, files)
        generator.close()
        generator = Generator.open(folder, settings)
        figures["beginning_from_disk_s"] = time_read_ahead(generator, files)
        measure_conversation(generator, figures)
    return figures


def measure_conversation(generator: Generator, figures: Figures) -> None:
    """The turns of two conversations in an order in which a user may take them."""
    first = START.ask("存款保险最高赔多少？", evidence(generator, 0))
    answer = time_answer(generator, "after_restart", first, figures)
    time_answer(generator, "regenerate", first, figures)
    time_answer(generator, "same_evidence", START.ask("外币存款受不受保障？", evidence(generator, 0)), figures)
    told = first.answered(answer)
    follow_up = told.ask("外币存款呢？", evidence(generator, 0))
    time_answer(generator, "follow_up_same_evidence", follow_up, figures)
    time_answer(generator, "follow_up_new_evidence", told.ask("怎么挂失？", evidence(generator, 4)), figures)
    time_answer(generator, "other_conversation", START.ask("怎么挂失？", evidence(generator, 8)), figures)
    time_answer(generator, "switched_back", follow_up, figures)


def evidence(generator: Generator, first: int) -> list[Evidence]:
    """Built-in entries from the `first` one on, as many as the budget takes."""
    path = REPOSITORY / "assets" / "knowledge" / "retail_banking.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["entry"]
    passages = [
        Passage(entry["name"], "builtin", "内置银行知识", 1, entry["text"].strip(), (), (), Rung.BUILTIN, 1.0, 1.0)
        for entry in entries[first:] + entries[:first]
    ]
    return choose_evidence("", passages, generator.count_tokens)


def time_read_ahead(generator: Generator, files: PrefixFiles) -> float:
    started = time.perf_counter()
    generator.read_ahead(beginning(), CancelToken(), files)
    return time.perf_counter() - started


def time_answer(generator: Generator, name: str, dialogue: Dialogue, figures: Figures) -> str:
    """Seconds to the first text from the call on, tokenizing and copying included."""
    started, finished = time.perf_counter(), None
    for event in generator.generate(dialogue.messages, Sampling(), ANSWER_TOKENS, CancelToken()):
        if isinstance(event, TextDelta):
            figures.setdefault(f"ttft_{name}_s", time.perf_counter() - started)
        elif isinstance(event, GenerationFinished):
            finished = event
    assert finished is not None
    figures[f"read_{name}_tokens"] = finished.prompt_tokens - finished.reused_tokens
    figures[f"prompt_{name}_tokens"] = finished.prompt_tokens
    return finished.text


def report(names: list[str], rounds: list[dict[str, Figures]]) -> None:
    summary: dict[str, dict[str, float]] = {}
    for name in names:
        print(f"\n{name}, {len(rounds)} rounds: median (min-max)")
        summary[name] = {"rounds": len(rounds)}
        for key in rounds[0][name]:
            values = [figures[name][key] for figures in rounds]
            middle, low, high = statistics.median(values), min(values), max(values)
            print(f"  {key:36} {middle:9.3f} ({low:.3f}-{high:.3f})")
            summary[name][key] = round(middle, 3)
            if key.endswith("_s"):
                summary[name] |= {f"{key}_min": round(low, 3), f"{key}_max": round(high, 3)}
    machine = {
        "system": platform.platform(),
        "cores": physical_cores(),
        "cpu_features": sorted(cpu_features()),
        "load_average": psutil.getloadavg()[0],
    }
    print(json.dumps({"benchmark": "prefixes", "machine": machine, "packs": summary}, ensure_ascii=False))


if __name__ == "__main__":
    main()
