from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
# Threads one after the other, each of which frees most of what it took, as jobs do; prints how much stays in MiB.
PROGRAM = """
import sys, threading, psutil
from desktop.allocator import give_memory_back
if sys.argv[1] == "habits":
    give_memory_back()
import numpy
kept = []
def job():
    blocks = [numpy.ones(200_000) for _ in range(60)]  # 1.6 MB each
    small = [bytearray(40_000) for _ in range(1500)]
    kept.extend(small[::150])
for _ in range(12):
    threads = [threading.Thread(target=job) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(psutil.Process().memory_info().rss >> 20)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="about glibc")
def test_what_threads_free_goes_back() -> None:
    def stays(how: str) -> int:
        command = [sys.executable, "-c", PROGRAM, how]
        return int(subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True, timeout=60).stdout)

    with_habits, without = stays("habits"), stays("plain")
    assert with_habits < without
