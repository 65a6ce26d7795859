"""A process that holds one engine and does what its standard input says: one JSON line in, one JSON line out.

Between two requests it waits in a blocking read, so that it takes no processor time from the other engine.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from engine.quiet import silence_dependencies

WARM_UP_TOKENS = 16  # read, and two generated, before an engine counts as loaded: both map their weights lazily


def main() -> None:
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints must not stand among the replies
    options: dict[str, Any] = json.loads(sys.argv[1])
    engine, load_s = load(options)
    print(json.dumps({"load_s": load_s}), file=replies, flush=True)
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        answer = memory() if request.pop("do") == "memory" else dataclasses.asdict(engine.generate(**request))
        print(json.dumps(answer), file=replies, flush=True)


def load(options: dict[str, Any]) -> tuple[Any, float]:
    """The engine and the seconds from opening its file to its second token, imports left out."""
    silence_dependencies()
    engine: Any
    if options.pop("engine") == "ours":
        from tests.benchmarks.versus.ours import Ours as Engine
    else:
        from tests.benchmarks.versus.theirs import LlamaCpp as Engine
    started = time.perf_counter()
    engine = Engine(Path(options.pop("path")), **options)
    engine.generate(range(100, 100 + WARM_UP_TOKENS), 2)
    return engine, time.perf_counter() - started


def memory() -> dict[str, float]:
    """Megabytes of this process: the most it ever held, and what of it is private (not mapped from a file)."""
    fields: dict[str, float] = {}
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name in ("VmHWM", "RssAnon", "RssFile"):
            fields[name] = int(value.split()[0]) * 1024 / 1e6
    return {"peak_mb": fields["VmHWM"], "private_mb": fields["RssAnon"], "mapped_mb": fields["RssFile"]}


if __name__ == "__main__":
    main()
