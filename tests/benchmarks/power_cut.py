"""Power cuts at random moments: `python tests/benchmarks/power_cut.py FOLDER --cuts 100`. Linux, root.

A writer works on a home in an ext4 file system on a loop device (data=writeback, no automatic flush, a journal commit
only every minute, so that only what was fsynced is sure to have reached the device). A cut is a copy of the device's
image while the writer is stopped: what lies in the page cache is lost, as it is without power. The copy is mounted, the
home in it opened, and everything checked against what the writer had been told was done. FOLDER should be on a tmpfs.
The last line is one JSON object; the exit code is 1 at the first loss.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.knowledge.store import KnowledgeBase
from tests.engine.knowledge.crash_child import Account, State, read_state

REPOSITORY = Path(__file__).resolve().parents[2]
_CHILD = REPOSITORY / "tests" / "engine" / "knowledge" / "crash_child.py"
_IMAGE_MIB = 80
_OPTIONS = "loop,noatime,data=writeback,noauto_da_alloc,commit=60"


@contextlib.contextmanager
def mounted(image: Path, folder: Path) -> Generator[Path]:
    """Raises CalledProcessError where mounting is not allowed."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-o", _OPTIONS, str(image), str(folder)], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def make_disk(image: Path) -> None:
    with image.open("wb") as file:
        file.truncate(_IMAGE_MIB * 1024**2)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True, capture_output=True)


class Writer:
    """The process that works on the home; `account` says what the home may hold."""

    def __init__(self, home: Path, passphrase_file: Path, first: int) -> None:
        command = [sys.executable, str(_CHILD), str(home), str(passphrase_file), str(first)]
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
        self._said = b""
        self._selector = selectors.DefaultSelector()
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        self._selector.register(self._process.stdout, selectors.EVENT_READ)
        self.account = Account()
        while self.account.acknowledged == 0:
            self.listen(10.0)

    def listen(self, timeout_s: float) -> None:
        """Note all that has been said; the pipe must never fill up."""
        assert self._process.stdout is not None
        while self._selector.select(timeout_s):
            data = self._process.stdout.read()
            assert data, "the writer has ended"
            *lines, self._said = (self._said + data).split(b"\n")
            for line in lines:
                self.account.note(json.loads(line))
            timeout_s = 0.0

    @contextlib.contextmanager
    def stopped(self) -> Generator[None]:
        self._process.send_signal(signal.SIGSTOP)
        time.sleep(0.01)
        self.listen(0.0)
        yield
        self._process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


def cut(writer: Writer, image: Path, copy: Path) -> list[State]:
    """Copy the device while the writer stands still; returns what the home in it may hold."""
    with writer.stopped():
        while True:  # until nothing reached the device meanwhile
            shutil.copyfile(image, copy)
            if image.read_bytes() == copy.read_bytes():
                return list(writer.account.possible)


def check(copy: Path, mount_point: Path, passphrase_file: Path, possible: list[State]) -> None:
    """Raises AssertionError for what was lost, doubled or half; EnvironmentFault where the home does not open."""
    with (
        mounted(copy, mount_point) as disk,
        KnowledgeBase.open(disk / "home", embedder_fingerprint="e", passphrase_file=passphrase_file) as knowledge,
    ):
        state = read_state(knowledge)
    assert state in possible, f"acknowledged {possible}, found {state}"


def run(folder: Path, cuts: int, seed: int) -> dict[str, Any]:
    """Raises as `mounted` and `check` do."""
    folder.mkdir(parents=True, exist_ok=True)
    image, copy, passphrase_file = folder / "disk.img", folder / "cut.img", folder / "passphrase"
    passphrase_file.write_text("a passphrase for power cuts\n", encoding="utf-8")
    make_disk(image)
    chance = random.Random(seed)
    struck: Counter[str] = Counter()
    began = datetime.now(UTC).isoformat(timespec="seconds")
    with mounted(image, folder / "disk") as disk:
        writer = Writer(disk / "home", passphrase_file, 1)
        try:
            for _ in range(cuts):
                ends = time.monotonic() + chance.uniform(0.02, 0.8)
                while time.monotonic() < ends:
                    writer.listen(0.01)
                possible = cut(writer, image, copy)
                struck[writer.account.under_way] += 1
                check(copy, folder / "cut", passphrase_file, possible)
                writer.listen(0.0)
        finally:
            writer.end()
    ended = datetime.now(UTC).isoformat(timespec="seconds")
    return {"cuts": cuts, "acknowledged": writer.account.acknowledged, "struck": struck, "begun": began, "ended": ended}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cuts", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    try:
        print(json.dumps(run(arguments.folder, arguments.cuts, arguments.seed)))
    except AssertionError as error:
        print(json.dumps({"wrong": str(error)}, ensure_ascii=False))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
