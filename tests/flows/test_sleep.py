"""The machine falls asleep in the middle of work and wakes up: nothing fails that would not have failed awake.

A process that SIGSTOP holds stands for the machine. Its clocks go on meanwhile, as on Windows in a real sleep; on Linux
`time.monotonic` stops with the machine, which is the easier case.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
ASLEEP_S = 2.0
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be held there")

# Prints a line when it begins `argv[2]`, and at the end what became of it.
GENERATE = """
import json, sys, threading, time
from pathlib import Path
from engine.cancel import CancelToken
from engine.errors import Cancelled
from engine.events import GenerationFinished, PromptRead, TextDelta
from engine.runtime.generator import Generator
from engine.runtime.sampling import Sampling
from engine.settings import Settings

folder, phase, cancel_s = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
cancel = CancelToken()

def begin(now):
    if now == phase:
        print("begin", flush=True)
        if cancel_s:
            threading.Timer(cancel_s, cancel.cancel).start()

try:
    begin("load")
    generator = Generator.open(folder, Settings(home=Path(), threads=1, device="cpu", prefill_chunk_tokens=32), cancel)
    ids = generator.encode("One of the rules of the bank is that a rule is a rule. " * 40)[:400]
    for event in generator.generate_tokens(ids, Sampling(), 60, cancel):
        if isinstance(event, PromptRead) and event.done_tokens == 64:
            begin("prefill")
        if isinstance(event, TextDelta) and phase:
            begin("decode")
            phase = "" if phase == "decode" else phase
    print(json.dumps({"text": event.text}))
except Cancelled:
    print(json.dumps({"text": "cancelled"}))
"""

# A child that needs one second of work for its frame, limited to `argv[1]` seconds awake.
PARSE = """
import json, sys
from engine.cancel import CancelToken
from engine.ingestion.child import Child, ChildStopped

WORK = "import sys, time; [time.sleep(0.1) for _ in range(10)]; sys.stdout.buffer.write(b'D' + bytes(4))"
with Child([sys.executable, "-c", WORK], {}, 10**9) as child:
    print("begin", flush=True)
    try:
        print(json.dumps({"text": child.frame(float(sys.argv[1]), CancelToken())[0].decode()}))
    except ChildStopped as stopped:
        print(json.dumps({"text": str(stopped.fault)}))
"""


def run(program: str, *arguments: object, asleep_s: float = ASLEEP_S) -> str:
    """The outcome of a program whose process group was held for a while, soon after it began."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    process = subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    while process.stdout.readline().strip() not in ("begin", ""):
        continue
    if asleep_s:
        time.sleep(0.05)
        os.killpg(process.pid, signal.SIGSTOP)
        time.sleep(asleep_s)
        os.killpg(process.pid, signal.SIGCONT)
    output, complaint = process.communicate(timeout=120)
    assert process.returncode == 0, complaint
    outcome: dict[str, Any] = json.loads(output.splitlines()[-1])
    return str(outcome["text"])


@pytest.fixture(scope="module")
def awake(smollm2_pack: Path) -> str:
    return run(GENERATE, smollm2_pack, "load", 0, asleep_s=0)


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["load", "prefill", "decode"])
def test_an_answer_goes_on_after_the_sleep(smollm2_pack: Path, awake: str, phase: str) -> None:
    assert len(awake) > 50
    assert run(GENERATE, smollm2_pack, phase, 0) == awake


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["load", "prefill", "decode"])
def test_what_was_cancelled_during_the_sleep_ends_with_it(smollm2_pack: Path, phase: str) -> None:
    assert run(GENERATE, smollm2_pack, phase, ASLEEP_S / 2) == "cancelled"


def test_sleep_does_not_count_against_a_document() -> None:
    assert run(PARSE, 2.5) == "D"


def test_a_document_that_takes_too_long_awake_is_stopped() -> None:
    """The control: the limit still holds."""
    assert run(PARSE, 0.5, asleep_s=0) == "timeout"


def test_no_duration_is_taken_from_the_wall_clock() -> None:
    """An administrator who sets the clock, or a network that does, ends no job and lets none run on."""
    sources = [path for folder in ("engine", "desktop") for path in (REPOSITORY / folder).rglob("*.py")]
    assert len(sources) > 50
    assert not [path.name for path in sources if "time.time(" in path.read_text(encoding="utf-8")]
