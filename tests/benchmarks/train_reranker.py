"""Trains the query adapter and the reranker: python tests/benchmarks/train_reranker.py --home HOME --data DIR

HOME holds the law PDFs of DIR, taken in by the product with the embedder pack in use; DIR holds `laws/` and
`qa/law_questions_dev.jsonl`. The training questions are those beside this file; the development questions are only
judged. Everything is judged by cross-validation with folds of whole laws: what answers a question in a fold was in no
question that its adapter and reranker were trained on. With --write the weights go to `assets/ranking/`. NumPy alone,
one seed: the same home and questions give the same files. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # sums in one order, and the cores stay free for others

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).parent)]

from engine.quiet import silence_dependencies  # noqa: E402  the repository must be on the path before its packages

silence_dependencies()

import numpy as np  # noqa: E402
from law_questions import LawQuestion, articles, beginning, is_hit, load_questions  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from engine.knowledge.canonical import simplified  # noqa: E402
from engine.knowledge.keys import SubKeys, obtain_key  # noqa: E402
from engine.knowledge.ledger import Ledger  # noqa: E402
from engine.knowledge.search import Query  # noqa: E402
from engine.knowledge.store import KnowledgeBase  # noqa: E402
from engine.knowledge.synonyms import formal_terms  # noqa: E402
from engine.ranking.adapter import QueryAdapter  # noqa: E402
from engine.ranking.features import rank_features  # noqa: E402
from engine.ranking.repealed import is_repealed  # noqa: E402
from engine.ranking.reranker import POOL, Reranker  # noqa: E402
from engine.ranking.weights import FOLDER  # noqa: E402
from engine.runtime.embedder import Embedder  # noqa: E402
from engine.settings import DEFAULT_EMBEDDER  # noqa: E402
from engine.values import Rung  # noqa: E402

FOLDS = 5
RANK, ADAPTER_STEPS, ADAPTER_BATCH, ADAPTER_RATE, DECAY, TEMPERATURE = 64, 80, 128, 3e-3, 0.05, 0.02
HIDDEN, MEMBERS, EPOCHS, RATE, WEIGHT_DECAY, DROPOUT = 16, 4, 10, 2e-3, 1e-2, 0.1

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Lists:
    """One question's candidates: features (n, F) and which of them are gold; `found` False where none is."""

    features: Matrix
    gold: NDArray[np.bool_]


class Adam:
    """Kingma and Ba 2015, with decoupled weight decay (Loshchilov and Hutter 2019)."""

    def __init__(self, parameters: Sequence[Matrix], rate: float, decay: float = 0.0) -> None:
        self._parameters = parameters
        self._rate, self._decay, self._step = rate, decay, 0
        self._first = [np.zeros_like(p) for p in parameters]
        self._second = [np.zeros_like(p) for p in parameters]

    def update(self, gradients: Sequence[Matrix]) -> None:
        self._step += 1
        for p, g, m, v in zip(self._parameters, gradients, self._first, self._second, strict=True):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            step = (m / (1 - 0.9**self._step)) / (np.sqrt(v / (1 - 0.999**self._step)) + 1e-8)
            p -= self._rate * (step + self._decay * p)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--passphrase-file", type=Path)
    parser.add_argument("--packs", type=Path, required=True, help="folder that holds the embedder pack")
    parser.add_argument("--data", type=Path, required=True, help="folder with laws/ and qa/")
    parser.add_argument("--cache", type=Path, help="keeps question vectors and features between runs")
    parser.add_argument("--write", action="store_true", help="write the weights to assets/ranking/")
    options = parser.parse_args()
    known = articles(options.data / "laws")
    trained = load_questions(Path(__file__).parent / "retrieval_questions" / "train.jsonl", known)
    judged = load_questions(options.data / "qa" / "law_questions_dev.jsonl", known)
    folds = fold_by_law(trained)
    embedder = Embedder.open(options.packs / DEFAULT_EMBEDDER, threads=1)
    vectors = cached(options.cache, "vectors", [q.text for q in trained + judged], embed_with(embedder))
    adapters, final = train_adapters(options, trained, vectors[: len(trained)], folds)
    adapted = np.concatenate(
        [
            np.stack([adapters[fold].adapt(v) for fold, v in zip(folds, vectors[: len(trained)], strict=True)]),
            final.adapt(vectors[len(trained) :]),
        ]
    )
    lists = collect(options, embedder.fingerprint, trained + judged, vectors, adapted)
    report, weights = train_rerankers(lists[: len(trained)], lists[len(trained) :], folds)
    if options.write:
        np.savez_compressed(FOLDER / "query_adapter.npz", a=final.a, b=final.b, embedder=embedder.fingerprint)
        np.savez_compressed(FOLDER / "reranker.npz", **weights)
    print(json.dumps({"questions": len(trained), "development": len(judged), **report}))


