"""Measures retrieval over the law PDFs: python tests/benchmarks/retrieval.py --packs DIR --data DIR --home HOME

DIR of --data holds `laws/`, `laws_pdf/` and `qa/law_questions_dev.jsonl`. HOME is made by taking in every PDF with the
real pipeline; files that it already holds are not taken in again, so that it serves as a cache (opened by the
passphrase in --passphrase-file). Each ranking is judged alone and together: BM25, cosine, their fusion as it was
without what was learned, with formal terms and adapted question vectors, and reranked, with built-in entries and
without. `--train` judges the training questions as well (what was learned from them flatters it: the cross-validated
figures are those of train_reranker.py). Latency is of one question from its text on; that of BM25
includes the cosines. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log2
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).parent)]

from engine.quiet import silence_dependencies  # noqa: E402  the repository must be on the path before its packages

silence_dependencies()

import numpy as np  # noqa: E402
from law_questions import LawQuestion, articles, beginning, found_golds, load_questions  # noqa: E402

from engine.answering.retrieval import Retriever  # noqa: E402
from engine.api import CancelToken, DocumentFailed, Engine, Passage, Rung, load_settings  # noqa: E402
from engine.knowledge.search import DEPTH, EXPANSION_WEIGHT, Query  # noqa: E402
from engine.knowledge.store import KnowledgeBase  # noqa: E402
from engine.ranking.reranker import POOL, Reranker  # noqa: E402
from engine.runtime.embedder import Embedder  # noqa: E402
from engine.settings import DEFAULT_EMBEDDER  # noqa: E402

K = 10
DEEP = 2 * DEPTH  # both lists whole


@dataclass(slots=True)
class Row:
    """The figures of one ranking: rank of the first gold passage, nDCG@10 and seconds, one a question."""

    ranks: list[int] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, question: LawQuestion, passages: Sequence[Passage], seconds: float) -> None:
        found = [found_golds(question, p.name, beginning(p.text)) for p in passages[:K]]
        self.ranks.append(next((i for i, golds in enumerate(found, 1) if golds), 0))
        self.gains.append(ndcg(found, question))
        self.seconds.append(seconds)

    def figures(self) -> dict[str, float]:
        hit = {f"hit@{k}": float(np.mean([0 < rank <= k for rank in self.ranks])) for k in (1, 5, 10)}
        mrr = float(np.mean([1 / rank if rank else 0.0 for rank in self.ranks]))
        found = {**hit, "mrr@10": mrr, "ndcg@10": float(np.mean(self.gains))}
        rounded = {name: round(value, 3) for name, value in found.items()}
        return {**rounded, "p95_ms": round(1000 * float(np.percentile(self.seconds, 95)), 1)}


def ndcg(found: Sequence[set[tuple[str, str]]], question: LawQuestion) -> float:
    """Järvelin and Kekäläinen 2002, gain 1 for each gold article the first time that it is found."""
    seen: set[tuple[str, str]] = set()
    gain = 0.0
    for i, golds in enumerate(found):
        gain += bool(golds - seen) / log2(i + 2)
        seen |= golds
    return gain / sum(1 / log2(i + 2) for i in range(min(K, len(question.golds))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True, help="folder that holds the packs")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True, help="made if it is not there")
    parser.add_argument("--passphrase-file", type=Path)
    parser.add_argument("--train", action="store_true", help="judge the training questions too")
    options = parser.parse_args()
    os.environ["JINPAN_PACKS"] = str(options.packs)
    make_home(options.home, options.passphrase_file, sorted((options.data / "laws_pdf").glob("*.pdf")))
    known = articles(options.data / "laws")
    sets = {"development": load_questions(options.data / "qa" / "law_questions_dev.jsonl", known)}
    if options.train:
        sets["train"] = load_questions(Path(__file__).parent / "retrieval_questions" / "train.jsonl", known)
    embedder = Embedder.open(options.packs / DEFAULT_EMBEDDER)
    with KnowledgeBase.open(
        options.home, embedder_fingerprint=embedder.fingerprint, passphrase_file=options.passphrase_file
    ) as knowledge:
        report = {name: judge(knowledge, embedder, questions) for name, questions in sets.items()}
        chunks = sum(info.chunk_count for info in knowledge.documents())
    print_table(report)
    counts = {name: len(questions) for name, questions in sets.items()}
    print(json.dumps({"chunks": chunks, "questions": counts, **report}))


def make_home(home: Path, passphrase_file: Path | None, paths: Sequence[Path]) -> None:
    with Engine.open(load_settings(home, passphrase_file=passphrase_file)) as engine:
        known = {document.name for document in engine.documents()}
        for event in engine.ingest([path for path in paths if path.name not in known], CancelToken()):
            if isinstance(event, DocumentFailed):
                raise SystemExit(f"{event.name}: {event.reason}")


def judge(
    knowledge: KnowledgeBase, embedder: Embedder, questions: Sequence[LawQuestion]
) -> dict[str, dict[str, float]]:
    retriever, reranker = Retriever(knowledge, embedder), Reranker.open()
    rows: dict[str, Row] = {}
    retriever.retrieve("存款保险", K, K)  # loads the index
    for question in questions:
        started = time.perf_counter()
        query = retriever.query(question.text)
        embedded_s = time.perf_counter() - started
        for name, passages, seconds in rankings(knowledge, reranker, query):
            rows.setdefault(name, Row()).add(question, passages, embedded_s + seconds)
    return {name: row.figures() for name, row in rows.items()}


def rankings(knowledge: KnowledgeBase, reranker: Reranker, query: Query) -> list[tuple[str, Sequence[Passage], float]]:
    made: list[tuple[str, Sequence[Passage], float]] = []
    started = time.perf_counter()
    pool = knowledge.candidates(query, DEEP, Rung.BRANCH)
    seconds = time.perf_counter() - started
    for name, score in (
        ("BM25", lambda c: c.lexical),
        ("BM25 with formal terms", lambda c: c.lexical + EXPANSION_WEIGHT * c.expanded),
    ):
        made.append((name, [c.passage for c in sorted(pool, key=score, reverse=True)[:K]], seconds))
    for name, asked in (
        ("cosine", Query("", query.vector)),
        ("cosine, adapted", Query("", query.vector, "", query.adapted)),
        ("fused, nothing learned", Query(query.words, query.vector)),
        ("fused", query),
    ):
        started = time.perf_counter()
        found = knowledge.candidates(asked, K, Rung.BRANCH)
        made.append((name, [c.passage for c in found], time.perf_counter() - started))
    for name, rung in (("reranked", Rung.BRANCH), ("reranked, with built-in entries", None)):
        started = time.perf_counter()
        found = knowledge.candidates(query, POOL, rung)
        ranked = reranker.rank(query.words, found)
        made.append((name, ranked[:K], time.perf_counter() - started))
        if rung is None:
            branch = [passage for passage in ranked if passage.rung != Rung.BUILTIN]
            made.append(("the same, entries not counted", branch[:K], time.perf_counter() - started))
    return made


def print_table(report: dict[str, dict[str, dict[str, float]]]) -> None:
    for questions, rows in report.items():
        print(f"\n{questions}\n{'':34}" + "".join(f"{name:>9}" for name in next(iter(rows.values()))))
        for name, figures in rows.items():
            print(f"{name:34}" + "".join(f"{value:>9}" for value in figures.values()))


if __name__ == "__main__":
    main()
