"""A thousand and more kill -9 at random moments: `python tests/benchmarks/crash_long.py FOLDER --kills 1000`.

The third tier of tests/engine/knowledge/test_crash.py, with the same work. The home, and what it may hold after the
last kill, stay in FOLDER (`state.json`): started again, the program goes on where Ctrl+C or SIGTERM ended it. Each kill
strikes a new process (forked before LanceDB is loaded) anywhere from its opening of the home to some dozen
operations later; the next one checks everything before it goes on. Linux only. Ends with 1 at the first loss, else
the last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.durable import write_durably
from tests.engine.knowledge.crash_child import Account, work

_NUMBERS_A_KILL = 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=1000, help="in all, those of earlier runs included")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end this run after so long")
    arguments = parser.parse_args()
    _preload()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    (arguments.folder / "passphrase").write_text("a passphrase for crash tests\n", encoding="utf-8")
    result = _resumed(arguments.folder / "state.json")
    account = Account(result.pop("possible"))
    deadline = time.monotonic() + arguments.seconds
    ended: list[int] = []  # by Ctrl+C or SIGTERM, heard between two kills
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: ended.append(number))
    try:
        while result["kills"] < arguments.kills and time.monotonic() < deadline and not ended:
            _kill_once(arguments.folder, result, account)
            _remember(arguments.folder / "state.json", result, account)
    except AssertionError as error:
        print(json.dumps(result | {"wrong": str(error)}, ensure_ascii=False))
        return 1
    print(json.dumps(result, ensure_ascii=False))
    return 0


def _preload() -> None:
    """What has no threads and half of LanceDB's time to load; LanceDB itself must not be forked."""
    import apsw  # noqa: F401  # pyright: ignore[reportUnusedImport]
    import lance_namespace  # noqa: F401  # pyright: ignore[reportUnusedImport, reportMissingTypeStubs]

    assert "lancedb" not in sys.modules


def _resumed(path: Path) -> dict[str, Any]:
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    begun = datetime.now(UTC).isoformat(timespec="seconds")
    return {"kills": 0, "acknowledged": 0, "struck": {}, "begun": begun, "ended": begun, "possible": [{}]}


def _remember(path: Path, result: dict[str, Any], account: Account) -> None:
    ended = datetime.now(UTC).isoformat(timespec="seconds")
    result |= {"kills": result["kills"] + 1, "acknowledged": result["acknowledged"] + account.acknowledged}
    result |= {"struck": dict(Counter(result["struck"]) + Counter([account.under_way])), "ended": ended}
    account.acknowledged, account.under_way = 0, "opening"
    write_durably(path, json.dumps(result | {"possible": account.possible}, ensure_ascii=False).encode())


def _kill_once(folder: Path, result: dict[str, Any], account: Account) -> None:
    number = result["kills"]
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(folder, 1 + number * _NUMBERS_A_KILL, writing)
    os.close(writing)
    chance = random.Random(number)
    with os.fdopen(reading, encoding="utf-8") as said:
        lines: list[str] = []
        if chance.random() < 0.125:  # struck while it opens and mends what the one before left
            time.sleep(chance.uniform(0.0, 1.5))
        else:
            lines.append(said.readline())
            time.sleep(chance.uniform(0.0, 1.0))
        os.kill(child, signal.SIGKILL)
        lines.extend(said)
    os.waitpid(child, 0)
    for line in lines:
        if line.endswith("\n"):
            account.note(json.loads(line))


def _child(folder: Path, first: int, writing: int) -> None:
    """Never returns."""
    say = lambda said: os.write(writing, f"{json.dumps(said)}\n".encode())  # noqa: E731  one line is one write
    try:
        work(folder / "home", folder / "passphrase", first, say)
    except BaseException as error:
        say({"wrong": f"{type(error).__name__}: {error}"})
    os._exit(1)


if __name__ == "__main__":
    raise SystemExit(main())
