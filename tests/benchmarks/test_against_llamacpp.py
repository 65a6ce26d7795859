"""The benchmark against llama.cpp: its arithmetic, its questions, and a short run where llama.cpp is installed."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.versus.figures import Measure, Sample, summary, table
from tests.benchmarks.versus.prompts import EXTRACTIVE, FREE, read_questions

BENCHMARK = Path(__file__).with_name("against_llamacpp.py")


def test_a_ratio_above_one_means_that_ours_is_better() -> None:
    speed = Measure("speed", "tokens/s", "llama.cpp")
    for seconds in (1.0, 2.0, 4.0):
        speed.add(Sample(100, seconds), Sample(100, 4.0))
    wait = Measure("wait", "s", "llama.cpp", is_rate=False)
    wait.add(Sample(1, 0.5), Sample(1, 2.0))
    assert speed.ratio() == (2.0, 1.0, 4.0)
    assert speed.values(speed.ours) == (50.0, 25.0, 100.0)
    assert speed.ratio_of_totals() == pytest.approx(12 / 7)
    assert wait.values(wait.other) == (2.0, 2.0, 2.0)
    assert summary([speed, wait]) == {"speed": 2.0, "wait": 4.0}


def test_the_table_and_the_json_give_ratios_first() -> None:
    speed = Measure("speed", "tokens/s", "llama.cpp")
    speed.add(Sample(30, 1.0), Sample(20, 1.0))
    assert next(iter(speed.as_json())) == "ratio"
    assert speed.as_json() == {
        "ratio": [1.5, 1.5, 1.5],
        "ratio_of_totals": 1.5,
        "rounds": 1,
        "unit": "tokens/s",
        "ours": [30.0, 30.0, 30.0],
        "llama.cpp": [20.0, 20.0, 20.0],
    }
    _, line = table([speed, Measure("not taken", "s", "llama.cpp")])
    assert "1.50 (1.50-1.50)" in line


def test_half_of_the_questions_want_words_of_the_models_own() -> None:
    questions = read_questions()
    kinds = [question.kind for question in questions]
    assert kinds.count(EXTRACTIVE) == kinds.count(FREE) == 12
    assert len({question.name for question in questions}) == len(questions)
    assert sum(question.first for question in questions) >= 7
    assert all(len(passage.text) > 30 for question in questions for passage in question.passages)


@pytest.mark.slow
def test_a_quick_run_ends_with_one_json_object(smollm2_pack: Path, weights_folder: Path, tmp_path: Path) -> None:
    if importlib.util.find_spec("llama_cpp") is None:
        pytest.skip("llama-cpp-python is not installed (extra `benchmark`)")
    folders = ["--packs", str(smollm2_pack.parent), "--weights", str(weights_folder), "--work", str(tmp_path)]
    command = [sys.executable, str(BENCHMARK), *folders, "--names", smollm2_pack.name, "--quick"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True)
    result = json.loads(done.stdout.splitlines()[-1])
    assert list(result)[:2] == ["benchmark", "ratios"]
    ratios = result["ratios"][smollm2_pack.name]
    assert {"prefill_512", "decode_plain", "decode_extractive", "decode_free", "ttft_warm", "load"} <= ratios.keys()
    assert all(ratio > 0 for ratio in ratios.values())
