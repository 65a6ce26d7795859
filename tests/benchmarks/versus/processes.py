"""The driver's side of the engines' processes."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.versus.values import Reading

REPOSITORY = Path(__file__).resolve().parents[3]


class Child(contextlib.AbstractContextManager["Child"]):
    """One engine in a process of its own, alive for the whole measurement. `idle_cpu_s` should stay near 0.

    `options` go to `Ours` or `LlamaCpp`; raises RuntimeError when the process ends early.
    """

    def __init__(self, **options: Any) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.versus.child", json.dumps(options)]
        self._process = subprocess.Popen(
            command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.idle_cpu_s = 0.0
        self.load_s: float = self._receive()["load_s"]
        self._cpu_s = self._cpu_time()

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()  # type: ignore[union-attr]  it is a pipe
        self._process.wait()

    def generate(self, prompt: Sequence[int], max_tokens: int, **options: Any) -> Reading:
        return Reading(**self._ask(do="generate", prompt=list(prompt), max_tokens=max_tokens, **options))

    def memory(self) -> dict[str, float]:
        return self._ask(do="memory")

    def _ask(self, **request: Any) -> dict[str, Any]:
        self.idle_cpu_s += self._cpu_time() - self._cpu_s
        assert self._process.stdin
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._receive()
        self._cpu_s = self._cpu_time()
        return answer

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"an engine's process ended with code {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _cpu_time(self) -> float:
        times = psutil.Process(self._process.pid).cpu_times()
        return times.user + times.system