def fold_by_law(questions: Sequence[LawQuestion]) -> NDArray[np.int64]:
    """Whole laws to folds of about equal numbers of questions, the largest first."""
    sizes, fold_of = [0] * FOLDS, dict[str, int]()
    for law, count in sorted(Counter(q.law for q in questions).items(), key=lambda item: (-item[1], item[0])):
        fold_of[law] = int(np.argmin(sizes))
        sizes[fold_of[law]] += count
    return np.array([fold_of[q.law] for q in questions])


def embed_with(embedder: Embedder) -> Any:
    return lambda texts: np.stack([embedder.embed_query(simplified(text)) for text in texts])


def cached(folder: Path | None, name: str, texts: list[str], make: Any) -> Matrix:
    """Rows for texts, those made before from the folder."""
    path = folder / f"{name}.npz" if folder else None
    known: dict[str, Matrix] = {}
    if path and path.exists():
        with np.load(path) as file:
            known = dict(zip(file["texts"].tolist(), file["rows"], strict=True))
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing:
        known |= dict(zip(missing, make(missing), strict=True))
    if path and missing:
        np.savez(path, texts=np.array(list(known)), rows=np.stack(list(known.values())))
    return np.stack([known[text] for text in texts])


# ---- the adapter


def train_adapters(
    options: argparse.Namespace, questions: Sequence[LawQuestion], vectors: Matrix, folds: NDArray[np.int64]
) -> tuple[list[QueryAdapter], QueryAdapter]:
    """One adapter a fold, trained on the others and never shown the fold's laws; and one trained on all."""
    keys = SubKeys.derive(obtain_key(options.home, None, options.passphrase_file))
    ledger = Ledger(options.home / "ledger.db", keys.ledger)
    names = {number: info.name for number, info in zip(ledger.chunk_counts(), ledger.documents(), strict=True)}
    rows = ledger.chunk_rows([*names])
    ledger.close()
    assert rows is not None
    branch = np.array([rung == Rung.BRANCH for rung in rows.rungs])
    begins = [beginning(text) for text in rows.texts]
    gold = np.array([[is_hit(q, names[n], b) for n, b in zip(rows.numbers, begins, strict=True)] for q in questions])
    fold_of_chunk = np.full(len(branch), -1)
    for fold in range(FOLDS):
        documents = {rows.numbers[i] for i in np.flatnonzero(gold[folds == fold].any(axis=0))}
        fold_of_chunk[np.isin(rows.numbers, list(documents))] = fold
    made = []
    for fold in (*range(FOLDS), FOLDS):
        chunks, asked = branch & (fold_of_chunk != fold), folds != fold
        usable = asked & gold[:, chunks].any(axis=1)
        made.append(fit_adapter(vectors[usable], rows.vectors[chunks], gold[usable][:, chunks]))
    return made[:FOLDS], made[FOLDS]


def fit_adapter(questions: Matrix, chunks: Matrix, gold: NDArray[np.bool_]) -> QueryAdapter:
    """Softmax over all chunks, the gold ones together against all; the norm of A Bᵀ is kept small."""
    rng = np.random.default_rng(1)
    size = questions.shape[1]
    a, b = np.zeros((size, RANK), np.float32), rng.normal(0, 0.02, (size, RANK)).astype(np.float32)
    adam = Adam([a, b], ADAPTER_RATE)
    for _ in range(ADAPTER_STEPS):
        batch = rng.choice(len(questions), ADAPTER_BATCH, replace=False)
        x, correct = questions[batch], gold[batch]
        low = x @ b
        moved = x + low @ a.T
        length = np.linalg.norm(moved, axis=1, keepdims=True)
        z = moved / length
        logits = z @ chunks.T / TEMPERATURE
        error = softmax(logits) - softmax(np.where(correct, logits, -np.inf))
        dz = error @ chunks / (TEMPERATURE * len(batch))
        dmoved = (dz - z * (z * dz).sum(axis=1, keepdims=True)) / length
        whole = a @ b.T
        adam.update([dmoved.T @ low + 2 * DECAY * whole @ b, x.T @ (dmoved @ a) + 2 * DECAY * whole.T @ a])
    return QueryAdapter(b, a)


def softmax(logits: Matrix) -> Matrix:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


# ---- the reranker


def collect(
    options: argparse.Namespace,
    fingerprint: str,
    questions: Sequence[LawQuestion],
    vectors: Matrix,
    adapted: Matrix,
) -> list[Lists]:
    lists: list[Lists] = []
    with KnowledgeBase.open(
        options.home, embedder_fingerprint=fingerprint, passphrase_file=options.passphrase_file
    ) as knowledge:
        for question, vector, moved in zip(questions, vectors, adapted, strict=True):
            query = Query(question.text, vector, " ".join(formal_terms(question.text)), moved)
            pool = knowledge.candidates(query, POOL, Rung.BRANCH)
            found = [c for c in pool if not is_repealed(c.passage.heading_path, c.passage.version)]
            gold = np.array([is_hit(question, c.passage.name, beginning(c.passage.text)) for c in found])
            lists.append(Lists(rank_features(question.text, found), gold))
    return lists


