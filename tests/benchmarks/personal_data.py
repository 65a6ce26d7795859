"""Measures finding personal data: python tests/benchmarks/personal_data.py [--strings 20000] [--seed 5] [--show 20]

A seeded generator makes sentences of a branch's day, half with personal data, half with what looks like it and is none
(numbers whose check digit is wrong, order numbers, amounts, dates, article and document numbers, titles of staff). It
shares no code and no word list with the detector. A datum is found when all its characters are covered; a sentence
without one in which anything is found is a false alarm. Seconds for one long text and for two of them in a row show
that time is linear. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.privacy import find  # noqa: E402  the repository must be on the path before its packages
from tests.benchmarks.personal_sentences import Sample, samples  # noqa: E402


def missed(sample: Sample) -> list[str]:
    """Secrets of a sentence of which a character is not covered."""
    covered = bytearray(len(sample.text))
    for data in find(sample.text):
        covered[data.start : data.end] = b"\1" * (data.end - data.start)
    return [
        secret for secret in sample.secrets if not all(covered[(at := sample.text.index(secret)) : at + len(secret)])
    ]


def seconds(text: str) -> float:
    started = time.perf_counter()
    find(text)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strings", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args()
    wanted, found, alarms, misses, false = 0, 0, 0, Counter[str](), Counter[str]()
    shown: list[str] = []
    made = samples(options.strings, options.seed)
    for sample in made:
        lost = missed(sample)
        wanted += len(sample.secrets)
        found += len(sample.secrets) - len(lost)
        if lost:
            misses[sample.kind] += 1
            shown.append(f"missed {lost} in: {sample.text}")
        if not sample.secrets and find(sample.text):
            alarms += 1
            false[sample.kind] += 1
            data = find(sample.text)[0]
            shown.append(f"false alarm [{sample.text[data.start : data.end]}] in: {sample.text}")
    for line in shown[: options.show]:
        print(line)
    print("missed by kind:", dict(misses), "false alarms by kind:", dict(false))
    text = "".join(sample.text for sample in made[:4000])
    once = statistics.median(seconds(text) for _ in range(3))
    twice = statistics.median(seconds(text + text) for _ in range(3))
    negatives = sum(not sample.secrets for sample in made)
    result = {
        "benchmark": "personal_data",
        "strings": len(made),
        "data": wanted,
        "found": round(found / wanted, 5),
        "false_alarms": round(alarms / negatives, 5),
        "characters_per_s": round(len(text) / once),
        "time_of_double_length": round(twice / once, 2),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
