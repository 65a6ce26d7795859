"""Measures the audit log: python tests/benchmarks/audit_log.py [--entries 100000] [--home DIR]

Fills the log of a fresh home, by transactions of many entries so that filling takes no hour, and checks all of it.
Then entries are appended one by one as answers are, each with two durable commits; beside each, in the same round, two
bare commits of an empty row to two other SQLite files of the same kind, which is what the disk itself costs. The last
line is one JSON object; times are medians.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.knowledge.audit import AuditLog  # noqa: E402  the repository must be on the path before its packages
from engine.knowledge.audit_values import AuditAction  # noqa: E402
from engine.knowledge.database import connect  # noqa: E402
from engine.knowledge.ledger import Ledger  # noqa: E402
from engine.knowledge.schema import Connection  # noqa: E402

APPENDED = 40
PER_COMMIT = 5_000
CONTENT = {
    "question": "客户张三提前还款要收违约金吗？",
    "answer": "满一年不收违约金[1]。" * 10,
    "sources": "[1] 办法.pdf, 3",
}
FACTS = {"outcome": "found", "sentences_supported": 3, "rung_branch": "sufficed"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--home", type=Path, help="on the disk to measure; default: a temporary folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.home) as folder:
        result = measure(Path(folder), options.entries)
    print(json.dumps(result))


def measure(home: Path, entries: int) -> dict[str, object]:
    ledger = Ledger(home / "ledger.db", b"1" * 32)
    log = AuditLog(home, ledger, b"2" * 32, b"3" * 32)
    started = time.perf_counter()
    for first in range(0, entries, PER_COMMIT):
        with one_commit(ledger, log):
            for number in range(first, min(first + PER_COMMIT, entries)):
                record(log, number)
    filled_s = time.perf_counter() - started
    started = time.perf_counter()
    report = log.verify()
    verify_s = time.perf_counter() - started
    assert report.intact, report.faults
    assert report.entries == entries
    bare = [connect(home / name, b"4" * 32) for name in ("bare-1.db", "bare-2.db")]
    for db in bare:
        db.pragma("journal_mode", "wal")
        db.execute("CREATE TABLE one(x)")
    appends: list[float] = []
    commits: list[float] = []
    for number in range(APPENDED):
        started = time.perf_counter()
        record(log, number)
        appends.append(time.perf_counter() - started)
        started = time.perf_counter()
        for db in bare:
            db.execute("INSERT INTO one VALUES(0)")
        commits.append(time.perf_counter() - started)
    log.close()
    ledger.close()
    size = sum(path.stat().st_size for path in home.glob("*.db"))
    return {
        "benchmark": "audit_log",
        "entries": entries,
        "filled_s": round(filled_s, 1),
        "verify_s": round(verify_s, 2),
        "append_ms": round(statistics.median(appends) * 1000, 2),
        "two_commits_ms": round(statistics.median(commits) * 1000, 2),
        "bytes_per_entry": round(size / entries),
    }


def record(log: AuditLog, number: int) -> None:
    log.record(
        AuditAction.ANSWERED,
        conversation=f"c{number // 5}",
        sources=(f"{number % 97:064x}:3",),
        facts=FACTS,
        content=CONTENT,
    )


@contextlib.contextmanager
def one_commit(ledger: Ledger, log: AuditLog) -> Iterator[None]:
    """Many entries in one transaction of each file: only here, where nothing depends on their being durable."""
    with log.seals._open() as seals, ledger.writing() as db:

        @contextlib.contextmanager
        def writing() -> Iterator[Connection]:
            yield db

        real, ledger.writing = ledger.writing, writing  # type: ignore[method-assign]
        seals.execute("SAVEPOINT many")
        try:
            yield
        finally:
            seals.execute("RELEASE many")
            ledger.writing = real  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
