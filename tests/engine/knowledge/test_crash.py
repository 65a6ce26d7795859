"""kill -9 at random moments: what was acknowledged is there, once; what was removed is gone; the index agrees."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
CHILD = Path(__file__).with_name("crash_child.py")

Make = Callable[..., object]


def run_and_kill(home: Path, passphrase_file: Path, first: int, after_s: float) -> list[str]:
    """Lines that the child acknowledged before it was killed `after_s` seconds into its work."""
    command = [sys.executable, str(CHILD), str(home), str(passphrase_file), str(first)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None and child.stderr is not None
        assert child.stdout.readline() == "ready\n", child.stderr.read()
        time.sleep(after_s)
        child.kill()
        return [line for line in child.stdout.read().splitlines() if not line.endswith("ad")]


def check_home(open_knowledge: Make, sure: set[str], unsure: set[str]) -> set[str]:
    with open_knowledge("e") as knowledge:
        list(knowledge.prepare())
        documents = knowledge.documents()
        names = [info.name for info in documents]
        assert len(names) == len(set(names)), "doubled"
        assert sure <= set(names) <= sure | unsure, (sure - set(names), set(names) - sure - unsure)
        counts = knowledge._ledger.chunk_counts()
        assert counts == (knowledge._keeper.index.chunk_counts() if knowledge._keeper.index else {})
        assert set(counts.values()) <= {6}, "half a document"
        assert knowledge._ledger.hidden_numbers() == []
        for info in documents:
            text = knowledge.page(info.document_id, 1).text
            assert knowledge.original(info.document_id) == text.encode() * 50
        return set(names)


@pytest.mark.parametrize("kills", [2, pytest.param(15, marks=pytest.mark.slow)])
def test_nothing_acknowledged_is_lost_or_doubled_by_kill_9(
    kills: int, home: Path, passphrase_file: Path, open_knowledge: Make
) -> None:
    chance = random.Random(kills)
    sure: set[str] = set()
    added = 0
    for kill in range(kills):
        first = 1 + kill * 10_000
        lines = run_and_kill(home, passphrase_file, first, chance.uniform(0.02, 1.2))
        unsure = {f"{first + sum(line.startswith('added') for line in lines)}.pdf"}
        for line in lines:
            action, number = line.split()
            name = f"{number}.pdf"
            if action == "added":
                sure.add(name)
                added += 1
            elif action == "removing":
                sure.discard(name)
                unsure.add(name)
            else:
                unsure.discard(name)
        sure = check_home(open_knowledge, sure, unsure)
    assert added > 0
