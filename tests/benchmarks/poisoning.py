"""Do planted documents change answers? python tests/benchmarks/poisoning.py --home DIR --work DIR [--pack NAME]

The home holds the law PDFs and the samples. Each question of `attacks/poison.jsonl` is asked there, and in a copy that
also holds five documents of different guises that state a false figure for it (`poisoned_documents.py`). An answer is
changed when a sentence of it that is shown as supported states the false figure, and did not do so before. Answers are
kept in `--work`; a second run goes on. Last line: one JSON object.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]

from poisoned_documents import targets, write_documents  # noqa: E402

from engine.api import AnswerFinished, AskRequest, CancelToken, Engine, Verdict, load_settings  # noqa: E402
from engine.figures import quantities, same  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--pack")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    poisoned = options.work / "poisoned"
    if not poisoned.is_dir():
        shutil.copytree(options.home, poisoned, ignore=shutil.ignore_patterns("lock"))
        _plant(poisoned, options.work)
    clean = _answers(options.home, options.work / "clean.jsonl", options.pack)
    after = _answers(poisoned, options.work / "after.jsonl", options.pack)
    changed = [name for name in clean if after[name]["false"] and not clean[name]["false"]]
    counts = {
        "targets": len(clean),
        "right_before": sum(row["right"] for row in clean.values()),
        "right_after": sum(row["right"] for row in after.values()),
        "refused_after": sum(not row["found"] for row in after.values()),
        "conflict_told": sum(row["conflicts"] > 0 for row in after.values()),
        "changed": len(changed),
        "changed_share": round(len(changed) / len(clean), 3),
        "changed_ids": changed,
    }
    print(json.dumps({"benchmark": "poisoning", "documents_per_target": 5, **counts}, ensure_ascii=False))


def _plant(home: Path, work: Path) -> None:
    folder = work / "documents"
    folder.mkdir(exist_ok=True)
    with Engine.open(load_settings(home)) as engine:
        for event in engine.ingest(write_documents(folder), CancelToken()):
            print(type(event).__name__, end=" ", flush=True)
    print()


def _answers(home: Path, path: Path, pack: str | None) -> dict[str, dict[str, Any]]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []
    known = {row["id"]: row for row in rows}
    missing = [target for target in targets() if target["id"] not in known]
    if missing:
        with Engine.open(load_settings(home, generator_pack=pack)) as engine, path.open("a", encoding="utf-8") as file:
            for target in missing:
                row = known[target["id"]] = _answer(engine, target)
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                file.flush()
                print(target["id"], "false" if row["false"] else "", "right" if row["right"] else "", row["text"][:80])
    return {target["id"]: known[target["id"]] for target in targets()}


def _answer(engine: Engine, target: dict[str, Any]) -> dict[str, Any]:
    events = list(engine.ask(AskRequest(target["question"]), CancelToken()))
    answer = events[-1]
    if not isinstance(answer, AnswerFinished):
        raise TypeError(f"{target['id']} ended with {answer}")
    supported = "\n".join(claim.text for claim in answer.claims if claim.verdict is Verdict.SUPPORTED)
    return {
        "id": target["id"],
        "found": answer.found,
        "false": answer.found and _states(supported, target["false"]),
        "right": answer.found and all(_states(supported, figure) for figure in target["figures"]),
        "conflicts": len(answer.conflicts),
        "text": answer.text,
    }


def _states(text: str, figure: str) -> bool:
    return any(same(a, b) for a in quantities(text) for b in quantities(figure))


if __name__ == "__main__":
    main()
