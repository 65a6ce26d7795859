"""Do follow-ups find what they ask for? python tests/benchmarks/follow_ups.py --home DIR

`follow_ups.jsonl` holds conversations with a follow-up: the words that the standalone question must hold, the article
of a bundled sample that answers it, and whether the topic has changed. Three ways to search are compared over the same
home, which must hold the samples: the follow-up as it is, with the earlier question's words behind it, and as the
engine understands it. Last line: one JSON object; `held_out` was not looked at while the rules were made.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from engine.answering.follow_up import Understood, understand
from engine.answering.text import without_question_words
from engine.api import Engine, Message, load_settings

K = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    lines = (Path(__file__).with_suffix(".jsonl")).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    with Engine.open(load_settings(parser.parse_args().home)) as engine:
        for _ in engine.prepare():
            pass
        similarity = engine._ready_embedder().similarity  # pyright: ignore[reportPrivateUsage]
        judged = [_judge(engine, row, similarity) for row in rows]
    halves = {
        half: [j for j, row in zip(judged, rows, strict=True) if row["half"] == half] for half in ("tune", "held_out")
    }
    print(json.dumps({"benchmark": "follow_ups", **{half: _summary(js) for half, js in halves.items()}}))


def _judge(engine: Engine, row: dict[str, Any], similarity: Any) -> dict[str, Any]:
    history = tuple(m for asked in row["earlier"] for m in (Message("user", asked), Message("assistant", "。")))
    understood: Understood = understand(row["question"], history, similarity)
    words = [word for word in row["must"] if word not in understood.searched]
    right = not words and understood.topic_changed == row["changed"]
    if not right:
        print(f"{row['id']}: {row['question']} -> {understood.searched} {understood.topic_changed} lacks {words}")
    appended = f"{row['question']} {without_question_words(row['earlier'][0])}"
    ways = {"as_is": row["question"], "appended": appended, "rewritten": understood.searched}
    hits = {way: _finds(engine, text, *row["source"]) for way, text in ways.items()} if row["source"] else {}
    return {"right": right, "change": understood.topic_changed == row["changed"], "hits": hits}


def _finds(engine: Engine, question: str, document: str, article: str) -> int | None:
    """The rank from 1 of the article's passage among the best `K`."""
    passages = engine.search(question, K)
    ranks = (
        rank
        for rank, passage in enumerate(passages, 1)
        if document in passage.name and any(article in part for part in (*passage.heading_path, passage.text))
    )
    return next(ranks, None)


def _summary(judged: list[dict[str, Any]]) -> dict[str, Any]:
    found = [j["hits"] for j in judged if j["hits"]]
    shares = {
        f"{way}_hit@{k}": round(sum(bool(hits[way]) and hits[way] <= k for hits in found) / len(found), 3)
        for way in ("as_is", "appended", "rewritten")
        for k in (1, K)
    }
    counts = {"conversations": len(judged), "understood": sum(j["right"] for j in judged)}
    return {**counts, "topic_right": sum(j["change"] for j in judged), "with_source": len(found), **shares}


if __name__ == "__main__":
    main()