def train_rerankers(
    trained: Sequence[Lists], judged: Sequence[Lists], folds: NDArray[np.int64]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Cross-validated and development figures, and the weights of one trained on all."""
    before, after = [], []
    for fold in range(FOLDS):
        learned = [lists for lists, f in zip(trained, folds, strict=True) if f != fold]
        reranker = as_reranker(fit_reranker(learned))
        for lists in (lists for lists, f in zip(trained, folds, strict=True) if f == fold):
            before.append(first_gold(-np.arange(len(lists.gold)), lists.gold))
            after.append(first_gold(reranker.scores(lists.features), lists.gold))
    weights = fit_reranker(trained)
    reranker = as_reranker(weights)
    report = {
        "fused_cv": figures(before),
        "reranked_cv": figures(after),
        "fused_development": figures([first_gold(-np.arange(len(x.gold)), x.gold) for x in judged]),
        "reranked_development": figures([first_gold(reranker.scores(x.features), x.gold) for x in judged]),
    }
    for name, row in report.items():
        print(name, row)
    return report, weights


def as_reranker(weights: dict[str, Any]) -> Reranker:
    return Reranker(weights["mean"], weights["scale"], Reranker.members_of(weights))


def fit_reranker(lists: Sequence[Lists]) -> dict[str, Any]:
    """ListNet with one layer of tanh and a straight path beside it; the members differ by seed and order."""
    usable = [x for x in lists if x.gold.any()]
    stacked = np.concatenate([x.features for x in usable])
    mean, scale = stacked.mean(axis=0), stacked.std(axis=0) + 1e-3
    weights: dict[str, Any] = {"mean": mean, "scale": scale, "members": MEMBERS}
    inputs = [np.clip((x.features - mean) / scale, -4.0, 4.0) for x in usable]
    for member in range(MEMBERS):
        parameters = fit_member(inputs, [x.gold for x in usable], np.random.default_rng(100 + member))
        weights |= {f"{name}_{member}": p for name, p in zip(("w1", "b1", "w2", "linear"), parameters, strict=True)}
    return weights


def fit_member(inputs: Sequence[Matrix], golds: Sequence[NDArray[np.bool_]], rng: np.random.Generator) -> list[Matrix]:
    size = inputs[0].shape[1]
    w1 = rng.normal(0, size**-0.5, (size, HIDDEN)).astype(np.float32)
    b1, w2 = np.zeros(HIDDEN, np.float32), rng.normal(0, 0.1, HIDDEN).astype(np.float32)
    linear = np.zeros(size, np.float32)
    parameters = [w1, b1, w2, linear]
    adam = Adam(parameters, RATE, WEIGHT_DECAY)
    sums = [np.zeros_like(p) for p in parameters]
    batch = 16
    for epoch in range(EPOCHS):
        order = rng.permutation(len(inputs))
        for start in range(0, len(order), batch):
            gradients = [np.zeros_like(p) for p in parameters]
            for i in order[start : start + batch]:
                add_gradients(inputs[i], golds[i], parameters, gradients, rng)
            adam.update([g / batch for g in gradients])
        if epoch >= EPOCHS // 2:  # the average of the later epochs generalizes better (Izmailov et al. 2018)
            for total, p in zip(sums, parameters, strict=True):
                total += p / (EPOCHS - EPOCHS // 2)
    return sums


def add_gradients(
    x: Matrix,
    gold: NDArray[np.bool_],
    parameters: Sequence[Matrix],
    gradients: Sequence[Matrix],
    rng: np.random.Generator,
) -> None:
    w1, b1, w2, linear = parameters
    kept = (rng.random(HIDDEN) >= DROPOUT) / (1 - DROPOUT)
    hidden = np.tanh(x @ w1 + b1)
    logits = (hidden * kept) @ w2 + x @ linear
    shares = np.exp(logits - logits.max())
    shares /= shares.sum()
    wanted = np.where(gold, shares, 0.0)
    error = (shares - wanted / wanted.sum()).astype(np.float32)
    dhidden = np.outer(error, w2 * kept) * (1 - hidden * hidden)
    for gradient, value in zip(
        gradients, (x.T @ dhidden, dhidden.sum(axis=0), (hidden * kept).T @ error, x.T @ error), strict=True
    ):
        gradient += value


def first_gold(scores: NDArray[Any], gold: NDArray[np.bool_]) -> int:
    """Rank of the first gold candidate, 0 if there is none."""
    ranked = gold[np.argsort(-scores, kind="stable")]
    return int(np.argmax(ranked)) + 1 if ranked.any() else 0


def figures(ranks: Sequence[int]) -> dict[str, float]:
    found = np.array(ranks)
    hit = {f"hit@{k}": round(float(((found > 0) & (found <= k)).mean()), 3) for k in (1, 5, 10, 100)}
    return hit | {"mrr@10": round(float(np.mean([1 / r if 0 < r <= 10 else 0.0 for r in ranks])), 3)}


if __name__ == "__main__":
    main()
