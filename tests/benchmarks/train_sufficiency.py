"""Trains the sufficiency score: python tests/benchmarks/train_sufficiency.py --records DIR [--write]

DIR holds what `sufficiency.py` recorded of each question. Only the half for tuning is used; the other is not looked at.
Lay questions whose provision was found are further examples of what can be answered, so that the first model does not
take the way in which our own questions are worded for a sign.
Logistic regression with an L2 penalty by Newton's method; the penalty is the one of `PENALTIES` with the best
likelihood in cross-validation over tenths of the questions. With
--write the weights go to `assets/ranking/sufficiency.json`. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).parent)]

import numpy as np  # noqa: E402  the repository must be on the path before its packages
from gold_questions import TUNE  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from sufficiency_records import LAY, Record, read_records  # noqa: E402

from engine.answering.sufficiency import WEIGHTS, Model  # noqa: E402
from engine.answering.sufficiency_features import retrieval_features  # noqa: E402

PENALTIES = (0.3, 1.0, 3.0, 10.0, 30.0)
FOLDS = 10
STEPS = 50
CLIP = 5.0  # standard deviations
LAY_WEIGHT = 0.3  # of all lay questions together, against that of all our own that can be answered

Array = NDArray[np.float64]
Features = Mapping[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    records = [record for record in read_records(options.records) if record.question.half == TUNE and record.passages]
    models, report = train(records, read_records(options.records / LAY))
    if options.write:
        stored = {
            name: {
                "bias": round(model.bias, 4),
                "terms": {key: [round(value, 4) for value in term] for key, term in model.terms.items()},
            }
            for name, model in models.items()
        }
        WEIGHTS.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({"questions": len(records), **report}))


def train(
    records: Sequence[Record], lay: Sequence[Record] = ()
) -> tuple[dict[str, Model], dict[str, dict[str, float]]]:
    """The models by name, and for each what chose it: its penalty and the mean log-likelihood in cross-validation."""
    retrieval = [retrieval_features(record.question.question, record.passages) for record in records]
    more = [retrieval_features(record.question.question, record.passages) for record in lay]
    first, report = fit(retrieval, records, more)
    models, reports = {"before": first}, {"before": report}
    models["after"], reports["after"] = weigh([record for record in records if record.raw is not None])
    return models, reports


def weigh(records: Sequence[Record]) -> tuple[Model, dict[str, float]]:
    """The weight of a supported answer and of an unsupported one, from counts with one of each added (Laplace)."""
    shares: list[float] = []
    for answerable in (True, False):
        of_class = [bool(record.quotes) for record in records if record.question.answerable is answerable]
        shares.append((sum(of_class) + 1) / (len(of_class) + 2))
    supported, unsupported = math.log(shares[0] / shares[1]), math.log((1 - shares[0]) / (1 - shares[1]))
    model = Model(unsupported, {"before": (0.0, 1.0, 1.0), "supported": (0.0, 1.0, supported - unsupported)})
    return model, {"supported": round(supported, 2), "unsupported": round(unsupported, 2), "answers": len(records)}


def fit(
    rows: Sequence[Features], records: Sequence[Record], more: Sequence[Features] = ()
) -> tuple[Model, dict[str, float]]:
    """The model and the report; `more` can be answered."""
    names = list(rows[0])
    x = np.array([[row[name] for name in names] for row in rows])
    y = np.array([float(record.question.answerable) for record in records])
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
    z = np.clip((x - mean) / scale, -CLIP, CLIP)
    others = np.array([[row[name] for name in names] for row in more]).reshape(-1, len(names))
    lay = np.clip((others - mean) / scale, -CLIP, CLIP)
    folds = np.random.default_rng(0).permutation(len(y)) % FOLDS
    unseen = {penalty: cross_validated(z, y, lay, folds, penalty) for penalty in PENALTIES}
    likelihood = {penalty: -float(np.mean(np.log1p(np.exp(-(2 * y - 1) * s)))) for penalty, s in unseen.items()}
    best = max(likelihood, key=lambda penalty: likelihood[penalty])
    weights, bias = regress(*weighted(z, y, lay), best)
    terms = {name: (float(m), float(s), float(w)) for name, m, s, w in zip(names, mean, scale, weights, strict=True)}
    return Model(bias, terms), {"penalty": best, "log_likelihood": round(likelihood[best], 3)}


def cross_validated(z: Array, y: Array, lay: Array, folds: NDArray[np.int64], penalty: float) -> Array:
    found = np.zeros(len(y))
    for fold in range(FOLDS):
        out = folds == fold
        weights, bias = regress(*weighted(z[~out], y[~out], lay), penalty)
        found[out] = z[out] @ weights + bias
    return found


def weighted(z: Array, y: Array, lay: Array) -> tuple[Array, Array, Array]:
    """Rows, classes and weights: both classes of our own questions weigh the same, all lay ones `LAY_WEIGHT`."""
    weights = np.where(y == 1, 0.5 / max(y.mean(), 1e-9), 0.5 / max(1 - y.mean(), 1e-9))
    shared = np.full(len(lay), LAY_WEIGHT * len(y) / 2 / max(len(lay), 1))
    return np.vstack([z, lay]), np.r_[y, np.ones(len(lay))], np.r_[weights, shared]


def regress(z: Array, y: Array, weights: Array, penalty: float) -> tuple[Array, float]:
    """Coefficients (F,) and bias that maximize the weighted likelihood of y in {0, 1} less the penalty times half the
    squared coefficients."""
    rows = np.hstack([z, np.ones((len(z), 1))])
    penalties = np.full(rows.shape[1], penalty)
    penalties[-1] = 1e-6
    found = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        gradient = rows.T @ (weights * (p - y)) + penalties * found
        curvature = (rows * (weights * p * (1 - p))[:, None]).T @ rows + np.diag(penalties)
        found -= np.linalg.solve(curvature, gradient)
    return found[:-1], float(found[-1])


if __name__ == "__main__":
    main()
