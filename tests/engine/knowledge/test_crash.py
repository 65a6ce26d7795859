"""kill -9 at random moments: what was acknowledged is there, once and whole; the rest is there or not, never half.

Three tiers over one generator of work: a few kills here, a sample marked slow, and a thousand and more by
`tests/benchmarks/crash_long.py`, whose result stands in docs/crash-safety.md.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.knowledge.store import KnowledgeBase
from tests.engine.knowledge.crash_child import Account, operations, outcome, read_state

REPOSITORY = Path(__file__).resolve().parents[3]
CHILD = Path(__file__).with_name("crash_child.py")


def run_and_kill(home: Path, passphrase_file: Path, first: int, after_s: float, account: Account) -> None:
    """Note what the child says until it is killed, `after_s` seconds after its first check of the home."""
    command = [sys.executable, str(CHILD), str(home), str(passphrase_file), str(first)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None and child.stderr is not None
        checked = child.stdout.readline()
        assert checked, child.stderr.read()
        account.note(json.loads(checked))
        time.sleep(after_s)
        child.kill()
        for line in child.stdout.read().splitlines():
            account.note(json.loads(line))


@pytest.mark.parametrize("kills", [2, pytest.param(12, marks=pytest.mark.slow)])
def test_nothing_acknowledged_is_lost_doubled_or_half_after_kill_9(
    kills: int, home: Path, passphrase_file: Path
) -> None:
    chance = random.Random(kills)
    account = Account()
    for kill in range(kills):
        run_and_kill(home, passphrase_file, 1 + kill * 10_000, chance.uniform(0.02, 1.2), account)
    with KnowledgeBase.open(home, embedder_fingerprint="e", passphrase_file=passphrase_file) as knowledge:
        account.note({"checked": read_state(knowledge)})
    assert account.acknowledged > 0


def test_the_work_covers_every_kind_and_the_plain_account_of_it_is_right(home: Path, passphrase_file: Path) -> None:
    from tests.engine.knowledge.crash_child import perform

    seen: set[str] = set()
    with KnowledgeBase.open(home, embedder_fingerprint="e", passphrase_file=passphrase_file) as knowledge:
        state = read_state(knowledge)
        for operation in operations(random.Random(4), state, 1):
            perform(knowledge, operation)
            after = outcome(state, operation)
            assert read_state(knowledge) == after
            state.clear()
            state.update(after)
            seen.add(operation["kind"])
            if len(seen) == 6:
                break
    assert seen == {"ingest", "replace", "delete", "compaction", "pack install", "pack removal"}
